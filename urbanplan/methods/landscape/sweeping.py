"""The sweep over a map of classes in machine code, row by row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.kernel import kernel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
def sweep(
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
        _keep(opened, number, kind2, patch2, parent, size, new, open_cells)
        _end(runs[0], kind, patch, parent, size, new, patches, largest, squares)
        runs[0] = number
        for b in range(number):
            kind[b], first[b], last[b], patch[b] = kind2[b], first2[b], last2[b], patch2[b]


@kernel
def _keep(
    opened: int,
    number: int,
    kind2: Ints,
    patch2: Ints,
    parent: Ints,
    size: Ints,
    new: Ints,
    open_cells: Ints,
) -> None:
    """Renumber the patches of the row from 0, and note their sizes."""
    for a in range(opened + number):
        new[a] = -1
    kept = 0
    for b in range(number):
        patch2[b] = -1
        if kind2[b] >= 0:
            root = root_of(parent, opened + b)
            if new[root] < 0:
                new[root] = kept
                open_cells[kept] = size[root]
                kept += 1
            patch2[b] = new[root]


@kernel
def _end(
    above: int,
    kind: Ints,
    patch: Ints,
    parent: Ints,
    size: Ints,
    new: Ints,
    patches: Ints,
    largest: Ints,
    squares: Floats,
) -> None:
    """Count the patches of the row above that do not reach the row."""
    for a in range(above):
        if kind[a] >= 0:
            root = root_of(parent, patch[a])
            if new[root] < 0:
                new[root] = 0  # once, whatever the number of its runs
                _close(kind[a], size[root], patches, largest, squares)


@kernel
def _close(kind: int, size: int, patches: Ints, largest: Ints, squares: Floats) -> None:
    """Count a patch that is complete."""
    patches[kind] += 1
    largest[kind] = max(largest[kind], size)
    squares[kind] += float(size) * float(size)


@kernel
def _across(number: int, kind: Ints, first: Ints, last: Ints, cells: Ints, sides: Ints, rim: Ints) -> None:
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
def finish(
    runs: Ints,
    kind: Ints,
    first: Ints,
    last: Ints,
    patch: Ints,
    open_cells: Ints,
    patches: Ints,
    largest: Ints,
    squares: Floats,
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
