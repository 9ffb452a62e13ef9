"""Decays: how much a place still counts at a distance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods import decay as families
from urbanplan.methods.engine.costs import UNITS, limit_units

_Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
_FINEST, _COARSEST = 0, 14
"""Steps of a table in powers of two: 1 to 16,384 mm or ms."""
_MOST_STEPS = 1 << 17
_NO_STEPS = np.empty((0, 2), dtype=np.float32)
_TOLERANCE = 1e-7
"""Greatest error that a table may make, as a share of the curve's greatest value."""


@dataclass(frozen=True)
class Piece:
    """A smooth part of a decay: a curve up to a cost beyond which it is zero."""

    curve: _Curve
    end: float | None
    kink: float = 0.0


@dataclass(frozen=True)
class Decay:
    """How much a place counts at a cost of travel: a sum of smooth pieces.

    Costs are in metres or seconds, as the engine's.

    Attributes
    ----------
    pieces : tuple of Piece
        Curves that are added up.
    """

    pieces: tuple[Piece, ...]

    def __call__(self, cost: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the decay of each cost; zero where the cost is NaN."""
        total = np.zeros(np.shape(cost))
        for piece in self.pieces:
            within = cost <= (np.inf if piece.end is None else piece.end)
            total += np.where(within, piece.curve(np.where(within, cost, 0.0)), 0.0)
        return total

    @classmethod
    def of(cls, curve: _Curve, *, end: float | None = None, kink: float = 0.0) -> Decay:
        """Make a decay of any smooth curve.

        Parameters
        ----------
        curve : callable
            Takes costs in metres or seconds, returns weights; smooth but for one kink.
        end : float, optional
            Cost beyond which nothing counts any more; by default the limit of the search.
        kink : float
            Cost at which the curve bends.
        """
        return cls((Piece(curve, end, kink),))

    @classmethod
    def exponential(
        cls, *, rate: float | None = None, half_life: float | None = None, end: float | None = None
    ) -> Decay:
        """Let weight fall by the same share with every metre or second: exp(-rate c), or 2^(-c / half_life)."""
        return cls.of(families.exponential(rate=rate, half_life=half_life), end=end)

    @classmethod
    def gaussian(cls, *, sigma: float, end: float | None = None) -> Decay:
        """Let weight fall as exp(-c^2 / (2 sigma^2))."""
        return cls.of(families.gaussian(sigma=sigma), end=end)

    @classmethod
    def cumulative_gaussian(cls, *, until: float, variance: float, end: float | None = None) -> Decay:
        """Let everything count up to a cost, then fall as exp(-(c - until)^2 / variance).

        References
        ----------
        Vale & Pereira 2017.
        """
        return cls.of(families.cumulative_gaussian(until=until, variance=variance), end=end, kink=until)

    @classmethod
    def logistic(cls, *, midpoint: float, sigma: float, end: float | None = None) -> Decay:
        """Let weight fall as g(0) / g(c), with g(c) = 1 + exp(pi (c - midpoint) / (sigma sqrt 3)).

        References
        ----------
        Bauer & Groneberg 2016.
        """
        return cls.of(families.logistic(midpoint=midpoint, sigma=sigma), end=end)

    @classmethod
    def soft_threshold(cls, *, threshold: float, steepness: float = 5.0, end: float | None = None) -> Decay:
        """Let weight fall as 1 / (1 + exp(steepness (c - threshold) / threshold)).

        References
        ----------
        Higgs 2019.
        """
        return cls.of(families.soft_threshold(threshold=threshold, steepness=steepness), end=end)

    @classmethod
    def linear(cls, *, end: float) -> Decay:
        """Let weight fall evenly from one to zero at `end`."""
        far = _positive(end, "end")
        # not cut off at zero: a table of a straight line is exact up to its end
        return cls.of(lambda cost: 1 - cost / far, end=far)

    @classmethod
    def power(cls, *, exponent: float, nearest: float, end: float | None = None) -> Decay:
        """Let weight fall as (c / nearest)^-exponent, and count fully what is nearer than `nearest`."""
        return cls.of(families.power(exponent=exponent, nearest=nearest), end=end, kink=nearest)

    @classmethod
    def stepped(cls, steps: Sequence[tuple[float, float]]) -> Decay:
        """Count with the weight of the first step that a cost is within.

        Parameters
        ----------
        steps : sequence of (float, float)
            Greatest cost and weight of each step, costs ascending; one step is a cut-off.

        Raises
        ------
        InputError
            If there is no step or their costs do not ascend.
        """
        costs, weights = [float(cost) for cost, _ in steps], [float(weight) for _, weight in steps]
        if not costs or sorted(set(costs)) != costs:
            raise InputError("a stepped decay needs steps of ascending costs, e.g. [(500, 1.0), (1000, 0.5)]")
        falls = [weight - after for weight, after in zip(weights, [*weights[1:], 0.0], strict=True)]
        return cls(tuple(Piece(_constant(fall), cost) for cost, fall in zip(costs, falls, strict=True)))


@dataclass(frozen=True)
class Tables:
    """Decays tabulated for the kernels.

    Attributes
    ----------
    steps : ndarray of float32, shape (t, 2)
        Value and slope at the beginning of each step, one table after the other.
    starts : ndarray of int64, shape (p,)
        Where the table of each piece begins.
    shifts, offsets, ends : ndarray of int32, shape (p,)
        Step of each table in powers of two, cost added before looking it up, cost beyond which it is zero.
    decay : ndarray of int64, shape (p,)
        Decay to which each piece belongs.
    """

    steps: NDArray[np.float32]
    starts: NDArray[np.int64]
    shifts: NDArray[np.int32]
    offsets: NDArray[np.int32]
    ends: NDArray[np.int32]
    decay: NDArray[np.int64]


def tabulate(decays: Sequence[Decay], limit: float | None) -> Tables:
    """Tabulate decays so finely that no value is off by more than a ten-millionth of the greatest.

    Raises
    ------
    InputError
        If a decay has no end and the search no limit, or a curve is too steep or not finite.
    """
    pieces = [(number, piece) for number, decay in enumerate(decays) for piece in decay.pieces]
    built = [_table(piece, limit) for _, piece in pieces]
    steps = [table for table, *_ in built]
    starts = np.cumsum([0, *map(len, steps)])[:-1].astype(np.int64)
    shifts, offsets, ends = (np.array([made[at] for made in built], dtype=np.int32) for at in (1, 2, 3))
    decay = np.array([number for number, _ in pieces], dtype=np.int64)
    return Tables(np.concatenate([*steps, _NO_STEPS]), starts, shifts, offsets, ends, decay)


def _table(piece: Piece, limit: float | None) -> tuple[NDArray[np.float32], int, int, int]:
    if piece.end is None and limit is None:
        raise InputError(
            "a decay without an end needs a limit of the search, or it would look at the whole city"
        )
    far = min(bound for bound in (piece.end, limit) if bound is not None)
    end = limit_units(far)
    for shift in range(_COARSEST, _FINEST - 1, -1):
        offset = -round(piece.kink * UNITS) % (1 << shift)
        if (end >> shift) > _MOST_STEPS:
            break
        knots = np.maximum((np.arange((end + offset >> shift) + 2) << shift) - offset, 0)
        middle = (knots[1:] + knots[:-1]) / 2
        value, between = piece.curve(knots / UNITS), piece.curve(middle / UNITS)
        if not (np.isfinite(value).all() and np.isfinite(between).all()):
            raise InputError("a decay is not finite at every cost up to its end; give it a nearest distance")
        off = np.abs(between - (value[1:] + value[:-1]) / 2).max()
        if shift == 0 or off <= _TOLERANCE * np.abs(value).max():  # steps of one unit leave nothing between
            slope = np.diff(value) / np.maximum(np.diff(knots), 1)
            # the first step may begin before zero: carry its line back to where the table starts
            start = value[:-1] - slope * np.where(np.arange(len(slope)) == 0, offset, 0)
            return np.stack([start, slope], axis=1).astype(np.float32), shift, offset, end
    raise InputError(
        "a decay falls too abruptly to be tabulated; name its kink, or use Decay.stepped for jumps"
    )


def _constant(value: float) -> _Curve:
    return lambda cost: np.full(np.shape(cost), value)


def _positive(value: float | None, name: str) -> float:
    if value is None or not value > 0 or not np.isfinite(value):
        raise InputError(f"{name} of a decay must be a number above zero, not {value}")
    return float(value)
