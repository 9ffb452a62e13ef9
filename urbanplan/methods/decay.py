"""Decays: how much a place still counts at a cost. Each function gives a decay, which turns costs into weights 0-1."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats

Decay = Callable[[Floats], Floats]
"""Takes costs (zero or more), returns a weight for each: 1 for what counts whole, 0 for what does not count."""

_STEEPEST = 700.0


def exponential(*, rate: float | None = None, half_life: float | None = None) -> Decay:
    r"""Let the weight fall by the same share with every unit of cost.

    Parameters
    ----------
    rate : float
        :math:`\beta` in :math:`e^{-\beta c}`, per unit of cost.
    half_life : float
        Or the cost :math:`h` at which the weight is one half: :math:`2^{-c/h}`. One of the two is needed.

    Raises
    ------
    InputError
        If none or both are given, or the number is not above zero.
    """
    if (rate is None) == (half_life is None):
        raise InputError("an exponential decay needs its rate or its half-life, one of the two")
    beta = np.log(2) / _positive(half_life, "half_life") if rate is None else _positive(rate, "rate")
    return lambda cost: np.exp(-beta * cost)


def gaussian(*, sigma: float) -> Decay:
    r"""Let the weight fall as :math:`e^{-c^2 / 2\sigma^2}`.

    Parameters
    ----------
    sigma : float
        Cost at which the weight is 0.61.
    """
    width = _positive(sigma, "sigma")
    return lambda cost: np.exp(-(cost**2) / (2 * width**2))


def cumulative_gaussian(*, until: float, variance: float) -> Decay:
    r"""Count everything whole up to a cost t, then let the weight fall as :math:`e^{-(c-t)^2 / v}`.

    Parameters
    ----------
    until : float
        Cost t up to which the weight is 1.
    variance : float
        v, in units of cost squared.

    References
    ----------
    Vale, D. S. and Pereira, M. (2017), after the catalogue of measures; formula not checked against the paper.
    """
    spread, start = _positive(variance, "variance"), _positive(until, "until", zero=True)
    return lambda cost: np.exp(-(np.maximum(cost - start, 0.0) ** 2) / spread)


def logistic(*, midpoint: float, sigma: float) -> Decay:
    r"""Let the weight fall along an S around a midpoint m: :math:`g(0)/g(c)`, :math:`g(x) = 1 + e^{\pi(x-m)/(\sigma\sqrt 3)}`.

    Parameters
    ----------
    midpoint : float
        Cost m around which the weight falls fastest.
    sigma : float
        Standard deviation of the fall, in units of cost.

    References
    ----------
    Bauer, J. and Groneberg, D. A. (2016), after the catalogue of measures; formula not checked against the paper.
    """
    slope = np.pi / (_positive(sigma, "sigma") * np.sqrt(3.0))
    middle = _positive(midpoint, "midpoint", zero=True)
    start = 1.0 + np.exp(-slope * middle)
    return lambda cost: start / (1.0 + np.exp(np.minimum(slope * (cost - middle), _STEEPEST)))


def soft_threshold(*, threshold: float, steepness: float = 5.0) -> Decay:
    r"""Soften a cut-off t: :math:`1 / (1 + e^{k(c-t)/t})`, which is one half at t.

    Parameters
    ----------
    threshold : float
        t, in units of cost.
    steepness : float
        k; the weight at cost 0 is :math:`1/(1+e^{-k})`, 0.993 for 5.

    References
    ----------
    Higgs, C. et al. (2019), after the catalogue of measures; formula not checked against the paper.
    """
    limit = _positive(threshold, "threshold")
    pace = _positive(steepness, "steepness") / limit
    return lambda cost: 1.0 / (1.0 + np.exp(np.minimum(pace * (cost - limit), _STEEPEST)))


def linear(*, end: float) -> Decay:
    r"""Let the weight fall evenly from 1 to 0 at `end`: :math:`\max(0, 1 - c/end)`."""
    far = _positive(end, "end")
    return lambda cost: np.maximum(1.0 - cost / far, 0.0)


def power(*, exponent: float, nearest: float) -> Decay:
    r"""Let the weight fall as :math:`(c/n)^{-a}`, and count whole what is nearer than n.

    Parameters
    ----------
    exponent : float
        a.
    nearest : float
        n, in units of cost: without it the weight at cost 0 would be infinite.
    """
    rate, near = _positive(exponent, "exponent"), _positive(nearest, "nearest")
    return lambda cost: (np.maximum(cost, near) / near) ** -rate


def cut_off(*, limit: float) -> Decay:
    """Count whole what is within a limit, and not what is beyond; exactly the limit is within."""
    return stepped([(limit, 1.0)])


def stepped(steps: Sequence[tuple[float, float]]) -> Decay:
    """Give each ring of costs its own weight.

    Parameters
    ----------
    steps : sequence of (float, float)
        The greatest cost of each ring, which belongs to it, and its weight; costs ascending. Beyond the last the
        weight is 0.

    Raises
    ------
    InputError
        If there is no step, costs do not ascend, or a weight is negative or not a number.
    """
    limits = np.array([limit for limit, _ in steps], dtype=np.float64)
    weights = np.array([*(weight for _, weight in steps), 0.0], dtype=np.float64)
    if not len(limits) or not (np.diff(limits) > 0).all() or not limits[0] >= 0:
        raise InputError("a stepped decay needs steps of ascending costs, e.g. [(500, 1.0), (1000, 0.5)]")
    if not ((weights >= 0) & np.isfinite(weights)).all():
        raise InputError("a stepped decay needs weights of zero or more")
    return lambda cost: weights[np.searchsorted(limits, cost, side="left")]


def within(decay: Decay, *, limit: float) -> Decay:
    """Cut any decay off at a limit: what is beyond it does not count; exactly the limit does."""
    far = _positive(limit, "limit", zero=True)
    return lambda cost: np.where(cost <= far, decay(cost), 0.0)


def _positive(value: float | None, name: str, *, zero: bool = False) -> float:
    if value is None or not np.isfinite(value) or not (value > 0 or (zero and value == 0)):
        raise InputError(
            f"{name} of a decay must be a number {'of zero or more' if zero else 'above zero'}, not {value}"
        )
    return float(value)
