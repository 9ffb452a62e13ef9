"""Mix of uses within walking distance."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.areas import areas_by_class
from urbanplan.methods.diversity import hill_weighted
from urbanplan.methods.grid import lay_grid
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.mixture import MIXED
from urbanplan.methods.travel.journeys import journeys
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

_ORDERS = {0: "uses present (q = 0)", 1: "effective uses (q = 1)", 2: "effective uses (q = 2)"}
_DECAYS = {"flat": "all alike", "near": "the nearer the more"}
_SQUARE_M = 100.0


@metric(
    name="Uses within a walk: {order}, {decay}",
    unit="1",
    direction="higher",
    supports=("cell",),
    formula=(
        r"{}^qD = \left(\sum_k w_k \left(\tfrac{p_k}{T}\right)^q\right)^{1/(1-q)},\quad T = \sum_k w_k p_k,\quad"
        r" w_k = 2^{-d_k/h}\ \text{or}\ 1"
    ),
    references=("hill1973", "jost2006", "chao2010"),
    standard=False,
    variants={"order": _ORDERS, "decay": _DECAYS},
)
def mix_nearby(
    observed_use: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    order: int = 1,
    decay: str = "flat",
    max_distance_m: float = 800.0,
    halving_m: float = 200.0,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Count the uses that people of each cell effectively have within a walk.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid.
    order : int
        Order q of Hill's number: 0 all uses alike, 1 by their share, 2 the dominant ones most.
    decay : str
        flat, or near: a use counts by the distance to its nearest place.
    max_distance_m : float
        How far people walk; what is at exactly this distance counts.
    halving_m : float
        With `near`, a use this much farther away counts half.
    max_off_street_m : float
        A cell farther than this from every street is not connected to it.

    Returns
    -------
    DataFrame
        On the index of the cells: value (1-6; less with `near`), coverage (share of the land within the walk whose use
        is known), n (hectares within the walk), reason. Less than half known is unknown.

    Notes
    -----
    Land is gathered by hectares: each counts whole where the way along the streets from the middle of the cell to its
    own middle is within the limit. Land beyond the city's border counts as far as the data reach.
    """
    ground = _hectares(observed_use, walk)
    area = areas_by_class(observed_use, "class", MIXED, ground)
    known = areas_by_class(observed_use, "class", LAND_USE_CLASSES, ground).sum(axis=1)
    whole = shapely.area(ground.geometry.to_numpy())
    middles = ground.set_geometry(shapely.centroid(ground.geometry.to_numpy()), crs=ground.crs)
    trips = journeys(walk, cells, middles, max_off_street_m=max_off_street_m)
    weights = np.column_stack([area, known, whole, np.ones(len(whole))])
    found = trips.reach(weights, cutoffs=(max_distance_m,)).within[:, 0]
    uses, reached, land, count = found[:, : len(MIXED)], found[:, -3], found[:, -2], found[:, -1]
    weight = np.ones(uses.shape)
    if decay == "near":
        weight = _nearness(walk, cells, middles, area, max_distance_m, halving_m, max_off_street_m)
    value = hill_weighted(np.nan_to_num(uses), weight, q=order)
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.where(land > 0, np.clip(reached / land, 0.0, 1.0), np.nan)
    table = explained(
        cells,
        value,
        (np.full(len(cells), not area.any()), Reason.NO_PLACES),
        (trips.off_street, Reason.OFF_NETWORK),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
        (~(np.nan_to_num(uses).sum(axis=1) > 0), Reason.BEYOND_LIMIT),
    )
    return table.assign(coverage=coverage, n=np.where(np.isfinite(count), count, np.nan))


def _hectares(uses: GeoDataFrame, walk: StreetNetwork) -> GeoDataFrame:
    """Return the hectares that hold land of known use, or a street: open sea and bare mountains are no unknown land."""
    if uses.empty:
        return uses[["geometry"]]
    squares = lay_grid(shapely.box(*uses.total_bounds), uses.crs, cell_m=_SQUARE_M)
    shapes = squares.geometry.to_numpy()
    held = np.zeros(len(squares), dtype=bool)
    for lines in (uses.geometry.to_numpy(), walk.lines):
        square, _ = shapely.STRtree(lines).query(shapes, predicate="intersects")
        held[square] = True
    return squares[held]


def _nearness(
    walk: StreetNetwork,
    cells: GeoDataFrame,
    middles: GeoDataFrame,
    area: Floats,
    max_distance_m: float,
    halving_m: float,
    max_off_street_m: float,
) -> Floats:
    """Return for each cell and use how much it counts by the distance to its nearest hectare; 0 beyond the limit."""
    hectare, kind = np.nonzero(area)
    places = middles.iloc[hectare]
    found = journeys(walk, cells, places, max_off_street_m=max_off_street_m).nearest(
        category=kind, categories=len(MIXED), limit=max_distance_m
    )
    return np.nan_to_num(np.exp(-math.log(2.0) / halving_m * found.cost[:, :, 0].T))
