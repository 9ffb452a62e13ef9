"""Limits of floor, coverage and open ground, each with what is estimated of the plots under it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.compliance import interval, share_class
from urbanplan.methods.compliance.bulk import BULK, BulkCase, bulk_cases, bulk_rules
from urbanplan.methods.compliance.grounds import PLOT
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

COLUMNS = {
    "rule": "",
    "zone": "",
    "version": "",
    "clause": "",
    "limited": "",
    "limit": "1",
    "in_force_from": "date",
    "in_force_to": "date",
    "applies_to": "",
    "retroactive": "",
    "plots": "count",
    "plots_given": "count",
    "storeys_known": "count",
    "exempt": "count",
    "expected_beyond": "count",
    "expected_low": "count",
    "expected_high": "count",
    "beyond_likely": "count",
    "beyond_possible": "count",
    "built_before": "count",
    "built_after": "count",
    "built_unknown": "count",
    "beyond_m2": "m2",
}


@listing(
    name="Limits of floor, coverage and open ground, and the plots under them",
    geometry="polygon",
    columns=COLUMNS,
    by="expected_beyond",
    references=("hong2013",),
)
def bulk_rule_findings(
    buildings: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    plots: GeoDataFrame | None = None,
    drive: StreetNetwork | None = None,
    *,
    ended: bool = True,
    level_share: float = 0.9,
    storey_m: float = 3.0,
    outline_sd_m: float = 0.5,
    ground_sd_share: float = 0.3,
    reach_m: float = 20.0,
) -> GeoDataFrame:
    """Tell for each limit of floor, coverage or open ground how many plots are estimated to be beyond it, and since when they are.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    heritage_rules : GeoDataFrame
        Limits of the kinds max_far, max_bcr, min_osr, min_open_space and max_storeys.
    plots : GeoDataFrame, optional
        Plots of land. Where a building has none, the ground nearer to it than to any other stands in for it.
    drive : StreetNetwork, optional
        Streets at whose edges such grounds end.
    ended : bool
        Whether limits that hold no longer are told too.
    level_share : float
        Probability of the interval from low to high.
    storey_m, outline_sd_m, ground_sd_share, reach_m : float
        As for `heritage.bulk_exceeding`.

    Returns
    -------
    GeoDataFrame
        One row for each rule, in the order of zones: to what it applies, whether it holds for what stood before, plots with
        buildings under it, how many of them are plots that were given and not their substitutes, those of known storeys, those
        that are exempt, the expected number beyond the limit with its interval, how many are likely and possible, how these divide
        into built before the rule, after it, and unknown, and the expected area beyond.

    Notes
    -----
    Coverage and open share need no storeys: all plots are known. A limit without a number has no expected number: it is
    unknown, not zero.
    """
    kinds = tuple(BULK.values())
    chosen = (
        heritage_rules[heritage_rules["kind"].isin(kinds)] if ended else bulk_rules(heritage_rules, kinds)
    )
    order = np.lexsort((chosen.index.to_numpy(dtype=str), chosen["zone"].to_numpy(dtype=str)))
    spreads = {"outline_sd_m": outline_sd_m, "ground_sd_share": ground_sd_share, "reach_m": reach_m}
    found = bulk_cases(buildings, chosen.iloc[order], plots, drive, storey_m=storey_m, **spreads)
    table = pd.DataFrame([_row(case, level_share) for case in found], columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=buildings.crs)


def _row(case: BulkCase, level: float) -> dict[str, Any]:
    known, kinds = np.isfinite(case.chance), share_class(case.chance)
    beyond = np.isin(kinds, ["likely", "possible"])
    told = bool(known.any())
    low, high = interval(case.chance, level=level) if told else (np.nan, np.nan)
    counts = {
        **{f"beyond_{name}": (kinds == name).sum() for name in ("likely", "possible")},
        **{f"built_{when}": (beyond & (case.built == when)).sum() for when in ("before", "after", "unknown")},
    }
    return {
        "rule": case.rule.name,
        **{
            name: case.rule[name]
            for name in ("zone", "version", "clause", "in_force_from", "in_force_to", "applies_to")
        },
        "limited": {kind: word for word, kind in BULK.items()}[case.rule["kind"]],
        "limit": float(case.rule["value"]),
        "plots": len(case.rows),
        "plots_given": int((case.stock.grounds.frame["kind"].to_numpy()[case.rows] == PLOT).sum()),
        "storeys_known": int(case.stock.told[case.rows].sum()),
        "exempt": case.exempt,
        "expected_beyond": float(np.nansum(case.chance)) if told else np.nan,
        "expected_low": low,
        "expected_high": high,
        **{name: float(count) if told else np.nan for name, count in counts.items()},
        "beyond_m2": float(np.nansum(case.beyond_m2)) if told else np.nan,
        "retroactive": "yes" if case.rule["retroactive"] else "no",
        "geometry": case.rule["geometry"],
    }
