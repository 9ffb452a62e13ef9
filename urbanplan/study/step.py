"""What each step of a run says about itself, in a small file that whoever started the run can read."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from urbanplan.base.errors import UrbanPlanError
from urbanplan.base.io import read_json, write_json
from urbanplan.study.lifeline import die_with_parent

RUN_VARIABLE = "URBANPLAN_RUN"
"""Environment variable with the id of the run that a step belongs to."""
STEP_VARIABLE = "URBANPLAN_STEP"
"""Environment variable with the name of a step, `<city>/<step>`."""


def record_path(out: Path, city: str, step: str) -> Path:
    """Return where a step's record lies."""
    return out / city / "logs" / f"{step}.json"


@contextmanager
def recorded(out: Path) -> Iterator[None]:
    """Write down when a step starts, how it ends and why it failed; outside of a run, do nothing.

    Parameters
    ----------
    out : Path
        The folder of runs.
    """
    run, name = os.environ.get(RUN_VARIABLE), os.environ.get(STEP_VARIABLE, "")
    if not run or "/" not in name:
        yield
        return
    die_with_parent()
    city, step = name.split("/", 1)
    path = record_path(out, city, step)
    record: dict[str, Any] = {"run": run, "started": time.time(), "state": "running"}
    write_json(path, record)
    begin = time.perf_counter()
    try:
        yield
    except UrbanPlanError as error:
        record |= {"state": "failed", "error": str(error), "exit_code": error.exit_code}
        raise
    except BaseException as error:
        record |= {
            "state": "failed",
            "error": f"{city}: {step}: {type(error).__name__}: {error}",
            "exit_code": 5,
        }
        raise
    else:
        record["state"] = "done"
    finally:
        if record["state"] == "failed":
            record["traceback"] = traceback.format_exc()
        write_json(path, record | {"seconds": round(time.perf_counter() - begin, 2)})


def read_record(out: Path, city: str, step: str) -> dict[str, Any]:
    """Return what a step said last, or nothing where it has not run or its record is not whole."""
    try:
        record = read_json(record_path(out, city, step))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
