"""Gates and corners of a walled city, along its wall."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.walled_city import Core, Fit, cores, fit_sides, kind_of_place, traces_of
from urbanplan.methods.walled_city.fit import side_of
from urbanplan.metrics.heritage.walled_city import BRIDGE_M, rounded
from urbanplan.model.listing import listing
from urbanplan.model.reason import Reason

COLUMNS = {
    "name": "",
    "place_kind": "",
    "walled_city": "",
    "wall_side": "",
    "along_m": "m",
    "from_line_m": "m",
    "from_corner_m": "m",
    "from_middle_m": "m",
    "next_m": "m",
    "trace": "",
}
PREFERRED = ("wall", "moat_inner", "zone", "zone_proxy", "moat_outer")
"""Which line stands for the wall: the wall itself, else what lies nearest to it."""
Row = dict[str, Any]


@listing(
    name="Gates and corners of the walled city",
    geometry="point",
    columns=COLUMNS,
    by="place_kind",
)
def gates_and_corners(
    heritage_zones: GeoDataFrame,
    heritage_assets: GeoDataFrame,
    water: GeoDataFrame = None,
    *,
    bridge_m: float = BRIDGE_M,
    near_m: float = 60.0,
) -> GeoDataFrame:
    """List gates and corner bastions with their place along the wall, and corners at which none is mapped.

    Parameters
    ----------
    heritage_zones : GeoDataFrame
        Zones of the kinds core and old_town.
    heritage_assets : GeoDataFrame
        Gates, bastions and walls, by their kind or name.
    water : GeoDataFrame, optional
        Moats, by their kind or name.
    bridge_m : float
        Gaps in the moat up to this width are closed.
    near_m : float
        Gates farther than this from the line of the wall, and bastions farther from a corner, are not the walled city's.

    Returns
    -------
    GeoDataFrame
        One row for each gate and each of the four corners, clockwise from the north-western corner: side, metres along the fitted
        line (`along_m`), distance from that line and from the nearest corner, of gates how far from the middle of their side and how
        far along the line to the next gate, and which line stands for the wall. `corner_unmapped` is a corner of the
        fitted outline without a bastion on the map: unknown, not gone.

    Notes
    -----
    Distances run along the four fitted sides. A gate that nobody mapped lengthens the distance between its neighbours.
    """
    what = kind_of_place(heritage_assets)
    rows: list[Row] = []
    for core in cores(heritage_zones, water, bridge_m=bridge_m):
        fitted = _line_of_wall(core, heritage_zones, heritage_assets)
        if fitted is not None:
            basis, fit = fitted
            found = [*_gates(heritage_assets[what == "gate"], fit, near_m)]
            found += _corners(heritage_assets[what == "corner"], fit, near_m)
            found.sort(key=lambda row: (row["along_m"], row["place_kind"], str(row["name"])))
            rows += [{**row, "walled_city": core.name, "trace": basis} for row in found]
    table = rounded(pd.DataFrame(rows, columns=[*COLUMNS, "geometry"]), COLUMNS)
    out = GeoDataFrame(table, geometry="geometry", crs=heritage_zones.crs)
    out.attrs["reason"] = "" if rows else Reason.NOTHING_TO_MEASURE.value
    return out


def _line_of_wall(core: Core, zones: GeoDataFrame, assets: GeoDataFrame) -> tuple[str, Fit] | None:
    traces = sorted(traces_of(core, zones, assets), key=lambda trace: PREFERRED.index(trace.basis))
    for trace in traces:
        fit = fit_sides(trace.line, zones.crs, closed=trace.closed)
        # pieces of wall on one side only have no four sides: then the next line stands for it
        if (
            fit is not None
            and shapely.Polygon(fit.ring).intersection(core.ground).area > core.ground.area / 2
        ):
            return trace.basis, fit
    return None


def _gates(gates: GeoDataFrame, fit: Fit, near_m: float) -> list[Row]:
    spots = shapely.centroid(gates.geometry.to_numpy())
    near = shapely.dwithin(spots, fit.ring, near_m)
    gates, spots = gates[near], spots[near]
    along = shapely.line_locate_point(fit.ring, spots)
    order = np.lexsort((gates.index.astype(str), along))
    following = np.diff(along[order], append=along[order][:1] + fit.ring.length)
    begin = np.concatenate([[0.0], np.cumsum(fit.side_m)])
    corners = shapely.multipoints(shapely.get_coordinates(fit.ring)[:4])
    rows = []
    for at, gap in zip(order.tolist(), following, strict=True):
        row = gates.iloc[at]
        side = side_of(along[at], fit)
        number = ("north", "east", "south", "west").index(side)
        rows.append(
            {
                "name": row["name"],
                "place_kind": "gate",
                "wall_side": side,
                "along_m": float(along[at]),
                "from_line_m": float(shapely.distance(fit.ring, spots[at])),
                "from_corner_m": float(shapely.distance(corners, spots[at])),
                "from_middle_m": abs(float(along[at] - (begin[number] + begin[number + 1]) / 2)),
                # one gate alone has no next
                "next_m": float(gap) if len(order) > 1 else float("nan"),
                "geometry": spots[at],
            }
        )
    return rows


def _corners(bastions: GeoDataFrame, fit: Fit, near_m: float) -> list[Row]:
    corners = shapely.points(shapely.get_coordinates(fit.ring)[:4])
    begin = np.concatenate([[0.0], np.cumsum(fit.side_m)])[:4]
    shapes = shapely.centroid(bastions.geometry.to_numpy())
    rows = []
    for side, corner, along in zip(
        ("north_west", "north_east", "south_east", "south_west"), corners, begin, strict=True
    ):
        away = shapely.distance(shapes, corner)
        found = len(away) > 0 and float(away.min()) <= near_m
        at = int(np.argmin(away)) if found else -1
        rows.append(
            {
                "name": bastions["name"].iloc[at] if found else None,
                "place_kind": "corner" if found else "corner_unmapped",
                "wall_side": side,
                "along_m": float(along),
                "from_line_m": float(shapely.distance(fit.ring, shapes[at])) if found else np.nan,
                "from_corner_m": float(away[at]) if found else np.nan,
                "from_middle_m": np.nan,
                "next_m": np.nan,
                "geometry": shapes[at] if found else corner,
            }
        )
    return rows
