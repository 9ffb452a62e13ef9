"""Decays: how much a place still counts at a cost. Each function gives a decay, which turns costs into weights 0-1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats

Curve = Callable[[Floats], Floats]
"""Takes costs (zero or more), returns a weight for each."""

_STEEPEST = 700.0


@dataclass(frozen=True)
class Piece:
    """A smooth part of a decay: a curve up to a cost beyond which it is zero, with one kink at most."""

    curve: Curve
    end: float | None = None
    kink: float = 0.0

    def __call__(self, cost: Floats) -> Floats:
        """Return the part of the weight of each cost."""
        if self.end is None:
            return self.curve(cost)
        return np.where(cost <= self.end, self.curve(np.minimum(cost, self.end)), 0.0)


@dataclass(frozen=True)
class Decay:
    """How much a place counts at a cost of travel, in whichever unit the costs are (metres, seconds).

    Attributes
    ----------
    pieces : tuple of Piece
        Smooth curves that add up to it: the routing engine tabulates each by itself, so that jumps stay exact.
    whole : callable, optional
        The same as the sum of the pieces, where it can be told without rounding.
    name : str
        What tells it from all other decays: its family and numbers; empty for a curve of one's own.
    """

    pieces: tuple[Piece, ...]
    whole: Curve | None = None
    name: str = ""

    def __call__(self, cost: Floats) -> Floats:
        """Return the weight of each cost; zero where the cost is NaN, which is out of reach."""
        given = np.asarray(cost, dtype=np.float64)
        known = np.where(np.isnan(given), 0.0, given)
        weight = self.whole(known) if self.whole else sum(piece(known) for piece in self.pieces)
        return np.where(np.isnan(given), 0.0, weight)

    @property
    def end(self) -> float | None:
        """Cost beyond which nothing counts; None where there is no such cost."""
        ends = [piece.end for piece in self.pieces]
        return None if None in ends else max((end for end in ends if end is not None), default=0.0)


def of(curve: Curve, *, end: float | None = None, kink: float = 0.0, name: str = "") -> Decay:
    """Make a decay of any smooth curve.

    Parameters
    ----------
    curve : callable
        Takes costs, returns weights; smooth but for one kink.
    end : float, optional
        Cost beyond which nothing counts any more; exactly the end does.
    kink : float
        Cost at which the curve bends.
    name : str
        What tells it from all other decays, so that what was worked out with it can be kept.
    """
    return Decay((Piece(curve, None if end is None else _positive(end, "end", zero=True), kink),), name=name)


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
    return of(lambda cost: np.exp(-beta * cost), name=f"exponential {beta}")


def gaussian(*, sigma: float) -> Decay:
    r"""Let the weight fall as :math:`e^{-c^2 / 2\sigma^2}`.

    Parameters
    ----------
    sigma : float
        Cost at which the weight is 0.61.
    """
    width = _positive(sigma, "sigma")
    return of(lambda cost: np.exp(-(cost**2) / (2 * width**2)), name=f"gaussian {width}")


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
    return of(
        lambda cost: np.exp(-(np.maximum(cost - start, 0.0) ** 2) / spread),
        kink=start,
        name=f"cumulative gaussian {start} {spread}",
    )


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
    return of(
        lambda cost: start / (1.0 + np.exp(np.minimum(slope * (cost - middle), _STEEPEST))),
        name=f"logistic {middle} {slope}",
    )


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
    return of(
        lambda cost: 1.0 / (1.0 + np.exp(np.minimum(pace * (cost - limit), _STEEPEST))),
        name=f"soft threshold {limit} {pace}",
    )


def linear(*, end: float) -> Decay:
    r"""Let the weight fall evenly from 1 to 0 at `end`: :math:`\max(0, 1 - c/end)`."""
    far = _positive(end, "end")
    return of(lambda cost: 1.0 - cost / far, end=far, name=f"linear {far}")


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
    return of(lambda cost: (np.maximum(cost, near) / near) ** -rate, kink=near, name=f"power {rate} {near}")


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
    falls = zip(limits.tolist(), (-np.diff(weights)).tolist(), strict=True)
    return Decay(
        tuple(Piece(_constant(fall), limit) for limit, fall in falls),
        whole=lambda cost: weights[np.searchsorted(limits, cost, side="left")],
        name=f"stepped {limits.tolist()} {weights.tolist()}",
    )


def halving(
    family: str, *, half_life: float, spread: float | None = None, nearest: float | None = None
) -> Decay:
    r"""Make a decay of a named family that weighs one half at the half-life, so that families can be compared.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    half_life : float
        Cost h at which the weight is one half; for a cut-off the limit itself.
    spread : float, optional
        Logistic only: its standard deviation :math:`\sigma`; by default :math:`h/2`.
    nearest : float, optional
        Power and cumulative Gaussian only: the cost up to which all counts whole; by default :math:`h/4`.

    Raises
    ------
    InputError
        If there is no such family, or the numbers do not fit it.

    Notes
    -----
    Exponential :math:`2^{-c/h}`; Gaussian with :math:`\sigma = h / \sqrt{2 \ln 2}`; linear to zero at :math:`2h`; soft
    threshold at h; power with exponent :math:`\ln 2 / \ln(h/n)`; cumulative Gaussian with
    :math:`v = (h-n)^2 / \ln 2`; logistic with its midpoint where :math:`g(0)/g(h) = 1/2`.
    """
    if family not in FAMILIES:
        raise InputError(f"{family!r} is not a family of decays; families are {', '.join(FAMILIES)}")
    half = _positive(half_life, "half_life")
    near = half / 4 if nearest is None else _positive(nearest, "nearest", zero=True)
    if family in {"power", "cumulative_gaussian"} and not near < half:
        raise InputError(f"nearest of a decay ({near}) must be below its half_life ({half})")
    made: dict[str, Callable[[], Decay]] = {
        "exponential": lambda: exponential(half_life=half),
        "gaussian": lambda: gaussian(sigma=half / np.sqrt(2 * np.log(2))),
        "cumulative_gaussian": lambda: cumulative_gaussian(
            until=near, variance=(half - near) ** 2 / np.log(2)
        ),
        "logistic": lambda: _logistic_halving(
            half, half / 2 if spread is None else _positive(spread, "spread")
        ),
        "soft_threshold": lambda: soft_threshold(threshold=half),
        "linear": lambda: linear(end=2 * half),
        "power": lambda: power(exponent=np.log(2) / np.log(half / _positive(near, "nearest")), nearest=near),
        "cut_off": lambda: cut_off(limit=half),
    }
    return made[family]()


FAMILIES = (
    "exponential",
    "gaussian",
    "cumulative_gaussian",
    "logistic",
    "soft_threshold",
    "linear",
    "power",
    "cut_off",
)
"""Families that `halving` knows by name."""


def _logistic_halving(half: float, sigma: float) -> Decay:
    slope = np.pi / (sigma * np.sqrt(3.0))
    # (1 + e^(-sm)) / (1 + e^(s(h-m))) = 1/2, solved for m
    over = np.exp(min(slope * half, _STEEPEST)) - 2.0
    if not over >= 1.0:
        raise InputError(
            f"a logistic decay that halves at {half} needs a spread of at most {half * np.pi / np.sqrt(3) / np.log(3):.4g}"
        )
    return logistic(midpoint=float(np.log(over) / slope), sigma=sigma)


def within(decay: Decay, *, limit: float) -> Decay:
    """Cut any decay off at a limit: what is beyond it does not count; exactly the limit does."""
    far = _positive(limit, "limit", zero=True)
    pieces = tuple(
        Piece(piece.curve, far if piece.end is None else min(piece.end, far), piece.kink)
        for piece in decay.pieces
    )
    name = f"{decay.name} within {far}" if decay.name else ""
    return Decay(pieces, whole=lambda cost: np.where(cost <= far, decay(cost), 0.0), name=name)


def _constant(value: float) -> Curve:
    return lambda cost: np.full(np.shape(cost), value)


def _positive(value: float | None, name: str, *, zero: bool = False) -> float:
    if value is None or not np.isfinite(value) or not (value > 0 or (zero and value == 0)):
        raise InputError(
            f"{name} of a decay must be a number {'of zero or more' if zero else 'above zero'}, not {value}"
        )
    return float(value)
