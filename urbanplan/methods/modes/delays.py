"""Seconds that travel loses at lights, crossings, signs and gates, by mode."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.model.network import StreetDetails
from urbanplan.model.network.details import AGAINST, ALONG, CLOSED

_ON_FOOT: Mapping[str, float] = {
    "signals": 20, "marked": 4, "unmarked_tertiary": 4, "unmarked_secondary": 8, "unmarked_primary": 15, "unmarked_trunk": 30,
    "unmarked_motorway": np.inf, "level_crossing": 5, "gate": 3, "lift_gate": 0, "toll_booth": 0, "checkpoint": 5, "stile": 10,
    "turnstile": 4, "cycle_barrier": 1, "private": 3,
}  # fmt: skip
_AT_THE_WHEEL: Mapping[str, float] = {
    "signals": 15, "stop": 5, "give_way": 2, "level_crossing": 10, "gate": 20, "lift_gate": 10, "toll_booth": 20, "checkpoint": 15,
    "private": 20,
}  # fmt: skip
DELAYS_S: Mapping[str, Mapping[str, float]] = {
    "walk": _ON_FOOT,
    "bike": {
        **_ON_FOOT,
        "signals": 15,
        "stop": 3,
        "give_way": 2,
        "gate": 8,
        "cycle_barrier": 8,
        "private": 8,
    },
    "motorcycle": {
        **_AT_THE_WHEEL,
        "signals": 10,
        "gate": 10,
        "lift_gate": 5,
        "toll_booth": 10,
        "private": 10,
    },
    "drive": _AT_THE_WHEEL,
}
"""Seconds by mode and by what is met (`StreetDetails.met_words`); what is not named delays nobody, infinite closes the way.

They are assumptions of the right order, not measurements; change them with `delays_s` of `travelled`."""


def delays_of(mode: str, given: Mapping[str, float] | None) -> dict[str, float]:
    """Return the delays of a mode with those that somebody else assumes.

    Raises
    ------
    InputError
        If a delay is negative or unknown, or names what cannot be met.
    """
    delays = {**DELAYS_S[mode], **(given or {}), CLOSED: np.inf}
    known = {word for table in DELAYS_S.values() for word in table} | {CLOSED}
    unknown = sorted(set(given or {}) - known)
    if unknown:
        raise InputError(
            f"nothing called {unknown[0]!r} is met on streets; delays are for {', '.join(sorted(known))}"
        )
    wrong = [word for word, seconds in delays.items() if not seconds >= 0]
    if wrong:
        raise InputError(f"the delay at {wrong[0]!r} must be zero or more seconds, not {delays[wrong[0]]}")
    return delays


def delay_seconds(
    details: StreetDetails, delays: Mapping[str, float], edges: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the seconds lost on each edge from u to v, and from v to u; what closes the way is left out."""
    each = np.array([delays.get(word, 0.0) for word in details.met_words], dtype=np.float64)
    seconds = each[details.met_word] * details.met_share if len(details.met_word) else np.zeros(0)
    seconds = np.where(np.isfinite(seconds), seconds, 0.0)
    sums = [
        np.bincount(
            details.met_edge[details.met_way != other],
            weights=seconds[details.met_way != other],
            minlength=edges,
        ).astype(np.float64)
        for other in (AGAINST, ALONG)
    ]
    return sums[0], sums[1]


def closures(
    details: StreetDetails, delays: Mapping[str, float]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return where nobody gets through: edges and metres from u."""
    shut = np.array([np.isinf(delays.get(word, 0.0)) for word in details.met_words], dtype=bool)
    at = np.flatnonzero(shut[details.met_word]) if len(details.met_word) else np.zeros(0, dtype=np.int64)
    return details.met_edge[at], details.met_offset_m[at]
