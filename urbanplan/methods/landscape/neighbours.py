"""How far each patch of a map of classes lies from the nearest other patch of its class.

A patch is kept as the horizontal runs of its cells. From each run rows above and below are searched outwards, no
farther than the best that its patch has found; in a row only the runs that lie nearer than that are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.class_book import ClassBook, Classes
from urbanplan.methods.engine.kernel import kernel
from urbanplan.methods.landscape.sweeping import Ints, root_of, runs_of

MAX_RUNS = 250_000_000
"""More runs than this would fill the memory; such a map is noise, or wants larger cells."""
_FAR = np.int64(2**62)
_NARROW = 2**16
"""Columns that fit into two bytes."""


class Neighbours(NamedTuple):
    """Distances between patches, in cells.

    Attributes
    ----------
    mean : Series
        Of the patches of each class (index: number of the class) that have a neighbour; NaN where none has.
    mean_of_all : float
        Of all patches that have a neighbour.
    """

    mean: pd.Series
    mean_of_all: float


class _Runs(NamedTuple):
    """The runs of one class, row by row: where each row begins, first and last column."""

    begin: Ints
    first: NDArray[Any]
    last: NDArray[Any]


def nearest_neighbours(
    strips: Iterable[Classes], *, nodata: int | None = None, neighbours: int = 8
) -> Neighbours:
    """Measure the distance from each patch to the nearest other patch of its class, between centres of cells.

    Parameters
    ----------
    strips, nodata, neighbours
        As in `count`.

    Returns
    -------
    Neighbours
        In cells; times the side of a cell they are metres.

    Raises
    ------
    InputError
        If the map has too many runs of equal cells to be kept in memory.
    """
    book = ClassBook(nodata)
    means, sums, numbers = {}, 0.0, 0
    for code, runs in _runs(strips, book):
        patch, number = _label(*runs, neighbours == 8)  # noqa: PLR2004 - the number of neighbours
        best = np.full(number, _FAR, dtype=np.int64)
        if number > 1:
            _search(*runs, patch, best)
        away = np.sqrt(best[best < _FAR].astype(float))
        means[book.numbers[code]] = float(away.mean()) if len(away) else float("nan")
        sums, numbers = sums + float(away.sum()), numbers + len(away)
    order = sorted(means)
    mean = pd.Series([means[number] for number in order], index=pd.Index(order, dtype=np.int64), dtype=float)
    return Neighbours(mean, sums / numbers if numbers else float("nan"))


def _runs(strips: Iterable[Classes], book: ClassBook) -> Iterator[tuple[int, _Runs]]:
    """Give the runs of one class after another; what was given is forgotten."""
    rows: list[NDArray[np.int32]] = []
    firsts: list[list[NDArray[Any]]] = []
    lasts: list[list[NDArray[Any]]] = []
    total = 0
    for strip in strips:
        codes = book.codes(strip)
        narrow = np.uint16 if codes.shape[1] <= _NARROW else np.int32
        kind, first, last, number = _list_runs(codes, _count_runs(codes), len(book.numbers))
        total += len(kind)
        if total > MAX_RUNS:
            raise InputError(
                f"the map has more than {MAX_RUNS:,} runs of equal cells: distances between patches cannot be kept"
                " in memory; leave them out, or give larger cells"
            )
        rows.append(number)
        for code in range(len(book.numbers)):
            if code == len(firsts):
                firsts.append([])
                lasts.append([])
            mine = kind == code
            firsts[code].append(first[mine].astype(narrow))
            lasts[code].append(last[mine].astype(narrow))
    for code in range(len(firsts)):
        number = np.concatenate(
            [part[:, code] if code < part.shape[1] else np.zeros(len(part), dtype=np.int32) for part in rows]
        )
        begin = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(number, dtype=np.int64)])
        yield code, _Runs(begin, np.concatenate(firsts[code]), np.concatenate(lasts[code]))
        firsts[code], lasts[code] = [], []


@kernel
def _count_runs(codes: NDArray[np.int16]) -> Ints:
    out = np.zeros(codes.shape[0], dtype=np.int64)
    for y in range(codes.shape[0]):
        number = 1 if codes.shape[1] else 0
        for x in range(1, codes.shape[1]):
            if codes[y, x] != codes[y, x - 1]:
                number += 1
        out[y] = number
    return out


@kernel
def _list_runs(
    codes: NDArray[np.int16], runs: Ints, classes: int
) -> tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return class, first and last column of each run of a strip, and the runs of each class in each row."""
    total = runs.sum()
    kind = np.empty(total, dtype=np.int16)
    first = np.empty(total, dtype=np.int32)
    last = np.empty(total, dtype=np.int32)
    number = np.zeros((codes.shape[0], classes), dtype=np.int32)
    at = 0
    for y in range(codes.shape[0]):
        end = at + runs[y]
        if end > at:
            runs_of(codes[y], kind[at:end], first[at:end], last[at:end])
        for run in range(at, end):
            if kind[run] >= 0:
                number[y, kind[run]] += 1
        at = end
    return kind, first, last, number


@kernel
def _label(begin: Ints, first: Ints, last: Ints, corners: bool) -> tuple[NDArray[np.int32], int]:
    """Give each run the number of its patch; return how many patches there are."""
    parent = np.arange(len(first)).astype(np.int32)
    reach = 1 if corners else 0
    for y in range(1, len(begin) - 1):
        a = begin[y - 1]
        for b in range(begin[y], begin[y + 1]):
            while a < begin[y] and np.int64(last[a]) + reach < np.int64(first[b]):
                a += 1
            at = a
            while at < begin[y] and np.int64(first[at]) <= np.int64(last[b]) + reach:
                one, other = root_of(parent, at), root_of(parent, b)
                if one != other:
                    parent[max(one, other)] = min(one, other)
                at += 1
    number = 0
    for run in range(len(first)):
        # a run hangs on an earlier one, whose place holds the number of its patch by now, below zero
        if parent[run] == run:
            parent[run] = -1 - number
            number += 1
        else:
            parent[run] = parent[parent[run]]
    for run in range(len(first)):
        parent[run] = -1 - parent[run]
    return parent, number


@kernel
def _search(begin: Ints, first: Ints, last: Ints, patch: Ints, best: Ints) -> None:
    """Find for each patch the square of the distance to the nearest other one of its class."""
    rows = len(begin) - 1
    for y in range(rows):
        for run in range(begin[y], begin[y + 1]):
            mine = patch[run]
            step = 0
            while step < rows and step * step < best[mine]:
                if y - step >= 0:
                    _look(begin[y - step], begin[y - step + 1], run, step, first, last, patch, best)
                if step and y + step < rows:
                    _look(begin[y + step], begin[y + step + 1], run, step, first, last, patch, best)
                step += 1


@kernel
def _look(low: int, high: int, run: int, step: int, first: Ints, last: Ints, patch: Ints, best: Ints) -> None:
    """Look along a row, whose runs are `low` to `high`, to both sides of a run for a cell of another patch."""
    mine = patch[run]
    west, east = np.int64(first[run]), np.int64(last[run])
    start, end = low, high
    while start < end:  # the first run that ends at or east of the beginning of this one
        middle = (start + end) // 2
        if np.int64(last[middle]) < west:
            start = middle + 1
        else:
            end = middle
    at = start
    while at < high:
        gap = max(np.int64(first[at]) - east, np.int64(0))
        if gap * gap + step * step >= best[mine]:
            break
        if patch[at] != mine:
            best[mine] = gap * gap + step * step
            break
        at += 1
    at = start - 1
    while at >= low:
        gap = west - np.int64(last[at])
        if gap * gap + step * step >= best[mine]:
            break
        if patch[at] != mine:
            best[mine] = gap * gap + step * step
            break
        at -= 1
