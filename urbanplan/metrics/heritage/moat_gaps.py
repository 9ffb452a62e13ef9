"""Where the edge of a moat does not go on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.walled_city.moat import edges
from urbanplan.metrics.heritage.walled_city import BRIDGE_M, rounded
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

COLUMNS = {"edge_state": "", "moat": "", "edge": "", "wall_side": "", "along_m": "m", "length_m": "m"}
BROKEN = ("gap", "built")


@listing(
    name="Gaps in the edges of the moat, and what is built against them",
    geometry="line",
    columns=COLUMNS,
    by="edge_state",
)
def moat_gaps(
    water: GeoDataFrame,
    walk: StreetNetwork,
    buildings: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    bridge_m: float = BRIDGE_M,
    built_m: float = 3.0,
    shortest_m: float = 4.0,
) -> GeoDataFrame:
    """List each stretch of the moat's edges that is no water, or is built against or over, with its length and place.

    Parameters
    ----------
    water, walk, buildings, cells : GeoDataFrame, StreetNetwork, GeoDataFrame, GeoDataFrame
        As for `heritage.moat_edges`.
    bridge_m, built_m : float
        As for `heritage.moat_edges`.
    shortest_m : float
        Shorter stretches are left out.

    Returns
    -------
    GeoDataFrame
        One row for each stretch, the longest first: `gap` or `built`, the edge, the side of the town, metres along the edge's fitted outline
        clockwise from its north-western corner to where it begins, and its length. No rows where the edge goes on all around.

    Notes
    -----
    A gap is what the map shows no water at: a bridge drawn over the water is none, a causeway is.
    """
    rows: list[dict[str, Any]] = []
    found = edges(water, walk, buildings, cells, bridge_m=bridge_m, access_m=0.0, built_m=built_m)
    for edge in found:
        rows += [
            {
                "edge_state": part.state,
                "moat": edge.moat,
                "edge": edge.edge,
                "wall_side": side,
                "along_m": along,
                "length_m": part.length_m,
                "geometry": part.line,
            }
            for side, along, part in edge.parts
            if part.state in BROKEN and part.length_m >= shortest_m
        ]
    table = rounded(pd.DataFrame(rows, columns=[*COLUMNS, "geometry"]), COLUMNS)
    order = np.lexsort(
        (table["along_m"].astype(float), table["edge"].astype(str), -table["length_m"].astype(float))
    )
    out = GeoDataFrame(table.iloc[order], geometry="geometry", crs=water.crs)
    out.attrs["reason"] = "" if found else Reason.NO_PLACES.value
    return out
