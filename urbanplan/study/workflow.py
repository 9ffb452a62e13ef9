"""Run cities through the one workflow, tell how it goes in words, and say for each city how it ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from urbanplan.base.errors import UrbanPlanError
from urbanplan.base.io import write_json
from urbanplan.base.workspace import project_folder, runs_folder
from urbanplan.study.hold import clear_debris, hold, is_locked
from urbanplan.study.plan import CityPlan, plan_cities
from urbanplan.study.stale import changed_unseen
from urbanplan.study.step import RUN_VARIABLE
from urbanplan.study.terminal import Progress
from urbanplan.study.watch import Watch

LOG = "logs/snakemake.log"
_POLL_S = 0.1
_GRACE_S = 10.0


@dataclass(frozen=True)
class Outcome:
    """How a city's run ended.

    Attributes
    ----------
    city : str
        Its id, or what was asked for where there is no such city.
    reports : tuple of Path
        Its reports; empty if it failed.
    error : str
        One sentence (or one line per mistake in its city file); empty if all went well.
    exit_code : int
        0, or that of the error.
    detail : str
        Where to look further: a traceback, or the path of a log.
    """

    city: str
    reports: tuple[Path, ...] = ()
    error: str = ""
    exit_code: int = 0
    detail: str = ""


def run(
    cities: Sequence[str | Path],
    *,
    data: str | Path | None = None,
    out: str | Path | None = None,
    languages: Sequence[str] = (),
    cores: int | None = None,
    offline: bool = False,
    force: bool = False,
    profile: str = "local",
    progress: Progress | None = None,
) -> list[Outcome]:
    """Run the workflow for some cities: prepare, notebooks, results, reports.

    Parameters
    ----------
    cities : sequence of str or Path
        Ids of cities, or paths of city files.
    data : path, optional
        Folder of input files, or a folder with one such folder per city.
    out : path, optional
        The folder of runs; default `data/runs`.
    languages : sequence of str
        Languages of the reports; default those of each city.
    cores : int, optional
        How many steps go on at once; default: as many as this process may use.
    offline : bool
        Never touch the network.
    force : bool
        Run every step again, even where nothing changed.
    profile : str
        Name of a folder in `workflows/profiles`, or the path of one.
    progress : Progress, optional
        Where to tell how it goes.

    Returns
    -------
    list of Outcome
        One per city, in the order given; a city that failed does not stop the others.

    Raises
    ------
    BusyError
        If another run holds the same folder of runs.
    """
    plans, faults = plan_cities(cities, data=data, languages=languages)
    outcomes = {
        city: Outcome(city, error=str(error), exit_code=error.exit_code) for city, error in faults.items()
    }
    if plans:
        folder = (Path(out) if out else runs_folder()).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        with hold(folder) as lock:
            clear_debris(folder, [plan.id for plan in plans])
            options = [*_options(folder, plans, cores, profile), *_forced(folder, plans, force=force)]
            environment = _environment(offline=offline)
            if is_locked(folder):  # left by a run that was killed; ours is the only one
                _snakemake([*options, "--unlock"], folder, environment, lock).wait()
            watch = Watch(folder, plans, notebooks(), environment[RUN_VARIABLE], progress)
            code = _follow(_snakemake(options, folder, environment, lock), watch)
        outcomes |= {plan.id: _outcome(plan, folder, watch, code) for plan in plans}
    return sorted(
        outcomes.values(), key=lambda outcome: [*(plan.id for plan in plans), *faults].index(outcome.city)
    )


def preview(
    cities: Sequence[str | Path],
    *,
    data: str | Path | None = None,
    out: str | Path | None = None,
    languages: Sequence[str] = (),
    force: bool = False,
    profile: str = "local",
) -> tuple[dict[str, list[str]], dict[str, UrbanPlanError]]:
    """Say what a run would write anew, without doing it.

    Returns
    -------
    tuple of (dict of str to list of str, dict of str to UrbanPlanError)
        For each city the files that would be written, and the error of each city that cannot run.
    """
    plans, faults = plan_cities(cities, data=data, languages=languages)
    pending: dict[str, list[str]] = {plan.id: [] for plan in plans}
    if not plans:
        return pending, faults
    folder = (Path(out) if out else runs_folder()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    options = [*_options(folder, plans, None, profile), "--nolock", "--summary"]
    process = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        _command(options),
        env=_environment(offline=True),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise UrbanPlanError(f"the workflow cannot be planned: {process.stderr.strip().splitlines()[-1:]}")
    forced = {Path(target).parts[0] for target in _forced(folder, plans, force=False)[1:]}
    for row in process.stdout.splitlines()[1:]:
        cells = row.split("\t")
        city = Path(cells[0]).parts[0]
        if city in pending and (force or city in forced or cells[-1] != "no update"):
            pending[city].append(cells[0])
    return pending, faults


def notebooks() -> list[str]:
    """Return the names of the notebooks that the workflow runs."""
    config = YAML(typ="safe").load(
        (project_folder() / "workflows" / "config.yml").read_text(encoding="utf-8")
    )
    return [str(name) for name in config["notebooks"]]


def _options(folder: Path, plans: Sequence[CityPlan], cores: int | None, profile: str) -> list[str]:
    plan = folder / "logs" / "plan.json"
    write_json(plan, {"cities": {city.id: city.record() for city in plans}})
    named = project_folder() / "workflows" / "profiles" / profile
    options = ["--snakefile", str(project_folder() / "workflows" / "Snakefile"), "--directory", str(folder)]
    options += [
        "--configfile",
        str(plan),
        "--workflow-profile",
        str(named if named.is_dir() else Path(profile).resolve()),
    ]
    options += ["--runtime-source-cache-path", str(folder / ".snakemake" / "source-cache")]
    return [*options, "--cores", str(cores or len(os.sched_getaffinity(0)))]


def _forced(folder: Path, plans: Sequence[CityPlan], *, force: bool) -> list[str]:
    """Name what must run again although no date says so: everything, or cities whose data were swapped for older files."""
    if force:
        return ["--forceall"]
    changed = [f"{plan.id}/layers/manifest.json" for plan in plans if changed_unseen(folder, plan)]
    return ["--forcerun", *changed] if changed else []


def _environment(*, offline: bool) -> dict[str, str]:
    paths = [
        str(Path(entry).resolve()) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry
    ]
    given = {key: value for key, value in os.environ.items() if not key.startswith("SNAKEMAKE_")}
    given |= {RUN_VARIABLE: uuid.uuid4().hex, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}
    return given | {"URBANPLAN_OFFLINE": "1"} if offline else given


def _command(options: Sequence[str]) -> list[str]:
    return [sys.executable, "-P", "-m", "urbanplan.study.runner", *options]


def _snakemake(
    options: Sequence[str], folder: Path, environment: dict[str, str], lock: int
) -> subprocess.Popen[bytes]:
    """Start Snakemake as the head of its own group of processes; it holds the lock as long as it lives."""
    log = folder / LOG
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stream:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            _command(options),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock,),
        )


def _follow(process: subprocess.Popen[bytes], watch: Watch) -> int:
    """Tell how it goes until Snakemake ends; whatever stops us stops it and all that it started."""
    try:
        while process.poll() is None:
            began = time.perf_counter()
            watch.look()
            time.sleep(
                max(_POLL_S, 10 * (time.perf_counter() - began))
            )  # a thousand cities are looked at less often
    except BaseException:
        _end(process)
        raise
    finally:
        watch.look()
        watch.close()
    return process.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sent)
            process.wait(_GRACE_S)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def _outcome(plan: CityPlan, folder: Path, watch: Watch, code: int) -> Outcome:
    """Say how a city ended, from what its steps said and from how the workflow ended."""
    if failed := watch.failed(plan.id):
        step, record = failed
        return Outcome(
            plan.id,
            error=str(record["error"]),
            exit_code=int(record["exit_code"]),
            detail=str(record.get("traceback") or folder / plan.id / "logs" / f"{step}.log"),
        )
    reports = tuple(folder / plan.id / f"report.{lang}.html" for lang in plan.languages)
    others_explain = code > 0 and any(watch.failed(city) for city in watch.cities)
    finished = code == 0 or others_explain or watch.finished(plan.id)
    if finished and all(path.is_file() for path in reports):
        return Outcome(plan.id, reports=reports)
    log = watch.unfinished_log(plan.id)
    if log is not None:  # a step that ended before it could say anything
        words = f" ({log.read_text(encoding='utf-8', errors='replace').strip().splitlines()[-1][:200]})"
    else:
        log = folder / LOG
        words = _last_words(log)
    sentence = f"{plan.id}: the workflow ended before the reports were written{words}; see {log}"
    return Outcome(plan.id, error=sentence, exit_code=5, detail=str(log))


def _last_words(log: Path) -> str:
    """Return what Snakemake complained of in the end, as far as one line tells it."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    told = [
        f"{line} {following}" if line.endswith(":") else line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if re.match(r"\w*(error|exception)\b", line, re.IGNORECASE)
    ]
    return f" ({told[-1][:200]})" if told else ""


def worst(outcomes: Sequence[Outcome]) -> int:
    """Return the exit code of a run: the worst of its cities."""
    return max((outcome.exit_code for outcome in outcomes), default=0)
