"""How the loops over cells become machine code, and how they use the processors."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit

Arguments = ParamSpec("Arguments")
Item = TypeVar("Item")
Made = TypeVar("Made")

_WAITING = 8


def compiled(function: Callable[Arguments, Made]) -> Callable[Arguments, Made]:
    """Compile a loop on first use, keep the result beside the module, and let other threads run meanwhile."""
    made = njit(cache=True, nogil=True, error_model="numpy")(function)
    # numba forgets machine code when the file of the function changes, not when that of one it calls does
    kept: Any = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if hasattr(kept, "_source_stamp"):
        kept._source_stamp = _sources()  # noqa: SLF001 - numba offers no other way
    return cast("Callable[Arguments, Made]", made)


@cache
def _sources() -> str:
    """Return a digest of the modules beside this one in which anything is compiled."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        text = file.read_bytes()
        if b"@compiled" in text:
            digest.update(text)
    return digest.hexdigest()


def processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(function: Callable[[Item], Made], items: Sequence[Item], threads: int | None) -> Iterator[Made]:
    """Apply a function to items on several threads; results come in the order of the items.

    Few results per thread are waiting at any time, however many items there are.
    """
    workers = min(threads or processors(), max(len(items), 1))
    if workers == 1:
        yield from map(function, items)
        return
    waiting: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= _WAITING * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
