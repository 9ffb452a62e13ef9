"""Stands in for the command line in tests of the runner: each step writes what it should, without any science."""

import os
import sys
import time
from pathlib import Path

from urbanplan.base.errors import FetchError, InputError
from urbanplan.base.io import sha256, write_json, write_text
from urbanplan.study.step import STEP_VARIABLE, recorded

RESULTS = (
    "results.parquet",
    "results.csv",
    "results.gpkg",
    "dictionary.csv",
    "metrics.json",
    "provenance.json",
)


def main() -> None:
    city, step = os.environ[STEP_VARIABLE].split("/")
    out = Path.cwd()
    if city == "mute":
        raise SystemExit("fault: this step cannot even start")
    with recorded(out):
        with (out / "calls.txt").open("a") as stream:
            stream.write(f"{city} {step}\n")
        time.sleep(float(os.environ.get("FAKE_SLEEP", "0")))
        if city == "broken" and step == "02_accessibility":
            raise InputError("broken: the streets lie in the sea; draw them on land")
        if city == "offline" and step == "prepare":
            raise FetchError("offline: nobody answers; try again later")
        if city == "crash" and step == "collect":
            os.abort()
        write(out / city, step)


def write(folder: Path, step: str) -> None:
    if step == "prepare":
        city_file, data = Path(sys.argv[2]), Path(sys.argv[4])
        sources = {
            path.stem: {"file": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in sorted(data.glob("*.csv"))
        }
        write_json(
            folder / "layers" / "manifest.json", {"sources": sources, "city_file_sha256": sha256(city_file)}
        )
    elif step == "collect":
        for name in RESULTS:
            write_text(folder / "results" / name, "")
    elif step.startswith("report-"):
        for kind in ("html", "pdf"):
            write_text(folder / f"report.{step.removeprefix('report-')}.{kind}", step)
    else:
        write_text(folder / "notebooks" / f"{step}.ipynb", step)


if __name__ == "__main__":
    main()
