"""Tables of decays: straight lines between steps so fine that what a place counts for is looked up, not worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.decay import Decay, Piece
from urbanplan.methods.engine.costs import UNITS, limit_units

_FINEST, _COARSEST = 0, 14
"""Steps of a table in powers of two: 1 to 16,384 mm or ms."""
_MOST_STEPS = 1 << 17
_NO_STEPS = np.empty((0, 2), dtype=np.float32)
_TOLERANCE = 1e-7
"""Greatest error that a table may make, as a share of the curve's greatest value."""


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
        "a decay falls too abruptly to be tabulated; name its kink, or use decay.stepped for jumps"
    )
