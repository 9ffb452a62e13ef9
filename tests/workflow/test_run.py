"""The runner: what is up to date is left alone, a broken city stops nobody, a killed run goes on."""

import io
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from urbanplan.base.errors import BusyError, UsageError
from urbanplan.study import workflow
from urbanplan.study.hold import hold
from urbanplan.study.terminal import Progress

ROOT = Path(__file__).resolve().parents[2]
ALL = ["prepare", "01_city_profile", "02_accessibility", "collect", "report-th"]


def calls(out):
    """Return the steps that ran since the last question, as {city: [steps]}."""
    path = out / "calls.txt"
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    path.unlink(missing_ok=True)
    found = {}
    for line in lines:
        city, step = line.split()
        found.setdefault(city, []).append(step)
    return found


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def processes_in(out):
    """Return the command lines of living processes that work in a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve() == out and (entry / "stat").read_text().rsplit(")", 1)[1].split()[
                0
            ] != "Z":
                found.append(
                    (int(entry.name), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
                )
        except OSError:
            continue
    return found


def test_one_broken_city_of_four_is_one_clear_error_and_the_others_have_reports(project, city, tmp_path):
    files = [city("alpha"), city("broken"), city("beta"), project / "typo.yml"]
    files[3].write_text("id: typo\nnam: {en: Typo}\n")
    out, told = tmp_path / "out", io.StringIO()
    outcomes = workflow.run(
        files, data=project / "data", out=out, languages=["th", "en"], progress=Progress(told)
    )
    assert [outcome.city for outcome in outcomes] == ["alpha", "broken", "beta", "typo"]
    assert [outcome.exit_code for outcome in outcomes] == [0, 3, 0, 3]
    assert outcomes[1].error == "broken: the streets lie in the sea; draw them on land"
    assert "typo.yml:2:1: nam: no such key; did you mean 'name'?" in outcomes[3].error
    assert outcomes[0].reports == (out / "alpha" / "report.th.html", out / "alpha" / "report.en.html")
    assert all(path.read_text() for path in outcomes[2].reports)
    assert not outcomes[1].reports
    assert workflow.worst(outcomes) == 3
    ran = calls(out)
    assert sorted(ran["alpha"]) == sorted(ran["beta"]) == sorted([*ALL, "report-en"])
    assert not {"collect", "report-th"} & set(ran["broken"])
    lines = told.getvalue().splitlines()
    assert "\x1b" not in told.getvalue()
    assert sum(line.startswith("alpha ") for line in lines) == 6
    assert any(line.startswith("alpha   6/6  report-") and line.endswith(" s") for line in lines)
    assert any(line.startswith("broken") and line.endswith("02_accessibility  failed") for line in lines)


def test_only_what_changed_runs_again(project, city, tmp_path):
    files, out = [city("alpha"), city("beta"), city("gamma")], tmp_path / "out"
    sources = [project / "data" / name / "osm.csv" for name in ("alpha", "beta", "gamma")]

    def again():
        outcomes = workflow.run(files, data=project / "data", out=out)
        assert workflow.worst(outcomes) == 0
        return {name: sorted(steps) for name, steps in calls(out).items()}

    assert set(again()) == {"alpha", "beta", "gamma"}
    sources[0].touch()
    files[1].touch()
    assert again() == {}, "a file that was only touched is no reason"
    (out / "beta" / "report.th.pdf").unlink()
    assert again() == {"beta": ["report-th"]}, "a document that was lost is written again"

    files[0].write_text(files[0].read_text().replace("radius_m: 500", "radius_m: 600"))
    sources[1].write_text("2")
    os.utime(sources[1], (1e9, 1e9))  # a file swapped for an older one is new all the same
    assert again() == dict.fromkeys(["alpha", "beta"], sorted(ALL))

    (project / "notebooks" / "02_accessibility.ipynb").write_text('{"new": 1}')
    (out / "gamma" / "report.th.html").unlink()
    pending, faults = workflow.preview([*files, "nowhere"], data=project / "data", out=out)
    assert [path for path in pending["alpha"] if "notebooks" in path] == [
        "alpha/notebooks/02_accessibility.ipynb"
    ]
    assert "gamma/report.th.html" in pending["gamma"]
    assert list(faults) == ["nowhere"]
    assert calls(out) == {}, "a preview runs nothing"
    downstream = ["02_accessibility", "collect", "report-th"]
    assert again() == dict.fromkeys(["alpha", "beta", "gamma"], downstream)


def test_a_killed_run_leaves_no_orphans_and_the_next_goes_on(project, city, tmp_path, monkeypatch):
    files, out = [city("alpha")], tmp_path / "out"
    monkeypatch.setenv("FAKE_SLEEP", "1.5")
    script = [
        sys.executable,
        str(Path(__file__).with_name("run_fake.py")),
        str(project),
        str(out),
        *map(str, files),
    ]
    process = subprocess.Popen(script)
    wait_for((out / "alpha" / "logs" / "02_accessibility.json").is_file)
    with pytest.raises(BusyError, match=f"another run \\(process {process.pid}\\) is working here"):
        workflow.run(files, data=project / "data", out=out)
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_for(lambda: not processes_in(out), seconds=20)
    calls(out)
    monkeypatch.setenv("FAKE_SLEEP", "0")
    outcomes = workflow.run(files, data=project / "data", out=out)
    assert workflow.worst(outcomes) == 0, outcomes
    assert sorted(calls(out)["alpha"]) == sorted(set(ALL) - {"prepare"})


def test_a_killed_snakemake_is_told_and_the_next_run_goes_on(project, city, tmp_path, monkeypatch):
    files, out = [city("alpha")], tmp_path / "out"
    monkeypatch.setenv("FAKE_SLEEP", "1.5")
    script = [
        sys.executable,
        str(Path(__file__).with_name("run_fake.py")),
        str(project),
        str(out),
        *map(str, files),
    ]
    process = subprocess.Popen(script)
    wait_for((out / "alpha" / "logs" / "02_accessibility.json").is_file)
    [runner] = [
        number
        for number, command in processes_in(out)
        if "study.runner" in command or "study/runner" in command
    ]
    os.kill(runner, signal.SIGKILL)
    assert process.wait(60) == 5
    wait_for(lambda: not processes_in(out), seconds=20)
    calls(out)
    monkeypatch.setenv("FAKE_SLEEP", "0")
    assert workflow.worst(workflow.run(files, data=project / "data", out=out)) == 0
    assert "prepare" not in calls(out)["alpha"]


def test_an_interrupted_run_stops_all_its_steps(project, city, tmp_path, monkeypatch):
    files, out = [city("alpha")], tmp_path / "out"
    monkeypatch.setenv("FAKE_SLEEP", "300")
    script = [
        sys.executable,
        str(Path(__file__).with_name("run_fake.py")),
        str(project),
        str(out),
        *map(str, files),
    ]
    # a shell that runs the tests in the background lets its children ignore the interrupt
    heeding = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(script, stderr=subprocess.DEVNULL, preexec_fn=heeding)  # noqa: PLW1509 - one thread
    wait_for((out / "alpha" / "logs" / "prepare.json").is_file)
    process.send_signal(signal.SIGINT)
    process.wait(60)  # far less than the steps would take
    wait_for(lambda: not processes_in(out), seconds=20)


def test_a_step_killed_from_outside_is_named(project, city, tmp_path):
    outcomes = workflow.run([city("crash"), city("mute")], data=project / "data", out=tmp_path / "out")
    assert outcomes[0].exit_code == 5
    assert outcomes[0].error.startswith("crash: collect was ended from outside")
    assert str(tmp_path / "out" / "crash" / "logs" / "collect.log") in outcomes[0].error
    assert outcomes[1].exit_code == 5
    assert "(fault: this step cannot even start); see " in outcomes[1].error


def test_two_files_with_one_id_are_refused(project, city, tmp_path):
    one, copy = city("alpha"), project / "copy.yml"
    copy.write_text(one.read_text())
    with pytest.raises(UsageError, match="same id 'alpha'"):
        workflow.run([one, copy], data=project / "data", out=tmp_path / "out")


def test_the_lock_ends_with_its_holder(tmp_path):
    with hold(tmp_path), pytest.raises(BusyError, match="another run"), hold(tmp_path):
        pass
    with hold(tmp_path):
        pass


def test_odd_paths_and_no_home(project, city, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setenv("SNAKEMAKE_PROFILE", "of-the-user")
    city("alpha")
    odd = tmp_path / "ที่ นี่ 'x' $HOME"
    (project / "data").rename(odd)
    file = odd / "alpha.yml"
    (project / "alpha.yml").rename(file)
    outcomes = workflow.run([file], data=odd, out=odd / "out")
    assert workflow.worst(outcomes) == 0, outcomes
    assert (odd / "out" / "alpha" / "report.th.html").is_file()
    braces = odd.rename(tmp_path / "{city}")
    outcomes = workflow.run([braces / "alpha.yml"], data=braces, out=tmp_path / "out")
    assert "rename the folder" in outcomes[0].error


def test_what_snakemake_itself_complains_of_is_told(project, city, tmp_path):
    (project / "workflows" / "Snakefile").write_text("rule all:\n    input: 'never-made.txt'\n")
    outcomes = workflow.run([city("alpha")], data=project / "data", out=tmp_path / "out")
    assert outcomes[0].exit_code == 5
    assert (
        "alpha: the workflow ended before the reports were written (MissingInputException"
        in outcomes[0].error
    )


def test_snakemake_by_hand_plans_the_same(tmp_path):
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "workflows" / "Snakefile")]
    command += [
        "--directory",
        str(tmp_path),
        "--cores",
        "1",
        "--dry-run",
        "--config",
        "cities=sample",
        "languages=en",
    ]
    process = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    for step in ("prepare", "notebook", "collect", "report"):
        assert f"rule {step}:" in process.stdout
    assert "sample/report.en.html" in process.stdout
    assert "sample/report.th.html" not in process.stdout
