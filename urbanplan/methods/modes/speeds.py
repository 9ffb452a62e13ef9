"""How fast each mode of travel goes on each kind of street."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Speeds = Mapping[str, float]

_ROADS: Speeds = {
    "default": 30, "motorway": 100, "motorway_link": 60, "trunk": 70, "trunk_link": 50, "primary": 50, "primary_link": 40,
    "secondary": 45, "secondary_link": 40, "tertiary": 40, "tertiary_link": 35, "unclassified": 35, "residential": 30,
    "living_street": 10, "service": 15, "track": 15, "path": 10, "footway": 8, "pedestrian": 8, "cycleway": 10,
}  # fmt: skip
SPEEDS_KMH: Mapping[str, Speeds] = {
    "walk": {"default": 4.8},
    "bike": {"default": 15, "footway": 8, "pedestrian": 8, "steps": 2, "elevator": 2},
    "motorcycle": {**_ROADS, "ceiling": 80},
    "drive": {**_ROADS, "ceiling": 120},
}
"""Speed in km/h by mode and by `highway`; `default` is for the rest. A mode with a `ceiling` keeps to posted limits below it."""
STAIRS_KMH = 2.0
"""Walking speed along the ground on stairs, up or down."""

_MILE_KM = 1.609344
_WALKING_KMH = 6.0
_FASTEST_KMH = 200.0
_SPEED = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?$")


def speed_kmh(text: str | None) -> float:
    """Read a speed limit in km/h; NaN where there is none or it cannot be read.

    Parameters
    ----------
    text : str or None
        As mappers write it: "50", "30 mph", "walk"; of several ("80;50") the lowest.

    Examples
    --------
    >>> speed_kmh("50"), round(speed_kmh("30 mph"), 2), speed_kmh("80;50"), speed_kmh("TH:urban"), speed_kmh("none")
    (50.0, 48.28, 50.0, nan, nan)
    """
    read = [_one_speed(part.strip().lower()) for part in (text or "").split(";")]
    known = [value for value in read if 0 < value <= _FASTEST_KMH]
    return min(known) if known else float("nan")


def _one_speed(text: str) -> float:
    if text == "walk":
        return _WALKING_KMH
    match = _SPEED.match(text)
    if not match:
        return float("nan")
    return float(match[1]) * (_MILE_KM if match[2] == "mph" else 1.0)


def speeds_of(mode: str, given: Speeds | float | None = None) -> Speeds:
    """Return the speeds of a mode with those that somebody else assumes.

    Parameters
    ----------
    mode : str
        walk, bike, motorcycle or drive.
    given : mapping or float, optional
        km/h by `highway` (also `default`, `ceiling`, and `steps`) in place of the usual ones; one number is the speed
        everywhere but on stairs, whatever is posted.

    Raises
    ------
    InputError
        If a speed is not above zero.
    """
    usual = {**SPEEDS_KMH[mode], **({"steps": STAIRS_KMH} if mode == "walk" else {})}
    if given is None:
        return usual
    if isinstance(given, Mapping):
        speeds = {**usual, **given}
    else:
        speeds = {"default": given, "steps": min(float(given), usual.get("steps", float(given)))}
    wrong = [name for name, speed in speeds.items() if not (np.isfinite(speed) and speed > 0)]
    if wrong:
        raise InputError(
            f"speeds must be above zero km/h, but that of {wrong[0]!r} is {speeds[wrong[0]]}; close a street otherwise"
        )
    return speeds


def metres_per_second(highway: str, posted_kmh: float, speeds: Speeds) -> float:
    """Return the speed on one street: the posted limit where the mode is bound by it, else by kind of street."""
    usual = speeds.get(highway, speeds["default"])
    ceiling = speeds.get("ceiling")
    if ceiling is None:
        return usual / 3.6
    return min(posted_kmh if posted_kmh > 0 else usual, ceiling) / 3.6


def kind_speeds(kinds: pd.DataFrame, speeds: Speeds) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the speed on each kind of street as it is drawn, and against it.

    Parameters
    ----------
    kinds : DataFrame
        As in `StreetDetails`.
    speeds : mapping
        As `speeds_of` gives.

    Returns
    -------
    tuple of ndarray of float64
        Metres a second.
    """
    highway = kinds["highway"].fillna("").tolist()
    both = [speed_kmh(text) for text in kinds["maxspeed"]]
    sides = []
    for side in ("maxspeed:forward", "maxspeed:backward"):
        own = [speed_kmh(text) for text in kinds[side]]
        posted = [one if one > 0 else other for one, other in zip(own, both, strict=True)]
        sides.append(
            np.array(
                [metres_per_second(word, limit, speeds) for word, limit in zip(highway, posted, strict=True)],
                dtype=np.float64,
            )
        )
    return sides[0], sides[1]
