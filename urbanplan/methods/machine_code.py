"""Whether the routing engine is compiled on this machine, and compiling it beforehand."""

from __future__ import annotations

import os
import time
from pathlib import Path

NOTICE = (
    "first use on this machine: compiling the routing engine takes about 15 seconds, once "
    "(`urbanplan doctor --warm` does it beforehand)"
)
_ENGINE = Path(__file__).parent / "engine"
_LARGEST = "reach._reach_batches-*.nbi"
"""Index of the machine code that takes longest to compile."""


def is_warm() -> bool:
    """Tell whether machine code lies on disk that is newer than its sources, without loading anything."""
    kept = os.environ.get("NUMBA_CACHE_DIR", "")
    folders = [Path(kept)] if kept else [_ENGINE / "__pycache__", Path.home() / ".cache" / "numba"]
    newest = max(source.stat().st_mtime for source in _ENGINE.glob("*.py"))
    return any(
        index.stat().st_mtime > newest
        for folder in folders
        if folder.is_dir()
        for index in folder.rglob(_LARGEST)
    )


def warm_up() -> float:
    """Compile the routing engine, or read it from disk; return the seconds that it took."""
    start = time.perf_counter()
    from urbanplan.methods.engine import warm_up as compile_all  # noqa: PLC0415  (a second to import)

    compile_all()
    return time.perf_counter() - start
