"""A small plan for the tests of what is built and allowed: two blocks, houses, rules."""

from __future__ import annotations

import numpy as np
from town import CRS, box, frame

from urbanplan.methods.grid import lay_grid


def houses(*rows):
    """Give buildings from (west, south, east, north, levels, use)."""
    return frame(
        "buildings",
        [box(*row[:4]) for row in rows],
        levels=[float(row[4]) for row in rows],
        use=[row[5] if len(row) > 5 else "unknown" for row in rows],
    ).set_axis([f"b{k}" for k in range(len(rows))])


def zones(*shapes):
    """Give polygons as zones."""
    return frame("zones", list(shapes), name=[f"z{k}" for k in range(len(shapes))]).set_axis(
        [f"{k}" for k in range(len(shapes))]
    )


def plan(*rows):
    """Give areas of a plan from (west, south, east, north, class, limits)."""
    limits = [row[5] if len(row) > 5 else {} for row in rows]
    columns = {
        name: [limit.get(name, np.nan) for limit in limits]
        for name in ("max_far", "max_bcr", "max_height_m", "min_osr")
    }
    return frame(
        "zoning",
        [box(*row[:4]) for row in rows],
        **{"class": [row[4] for row in rows]},
        **columns,
        clause="ข้อ ๗",
    ).set_axis([f"P{k}" for k in range(1, len(rows) + 1)])


def rules(*rows):
    """Give rules of a plan from (zone, use, says, weight, quota_share)."""
    nan = float("nan")
    full = [(*row, nan, nan)[:5] for row in rows]
    columns = dict(
        zip(("zone", "use", "says", "weight", "quota_share"), zip(*full, strict=True), strict=True)
    )
    return frame(
        "plan_rules",
        [box(0, 0, 1, 1)] * len(rows),
        **{name: list(values) for name, values in columns.items()},
        rule=[f"R{k}" for k in range(1, len(rows) + 1)],
        clause="ข้อ ๗",
    )


def uses(*rows):
    """Give uses as found from (west, south, east, north, class)."""
    return frame(
        "observed_use",
        [box(*row[:4]) for row in rows],
        **{"class": [row[4] for row in rows]},
        kind=[f"landuse={row[4]}" for row in rows],
        basis=[row[5] if len(row) > 5 else "land" for row in rows],
    ).set_axis([f"u{k}" for k in range(len(rows))])


def grid(width, height, *, known=True):
    """Give cells of 100 m."""
    return lay_grid(box(0, 0, width, height), CRS, cell_m=100).assign(population=1.0, known=known)
