"""Plots whose estimated floor, coverage or open ground is beyond a limit, each beside its rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.compliance import share_class
from urbanplan.methods.compliance.bulk import BULK, BulkCase, bulk_cases, bulk_rules
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

COLUMNS = {
    "plot": "",
    "ground_kind": "",
    "limited": "",
    "chance": "share",
    "likelihood": "",
    "estimate": "1",
    "limit": "1",
    "beyond_m2": "m2",
    "ground_m2": "m2",
    "footprint_m2": "m2",
    "floor_m2": "m2",
    "rule": "",
    "zone": "",
    "version": "",
    "instrument": "",
    "clause": "",
    "built_when": "",
}


@listing(
    name="Plots whose estimated floor, coverage or open ground is beyond a limit",
    geometry="polygon",
    columns=COLUMNS,
    by="likelihood",
)
def bulk_exceedances(
    buildings: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    plots: GeoDataFrame | None = None,
    drive: StreetNetwork | None = None,
    *,
    on_date: str = "",
    least_chance_share: float = 0.1,
    storey_m: float = 3.0,
    outline_sd_m: float = 0.5,
    ground_sd_share: float = 0.3,
    reach_m: float = 20.0,
) -> GeoDataFrame:
    """List each plot that may be beyond a limit of floor area, coverage or open ground, with the clause and how sure that is.

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
    on_date : str
        The limits that held on this day; by default those that nobody has ended.
    least_chance_share : float
        Plots with a smaller probability are left out.
    storey_m, outline_sd_m, ground_sd_share, reach_m : float
        As for `heritage.bulk_exceeding`.

    Returns
    -------
    GeoDataFrame
        One row for each plot and rule, the surest first. `plot` is the plot's number, or the id of the building whose nearest
        ground stands in for it (`ground_kind`); `beyond_m2` is the expected floor or covered ground above the limit, or the open
        ground that is lacking; `built_when` is before where all that stands there is older than the rule, after where
        anything is younger, else unknown.

    Notes
    -----
    What is beyond by estimate is listed, to be looked up at the land office and on the ground: no row says that a rule is
    broken. What stood before a rule usually may stay as it is.
    """
    holding = bulk_rules(heritage_rules, tuple(BULK.values()), on_date=on_date)
    spreads = {"outline_sd_m": outline_sd_m, "ground_sd_share": ground_sd_share, "reach_m": reach_m}
    found = bulk_cases(
        buildings, holding[holding["value"].notna()], plots, drive, storey_m=storey_m, **spreads
    )
    parts = [_rows(case, least_chance_share) for case in found]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS, "geometry"])
    order = np.lexsort((table["plot"].astype(str), table["rule"].astype(str), -table["chance"].astype(float)))
    return GeoDataFrame(table.iloc[order], geometry="geometry", crs=buildings.crs)


def _rows(case: BulkCase, least: float) -> pd.DataFrame:
    with np.errstate(invalid="ignore"):
        kept = np.flatnonzero(case.chance > least)
    rows, stock, rule = case.rows[kept], case.stock, case.rule
    frame = stock.grounds.frame
    return pd.DataFrame(
        {
            "plot": frame.index.to_numpy()[rows],
            "ground_kind": frame["kind"].to_numpy()[rows],
            "limited": {kind: word for word, kind in BULK.items()}[rule["kind"]],
            "chance": case.chance[kept],
            "likelihood": share_class(case.chance[kept]),
            "estimate": case.estimate[kept],
            "limit": float(rule["value"]),
            "beyond_m2": case.beyond_m2[kept],
            "ground_m2": stock.grounds.area_m2[rows],
            "footprint_m2": stock.covered_m2[rows],
            "floor_m2": stock.floor_m2[rows],
            "rule": rule.name,
            **{name: rule[name] for name in ("zone", "version", "instrument", "clause")},
            "built_when": case.built[kept],
            "geometry": frame.geometry.to_numpy()[rows],
        }
    )
