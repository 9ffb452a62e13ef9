"""Businesses whose use a rule bans, or that stand close beside a monument."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.compliance.dates import holds_on
from urbanplan.methods.compliance.rules import words_of
from urbanplan.methods.use_pressure import INCOMPATIBLE
from urbanplan.model.listing import listing

COLUMNS = {
    "venue": "",
    "name": "",
    "use": "",
    "conflict": "",
    "rule": "",
    "zone": "",
    "version": "",
    "clause": "",
    "asset": "",
    "asset_m": "m",
}


@listing(
    name="Businesses in apparent conflict with a rule, or close beside an asset",
    geometry="any",
    columns=COLUMNS,
    by="conflict",
)
def banned_uses(
    venues: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    heritage_assets: GeoDataFrame,
    *,
    on_date: str = "",
    near_m: float = 50.0,
    near_uses: tuple[str, ...] = INCOMPATIBLE,
) -> GeoDataFrame:
    """List businesses whose use a heritage zone bans, and those of a disputed use within 50 m of an asset.

    Parameters
    ----------
    venues : GeoDataFrame
        Businesses and amenities with their `use`.
    heritage_rules : GeoDataFrame
        Rules of the kind use_ban, with the banned `uses`.
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    on_date : str
        The rules that held on this day; by default those that nobody has ended.
    near_m : float
        How near to an asset a disputed use is listed where no rule says anything.
    near_uses : tuple of str
        Uses that are disputed beside a monument.

    Returns
    -------
    GeoDataFrame
        One row for each business and rule (`conflict` is banned, with zone, version and clause), and one for each business that is
        near an asset without such a rule (near_asset), with the nearest asset and the distance to it.

    Notes
    -----
    An apparent conflict, to be looked at on the spot: the map may be old, the business licensed before the rule, or exempt.
    """
    place = shapely.point_on_surface(venues.geometry.to_numpy())
    asset, metres = _nearest(place, heritage_assets)
    holding = heritage_rules[heritage_rules["kind"] == "use_ban"]
    holding = holding[holds_on(holding["in_force_from"], holding["in_force_to"], holding["status"], on_date)]
    use = venues["use"].to_numpy(dtype=object)
    rows: list[tuple[int, Any]] = []
    for number in range(len(holding)):
        rule, ground = holding.iloc[number], holding.geometry.iloc[number]
        shapely.prepare(ground)
        hit = np.isin(use, words_of(rule["uses"])) & shapely.intersects(ground, place)
        rows += [(int(row), rule) for row in np.flatnonzero(hit)]
    banned = {row for row, _ in rows}
    beside = np.isin(use, near_uses) & (metres <= near_m)
    rows += [(int(row), None) for row in np.flatnonzero(beside) if row not in banned]
    table = pd.DataFrame(
        [_row(venues, row, rule, asset[row], float(metres[row])) for row, rule in rows],
        columns=[*COLUMNS, "geometry"],
    )
    order = np.lexsort(
        (table["venue"].astype(str), table["rule"].fillna("").astype(str), table["conflict"].astype(str))
    )
    return GeoDataFrame(table.iloc[order], geometry="geometry", crs=venues.crs)


def _row(venues: GeoDataFrame, row: int, rule: Any, asset: Any, metres: float) -> dict[str, Any]:
    words = ("zone", "version", "clause")
    return {
        "venue": venues.index[row],
        "name": venues["name"].iloc[row],
        "use": venues["use"].iloc[row],
        "conflict": "near_asset" if rule is None else "banned",
        "rule": None if rule is None else rule.name,
        **{word: None if rule is None else rule[word] for word in words},
        "asset": asset,
        "asset_m": metres,
        "geometry": venues.geometry.iloc[row],
    }


def _nearest(place: Any, assets: GeoDataFrame) -> tuple[Any, Any]:
    """Return the nearest asset of each place, by its name or code, and the distance to it."""
    name, metres = np.full(len(place), None, dtype=object), np.full(len(place), np.nan)
    if len(place) and len(assets):
        at, found = shapely.STRtree(assets.geometry.to_numpy()).query_nearest(place, all_matches=False)
        labels = assets["name"].where(assets["name"].notna(), assets.index.to_series()).to_numpy(dtype=object)
        name[at] = labels[found]
        metres[at] = shapely.distance(place[at], assets.geometry.to_numpy()[found])
    return name, metres
