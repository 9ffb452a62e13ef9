"""How stressful cycling is on each kind of street: levels of traffic stress 1 to 4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.modes.speeds import speed_kmh

if TYPE_CHECKING:
    import pandas as pd

Levels = NDArray[np.uint8]

CALM, MOST = 1, 4
"""Level that children can ride, and the level that only the fearless ride."""
_OFF_STREET = frozenset(
    {"cycleway", "footway", "path", "pedestrian", "track", "bridleway", "steps", "corridor", "elevator"}
)
_QUIET = frozenset({"residential", "living_street", "service", "road"})
_TRACKS = frozenset({"track", "opposite_track", "separate", "sidepath", "use_sidepath"})
_LANES = frozenset(
    {"lane", "opposite_lane", "buffered_lane", "exclusive", "share_busway", "opposite_share_busway"}
)
ASSUMED_KMH: Mapping[str, float] = {
    "living_street": 20, "service": 20, "residential": 40, "road": 40, "unclassified": 50, "tertiary": 50,
    "tertiary_link": 50, "secondary": 60, "secondary_link": 50, "primary": 60, "primary_link": 50, "trunk": 80, "trunk_link": 60,
    "motorway": 110, "motorway_link": 80,
}  # fmt: skip
"""Speed of traffic in km/h where no limit is posted."""
ASSUMED_LANES: Mapping[str, int] = {"trunk": 4, "motorway": 4, "primary": 4}
"""Lanes both ways together where they are not mapped; 2 on other streets."""

# Mekuria, Furth & Nixon 2012: (greatest speed in km/h: levels for 1, 2 and 3 or more lanes in the direction of travel)
_MIXED: tuple[tuple[float, tuple[int, int, int]], ...] = (
    (41.0, (2, 3, 4)),
    (51.0, (3, 4, 4)),
    (np.inf, (4, 4, 4)),
)
_IN_LANE: tuple[tuple[float, tuple[int, int, int]], ...] = (
    (51.0, (1, 2, 3)),
    (61.0, (3, 3, 3)),
    (np.inf, (4, 4, 4)),
)


def stress_of(
    kinds: pd.DataFrame, driving_side: str, *, assumed_kmh: Mapping[str, float] | None = None
) -> tuple[Levels, Levels]:
    """Return the level of traffic stress of cycling along each kind of street as it is drawn, and against it.

    Parameters
    ----------
    kinds : DataFrame
        As in `StreetDetails`.
    driving_side : str
        left or right: whoever drives on the left meets the lane that is mapped on the left when he rides as the street is
        drawn. Where it is not known (empty) the more stressful side counts.
    assumed_kmh : mapping, optional
        Speed of traffic by `highway` where no limit is posted, in place of `ASSUMED_KMH`.

    Returns
    -------
    tuple of ndarray of uint8
        1 (fit for children) to 4.

    Notes
    -----
    Paths and tracks beside the carriageway are 1. A lane is judged by speed and lanes of traffic, and so is riding in traffic,
    the worst criterion deciding; quiet streets (residential, living streets, service) of one lane a direction and at most
    40 km/h are 1. A tag `lts` (1 to 4) overrides it all. Parking beside lanes and crossings of large roads, which the
    original judges too, are seldom mapped and left out.

    References
    ----------
    Mekuria, Furth and Nixon 2012, tables 2 to 4.
    """
    assumed = {**ASSUMED_KMH, **(assumed_kmh or {})}
    rows: list[Any] = kinds.astype(object).where(kinds.notna(), None).to_dict("records")
    table = np.array([_of_kind(row, driving_side, assumed) for row in rows], dtype=np.uint8).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _of_kind(
    tags: Mapping[str, str | None], driving_side: str, assumed: Mapping[str, float]
) -> tuple[int, int]:
    given = tags.get("lts")
    if given in {"1", "2", "3", "4"}:
        return int(given), int(given)
    highway = tags.get("highway") or ""
    if highway in _OFF_STREET:
        return CALM, CALM
    single = tags.get("oneway") in {"yes", "1", "true", "-1"} or tags.get("junction") == "roundabout"
    lanes = _lanes(tags, highway, single=single)
    speeds = [
        _first(tags.get(f"maxspeed:{way}"), tags.get("maxspeed"), usual=assumed.get(highway, 50.0))
        for way in ("forward", "backward")
    ]
    left, right = (_facility(tags, side) for side in ("left", "right"))
    levels = {
        side: tuple(_level(found, highway, speed, lanes, tags, single=single) for speed in speeds)
        for side, found in (("left", left), ("right", right))
    }
    if single:
        # on a street of one direction either side will do, and whoever rides against the traffic has the same choice
        return min(levels["left"][0], levels["right"][0]), min(levels["left"][1], levels["right"][1])
    if driving_side not in levels:
        return max(levels["left"][0], levels["right"][0]), max(levels["left"][1], levels["right"][1])
    other = "right" if driving_side == "left" else "left"
    return levels[driving_side][0], levels[other][1]


def _facility(tags: Mapping[str, str | None], side: str) -> str:
    """Return what there is for cycling on one side of a street: track, lane or nothing."""
    for key in (f"cycleway:{side}", "cycleway:both", "cycleway"):
        value = tags.get(key)
        if value is not None:
            return "track" if value in _TRACKS else "lane" if value in _LANES else ""
    return ""


def _level(
    found: str, highway: str, speed: float, lanes: int, tags: Mapping[str, str | None], *, single: bool
) -> int:
    if found == "track":
        return CALM
    if highway.startswith("motorway"):
        return MOST
    table = _IN_LANE if found == "lane" else _MIXED
    # two lanes a direction beside a lane for cycling are calmer where the other direction has a carriageway of its own
    column = 3 if found == "lane" and lanes == 2 and not single else min(lanes, 3)  # noqa: PLR2004  (the table's columns)
    level = next(levels for greatest, levels in table if speed <= greatest)[column - 1]
    calm = highway in _QUIET or tags.get("lane_markings") == "no"
    return level - 1 if not found and calm and lanes == 1 and level < MOST else level


def _lanes(tags: Mapping[str, str | None], highway: str, *, single: bool) -> int:
    """Return the lanes in the direction of travel, at least one."""
    text = (tags.get("lanes") or "").split(";")[0].strip()
    together = int(text) if text.isascii() and text.isdigit() and int(text) > 0 else 0
    if single:
        return together or max(ASSUMED_LANES.get(highway, 2) // 2, 1)
    return max((together or ASSUMED_LANES.get(highway, 2)) // 2, 1)


def _first(*texts: str | None, usual: float) -> float:
    return next((speed for text in texts if (speed := speed_kmh(text)) > 0), usual)
