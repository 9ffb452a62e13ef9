"""The sample village, whole: through the real steps, killed in the middle, run on, and run again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from urbanplan.model.results import Results
from urbanplan.sources.sample import write_sample

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from no_network import Guard  # noqa: E402 - a neighbour of the tests' folders

NOTEBOOKS = ["01_city_profile", "02_accessibility", "03_land_use", "04_heritage", "05_views"]


def words(folder, *more):
    return [sys.executable, "-m", "urbanplan", "run", "sample", str(folder / "typo.yml"), "--data", str(folder / "raw"),
            "--out", str(folder / "out"), "--lang", "th,en", "--offline", *more]  # fmt: skip


def alive(out):
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve().is_relative_to(out) and "Z" not in (
                entry / "stat"
            ).read_text().rsplit(")")[1][:3]:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    """Run the sample village once: start, kill when notebooks are at work, go on to the end."""
    folder = tmp_path_factory.mktemp("village").resolve()
    write_sample(folder / "raw", size="village", seed=1)
    (folder / "typo.yml").write_text("id: typo\nnmae: {en: Typo}\n")
    guard = Guard(folder)
    environment = os.environ | guard.environment(ROOT) | {"URBANPLAN_CODE": "test"}
    first = subprocess.Popen(words(folder), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while not list((folder / "out" / "sample" / "logs").glob("0?_*.json")):
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(2)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    deadline = time.monotonic() + 5
    while alive(folder / "out"):
        assert time.monotonic() < deadline, "steps or kernels live on as orphans"
        time.sleep(0.1)
    prepared = (folder / "out" / "sample" / "layers" / "manifest.json").stat().st_mtime_ns
    second = subprocess.run(words(folder), env=environment, capture_output=True, text=True, check=False)
    assert (folder / "out" / "sample" / "layers" / "manifest.json").stat().st_mtime_ns == prepared
    return folder, second, guard


def test_it_goes_on_to_the_end_and_the_typo_stops_nobody(village):
    folder, second, _ = village
    out = folder / "out"
    assert second.returncode == 3, second.stderr
    assert second.stdout == f"sample: ok  {out}/sample/report.th.html  {out}/sample/report.en.html\n"
    errors = [line for line in second.stderr.splitlines() if line.startswith(("error", "typo"))]
    assert errors[0].startswith("error: typo.yml:")
    assert any("nmae: no such key; did you mean 'name'?" in line for line in errors)
    steps = [line.split()[2] for line in second.stderr.splitlines() if line.startswith("sample ")]
    assert "prepare" not in steps
    assert steps[-3:-2] == ["collect"]
    assert sorted(steps[-2:]) == ["report-en", "report-th"]


def test_offline_no_process_of_the_run_reaches_beyond_this_machine(village):
    """Commands, workflow engine, steps and kernels are all shut in; not one of them tried."""
    guard = village[2]
    assert guard.guarded > 2 * len(NOTEBOOKS)
    assert guard.attempts == []


def test_executed_copies_and_results_are_kept(village):
    city = village[0] / "out" / "sample"
    for name in NOTEBOOKS:
        notebook = nbformat.read(city / "notebooks" / f"{name}.ipynb", as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code)
        assert not [out for cell in code for out in cell.outputs if out.output_type == "error"]
        kinds = {kind for cell in code for out in cell.outputs for kind in out.get("data", {})}
        assert {"image/png", "text/html"} <= kinds
        text = json.dumps(notebook)
        assert "<script" not in text
        assert str(Path.home()) not in text.replace(str(village[0]), "")
    assert not list(city.glob("notebooks/*.failed.ipynb"))
    results = Results.read(city / "results")
    assert {name.split(".")[0] for name in results.metrics} == {
        "access",
        "completeness",
        "form",
        "landuse",
        "heritage",
        "views",
    }
    assert {"cell", "zone", "city"} <= set(results.units)
    assert (city / "results" / "results.gpkg").stat().st_size > 0
    for lang in ("th", "en"):
        assert f'lang="{lang}"' in (city / f"report.{lang}.html").read_text(encoding="utf-8")[:500]


def test_a_second_run_does_nothing(village):
    folder, _, _ = village
    environment = os.environ | {"PYTHONPATH": str(ROOT), "URBANPLAN_CODE": "test"}
    files = {
        path: path.stat().st_mtime_ns for path in (folder / "out" / "sample").rglob("*") if path.is_file()
    }
    third = subprocess.run(words(folder), env=environment, capture_output=True, text=True, check=False)
    assert third.returncode == 3
    assert not [line for line in third.stderr.splitlines() if line.startswith("sample ")]
    assert {
        path: path.stat().st_mtime_ns for path in (folder / "out" / "sample").rglob("*") if path.is_file()
    } == files
    preview = subprocess.run(
        words(folder, "--dry-run"), env=environment, capture_output=True, text=True, check=False
    )
    assert preview.stdout == "sample: nothing to do\n"


@pytest.mark.parametrize(
    ("notebook", "metric"),
    [
        ("02_accessibility", "access.nearest_food"),
        ("03_land_use", "landuse.mix"),
        ("04_heritage", "heritage.assets"),
        ("05_views", "heritage.exceeding"),
    ],
)
def test_a_notebook_reads_to_its_end_with_one_metric_alone(village, tmp_path, notebook, metric):
    folder, _, _ = village
    shutil.copytree(folder / "out" / "sample" / "layers", tmp_path / "sample" / "layers")
    stored = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4)
    shown = []
    names = {"display": lambda *things: shown.extend(things)}
    for cell in (cell for cell in stored.cells if cell.cell_type == "code"):
        exec(cell.source, names)  # noqa: S102 - our own notebook
        if "parameters" in cell.metadata.get("tags", []):
            names |= {"metrics": [metric], "out": str(tmp_path)}
    assert {facts["base"] for facts in names["results"].metrics.values()} == {
        names["results"].metrics[metric]["base"]
    }
