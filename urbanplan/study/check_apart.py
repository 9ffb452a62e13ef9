"""A check in a process of its own: whatever a file does to its reader, this process goes on and says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from urbanplan.base.errors import InputError

TIME_S = 50
MEMORY_BYTES = 2_800_000_000
_SENTENCE = "sentence"


def check_apart(path: Path, **options: str | None) -> dict[str, Any]:
    """Check one file in a process with bounds on time and memory.

    Parameters
    ----------
    path : Path
        A file on this machine.
    **options : str, optional
        As `check_file` takes them: kind, layer, encoding, crs.

    Returns
    -------
    dict
        The quality record as plain values.

    Raises
    ------
    InputError
        If the file will not do, or stops its reader.
    """
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
        raise InputError(
            f"{path.name}: was not read to its end within {TIME_S} s; cut it to the city, or ask for it again"
        ) from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise InputError(
            f"{path.name}: stops its reader ({_end(done.returncode)}); it is damaged or too large: ask for it again"
        ) from error
    if _SENTENCE in answer:
        raise InputError(str(answer[_SENTENCE]))
    return answer


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
    from urbanplan.study.check_file import check_file  # noqa: PLC0415 - after the bounds are set

    try:
        record = check_file(**order)
        answer = {"kind": record.layer, **record.to_dict()}
    except InputError as error:
        answer = {_SENTENCE: str(error)}
    sys.stdout.write(json.dumps(answer))


def _bound_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # systems without such bounds
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
