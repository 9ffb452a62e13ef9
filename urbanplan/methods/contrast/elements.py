"""What the form of a town is made of: buildings, plots of ground, blocks, stretches of street, junctions; each with its measures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.blocks import blocks
from urbanplan.methods.building_shapes import shape_values
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.overlay import polygonal
from urbanplan.methods.streets import straight_lengths
from urbanplan.methods.tessellation import REACH_M, tessellation
from urbanplan.model.network import StreetNetwork


class Measured(NamedTuple):
    """One measure of the form of many things.

    Attributes
    ----------
    measure : str
        Its name.
    unit : str
        Unit of the values.
    x, y : ndarray of float64, shape (n,)
        Where each thing is.
    value : ndarray of float64, shape (n,)
        NaN where it is unknown.
    """

    measure: str
    unit: str
    x: Floats
    y: Floats
    value: Floats


def of_buildings(buildings: GeoDataFrame, *, with_ground: bool = True) -> Iterator[Measured]:
    """Measure footprints: area, height, shape, shared walls, and the ground nearest to each."""
    shapes = polygonal(np.asarray(buildings.geometry.to_numpy(), dtype=object))
    drawn = shapely.area(shapes) > 0
    own = buildings[drawn].set_geometry(shapes[drawn], crs=buildings.crs).reset_index(drop=True)
    x, y = shapely.get_coordinates(shapely.point_on_surface(own.geometry.to_numpy())).T
    area, outline = (measure(own.geometry.to_numpy()) for measure in (shapely.area, shapely.length))
    yield Measured("building_area", "m2", x, y, area)
    yield Measured("building_height", "m", x, y, own["highest_point_m"].to_numpy(dtype=np.float64))
    yield Measured("building_rectangularity", "1", x, y, shape_values(own, "equivalent_rectangular_index"))
    yield Measured("building_elongation", "1", x, y, shape_values(own, "elongation"))
    yield Measured("building_shared_walls", "share", x, y, shape_values(own, "shared_walls") / outline)
    if with_ground and len(own):
        ground = shapely.area(tessellation(own).to_numpy())
        ground[ground == 0] = np.nan
        yield Measured("plot_area", "m2", x, y, ground)
        yield Measured("plot_coverage", "share", x, y, np.minimum(area / ground, 1.0))


def of_streets(network: StreetNetwork) -> Iterator[Measured]:
    """Measure stretches of street, junctions and blocks."""
    middle = shapely.get_coordinates(shapely.line_interpolate_point(network.lines, 0.5, normalized=True))
    x, y = middle.reshape(-1, 2).T
    with np.errstate(divide="ignore", invalid="ignore"):
        straight = np.where(
            network.edge_u == network.edge_v, np.nan, straight_lengths(network) / network.length_m
        )
    yield Measured("street_length", "m", x, y, np.asarray(network.length_m, dtype=np.float64))
    yield Measured("street_straightness", "1", x, y, np.minimum(straight, 1.0))
    real = np.flatnonzero(network.node_id >= 0)
    at = network.node_x[real], network.node_y[real]
    meeting = network.street_count[real].astype(np.float64)
    yield Measured("streets_per_node", "1", *at, meeting)
    yield Measured("dead_ends", "share", *at, (meeting == 1).astype(np.float64))
    block = np.asarray(blocks(network).geometry.to_numpy(), dtype=object)
    x, y = shapely.get_coordinates(shapely.point_on_surface(block)).reshape(-1, 2).T
    yield Measured("block_area", "m2", x, y, shapely.area(block))


def near(frame: GeoDataFrame, zones: GeoDataFrame, around_m: float) -> GeoDataFrame:
    """Return the rows that lie so near any zone that they count, or decide about the ground of one that does."""
    if frame.empty or zones.empty:
        return frame.iloc[:0]
    reach = around_m + 2 * REACH_M
    row, _ = shapely.STRtree(zones.geometry.to_numpy()).query(
        frame.geometry.to_numpy(), predicate="dwithin", distance=reach
    )
    return frame.iloc[np.unique(row)]
