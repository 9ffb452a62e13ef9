"""A project whose steps do nothing but write files, run by the real workflow and the real Snakemake."""

import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from urbanplan.study import workflow

ROOT = Path(__file__).resolve().parents[2]
FAKE = Path(__file__).with_name("fake_step.py")
CITY = """\
id: {id}
name: {{en: Test}}
languages: [th]
boundary: {{centre: [98.98, 18.78], radius_m: 500}}
sources:
  osm: {{file: osm.csv, date: "2024", licence: ODbL-1.0, attribution: OpenStreetMap}}
layers:
  streets: {{source: osm}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Give a folder with city files, data and runs, and a workflow whose steps are fake."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "workflows", folder / "workflows")
    (folder / "notebooks").mkdir()
    names = ["01_city_profile", "02_accessibility"]
    for name in names:
        (folder / "notebooks" / f"{name}.ipynb").write_text("{}")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(FAKE))}"
    (folder / "workflows" / "config.yml").write_text(
        f"cities: []\ncommand: {command}\nnotebooks: [{', '.join(names)}]\n"
    )
    monkeypatch.setenv("URBANPLAN_CODE", "test")
    monkeypatch.setattr(workflow, "project_folder", lambda: folder)
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    return folder


@pytest.fixture
def city(project):
    """Give a function that writes a city file with its data and returns its path."""

    def write(name: str) -> Path:
        data = project / "data" / name
        data.mkdir(parents=True, exist_ok=True)
        (data / "osm.csv").write_text("1")
        path = project / f"{name}.yml"
        path.write_text(CITY.format(id=name))
        return path

    return write
