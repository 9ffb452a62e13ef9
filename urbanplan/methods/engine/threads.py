"""Work shared between the cores of the machine, without a digit depending on how many there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

import numpy as np

from urbanplan.base.errors import InputError

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")
_PARTS_EACH = 4
"""Parts of the work that a thread takes on average, so that a slow one does not hold up the end."""


def count_threads(threads: int | None) -> int:
    """Return how many threads shall work: as many as asked for, else one on each core that we may use.

    Raises
    ------
    InputError
        If fewer than one thread is asked for.
    """
    if threads is not None:
        if threads < 1:
            raise InputError(f"at least one thread must work, not {threads}")
        return threads
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def split(count: int, threads: int) -> list[tuple[int, int]]:
    """Split `count` pieces of work into consecutive parts, a few for each thread."""
    parts = 1 if threads == 1 else max(1, min(count, threads * _PARTS_EACH))
    limits = np.linspace(0, count, parts + 1).astype(np.int64).tolist()
    return [(begin, end) for begin, end in pairwise(limits) if end > begin]


def in_turn(work: Callable[[_Part], _Result], parts: Sequence[_Part], threads: int) -> Iterator[_Result]:
    """Do every part of the work and give the results in the order of the parts."""
    if threads == 1 or len(parts) < 2:  # noqa: PLR2004  (one part needs no second thread)
        yield from map(work, parts)
        return
    with ThreadPoolExecutor(threads) as pool:
        # only a few parts ahead, so that large results do not pile up in memory
        waiting = [pool.submit(work, part) for part in parts[: 2 * threads]]
        for after in range(len(parts)):
            yield waiting[after].result()
            waiting[after] = None  # type: ignore[call-overload]  # the result may be large; let it go
            if after + 2 * threads < len(parts):
                waiting.append(pool.submit(work, parts[after + 2 * threads]))
