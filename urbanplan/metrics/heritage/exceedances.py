"""Buildings whose estimated height exceeds a limit, each beside its rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.compliance import cases, height_rules, share_class
from urbanplan.model.listing import listing

COLUMNS = {
    "building": "",
    "chance": "share",
    "likelihood": "",
    "height_m": "m",
    "height_sd_m": "m",
    "limit_m": "m",
    "above_m": "m",
    "height_reference": "",
    "heights_from": "",
    "rule": "",
    "zone": "",
    "version": "",
    "instrument": "",
    "clause": "",
    "built_when": "",
}


@listing(
    name="Buildings whose estimated height exceeds a limit",
    geometry="polygon",
    columns=COLUMNS,
    by="likelihood",
)
def exceedances(
    buildings: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    *,
    on_date: str = "",
    least_chance_share: float = 0.1,
) -> GeoDataFrame:
    """List each building that may be higher than a limit allows, with the clause and how sure that is.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with estimated heights and their standard deviations.
    heritage_rules : GeoDataFrame
        Limits of height, each to its own reference.
    on_date : str
        The limits that held on this day; by default those that nobody has ended.
    least_chance_share : float
        Buildings with a smaller probability are left out.

    Returns
    -------
    GeoDataFrame
        One row for each building and rule, the surest first; `likelihood` is likely (probability 0.9 or more) or possible;
        `above_m` the expected metres above the limit; `built_when` whether it was built before the day from which the rule holds,
        after it, or unknown; `height_reference` ends in `_assumed` where the rule does not say what heights are measured to.

    Notes
    -----
    What exceeds by estimate is listed, to be measured on the ground: no row says that a rule is broken. A building that
    stood before its rule usually may stay as it is.
    """
    shapes = buildings.geometry.to_numpy()
    parts = []
    for case in cases(buildings, height_rules(heritage_rules, on_date=on_date)):
        with np.errstate(invalid="ignore"):
            kept = np.flatnonzero(case.chance > least_chance_share)
        rows = case.buildings[kept]
        words = {name: case.rule[name] for name in ("zone", "version", "instrument", "clause")}
        parts.append(
            pd.DataFrame(
                {
                    "building": buildings.index.to_numpy()[rows],
                    "chance": case.chance[kept],
                    "likelihood": share_class(case.chance[kept]),
                    "height_m": case.mean_m[kept],
                    "height_sd_m": case.sd_m[kept],
                    "limit_m": case.limit_m,
                    "above_m": case.excess_m[kept],
                    "height_reference": case.reference + ("_assumed" if case.assumed else ""),
                    "heights_from": buildings["heights_from"].to_numpy()[rows],
                    "rule": case.rule.name,
                    **words,
                    "built_when": case.built[kept],
                    "geometry": shapes[rows],
                }
            )
        )
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS, "geometry"])
    order = np.lexsort(
        (table["building"].astype(str), table["rule"].astype(str), -table["chance"].astype(float))
    )
    return GeoDataFrame(table.iloc[order], geometry="geometry", crs=buildings.crs)
