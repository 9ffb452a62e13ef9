"""The edges of a moat by what is at them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.walled_city.moat import edges
from urbanplan.metrics.heritage.walled_city import BRIDGE_M, rounded
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

COLUMNS = {
    "edge_state": "",
    "moat": "",
    "edge": "",
    "length_m": "m",
    "edge_share": "share",
    "stretches": "count",
    "longest_m": "m",
}
STATES = ("accessible", "open", "built", "gap", "not_mapped")


@listing(
    name="Edges of the moat",
    geometry="line",
    columns=COLUMNS,
    by="edge_state",
)
def moat_edges(
    water: GeoDataFrame,
    walk: StreetNetwork,
    buildings: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    bridge_m: float = BRIDGE_M,
    access_m: float = 25.0,
    built_m: float = 3.0,
) -> GeoDataFrame:
    """Measure how much of the moat's outer and inner edge is open water, has a way beside it, is built against, or is no water.

    Parameters
    ----------
    water : GeoDataFrame
        Moats, by their kind or name.
    walk : StreetNetwork
        Streets and paths open on foot.
    buildings : GeoDataFrame
        Footprints.
    cells : GeoDataFrame
        Squares that say where all of these are mapped completely.
    bridge_m : float
        Gaps in the moat up to this width are closed, and are then gaps in its edge.
    access_m : float
        How near a way on foot makes the edge accessible.
    built_m : float
        How near a building is built against or over the edge.

    Returns
    -------
    GeoDataFrame
        For each moat that goes all around, and each of its edges, one row for each state: `accessible` (open water with a way on foot beside
        it), `open` (open water without one), `built`, `gap` (no water on the map: filled in, or under a bridge), `not_mapped` (water where
        ways or buildings are not mapped completely): its length, share of the edge, number of stretches and the longest.

    Notes
    -----
    Every 2 m of the edge have one state. The shares of one edge add up to one. A moat that is broken by more than `bridge_m` has no ring,
    and no row; nor has one that is mapped as a line without breadth.
    """
    rows: list[dict[str, Any]] = []
    for edge in edges(water, walk, buildings, cells, bridge_m=bridge_m, access_m=access_m, built_m=built_m):
        for state in STATES:
            parts = [part for _, _, part in edge.parts if part.state == state]
            if parts:
                length = sum(part.length_m for part in parts)
                rows.append(
                    {
                        "edge_state": state,
                        "moat": edge.moat,
                        "edge": edge.edge,
                        "length_m": length,
                        "edge_share": length / edge.length_m,
                        "stretches": len(parts),
                        "longest_m": max(part.length_m for part in parts),
                        "geometry": shapely.multilinestrings([part.line for part in parts]),
                    }
                )
    table = rounded(pd.DataFrame(rows, columns=[*COLUMNS, "geometry"]), COLUMNS)
    out = GeoDataFrame(table, geometry="geometry", crs=water.crs)
    out.attrs["reason"] = "" if rows else Reason.NO_PLACES.value
    return out
