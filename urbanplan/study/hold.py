"""One run at a time in a folder of runs; what a killed run left behind is cleared away."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from urbanplan.base.errors import BusyError

_WAIT_S = 3.0
_DEBRIS = re.compile(r"\..+\.[a-z0-9_]{8}")
_DEBRIS_AGE_S = 30.0


@contextmanager
def hold(folder: Path) -> Iterator[int]:
    """Hold a folder of runs until the block ends, or this process and whoever was given the lock has ended.

    The lock belongs to living processes, so one that is killed cannot leave it behind.

    Raises
    ------
    BusyError
        If another run holds it.
    """
    descriptor = os.open(folder / ".urbanplan.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, folder)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        other = _snakemake_in(folder)
        if other:
            raise BusyError(
                f"{folder}: Snakemake (process {other}) is working here; wait for it, or name another folder with --out"
            )
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, folder: Path) -> None:
    deadline = time.monotonic() + _WAIT_S  # what a killed run started needs a moment to end
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            if time.monotonic() > deadline or (holder.isdigit() and _alive(int(holder))):
                raise BusyError(
                    f"{folder}: another run (process {holder or 'unknown'}) is working here; wait for it, or name another folder with --out"
                ) from None
            time.sleep(0.1)
        else:
            return


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _snakemake_in(folder: Path) -> int | None:
    """Return a process that is Snakemake at work in a folder, started by hand; None where nobody can tell."""
    if not is_locked(folder):
        return None
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            if (
                b"snakemake" in command
                and int(entry.name) != os.getpid()
                and (entry / "cwd").resolve() == folder.resolve()
            ):
                return int(entry.name)
        except OSError:
            continue
    return None


def is_locked(folder: Path) -> bool:
    """Tell whether Snakemake's own lock lies in a folder."""
    locks = folder / ".snakemake" / "locks"
    return locks.is_dir() and any(locks.iterdir())


def clear_debris(folder: Path, cities: Sequence[str]) -> None:
    """Remove drafts of files that a killed run could not finish."""
    for city in cities:
        for path in sorted((folder / city).rglob(".*"), reverse=True):
            if (
                path.is_dir()
                and _DEBRIS.fullmatch(path.name)
                and time.time() - path.stat().st_mtime > _DEBRIS_AGE_S
            ):
                shutil.rmtree(path, ignore_errors=True)
