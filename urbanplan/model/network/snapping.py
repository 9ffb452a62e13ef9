"""Where places meet the streets: positions on edges, at doors, and never across water, rails or a motorway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoSeries
from numpy.typing import NDArray
from pyproj import CRS

from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.model.network.meeting import Met, first_of_each, meet, offsets_of
from urbanplan.model.network.surroundings import CUTS
from urbanplan.model.reason import Reason

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.model.network.street_network import StreetNetwork

_DOOR_M = 1.0
"""A door stands on an outline from which it is no farther than this."""
_WATERSIDE = ("amenity=ferry_terminal", "leisure=marina", "man_made=pier", "leisure=slipway")
_BY_RAIL = ("railway=", "public_transport=")


def snap(
    network: StreetNetwork,
    places: GeoSeries | GeoDataFrame,
    *,
    max_distance_m: float,
    edges: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Find where each place meets the streets; see `StreetNetwork.snap`."""
    shapes = outlines(network, places)
    found = meet(network, shapes, max_distance_m, edges, _exempt(places))
    reason = np.where(found.across > 0, Reason.CUT_OFF.value, Reason.OFF_NETWORK.value).astype(object)
    reason[found.edge >= 0] = ""
    columns = {
        "edge": found.edge,
        "offset_m": found.offset,
        "distance_m": found.distance,
        "reason": reason,
        "across": _words(found.across),
    }
    return pd.DataFrame(columns, index=places.index)


def snap_areas(
    network: StreetNetwork, areas: GeoSeries | GeoDataFrame, *, max_distance_m: float
) -> pd.DataFrame:
    """Find where the people of areas meet the streets; see `StreetNetwork.snap_areas`."""
    shapes, centres = areas.geometry.to_numpy(), middles(areas)
    table = snap(network, centres, max_distance_m=max_distance_m)
    cut = np.flatnonzero((table["reason"] == Reason.CUT_OFF.value).to_numpy())
    if not len(cut):
        return table
    tree, numbers = network.meetable_tree
    row, near = tree.query(shapes[cut], predicate="intersects")
    row, hit = cut[row], numbers[near]
    centre = centres.to_numpy()
    apart = shapely.distance(centre[row], network.lines[hit])
    order = np.lexsort((hit, apart, row))
    best = order[first_of_each(row[order])]
    row, hit = row[best], hit[best]
    columns = {
        "edge": hit, "offset_m": offsets_of(network, hit, centre[row]), "distance_m": apart[best], "reason": "", "across": "",
    }  # fmt: skip
    for name, values in columns.items():
        column = table[name].to_numpy(copy=True)
        column[row] = values
        table[name] = column
    return table


def middles(areas: GeoSeries | GeoDataFrame) -> GeoSeries:
    """Return the middles of the extents of areas; of a point the point itself, of nothing nothing."""
    bounds = shapely.bounds(areas.geometry.to_numpy())
    known = ~np.isnan(bounds[:, 0])
    points = np.full(len(bounds), None, dtype=object)
    points[known] = shapely.points((bounds[known, :2] + bounds[known, 2:]) / 2)
    return GeoSeries(points, index=areas.index, crs=areas.crs)


def entrances(
    network: StreetNetwork, places: GeoSeries | GeoDataFrame, *, max_distance_m: float
) -> pd.DataFrame:
    """Find every way into a place from the streets; see `StreetNetwork.entrances`."""
    shapes = outlines(network, places)
    parts = [
        _through_doors(network, shapes, places, max_distance_m),
        _through_outlines(network, shapes),
    ]
    row = np.concatenate([rows for rows, _ in parts])
    others = np.ones(len(shapes), dtype=bool)
    others[row] = False
    rest = np.flatnonzero(others)
    exempt = _exempt(places)
    near = meet(network, shapes[rest], max_distance_m, None, None if exempt is None else exempt[rest])
    met = np.flatnonzero(near.edge >= 0)
    parts.append((rest[met], near.take(met)))
    table = pd.DataFrame(
        {
            "row": np.concatenate([rows for rows, _ in parts]),
            "edge": np.concatenate([found.edge for _, found in parts]),
            "offset_m": np.concatenate([found.offset for _, found in parts]),
            "distance_m": np.concatenate([found.distance for _, found in parts]),
        }
    )
    table = table.sort_values(["row", "edge", "offset_m", "distance_m"], kind="stable")
    table = _on_twins(network, table.drop_duplicates(["row", "edge", "offset_m"]))
    table.insert(0, "place", places.index.to_numpy()[table.pop("row").to_numpy()])
    return table.reset_index(drop=True)


def _on_twins(network: StreetNetwork, table: pd.DataFrame) -> pd.DataFrame:
    """Let doors on a street be reached from its twins too."""
    if network.turns is None or not len(network.turns.twin):
        return table
    pairs = pd.DataFrame({"edge": network.turns.twin_of, "twin": network.turns.twin})
    again = table.merge(pairs, on="edge").assign(edge=lambda frame: frame["twin"]).drop(columns="twin")
    both = pd.concat([table, again], ignore_index=True)
    return both.sort_values(["row", "edge", "offset_m", "distance_m"], kind="stable")


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


def _through_doors(
    network: StreetNetwork, shapes: NDArray[np.object_], places: GeoSeries | GeoDataFrame, limit: float
) -> tuple[NDArray[np.int64], Met]:
    """Return the doors that stand on the outlines of areas, each with the street that it opens to."""
    areas = np.flatnonzero(shapely.get_dimensions(places.geometry.to_numpy()) == 2)  # noqa: PLR2004  (a dimension)
    around = network.surroundings
    if around is None or not len(around.door_xy) or not len(areas):
        none = np.empty(0, dtype=np.int64)
        return none, Met(none, none.astype(float), none.astype(float), none.astype(np.uint8))
    row, door = around.door_tree.query(shapes[areas], predicate="dwithin", distance=_DOOR_M)
    used, of = np.unique(door, return_inverse=True)
    found = meet(network, around.door_tree.geometries[used], limit, None, None)
    opening = found.edge[of] >= 0
    return areas[row[opening]], found.take(of[opening])


def _through_outlines(network: StreetNetwork, shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], Met]:
    """Return every crossing of a street with an outline."""
    linear = np.flatnonzero(shapely.get_dimensions(shapes) > 0)
    row, hit = network.tree.query(shapes[linear], predicate="intersects")
    reached = network.meetable[hit]
    row, hit = linear[row[reached]], hit[reached]
    points, of = shapely.get_coordinates(
        shapely.intersection(shapes[row], network.lines[hit]), return_index=True
    )
    row, hit = row[of], hit[of]
    offset = offsets_of(network, hit, np.asarray(shapely.points(points), dtype=object))
    return row, Met(hit, offset, np.zeros(len(row)), np.zeros(len(row), dtype=np.uint8))


def _exempt(places: GeoSeries | GeoDataFrame) -> NDArray[np.uint8] | None:
    """Return what does not cut each place off because it belongs there: rails from a station, water from a pier."""
    if "kind" not in getattr(places, "columns", ()):
        return None
    kind = places["kind"].fillna("").astype(str)
    rail = kind.str.startswith(_BY_RAIL).to_numpy() * np.uint8(1 << CUTS.index("rail"))
    water = kind.isin(_WATERSIDE).to_numpy() * np.uint8(1 << CUTS.index("water"))
    both: NDArray[np.uint8] = (rail | water).astype(np.uint8)
    return both


def _words(across: NDArray[np.uint8]) -> list[str]:
    table = [
        ";".join(word for bit, word in enumerate(CUTS) if bits >> bit & 1) for bits in range(1 << len(CUTS))
    ]
    return [table[bits] for bits in across.tolist()]
