"""A check in a process of its own: whatever a file does to its reader, this process goes on and says so."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from urbanplan.base.errors import InputError, UsageError
from urbanplan.base.faults import Fault
from urbanplan.model.quality import QualityRecord
from urbanplan.study.check_file import Told, check_kind
from urbanplan.study.refusal import RefusedFileError, refusal

TIME_S = 50
MEMORY_BYTES = 2_800_000_000
_SAID = "said"
_TOLD = ("layer", "encoding", "crs")


def check_apart(path: Path, **options: str | None) -> dict[str, Any]:
    """Check one file in a process with bounds on time and memory.

    Parameters
    ----------
    path : Path
        A file on this machine.
    **options : str, optional
        The kind of file, what `Told` takes (layer, encoding, crs, to), and `repairs`, the GeoPackage to write what was
        mended or left out to.

    Returns
    -------
    dict
        The quality record as plain values, with the `proposal` of a mapping where the file has columns of its own.

    Raises
    ------
    InputError
        If the file will not do, or stops its reader.
    UsageError
        If there is no such kind of file or layer, or the file of repairs is there already.
    """
    check_kind(options.get("kind"))  # words that are none are the caller's mistake, not the file's
    Told(to=options.get("to"))
    if (target := options.get("repairs")) is not None:
        _check_target(Path(target))
    order = json.dumps({"path": str(path), **options})
    command = [sys.executable, "-P", "-X", "faulthandler=0", "-m", "urbanplan.study.check_apart"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, the file's name goes by the pipe
            command,
            input=order.encode("utf-8", "surrogateescape"),
            capture_output=True,
            timeout=TIME_S,
            env={**os.environ, "PYTHONPATH": _import_path()},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refusal(InputError(Fault("check_slow", file=path.name, time_s=TIME_S)), path) from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise refusal(
            InputError(Fault("check_stopped", file=path.name, end=_end(done.returncode))), path
        ) from error
    if _SAID in answer:
        raise RefusedFileError(answer[_SAID])
    return {**answer, "modified": _modified(path), "told": {key: options.get(key) for key in _TOLD}}


def _check_target(target: Path) -> None:
    """Refuse to write over a file, or one of another kind."""
    if target.suffix.lower() != ".gpkg":
        raise UsageError(Fault("repairs_ending", file=target.name))
    if target.exists():
        raise UsageError(Fault("repairs_there", file=target.name))


def _modified(path: Path) -> str:
    """Return the day on which a file was last changed."""
    return dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC).date().isoformat()


def _import_path() -> str:
    """Return where the other process finds this same package, however this one was started."""
    own = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join([own, *filter(None, [os.environ.get("PYTHONPATH")])])


def _end(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"


def main() -> None:
    """Read an order from standard input, check the file, and write the record or the sentence as JSON."""
    order = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogateescape"))
    _bound_memory()
    from urbanplan.study.check_file import examine_file  # noqa: PLC0415 - after the bounds are set

    try:
        path, kind = order.pop("path"), order.pop("kind", None)
        target = order.pop("repairs", None)
        found = examine_file(path, kind, Told(**order))
        answer = {"kind": found.record.layer, **found.record.to_dict(), "proposal": found.proposal}
        if target is not None:
            answer["repairs_written"] = _written(found.record, Path(target))
    except RefusedFileError as error:
        answer = {_SAID: error.said}
    sys.stdout.write(json.dumps(answer))


def _written(record: QualityRecord, target: Path) -> dict[str, Any]:
    from urbanplan.study.repairs import write_repairs  # noqa: PLC0415 - seconds to import

    tables = write_repairs([record], target)
    counts = {what: record.log.count(what) for what in ("repaired", "dropped")}
    return {
        "file": target.name if tables else "",
        **counts,
        "tables": [name for names in tables.values() for name in names],
    }


def _bound_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # systems without such bounds
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
