"""OpenStreetMap files to measure on: what the machine has, else the sample city."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def osm_files(folder):
    """Return every file under URBANPLAN_SHARED, largest first, or the sample city written to a folder."""
    shared = Path(os.environ.get("URBANPLAN_SHARED", ROOT.parent / "shared"))
    found = sorted(shared.glob("data/**/*.pbf"), key=lambda path: -path.stat().st_size)
    return found or [sample_city(folder)]


def sample_city(folder, size="town"):
    """Write the sample city and return its OpenStreetMap file; the metro takes half a minute of CPU."""
    words = [sys.executable, "-m", "urbanplan", "sample", "--size", size, "--out", str(folder / size)]
    import subprocess  # noqa: PLC0415 - needed only here

    subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return next((folder / size).rglob("*.osm.pbf"))
