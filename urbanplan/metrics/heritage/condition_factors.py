"""What the data show of the factors that affect a property, by the fourteen of State-of-Conservation reports."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.change import compare_buildings
from urbanplan.methods.compliance import cases, height_rules
from urbanplan.model.listing import listing

COLUMNS = {"factor": "", "finding": "", "amount": "1", "extent_share": "share", "trend": "", "evidence": ""}
EXTENT_M = 25.0
FACTORS = (
    "buildings",
    "transport",
    "services",
    "pollution",
    "biological_use",
    "extraction",
    "local_conditions",
    "social_uses",
    "other_human",
    "climate",
    "sudden_events",
    "invasive_species",
    "management",
    "other",
)
"""The primary factors, in the order of the list that the World Heritage Committee adopted in 2008 (whc.unesco.org/en/factors)."""
VISITORS = ("lodging", "bar", "nightclub", "restaurant", "cafe", "souvenir", "tour", "massage")
Finding = tuple[str, str, float, float, str, str]


@listing(
    name="Factors affecting the heritage, as far as the data show them",
    geometry="polygon",
    columns=COLUMNS,
    references=("unesco_factors2008",),
)
def condition_factors(
    heritage_zones: GeoDataFrame,
    heritage_assets: GeoDataFrame,
    buildings: GeoDataFrame = None,
    buildings_before: GeoDataFrame = None,
    heritage_rules: GeoDataFrame = None,
    venues: GeoDataFrame = None,
    *,
    outline_sd_m: float = 0.5,
) -> GeoDataFrame:
    """Lay what was measured beside the fourteen factors of State-of-Conservation reports, and say what was not measured.

    Parameters
    ----------
    heritage_zones : GeoDataFrame
        Zones; those that nobody has ended are taken together.
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    buildings : GeoDataFrame, optional
        Footprints with estimated heights.
    buildings_before : GeoDataFrame, optional
        Footprints at the earlier date.
    heritage_rules : GeoDataFrame, optional
        Limits of height.
    venues : GeoDataFrame, optional
        Businesses and amenities.
    outline_sd_m : float
        How far a wall may be drawn from where it stands.

    Returns
    -------
    GeoDataFrame
        One row or more for each factor: what was found inside the zones, how much of it, its extent (share of the zones' ground
        that lies within 25 m of it), the trend where two dates tell one, and the metric or list that holds the evidence. A factor that nothing in the data tells of is `not_measured`: unknown, not
        absent.

    Notes
    -----
    A draft for the person who writes the report: the assessment of each factor, positive or negative, current or potential, is theirs.
    """
    ground = shapely.union_all(heritage_zones.geometry[heritage_zones["in_force_to"].isna()].to_numpy())
    shapely.prepare(ground)
    found: list[Finding] = [
        *_built(ground, buildings, buildings_before, outline_sd_m),
        *_above(ground, buildings, heritage_rules),
        *_venues(ground, venues),
        *_unregistered(ground, heritage_assets),
    ]
    told = {factor for factor, *_ in found}
    found += [
        (factor, "not_measured", float("nan"), float("nan"), "unknown", "")
        for factor in FACTORS
        if factor not in told
    ]
    table = pd.DataFrame(sorted(found, key=lambda row: FACTORS.index(row[0])), columns=list(COLUMNS))
    return GeoDataFrame(table, geometry=[ground] * len(table), crs=heritage_zones.crs)


def _inside(ground: Any, shapes: Any) -> Any:
    return shapely.intersects(ground, shapely.point_on_surface(shapes))


def _extent(ground: Any, shapes: Any) -> float:
    """Return the share of the ground that lies within `EXTENT_M` of things."""
    around = shapely.union_all(shapely.buffer(shapes, EXTENT_M, quad_segs=4))
    whole = shapely.area(ground)
    return float(shapely.area(shapely.intersection(around, ground)) / whole) if whole > 0 else float("nan")


def _built(
    ground: Any, now: GeoDataFrame | None, before: GeoDataFrame | None, outline_sd_m: float
) -> list[Finding]:
    if now is None or before is None:
        return []
    changes = compare_buildings(before, now, outline_sd_m=outline_sd_m)
    shapes, earlier = now.geometry.to_numpy(), before.geometry.to_numpy()
    here, there = _inside(ground, shapes), _inside(ground, earlier)
    since = here & (changes.after == "new") & ~(now["stood_before"] >= 0.5).to_numpy()  # noqa: PLR2004 - half
    things = {
        "new_buildings": shapes[since],
        "enlarged_buildings": shapes[here & (changes.after == "enlarged")],
        "heightened_buildings": shapes[here & changes.heightened],
        "gone_buildings": earlier[there & (changes.before == "gone")],
    }
    return [
        (
            "buildings",
            word,
            float(len(found)),
            _extent(ground, found),
            "increasing" if len(found) else "stable",
            "heritage.building_changes",
        )
        for word, found in things.items()
    ]


def _above(ground: Any, buildings: GeoDataFrame | None, rules: GeoDataFrame | None) -> list[Finding]:
    if buildings is None or rules is None:
        return []
    known = [case for case in cases(buildings, height_rules(rules)) if np.isfinite(case.chance).any()]
    if not known:
        return []
    expected = float(sum(np.nansum(case.chance) for case in known))
    rows = np.unique(np.concatenate([case.buildings[case.chance > 0.5] for case in known]))  # noqa: PLR2004 - half
    extent = _extent(ground, buildings.geometry.to_numpy()[rows])
    return [("buildings", "exceeding_buildings", expected, extent, "unknown", "heritage.rule_findings")]


def _venues(ground: Any, venues: GeoDataFrame | None) -> list[Finding]:
    if venues is None:
        return []
    here = venues[_inside(ground, venues.geometry.to_numpy())]
    kinds = (
        ("social_uses", "visitor_venues", VISITORS),
        ("transport", "parking_venues", ("parking",)),
        ("services", "mast_venues", ("mast",)),
        ("pollution", "fuel_venues", ("fuel", "car_repair")),
    )
    # a source that holds no such business anywhere did not look for them: unknown, not none
    sought = [(factor, word, uses) for factor, word, uses in kinds if venues["use"].isin(uses).any()]
    found = [(factor, word, here.geometry[here["use"].isin(uses)]) for factor, word, uses in sought]
    return [
        (factor, word, float(len(them)), _extent(ground, them.to_numpy()), "unknown", "heritage.banned_uses")
        for factor, word, them in found
    ]


def _unregistered(ground: Any, assets: GeoDataFrame) -> list[Finding]:
    here = assets[_inside(ground, assets.geometry.to_numpy())]
    if here["registered"].dropna().empty:
        return []
    open_ones = here.geometry[here["registered"] == 0].to_numpy()
    extent = _extent(ground, open_ones)
    return [
        (
            "management",
            "unregistered_assets",
            float(len(open_ones)),
            extent,
            "unknown",
            "heritage.protection_gaps",
        )
    ]
