"""Heritage assets by how pressing their state is, with the interval of every rank."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods import asset_criteria as press
from urbanplan.methods.assessment import rank_intervals
from urbanplan.model.listing import listing, no_rows
from urbanplan.model.reason import Reason

CRITERIA = ("too_high", "new_buildings", "unprotected", "visitors")
FEWEST = 2
"""A rank by fewer criteria would only be that criterion, sorted."""
COLUMNS = {
    "asset": "",
    "name": "",
    "rank_median": "1",
    "rank_low": "1",
    "rank_high": "1",
    "among_first": "share",
    "criteria_known": "share",
    "too_high": "count",
    "new_buildings": "count",
    "unprotected": "1",
    "visitors": "count",
}


@listing(
    name="Heritage assets by how pressing their state is: ranks with their intervals",
    geometry="any",
    columns=COLUMNS,
    by="among_first",
    references=("michalski2016",),
)
def asset_ranking(
    heritage_assets: GeoDataFrame,
    heritage_zones: GeoDataFrame = None,
    heritage_rules: GeoDataFrame = None,
    buildings: GeoDataFrame = None,
    buildings_before: GeoDataFrame = None,
    venues: GeoDataFrame = None,
    *,
    near_m: float = 100.0,
    outline_sd_m: float = 0.5,
    first: int = 10,
    draws: int = 2000,
    seed: int = 0,
    weights: Mapping[str, tuple[float, float]] | None = None,
) -> GeoDataFrame:
    """Rank the assets by what presses on them, and tell between which ranks each lies: never one score.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    heritage_zones, heritage_rules : GeoDataFrame, optional
        Versions of zones, and their rules.
    buildings, buildings_before : GeoDataFrame, optional
        Footprints with estimated heights, and those of an earlier date.
    venues : GeoDataFrame, optional
        Businesses and amenities.
    near_m : float
        How far the surroundings of an asset reach.
    outline_sd_m : float
        How far a wall may be drawn from where it stands.
    first : int
        The k of "among the first k".
    draws : int
        How often weights and values are drawn.
    seed : int
        The same seed gives the same ranks.
    weights : mapping of str to (float, float), optional
        Least and greatest weight of each criterion; without it every mix of weights is as likely as any other.

    Returns
    -------
    GeoDataFrame
        One row for each asset, those most often among the first k first: median rank and the ranks between which it lies in 90 of 100
        draws, in how many of the draws it is among the first k, which share of the criteria is known of it, and the criteria.

    Notes
    -----
    The criteria are buildings above a limit, buildings built since the earlier date, layers of protection that are lacking, and
    businesses for visitors, all within 100 m. A criterion for which the city has no layer is left out for all. One that is unknown
    of a single asset is drawn from those of the others. What the criteria leave out (fabric, floods, fire, meaning) the ranks leave out too.
    """
    found = _criteria(
        heritage_assets,
        heritage_zones,
        heritage_rules,
        buildings,
        buildings_before,
        venues,
        near_m,
        outline_sd_m,
    )
    known = {name: one for name, one in found.items() if np.isfinite(one.mean).any()}
    if len(known) < FEWEST:
        return no_rows(COLUMNS, heritage_assets.crs, Reason.TOO_FEW)
    names = heritage_assets.index.astype(str)
    columns = {name: found[name].mean if name in found else np.nan for name in CRITERIA}
    table = pd.DataFrame({"asset": names, "name": heritage_assets["name"].to_numpy(), **columns})
    ranks = rank_intervals(
        list(names),
        {name: one.mean for name, one in known.items()},
        {name: one.sd for name, one in known.items()},
        press.SCALES,
        ranges=None if weights is None else {name: weights[name] for name in known if name in weights},
        first=first,
        draws=draws,
        seed=seed,
    )
    table = table.assign(
        rank_median=ranks.median,
        rank_low=ranks.low,
        rank_high=ranks.high,
        among_first=ranks.top,
        criteria_known=ranks.known,
    )
    order = np.lexsort((table["asset"], table["rank_median"], -table["among_first"]))
    rows = GeoDataFrame(table, geometry=heritage_assets.geometry.to_numpy(), crs=heritage_assets.crs)
    return rows.iloc[order]


def _criteria(
    assets: GeoDataFrame,
    zones: GeoDataFrame | None,
    rules: GeoDataFrame | None,
    buildings: GeoDataFrame | None,
    before: GeoDataFrame | None,
    venues: GeoDataFrame | None,
    near_m: float,
    outline_sd_m: float,
) -> dict[str, press.Criterion]:
    """Return the criteria for which there are layers."""
    found: dict[str, press.Criterion] = {}
    if buildings is not None and rules is not None:
        found["too_high"] = press.too_high(assets, buildings, rules, near_m=near_m)
    if buildings is not None and before is not None:
        found["new_buildings"] = press.new_buildings(
            assets, buildings, before, near_m=near_m, outline_sd_m=outline_sd_m
        )
    if zones is not None and rules is not None:
        found["unprotected"] = press.unprotected(assets, zones, rules, near_m=near_m)
    if venues is not None:
        found["visitors"] = press.visitors(assets, venues, near_m=near_m)
    return found
