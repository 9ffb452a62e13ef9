"""Patches and borders of a map of classes, counted in one sweep from north to south.

The sweep keeps the patches that touch the current row and folds away those that ended above it, so that its memory
grows with the width of the map and not with its area.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.class_book import MAX_CLASSES, OUTSIDE, ClassBook, Classes
from urbanplan.methods.landscape.sweeping import Floats, Ints, finish, sweep


class Counts(NamedTuple):
    """What a map of classes consists of; cells are the unit of length and of area.

    Attributes
    ----------
    classes : ndarray of int64, shape (m,)
        Numbers of the classes present, ascending.
    cells, patches, largest : ndarray of int64, shape (m,)
        Cells of each class, its patches, and the cells of its largest patch.
    squares : ndarray of float64, shape (m,)
        Sum of the squared sizes of its patches.
    sides : ndarray of int64, shape (m, m)
        Sides that cells of two classes share, each counted once; on the diagonal those within a class.
    rim : ndarray of int64, shape (m,)
        Sides that look outside: over the edge of the map, or to a cell without a class.
    """

    classes: Ints
    cells: Ints
    patches: Ints
    largest: Ints
    squares: Floats
    sides: Ints
    rim: Ints


class _Sums(NamedTuple):
    cells: Ints
    patches: Ints
    largest: Ints
    squares: Floats
    sides: Ints
    rim: Ints


class _Row(NamedTuple):
    """The runs of the last row: class, first and last column, patch; and the cells of each open patch."""

    runs: Ints
    kind: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    patch: NDArray[np.int32]
    open_cells: Ints


def count(strips: Iterable[Classes], *, nodata: int | None = None, neighbours: int = 8) -> Counts:
    """Count cells, patches and shared sides of every class of a map.

    Parameters
    ----------
    strips : iterable of ndarray of int, shape (rows, columns)
        The map from north to south in strips of any height and one width.
    nodata : int, optional
        Number of cells that belong to no class.
    neighbours : int
        8: cells that touch at a corner belong to one patch; 4: only those that share a side.

    Returns
    -------
    Counts
        Empty where no cell has a class.

    Raises
    ------
    InputError
        If strips differ in width, hold anything but whole numbers, or more than 256 classes.
    """
    if neighbours not in (4, 8):
        raise InputError(f"a patch is joined by 4 or 8 neighbours, not {neighbours}")
    book = ClassBook(nodata)
    sums = _nothing()
    state: _Row | None = None
    for strip in strips:
        codes = book.codes(strip)
        if state is None:
            state = _first_row(codes.shape[1])
        elif codes.shape[1] != len(state.kind):
            raise InputError(f"a strip is {codes.shape[1]} cells wide, those above it {len(state.kind)}")
        sweep(codes, neighbours == 8, *state, *sums)  # noqa: PLR2004 - the number of neighbours
    if state is not None:
        finish(*state, sums.patches, sums.largest, sums.squares, sums.rim)
    order, m = np.argsort(book.numbers), len(book.numbers)
    present = order[sums.cells[:m][order] > 0]
    return Counts(
        np.array(book.numbers, dtype=np.int64)[present],
        sums.cells[present],
        sums.patches[present],
        sums.largest[present],
        sums.squares[present],
        sums.sides[np.ix_(present, present)],
        sums.rim[present],
    )


def _nothing() -> _Sums:
    whole = [np.zeros(MAX_CLASSES, dtype=np.int64) for _ in range(4)]
    return _Sums(
        whole[0],
        whole[1],
        whole[2],
        np.zeros(MAX_CLASSES),
        np.zeros((MAX_CLASSES, MAX_CLASSES), dtype=np.int64),
        whole[3],
    )


def _first_row(width: int) -> _Row:
    """Return the row above the first: nothing but outside."""
    parts = [np.zeros(width, dtype=np.int32) for _ in range(4)]
    runs = np.zeros(1, dtype=np.int64)
    if width:
        runs[0], parts[0][0], parts[2][0], parts[3][0] = 1, OUTSIDE, width - 1, -1
    return _Row(runs, parts[0], parts[1], parts[2], parts[3], np.zeros(width, dtype=np.int64))
