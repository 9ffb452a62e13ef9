"""What is true of the invented town's walls, moat, gates and bastions."""

from __future__ import annotations

from typing import Any

from urbanplan.sources.sample.old_town import BASTIONS, GATES, WALL, WALL_LEFT
from urbanplan.sources.sample.plan import MOAT_INNER, MOAT_OUTER

Truth = dict[str, Any]


def wall_truth() -> Truth:
    """Return the sides of the outlines, and where gates and bastions stand along the wall."""
    begin = {"north": 0.0, "east": 2 * WALL, "south": 4 * WALL, "west": 6 * WALL}
    gates = {}
    for side, at, _, name, _ in GATES:
        # clockwise the north side runs east, the south side west
        forward = at + 7 if side in {"north", "west"} else -(at + 7)
        gates[name] = {"side": side, "along_m": begin[side] + WALL + forward}
    return {
        "side_m": {"wall": 2 * WALL, "moat_inner": 2 * MOAT_INNER, "moat_outer": 2 * MOAT_OUTER},
        "wall_left_m": 4 * sum(WALL_LEFT),
        "gates": gates,
        "corners": {
            name: ("south_", "north_")[y > 0] + ("west", "east")[x > 0] for x, y, name, _ in BASTIONS
        },
        "rule": "metres along the line of the wall, clockwise from its north-western corner",
    }
