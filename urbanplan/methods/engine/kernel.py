"""How loops are compiled: once, kept on disk, and free to run on every core."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

from numba import njit

_Function = Callable[..., Any]


def kernel(function: _Function) -> _Function:
    """Compile a loop to machine code at its first call; later processes read it from the cache."""
    return _compiled(function)


def inner(function: _Function) -> _Function:
    """Compile a step of a loop so that it becomes part of the loop's own machine code; it must make no arrays."""
    return _compiled(function, forceinline=True, _nrt=False)


def bare(function: _Function) -> _Function:
    """Compile a loop that makes no arrays: it then counts no references to those that it is given."""
    return _compiled(function, _nrt=False)


def _compiled(function: _Function, **options: bool) -> _Function:
    dispatcher = njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    # numba forgets machine code when the file of the function changes, not when that of one it calls does
    cached: Any = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if hasattr(cached, "_source_stamp"):
        beside = Path(function.__code__.co_filename).parent
        cached._source_stamp = (*_stamps(Path(__file__).parent), *_stamps(beside))  # noqa: SLF001  (numba offers no other way)
    return cast("_Function", dispatcher)


@cache
def _stamps(folder: Path) -> tuple[tuple[str, int, float], ...]:
    """Return name, size and time of the modules of a folder: a loop may call any of them."""
    files = sorted(folder.glob("*.py"))
    return tuple((file.name, file.stat().st_size, file.stat().st_mtime) for file in files)
