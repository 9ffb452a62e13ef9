"""Rules of height, each with what is estimated of the buildings under it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.compliance import Case, cases, interval, share_class
from urbanplan.methods.compliance.rules import height_rules
from urbanplan.model.listing import listing

COLUMNS = {
    "rule": "",
    "zone": "",
    "version": "",
    "clause": "",
    "limit_m": "m",
    "height_reference": "",
    "in_force_from": "date",
    "in_force_to": "date",
    "applies_to": "",
    "retroactive": "",
    "buildings": "count",
    "height_known": "count",
    "exempt": "count",
    "expected_above": "count",
    "expected_low": "count",
    "expected_high": "count",
    "above_likely": "count",
    "above_possible": "count",
    "built_before": "count",
    "built_after": "count",
    "built_unknown": "count",
    "area_share": "share",
    "volume_m3": "m3",
}


@listing(
    name="Limits of height and the buildings under them",
    geometry="polygon",
    columns=COLUMNS,
    by="expected_above",
    references=("hong2013",),
)
def rule_findings(
    buildings: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    *,
    ended: bool = True,
    level_share: float = 0.9,
) -> GeoDataFrame:
    """Tell for each limit of height how many buildings are estimated to exceed it, and since when they stand.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with estimated heights and their standard deviations.
    heritage_rules : GeoDataFrame
        Limits of height, each to its own reference.
    ended : bool
        Whether limits that hold no longer are told too.
    level_share : float
        Probability of the interval from low to high.

    Returns
    -------
    GeoDataFrame
        One row for each rule, in the order of zones: to what it applies, whether it holds for what stood before, buildings under
        it, those of known height, those that are exempt, the expected number above the limit with its interval, how many are
        likely and possible, how the likely and possible ones divide into built before the rule, after it, and unknown, the share of
        the footprints' area expected above, and the expected volume above.

    Notes
    -----
    A building of unknown date is unknown, neither before nor after; a building of unknown height counts in none of the
    numbers but `buildings`. A limit without a number has no expected number: it is unknown, not zero.
    """
    chosen = heritage_rules[heritage_rules["kind"] == "max_height"] if ended else height_rules(heritage_rules)
    order = np.lexsort((chosen.index.to_numpy(dtype=str), chosen["zone"].to_numpy(dtype=str)))
    area = shapely.area(buildings.geometry.to_numpy())
    rows = [_row(case, area, level_share) for case in cases(buildings, chosen.iloc[order])]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=buildings.crs)


def _row(case: Case, area: np.ndarray[Any, Any], level: float) -> dict[str, Any]:
    known, kinds = np.isfinite(case.chance), share_class(case.chance)
    above = np.isin(kinds, ["likely", "possible"])
    told = bool(known.any())
    low, high = interval(case.chance, level=level) if told else (np.nan, np.nan)
    covered = area[case.buildings]
    words = ("zone", "version", "clause", "in_force_from", "in_force_to", "applies_to")
    return {
        "rule": case.rule.name,
        **{name: case.rule[name] for name in words},
        "limit_m": case.limit_m,
        "height_reference": case.reference + ("_assumed" if case.assumed else ""),
        "buildings": len(case.buildings),
        "height_known": int(known.sum()),
        "exempt": case.exempt,
        "expected_above": float(np.nansum(case.chance)) if told else np.nan,
        "expected_low": low,
        "expected_high": high,
        **{
            f"above_{name}": int((kinds == name).sum()) if told else np.nan for name in ("likely", "possible")
        },
        **{
            f"built_{when}": int((above & (case.built == when)).sum()) if told else np.nan
            for when in ("before", "after", "unknown")
        },
        "area_share": float((case.chance * covered)[known].sum() / covered[known].sum()) if told else np.nan,
        "volume_m3": float(np.nansum(case.excess_m * covered)) if told else np.nan,
        "retroactive": "yes" if case.rule["retroactive"] else "no",
        "geometry": case.rule["geometry"],
    }
