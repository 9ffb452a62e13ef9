"""How sure a measure of access is: what it would be with other luck in mapping places, and at other walking speeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.grid_areas import Floats

SPEED_SPREAD = 0.1
"""Usual standard deviation of the logarithm of walking speed."""

FASTEST = float(np.exp(3 * SPEED_SPREAD))
"""How many times as far as usual the fastest come in the same time."""

Measure = Callable[[CostTable, Floats], Floats]
"""Takes a table and what places offer, returns one value per origin."""
Drawn = Callable[[float, Floats], Floats]
"""Takes the pace of a draw (what costs are multiplied by) and how often each place was drawn, returns values."""


class Interval(NamedTuple):
    """Bounds within which a measure lies in most of the draws.

    Attributes
    ----------
    low, high : ndarray of float64, shape (origins,)
        In the unit of the measure; NaN where it was unknown in so many draws that no bound can be told.
    known : ndarray of float64, shape (origins,)
        Share of the draws (0-1) in which the measure had a value.
    """

    low: Floats
    high: Floats
    known: Floats


def bootstrap(
    table: CostTable,
    opportunities: ArrayLike,
    measure: Measure,
    *,
    resampled: bool = True,
    speed_spread: float = SPEED_SPREAD,
    level: float = 0.9,
    draws: int = 200,
    seed: int = 0,
) -> Interval:
    r"""Measure again and again with places drawn anew and speeds changed, and tell where most results lie.

    Parameters
    ----------
    table : CostTable
        Costs. They must be complete beyond the measure's own limit, by the slowest draw's worth: :math:`e^{3s}` times
        for a spread s, 1.35 times for 0.1.
    opportunities : array of float, shape (places,)
        What each place offers.
    measure : callable
        Takes the table and the opportunities, returns one value per origin, e.g.
        `lambda t, o: gravity(t, o, decay)`.
    resampled : bool
        Draw places anew, each as often as a Poisson number with mean 1 says: the list of places is taken for a sample
        of those that might have been mapped.
    speed_spread : float
        Standard deviation of the logarithm of travel speed, the same for all people in one draw; 0.1 means 10 %.
    level : float
        Share of the draws between low and high.
    draws : int
        How many.
    seed : int
        The same seed gives the same interval, on every machine.

    Returns
    -------
    Interval

    Raises
    ------
    InputError
        If a number is impossible, or the measure does not give one value per origin.

    Notes
    -----
    It tells of chance in mapping and of pace, and not of categories that nobody maps, nor of streets that are missing.
    An unknown result (NaN) is never counted as zero: for a cost it means "not reached", so that a bound which falls
    among unknown results is unknown too.

    References
    ----------
    Percentile intervals of access over repeated draws follow Conway, M. W. et al. (2018), after the catalogue of
    measures; not checked against the paper.
    """
    offered = table.supply(opportunities)

    def drawn(pace: float, times: Floats) -> Floats:
        value = np.asarray(measure(table.slower(pace), offered * times), dtype=np.float64)
        if value.shape != (table.origins,):
            raise InputError("bootstrap: the measure must give one value per origin")
        return value

    return repeated(
        drawn,
        table.places,
        resampled=resampled,
        speed_spread=speed_spread,
        level=level,
        draws=draws,
        seed=seed,
    )


def repeated(
    measure: Drawn,
    places: int,
    *,
    resampled: bool = True,
    speed_spread: float = SPEED_SPREAD,
    level: float = 0.9,
    draws: int = 200,
    seed: int = 0,
) -> Interval:
    """Measure again and again, each time at another pace and with places drawn anew, and tell where most results lie.

    Parameters
    ----------
    measure : callable
        Takes the pace (what costs are multiplied by) and how often each place was drawn; returns the values, always as many.
    places : int
        How many places there are.
    resampled, speed_spread, level, draws, seed
        As in `bootstrap`.

    Returns
    -------
    Interval
        One entry a value.

    Raises
    ------
    InputError
        If a number is impossible.
    """
    if not 0 < level < 1 or draws != int(draws) or draws < 1:
        raise InputError(
            f"bootstrap: level {level} must be between 0 and 1, and draws {draws} a whole number"
        )
    if not (np.isfinite(speed_spread) and speed_spread >= 0):
        raise InputError(f"bootstrap: speed_spread must be zero or more, not {speed_spread}")
    luck = np.random.default_rng(seed)
    found = []
    for _ in range(int(draws)):
        pace = float(np.exp(speed_spread * np.clip(luck.standard_normal(), -3.0, 3.0)))
        times = luck.poisson(1.0, places).astype(np.float64) if resampled else np.ones(places)
        found.append(np.asarray(measure(pace, times), dtype=np.float64))
    return _bounds(np.stack(found), level)


def with_interval(table: pd.DataFrame, sure: Interval | None) -> pd.DataFrame:
    """Return a table of values with low and high, which hold the value; where there is none they are unknown too.

    Parameters
    ----------
    table : DataFrame
        With `value`, in the order of the interval.
    sure : Interval, optional
        None where nobody asked for it: the table is returned as it is.
    """
    if sure is None:
        return table
    value = table["value"].to_numpy(dtype=np.float64)
    return table.assign(low=np.minimum(sure.low, value), high=np.maximum(sure.high, value))


def _bounds(found: Floats, level: float) -> Interval:
    """Return the values between which the middle share of the draws lies, the unknown ones above all others."""
    ranked = np.sort(np.where(np.isnan(found), np.inf, found), axis=0)
    last = len(found) - 1
    low = ranked[int(np.floor(last * (1 - level) / 2))]
    high = ranked[int(np.ceil(last * (1 + level) / 2))]
    known = np.isfinite(found).mean(axis=0)
    return Interval(np.where(np.isinf(low), np.nan, low), np.where(np.isinf(high), np.nan, high), known)
