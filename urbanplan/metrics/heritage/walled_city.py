"""The outline of a walled city as a rectangle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.walled_city import cores, fit_sides, traces_of
from urbanplan.model.listing import listing

COLUMNS = {
    "trace": "",
    "walled_city": "",
    "north_m": "m",
    "east_m": "m",
    "south_m": "m",
    "west_m": "m",
    "squareness": "1",
    "turned_deg": "deg",
    "corner_error_deg": "deg",
    "deviation_m": "m",
    "deviation_max_m": "m",
    "rectangle_share": "share",
    "line_m": "m",
    "remains_share": "share",
}
BRIDGE_M = 60.0


@listing(
    name="Outline of the walled city as a rectangle",
    geometry="polygon",
    columns=COLUMNS,
    by="trace",
)
def walled_city(
    heritage_zones: GeoDataFrame,
    heritage_assets: GeoDataFrame,
    water: GeoDataFrame = None,
    *,
    bridge_m: float = BRIDGE_M,
    corner_m: float = 15.0,
) -> GeoDataFrame:
    """Fit four sides to the moat, the walls and the zone of each walled city: how square it is, and how far turned from north.

    Parameters
    ----------
    heritage_zones : GeoDataFrame
        Zones; of the kinds core and old_town those that nobody has ended.
    heritage_assets : GeoDataFrame
        What stands of the walls, by its kind.
    water : GeoDataFrame, optional
        Moats, by their kind or name.
    bridge_m : float
        Gaps in the moat up to this width are closed before its ring is looked for.
    corner_m : float
        So near a corner nothing counts for the fit of the sides: bastions stand out there.

    Returns
    -------
    GeoDataFrame
        One row for each line that the outline can be read from (outer and inner edge of the moat, walls, zone, or a zone that is only
        a proxy): lengths of the four fitted sides, `squareness` (shorter over longer), `turned_deg` (clockwise from true north),
        the largest error of a corner against 90 degrees, the mapped line's distance from the fitted sides (root mean square and
        largest), the share of the smallest rectangle around it that it encloses, its length, and for walls `remains_share`: what
        stands of the fitted outline. No rows where the city has neither a moat that closes nor such a zone.

    Notes
    -----
    The smallest rotated rectangle gives the sides, each fitted again to its own part of the line by total least squares. Deviations are
    those of the map: how a wall was drawn is in them too. What is drawn is the fitted outline, not the mapped one.
    """
    rows: list[dict[str, Any]] = []
    for core in cores(heritage_zones, water, bridge_m=bridge_m):
        for trace in traces_of(core, heritage_zones, heritage_assets):
            fit = fit_sides(trace.line, heritage_zones.crs, closed=trace.closed, corner_m=corner_m)
            if fit is None:
                continue
            length = float(shapely.length(trace.line))
            rows.append(
                {
                    "trace": trace.basis,
                    "walled_city": core.name,
                    **dict(zip(("north_m", "east_m", "south_m", "west_m"), fit.side_m, strict=True)),
                    "squareness": fit.squareness,
                    "turned_deg": fit.turned_deg,
                    "corner_error_deg": fit.corner_error_deg,
                    "deviation_m": fit.deviation_m,
                    "deviation_max_m": fit.deviation_max_m,
                    "rectangle_share": fit.rectangle_share,
                    "line_m": length,
                    "remains_share": float("nan") if trace.closed else min(length / fit.ring.length, 1.0),
                    "geometry": shapely.Polygon(fit.ring),
                }
            )
    table = rounded(pd.DataFrame(rows, columns=[*COLUMNS, "geometry"]), COLUMNS)
    return GeoDataFrame(table, geometry="geometry", crs=heritage_zones.crs)


def rounded(table: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with metres to the decimetre and degrees to the hundredth: more than a map of a town holds is noise."""
    digits = {"m": 1, "deg": 2}
    return table.round({name: digits[unit] for name, unit in columns.items() if unit in digits})
