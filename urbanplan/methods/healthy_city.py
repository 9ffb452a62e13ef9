"""Access and walkability as the Global Healthy and Sustainable City Indicators define them, from points along streets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from urbanplan.base.units import KM2_M2
from urbanplan.methods.aggregate import known_of, people_of
from urbanplan.methods.allotment import units_of_points
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.open_spaces import public_spaces
from urbanplan.methods.travel.streets import engine_of
from urbanplan.model.network import StreetNetwork

if TYPE_CHECKING:
    from urbanplan.methods.engine import Positions

STEP_M = 30.0
NEAR_M = 500.0
NEIGHBOURHOOD_M = 1000.0
TOLERANCE_M = 12.0
ENTRY_STEP_M = 20.0
ENTRY_NEAR_M = 30.0
LARGE_M2 = 15_000.0
DESTINATIONS = ("food", "convenience", "transit", "open_space", "large_open_space")
REFERENCE = {
    "people_km2": (11_093.1, 13_637.9),
    "intersections_km2": (98.44, 36.96),
    "daily_living": (1.028, 0.915),
}
"""Mean and standard deviation over the sample points of the 25 cities, from the analysis of June 2021."""
_JUNCTION = 3


class SamplePoints(NamedTuple):
    """Points every 30 m along the streets, outside open spaces, with what is near them.

    Attributes
    ----------
    x, y : ndarray of float64, shape (p,)
        Metres.
    near : dict of str to ndarray of float64, shape (p,)
        By destination 1 within 500 m and 0 beyond; NaN where the map has none at all.
    daily_living : ndarray of float64, shape (p,)
        How many of food, convenience and transit are near, 0 to 3.
    people_km2, intersections_km2 : ndarray of float64, shape (p,)
        Density over the cells of the grid that the neighbourhood touches; NaN where unknown.
    """

    x: Floats
    y: Floats
    near: dict[str, Floats]
    daily_living: Floats
    people_km2: Floats
    intersections_km2: Floats

    @property
    def walkability(self) -> Floats:
        """Sum of the three z-scores against the 25 cities; NaN where a part is unknown."""
        parts = (self.people_km2, self.intersections_km2, self.daily_living)
        total: Floats = np.sum(
            [
                (part - mean) / deviation
                for part, (mean, deviation) in zip(parts, REFERENCE.values(), strict=True)
            ],
            axis=0,
        )
        return total


def sample_points(
    walk: StreetNetwork,
    places: GeoDataFrame,
    open_space: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    min_people: float = 1.0,
) -> SamplePoints:
    """Measure access and neighbourhood at points along the streets.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot.
    places : GeoDataFrame
        With `category`: food, convenience, transit.
    open_space : GeoDataFrame
        With `access`; water is none of them.
    cells : GeoDataFrame
        The analysis grid with `inside`, `population` and `known`.
    min_people : float
        Points in cells where fewer people are known to live are left out; where people are unknown they stay.

    Returns
    -------
    SamplePoints
        Those that lie in cells of the grid where the layers are mapped.

    Notes
    -----
    Points stand every 30 m along each edge, from its first end. Distances run from the point itself along the edge, to
    where the destination meets the nearest street within 500 m. Open spaces are entered at points every 20 m of
    their outer ring that lie within 30 m of a street. The neighbourhood is what can be reached in 1,000 m from either end of the
    edge: people and intersections of the distinct cells that its nodes lie in, by the land of these cells (of whole cells
    that is the mean of their densities); the two ends count the more the nearer they are.
    Intersections are nodes where three streets or more meet, those within 12 m of each other taken as one.

    References
    ----------
    Boeing et al. (2022), Using open data and open-source software to develop spatial indicators of urban design and
    transport features for achieving healthy and sustainable cities; Higgs et al. (2025), the software's documentation.
    """
    spaces = public_spaces(open_space)
    edge, offset, x, y = _along(walk, spaces, cells, min_people)
    engine = engine_of(walk, cost="length")
    start = engine.at(edge, offset)
    near: dict[str, Floats] = {}
    for name in DESTINATIONS[:3]:
        shapes = places.geometry[places["category"] == name]
        found = walk.snap(shapes, max_distance_m=NEAR_M)
        near[name] = _within(walk, start, found["edge"].to_numpy(), found["offset_m"].to_numpy())
    for name, area in (("open_space", 0.0), ("large_open_space", LARGE_M2)):
        found = walk.snap(_entries(spaces[spaces["area_m2"] > area]), max_distance_m=ENTRY_NEAR_M)
        near[name] = _within(walk, start, found["edge"].to_numpy(), found["offset_m"].to_numpy())
    people, junctions = _neighbourhood(walk, cells, edge, offset)
    living = np.sum([near[name] for name in DESTINATIONS[:3]], axis=0)
    return SamplePoints(x, y, near, living, people, junctions)


def clean_intersections(network: StreetNetwork, *, tolerance_m: float = TOLERANCE_M) -> Floats:
    """Return intersections, of which those whose circles of the tolerance touch are one, at their middle.

    Returns
    -------
    ndarray of float64, shape (intersections, 2)
        Coordinates in metres.
    """
    junction = np.flatnonzero((network.street_count >= _JUNCTION) & (network.node_id >= 0))
    xy = np.column_stack([network.node_x[junction], network.node_y[junction]])
    if not len(xy):
        return xy
    pair = cKDTree(xy).query_pairs(2 * tolerance_m, output_type="ndarray")
    graph = coo_array((np.ones(len(pair)), (pair[:, 0], pair[:, 1])), shape=(len(xy), len(xy)))
    number, label = connected_components(graph, directed=False)
    counts = np.bincount(label, minlength=number)
    return np.column_stack(
        [np.bincount(label, weights=xy[:, axis], minlength=number) / counts for axis in (0, 1)]
    )


def _along(
    walk: StreetNetwork, spaces: GeoDataFrame, cells: GeoDataFrame, min_people: float
) -> tuple[Ints, Floats, Floats, Floats]:
    """Return points every 30 m of the streets that lie in known cells where people live, and outside open spaces."""
    count = np.floor(walk.length_m / STEP_M).astype(np.int64) + 1
    edge: Ints = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    offset: Floats = step.astype(np.float64) * STEP_M
    share = np.divide(offset, walk.length_m[edge], out=np.zeros(len(edge)), where=walk.length_m[edge] > 0)
    points = shapely.line_interpolate_point(walk.lines[edge], np.minimum(share, 1.0), normalized=True)
    known = known_of(cells) & ~(people_of(cells) < min_people)
    kept = units_of_points(points, cells[known]) >= 0 if known.any() else np.zeros(len(points), dtype=bool)
    _, at = shapely.STRtree(points).query(spaces.geometry.to_numpy(), predicate="contains")
    kept[at] = False
    x: Floats = shapely.get_x(points[kept])
    y: Floats = shapely.get_y(points[kept])
    return edge[kept], offset[kept], x, y


def _entries(spaces: GeoDataFrame) -> GeoDataFrame:
    """Return points every 20 m of the outer rings of spaces."""
    rings = shapely.get_exterior_ring(spaces.geometry.to_numpy())
    number = np.maximum(np.floor(shapely.length(rings) / ENTRY_STEP_M).astype(np.int64), 1)
    ring = np.repeat(np.arange(len(rings)), number)
    step = np.arange(len(ring)) - np.repeat(np.cumsum(number) - number, number)
    points = shapely.line_interpolate_point(rings[ring], step * ENTRY_STEP_M)
    return GeoDataFrame(geometry=list(points), crs=spaces.crs)


def _within(walk: StreetNetwork, start: Positions, edge: Ints, offset: Floats) -> Floats:
    """Return 1 for each point from which some end lies within 500 m, else 0; NaN where there is no end at all."""
    from urbanplan.methods.engine import nearest  # noqa: PLC0415 - a second to import

    there = edge >= 0
    if not there.any():
        return np.full(len(start.row), np.nan)
    engine = engine_of(walk, cost="length")
    found = nearest(engine, start, engine.at(edge[there], offset[there]), limit=NEAR_M)
    return np.isfinite(found.cost[0, :, 0]).astype(np.float64)


def _neighbourhood(
    walk: StreetNetwork, cells: GeoDataFrame, edge: Ints, offset: Floats
) -> tuple[Floats, Floats]:
    """Return the mean densities of people and of intersections around each point."""
    from urbanplan.methods.engine import reach  # noqa: PLC0415 - a second to import

    whole = shapely.area(cells.geometry.to_numpy())
    people = people_of(cells)
    counted = np.isfinite(people)
    lived_on = np.where(counted, whole * cells["inside"].to_numpy(dtype=float), 0.0)
    xy = clean_intersections(walk)
    lies = units_of_points(shapely.points(xy), cells) if len(xy) else np.zeros(0, dtype=np.int64)
    junctions = np.bincount(lies[lies >= 0], minlength=len(cells)).astype(np.float64)
    # streets go on beyond the border and people do not: a cell that the border cuts has all of its junctions, but only the people inside
    weights = np.column_stack([np.nan_to_num(people), lived_on, junctions, whole])
    node_cell = units_of_points(shapely.points(walk.node_x, walk.node_y), cells)
    inside = np.flatnonzero(node_cell >= 0)
    engine = engine_of(walk, cost="length")
    nodes = np.unique(np.concatenate([walk.edge_u[edge], walk.edge_v[edge]])) if len(edge) else inside[:0]
    values = np.full((len(walk.node_id), 2), np.nan)
    if len(nodes) and len(inside):
        order = inside[np.argsort(node_cell[inside], kind="stable")]
        found = reach(
            engine, engine.at_nodes(nodes), engine.at_nodes(order), weights, place=node_cell[order],
            cutoffs=[NEIGHBOURHOOD_M],
        ).within[:, 0]  # fmt: skip
        with np.errstate(divide="ignore", invalid="ignore"):
            values[nodes, 0] = np.where(found[:, 1] > 0, found[:, 0] / found[:, 1] * KM2_M2, np.nan)
            values[nodes, 1] = np.where(found[:, 3] > 0, found[:, 2] / found[:, 3] * KM2_M2, np.nan)
    length = np.maximum(walk.length_m[edge], np.finfo(float).tiny)
    far = np.clip(offset / length, 0.0, 1.0)[:, None]
    mixed = values[walk.edge_u[edge]] * (1 - far) + values[walk.edge_v[edge]] * far
    return mixed[:, 0], mixed[:, 1]


def mean_by_unit(values: Floats, unit: Ints, units: int, weights: Floats | None = None) -> Floats:
    """Average values of points by unit, those that are known; NaN where none is.

    Parameters
    ----------
    values, unit, weights : ndarray, shape (p,)
        Value, unit (-1: none) and weight of each point.
    units : int
        Number of units.
    """
    weight = np.ones(len(values)) if weights is None else weights
    known: NDArray[np.bool_] = (unit >= 0) & np.isfinite(values) & np.isfinite(weight)
    total = np.bincount(unit[known], weights=weight[known], minlength=units)
    sums = np.bincount(unit[known], weights=(values * weight)[known], minlength=units)
    mean: Floats = np.divide(sums, total, out=np.full(units, np.nan), where=total > 0)
    return mean
