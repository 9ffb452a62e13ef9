"""Where places meet the streets: positions on edges, not on nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from urbanplan.base.errors import LayerError, NoCrsError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

    from urbanplan.model.network.street_network import StreetNetwork


def snap(
    network: StreetNetwork,
    places: GeoSeries | GeoDataFrame,
    *,
    max_distance_m: float,
    edges: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Find where each place meets the streets; see `StreetNetwork.snap`."""
    shapes = outlines(network, places)
    numbers = np.arange(len(network.edge_u)) if edges is None else np.flatnonzero(edges)
    tree = network.tree if edges is None else shapely.STRtree(network.lines[numbers])
    edge = np.full(len(shapes), -1, dtype=np.int64)
    offset = np.full(len(shapes), np.nan)
    distance = np.full(len(shapes), np.nan)
    known = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if len(known) and len(numbers):
        # a limit below zero or NaN would be refused by GEOS with words that do not help the reader
        if not max_distance_m > 0:
            raise LayerError(f"max_distance_m must be above zero, not {max_distance_m}")
        (row, hit), apart = tree.query_nearest(
            shapes[known], max_distance=max_distance_m, return_distance=True
        )
        first = _first_of_each(row, numbers[hit])
        row, hit, apart = known[row[first]], numbers[hit[first]], apart[first]
        edge[row], distance[row] = hit, apart
        offset[row] = _offsets(network, hit, _meeting_points(shapes[row], network.lines[hit]))
    return pd.DataFrame({"edge": edge, "offset_m": offset, "distance_m": distance}, index=places.index)


def entrances(
    network: StreetNetwork, places: GeoSeries | GeoDataFrame, *, max_distance_m: float
) -> pd.DataFrame:
    """Find every crossing of a street with the outline of a place; see `StreetNetwork.entrances`."""
    nearest = snap(network, places, max_distance_m=max_distance_m)
    shapes = outlines(network, places)
    linear = np.flatnonzero(shapely.get_dimensions(shapes) > 0)
    row, hit = network.tree.query(shapes[linear], predicate="intersects")
    row = linear[row]
    crossing = shapely.intersection(shapes[row], network.lines[hit])
    points, of = shapely.get_coordinates(crossing, return_index=True)
    row, hit = row[of], hit[of]
    offset = _offsets(network, hit, np.asarray(shapely.points(points), dtype=object))
    crossed = np.zeros(len(shapes), dtype=bool)
    crossed[row] = True
    met = np.flatnonzero(~crossed & (nearest["edge"].to_numpy() >= 0))
    table = pd.DataFrame(
        {
            "row": np.concatenate([row, met]),
            "edge": np.concatenate([hit, nearest["edge"].to_numpy()[met]]),
            "offset_m": np.concatenate([offset, nearest["offset_m"].to_numpy()[met]]),
            "distance_m": np.concatenate([np.zeros(len(row)), nearest["distance_m"].to_numpy()[met]]),
        }
    )
    table = table.drop_duplicates(["row", "edge", "offset_m"]).sort_values(
        ["row", "edge", "offset_m"], kind="stable"
    )
    table.insert(0, "place", places.index.to_numpy()[table.pop("row").to_numpy()])
    return table.reset_index(drop=True)


def outlines(network: StreetNetwork, places: GeoSeries | GeoDataFrame) -> NDArray[np.object_]:
    """Return the geometries of places, polygons as their outlines, having checked the CRS."""
    if places.crs is None:
        raise NoCrsError(f"the places have no CRS; set it, then project them to {network.crs}")
    if CRS.from_user_input(places.crs) != CRS.from_user_input(network.crs):
        raise LayerError(
            f"the places are in {places.crs.name}, the streets in {network.crs}; project the places first"
        )
    shapes: NDArray[np.object_] = np.array(places.geometry.to_numpy(), dtype=object)
    areal = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004  (a dimension)
    shapes[areal] = shapely.boundary(shapes[areal])
    return shapes


def _first_of_each(row: NDArray[np.int64], edge: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.lexsort((edge, row))
    new = np.ones(len(order), dtype=bool)
    new[1:] = row[order][1:] != row[order][:-1]
    return order[new]


def _meeting_points(shapes: NDArray[np.object_], lines: NDArray[np.object_]) -> NDArray[np.object_]:
    points = shapes.copy()
    extended = np.flatnonzero(shapely.get_type_id(shapes) != shapely.GeometryType.POINT)
    if len(extended):
        bridge = shapely.shortest_line(lines[extended], shapes[extended])
        points[extended] = shapely.get_point(bridge, 0)
    return points


def _offsets(
    network: StreetNetwork, edge: NDArray[np.int64], points: NDArray[np.object_]
) -> NDArray[np.float64]:
    # as a share of the drawing, so that a network that brought its own lengths (osmnx) stays within them
    share = shapely.line_locate_point(network.lines[edge], points, normalized=True)
    offset: NDArray[np.float64] = share * network.length_m[edge]
    return offset
