"""How far everyone in the old town walks to its market, from the plan of its streets alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.sources.sample.plan import CELL, COLUMNS, GATE_Y, MARKET, MOAT_INNER, ORIGIN, ROWS, STUBS

if TYPE_CHECKING:
    from numpy.typing import NDArray

THRESHOLDS_M = (500, 1000, 1600)


def old_town_market(
    living: NDArray[np.float64], centres: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> dict[str, Any]:
    """Return people of zone 0101 by walking distance to the market.

    Streets of the old town are full rows and columns, so the way between two points of them is their distance along
    the axes, by the best column where both lie on different rows.
    """
    x, y = centres
    row, col = np.nonzero(living > 0)
    points = np.column_stack([x[col], y[row]])
    inside = (np.abs(points) < MOAT_INNER).all(axis=1)
    points, people = points[inside], living[row, col][inside]
    walked = np.array([walk_to_market(float(px), float(py)) for px, py in points])
    ids = [f"r{r}c{c}" for c, r in np.floor((points + ORIGIN) / CELL).astype(int).tolist()]
    return {
        "zone": "0101",
        "category": "food",
        "market": {"x": MARKET[0] + ORIGIN[0], "y": MARKET[1] + ORIGIN[1], "name": "กาดหลวง"},
        "people": int(people.sum()),
        "people_within_m": {str(limit): int(people[walked <= limit].sum()) for limit in THRESHOLDS_M},
        "mean_walk_m": float((people * walked).sum() / people.sum()),
        "walk_m_by_cell": dict(sorted(zip(ids, walked.tolist(), strict=True))),
        "nearest_to_a_threshold_m": float(np.min(np.abs(walked[:, None] - THRESHOLDS_M))),
        "rule": (
            "a cell of 100 m starts at its centre, goes straight to the nearest street open on foot, along streets, and "
            "straight from the street to the market; the straight parts count. Every other food shop is farther."
        ),
    }


def walk_to_market(x: float, y: float) -> float:
    """Return metres on foot from a point in the old town to the market."""
    ways = [(abs(x - column), _from_column(column, y)) for column in COLUMNS]
    ways += [(abs(y - row), _from_row(x, row)) for row in ROWS]
    for row, base, length in STUBS:
        low, high = ROWS[row], ROWS[row] + length
        foot = min(max(y, low), high)
        ways.append((float(np.hypot(x - base, y - foot)), foot - low + _from_row(base, low)))
    straight, along = min(ways)
    return straight + along + abs(MARKET[1] - GATE_Y)


def _from_column(column: float, y: float) -> float:
    return abs(y - GATE_Y) + abs(column - MARKET[0])


def _from_row(x: float, row: float) -> float:
    if row == GATE_Y:
        return abs(x - MARKET[0])
    return abs(row - GATE_Y) + min(abs(x - column) + abs(column - MARKET[0]) for column in COLUMNS)
