"""Buildings that may be too high for the street that they stand on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.compliance import share_class
from urbanplan.methods.compliance.dates import holds_on
from urbanplan.methods.compliance.streets import beside_streets
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

COLUMNS = {
    "building": "",
    "chance": "share",
    "likelihood": "",
    "height_m": "m",
    "allowed_m": "m",
    "far_side_m": "m",
    "street_width_m": "m",
    "street": "",
    "ratio": "1",
    "rule": "",
    "clause": "",
}
MR55 = "MR 55 (B.E. 2543) cl. 44"
"""Where the ratio is taken everywhere: Ministerial Regulation 55 of Thailand, clause 44."""


@listing(
    name="Buildings whose estimated height exceeds what their street allows",
    geometry="polygon",
    columns=COLUMNS,
    by="likelihood",
    references=("mr55",),
)
def street_heights(
    buildings: GeoDataFrame,
    drive: StreetNetwork,
    heritage_rules: GeoDataFrame,
    *,
    everywhere_ratio: float = 0.0,
    on_date: str = "",
    least_chance_share: float = 0.5,
) -> GeoDataFrame:
    """List buildings that are estimated to be higher than a multiple of the distance to the far side of their street.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with estimated heights.
    drive : StreetNetwork
        Streets open to cars, with their classes and lanes.
    heritage_rules : GeoDataFrame
        Rules of the kind street_ratio.
    everywhere_ratio : float
        A ratio for the whole city, such as 2 by Ministerial Regulation 55 of Thailand; 0 where there is none.
    on_date : str
        The rules that held on this day; by default those that nobody has ended.
    least_chance_share : float
        Buildings with a smaller probability are left out.

    Returns
    -------
    GeoDataFrame
        One row for each building and rule, the surest first: its highest point, what its wall beside the street may reach, the
        distance from there to the far side of the nearest public street, and the street's width.

    Notes
    -----
    Widths of streets come from lanes or classes, so that the limit is as unsure as the height; both are in the probability. The
    plot's own street, corner plots and private lanes have provisions that no map tells: an estimate, to be measured on the spot.
    """
    streets = drive.edges()
    holding = heritage_rules[heritage_rules["kind"] == "street_ratio"]
    holding = holding[holds_on(holding["in_force_from"], holding["in_force_to"], holding["status"], on_date)]
    holding = holding[holding["value"].notna()]
    middle = shapely.point_on_surface(buildings.geometry.to_numpy())
    cases: list[tuple[float, str, Any, Any]] = [
        (float(rule["value"]), code, rule["clause"], shapely.intersects(rule["geometry"], middle))
        for code, rule in zip(holding.index, holding.to_dict("records"), strict=True)
    ]
    if everywhere_ratio > 0:
        cases.append((everywhere_ratio, "", MR55, np.ones(len(buildings), dtype=bool)))
    parts = [_rows(buildings, streets, case, least_chance_share) for case in cases]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*COLUMNS, "geometry"])
    order = np.lexsort(
        (table["building"].astype(str), table["rule"].astype(str), -table["chance"].astype(float))
    )
    return GeoDataFrame(table.iloc[order], geometry="geometry", crs=buildings.crs)


def _rows(
    buildings: GeoDataFrame, streets: GeoDataFrame, case: tuple[float, str, Any, Any], least: float
) -> pd.DataFrame:
    ratio, code, clause, inside = case
    own = buildings[inside]
    found = beside_streets(own, streets, ratio=ratio)
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(found.chance > least)
    names = streets["name"].to_numpy(dtype=object)[found.street[rows]]
    return pd.DataFrame(
        {
            "building": own.index.to_numpy()[rows],
            "chance": found.chance[rows],
            "likelihood": share_class(found.chance[rows]),
            "height_m": own["highest_point_m"].to_numpy()[rows],
            "allowed_m": found.allowed_m[rows],
            "far_side_m": found.distance_m[rows],
            "street_width_m": found.width_m[rows],
            "street": names,
            "ratio": ratio,
            "rule": code,
            "clause": clause,
            "geometry": own.geometry.to_numpy()[rows],
        }
    )
