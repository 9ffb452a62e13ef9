"""Livability of zones, with its parts and its interval."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.errors import InputError
from urbanplan.base.units import KM2_M2
from urbanplan.methods.aggregate import MIN_COVERAGE, known_of, membership, people_of
from urbanplan.methods.allotment import units_of_points
from urbanplan.methods.areas import areas_by_class
from urbanplan.methods.composite import Goalposts, composite, score
from urbanplan.methods.daily_needs import needs_within
from urbanplan.methods.diversity import entropy
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.healthy_city import clean_intersections
from urbanplan.methods.known_parts import known_land
from urbanplan.methods.mixture import MIXED
from urbanplan.methods.open_spaces import public_spaces
from urbanplan.methods.travel.access import distances
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

GOALPOSTS: dict[str, Goalposts] = {
    "services": Goalposts(0.0, 1.0),
    "transit": Goalposts(1000.0, 300.0),
    "green": Goalposts(1200.0, 300.0),
    "streets": Goalposts(0.0, 100.0),
    "mix": Goalposts(0.0, 0.8),
}
"""What scores zero, and what scores one: share of the kinds of daily needs within 15 minutes; metres to a stop; metres to
green of 1 ha; intersections by km2 (100: Cerin et al. 2022); entropy of uses."""
_NEEDS = ("food", "convenience", "school", "health", "park", "worship")
_WALK_M = 1200.0
_GREEN_M2 = 10_000.0


@listing(
    name="Livability with its parts",
    geometry="polygon",
    by="index",
    direction="higher",
    columns={
        "name": "",
        "index": "share",
        "low": "share",
        "high": "share",
        "geometric": "share",
        "first_share": "share",
        **{f"score_{name}": "share" for name in GOALPOSTS},
        "weighted_by": "",
        "known_share": "share",
    },
    references=("oecd2008", "cerin2022"),
)
def livability(
    places: GeoDataFrame,
    open_space: GeoDataFrame,
    land_use: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    zones: GeoDataFrame,
    *,
    weights: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 1.0),
    draws: int = 1000,
    seed: int = 0,
    max_off_street_m: float = 500.0,
) -> GeoDataFrame:
    """List for each zone five scores of daily life, their mean, and how far other weights would move it.

    Parameters
    ----------
    places, open_space, land_use : GeoDataFrame
        Places with `category`, open spaces with `access`, uses with `class`.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    zones : GeoDataFrame
        What the rows are of.
    weights : tuple of float
        Weights of daily needs, stops, green, streets and mix, each above zero; they are scaled to add up to one.
    draws, seed : int
        How often other weights are drawn, and from which seed.
    max_off_street_m : float
        Cells farther than this from every street are unknown.

    Returns
    -------
    GeoDataFrame
        One row a zone, the highest index first: index and interval (all scores 0 to 1), the geometric mean beside it, the
        share of draws in which it ranks first, the five scores, whether they are weighted by "people" or, where no people are
        known, by "ground", and the share of the zone where the layers are mapped.

    Raises
    ------
    InputError
        If there are not five weights above zero.

    Notes
    -----
    Scores lie between fixed goalposts (`GOALPOSTS`), not between the best and the worst zone, so that a city can improve and
    two cities be compared. An index without its parts says nothing about what to do: it never stands alone here. A score is
    unknown where less than half of its people or ground has one, and where one is unknown the index is. Low and high
    are the middle 90 % under weights drawn from half to one and a half of theirs (`urbanplan.methods.composite`).
    """
    if len(weights) != len(GOALPOSTS) or not all(weight > 0 for weight in weights):
        raise InputError(f"weights must be {len(GOALPOSTS)} numbers above zero, not {weights}")
    counted = bool(np.isfinite(people_of(cells)).any())
    by_cell = _scores_of_cells(places, open_space, walk, cells, max_off_street_m)
    scores = {name: _mean(values, cells, zones, counted=counted) for name, values in by_cell.items()}
    share = known_land(cells, zones)
    for name, values in _values_of_zones(land_use, walk, zones).items():
        scores[name] = np.where(share >= MIN_COVERAGE, score(values, GOALPOSTS[name]), np.nan)
    found = composite(scores, dict(zip(GOALPOSTS, weights, strict=True)), draws=draws, seed=seed)
    table = pd.DataFrame(
        {
            "name": zones["name"].to_numpy(),
            "index": found.value,
            "low": found.low,
            "high": found.high,
            "geometric": found.geometric,
            "first_share": found.first_share,
            **{f"score_{name}": scores[name] for name in GOALPOSTS},
            "weighted_by": "people" if counted else "ground",
            "known_share": share,
        }
    )
    order = np.lexsort((zones.index.astype(str), -np.nan_to_num(found.value, nan=-1.0)))
    return gpd.GeoDataFrame(
        table.iloc[order], geometry=zones.geometry.to_numpy()[order], crs=zones.crs
    ).reset_index(drop=True)


def _scores_of_cells(
    places: GeoDataFrame, open_space: GeoDataFrame, walk: StreetNetwork, cells: GeoDataFrame, off: float
) -> dict[str, Floats]:
    """Return the scores that cells have: daily needs, stops and green within a walk."""
    needs = needs_within(places, walk, cells, categories=_NEEDS, limit=_WALK_M, max_off_street_m=off)
    stop, _ = distances(places, walk, cells, category="transit", max_off_street_m=off)
    spaces = public_spaces(open_space, min_area_m2=_GREEN_M2)
    green, _ = distances(spaces, walk, cells, max_off_street_m=off)
    values = {"services": needs.value, "transit": stop, "green": green}
    return {name: score(value, GOALPOSTS[name]) for name, value in values.items()}


def _values_of_zones(land_use: GeoDataFrame, walk: StreetNetwork, zones: GeoDataFrame) -> dict[str, Floats]:
    """Return what only zones have: intersections by km2, and the mix of uses."""
    xy = clean_intersections(walk)
    zone = units_of_points(np.asarray(shapely.points(xy), dtype=object), zones)
    crossings = np.bincount(zone[zone >= 0], minlength=len(zones))
    area = shapely.area(zones.geometry.to_numpy())
    streets = crossings / area * KM2_M2 if len(walk.edge_u) else np.full(len(zones), np.nan)
    return {
        "streets": streets,
        "mix": entropy(areas_by_class(land_use, "class", MIXED, zones), classes=len(MIXED)),
    }


def _mean(values: Floats, cells: GeoDataFrame, zones: GeoDataFrame, *, counted: bool) -> Floats:
    """Average over the people of zones, or where none are known over their ground; NaN where less than half has a value."""
    belongs = membership(cells, zones)
    ground = cells["inside"].to_numpy(dtype=np.float64)
    weight = np.nan_to_num(people_of(cells)) if counted else ground
    told = np.isfinite(values) & known_of(cells)
    total, whole = belongs.sum(np.where(told, weight, 0.0)), belongs.sum(weight)
    sums = belongs.sum(np.where(told, weight * np.nan_to_num(values), 0.0))
    enough = (total > 0) & (total >= MIN_COVERAGE * whole)
    mean: Floats = np.divide(sums, total, out=np.full(len(zones), np.nan), where=enough)
    return mean
