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
from urbanplan.methods.engine.kernel import kernel

Classes = NDArray[np.integer]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MAX_CLASSES = 256
OUTSIDE = -1
"""Code of a cell that belongs to no class: no data, or outside the area looked at."""


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
        _sweep(codes, neighbours == 8, *state, *sums)  # noqa: PLR2004 - the number of neighbours
    if state is not None:
        _finish(state.runs, state.kind, state.last, state.first, state.patch, state.open_cells, *sums)
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


class ClassBook:
    """Gives the classes of a map small numbers, in the order in which they are met.

    Attributes
    ----------
    numbers : list of int
        Class of each code.
    """

    def __init__(self, nodata: int | None) -> None:
        self.nodata = nodata
        self.numbers: list[int] = []
        self._known: dict[int, int] = {}

    def codes(self, strip: Classes) -> NDArray[np.int16]:
        """Return the code of each cell, `OUTSIDE` where it has no class.

        Raises
        ------
        InputError
            If the strip holds anything but whole numbers, or there are more than 256 classes.
        """
        if strip.ndim != 2 or not np.issubdtype(strip.dtype, np.integer):  # noqa: PLR2004 - rows and columns
            raise InputError(
                f"a map of classes is a table of whole numbers, not {strip.dtype} in {strip.ndim} dimensions"
            )
        if strip.dtype == np.uint8:
            present = np.flatnonzero(np.bincount(strip.ravel(), minlength=256))
        else:
            present = np.unique(strip)
        codes = [self._code(int(number)) for number in present]
        if len(self.numbers) > MAX_CLASSES:
            raise InputError(
                f"the map has more than {MAX_CLASSES} different numbers; these are measurements, not classes"
            )
        if strip.dtype == np.uint8:
            table = np.full(256, OUTSIDE, dtype=np.int16)
            table[present] = codes
            return table[strip]
        return np.array(codes, dtype=np.int16)[np.searchsorted(present, strip)]

    def _code(self, number: int) -> int:
        if number == self.nodata:
            return OUTSIDE
        if number not in self._known:
            self._known[number] = len(self.numbers)
            self.numbers.append(number)
        return self._known[number]


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


@kernel
def runs_of(row: NDArray[np.int16], kind: Ints, first: Ints, last: Ints) -> int:
    """Write the runs of equal cells of a row and return how many there are."""
    number = 0
    begin = 0
    width = len(row)
    for col in range(1, width + 1):
        if col == width or row[col] != row[begin]:
            kind[number], first[number], last[number] = row[begin], begin, col - 1
            number += 1
            begin = col
    return number


@kernel
def root_of(parent: Ints, patch: int) -> int:
    """Return the number under which a patch is kept, and shorten the way to it."""
    while parent[patch] != patch:
        parent[patch] = parent[parent[patch]]
        patch = parent[patch]
    return patch


@kernel
def _sweep(
    codes: NDArray[np.int16],
    corners: bool,
    runs: Ints,
    kind: Ints,
    first: Ints,
    last: Ints,
    patch: Ints,
    open_cells: Ints,
    cells: Ints,
    patches: Ints,
    largest: Ints,
    squares: Floats,
    sides: Ints,
    rim: Ints,
) -> None:
    """Take the rows of a strip one after another; `runs` … `open_cells` are the row above, and then the last row."""
    width = codes.shape[1]
    kind2, first2, last2, patch2 = kind.copy(), first.copy(), last.copy(), patch.copy()
    parent = np.empty(2 * width + 1, dtype=np.int64)
    size = np.empty(2 * width + 1, dtype=np.int64)
    new = np.empty(2 * width + 1, dtype=np.int64)
    for y in range(codes.shape[0]):
        number = runs_of(codes[y], kind2, first2, last2)
        opened = 0
        for a in range(runs[0]):
            opened = max(opened, patch[a] + 1)
        for a in range(opened):
            parent[a], size[a] = a, open_cells[a]
        for b in range(number):
            mine = opened + b
            parent[mine], size[mine] = mine, last2[b] - first2[b] + 1
        _across(number, kind2, first2, last2, cells, sides, rim)
        _between(runs[0], kind, first, last, number, kind2, first2, last2, sides, rim)
        _join(corners, opened, runs[0], kind, first, last, patch, number, kind2, first2, last2, parent, size)
        for a in range(opened + number):
            new[a] = -1
        kept = 0
        for b in range(number):
            if kind2[b] < 0:
                patch2[b] = -1
                continue
            root = root_of(parent, opened + b)
            if new[root] < 0:
                new[root] = kept
                open_cells[kept] = size[root]
                kept += 1
            patch2[b] = new[root]
        for a in range(runs[0]):
            if kind[a] >= 0:
                root = root_of(parent, patch[a])
                if new[root] < 0:
                    new[root] = 0  # ended here: count it once
                    _close(kind[a], size[root], patches, largest, squares)
        runs[0] = number
        for b in range(number):
            kind[b], first[b], last[b], patch[b] = kind2[b], first2[b], last2[b], patch2[b]


@kernel
def _close(kind: int, size: int, patches: Ints, largest: Ints, squares: Floats) -> None:
    """Count a patch that is complete."""
    patches[kind] += 1
    largest[kind] = max(largest[kind], size)
    squares[kind] += float(size) * float(size)


@kernel
def _across(
    number: int, kind: Ints, first: Ints, last: Ints, cells: Ints, sides: Ints, rim: Ints
) -> None:
    """Count the cells of a row, and the sides between neighbours in it."""
    for b in range(number):
        k = kind[b]
        if k < 0:
            continue
        cells[k] += last[b] - first[b] + 1
        sides[k, k] += last[b] - first[b]
        if b == 0 or kind[b - 1] < 0:
            rim[k] += 1
        if b == number - 1 or kind[b + 1] < 0:
            rim[k] += 1
        else:
            other = kind[b + 1]
            sides[k, other] += 1
            sides[other, k] += 1


@kernel
def _between(
    above: int,
    kind: Ints,
    first: Ints,
    last: Ints,
    number: int,
    kind2: Ints,
    first2: Ints,
    last2: Ints,
    sides: Ints,
    rim: Ints,
) -> None:
    """Count the sides between a row and the one above it."""
    a, b = 0, 0
    while a < above and b < number:
        shared = min(last[a], last2[b]) - max(first[a], first2[b]) + 1
        if shared > 0:
            k, other = kind[a], kind2[b]
            if k >= 0 and other >= 0:
                sides[k, other] += shared
                if k != other:
                    sides[other, k] += shared
            elif k >= 0:
                rim[k] += shared
            elif other >= 0:
                rim[other] += shared
        if last[a] < last2[b]:
            a += 1
        elif last2[b] < last[a]:
            b += 1
        else:
            a += 1
            b += 1


@kernel
def _join(
    corners: bool,
    opened: int,
    above: int,
    kind: Ints,
    first: Ints,
    last: Ints,
    patch: Ints,
    number: int,
    kind2: Ints,
    first2: Ints,
    last2: Ints,
    parent: Ints,
    size: Ints,
) -> None:
    """Join the runs of a row with the patches that they touch in the row above."""
    reach = 1 if corners else 0
    a = 0
    for b in range(number):
        while a < above and last[a] < first2[b] - reach:
            a += 1
        at = a
        while at < above and first[at] <= last2[b] + reach:
            if kind[at] >= 0 and kind[at] == kind2[b]:
                one, other = root_of(parent, patch[at]), root_of(parent, opened + b)
                if one != other:
                    parent[other] = one
                    size[one] += size[other]
            at += 1


@kernel
def _finish(
    runs: Ints,
    kind: Ints,
    last: Ints,
    first: Ints,
    patch: Ints,
    open_cells: Ints,
    cells: Ints,
    patches: Ints,
    largest: Ints,
    squares: Floats,
    sides: Ints,
    rim: Ints,
) -> None:
    """Count the patches that reach the southern edge, and the sides along it."""
    done = np.zeros(len(kind) + 1, dtype=np.bool_)
    for a in range(runs[0]):
        if kind[a] < 0:
            continue
        rim[kind[a]] += last[a] - first[a] + 1
        if not done[patch[a]]:
            done[patch[a]] = True
            _close(kind[a], open_cells[patch[a]], patches, largest, squares)
