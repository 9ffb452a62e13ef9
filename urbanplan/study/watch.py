"""How a run goes, read from what its steps say, and told in one line per finished step."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from urbanplan.study.plan import CityPlan
from urbanplan.study.step import read_record, record_path
from urbanplan.study.terminal import Progress


class Watch:
    """The steps of a run's cities and how far they are.

    Parameters
    ----------
    out : Path
        The folder of runs.
    plans : sequence of CityPlan
        The cities.
    notebooks : sequence of str
        Names of the notebooks that each city goes through.
    run : str
        Id of the run; what other runs left behind is not looked at.
    progress : Progress, optional
        Where to tell it.
    """

    def __init__(
        self,
        out: Path,
        plans: Sequence[CityPlan],
        notebooks: Sequence[str],
        run: str,
        progress: Progress | None,
    ) -> None:
        self.out = out
        self.run = run
        self._began = time.time()
        self.progress = progress
        self.cities = {
            plan.id: ["prepare", *notebooks, "collect", *(f"report-{lang}" for lang in plan.languages)]
            for plan in plans
        }
        self._stage = {
            **dict.fromkeys(["prepare"], 0),
            **dict.fromkeys(notebooks, 1),
            "collect": 2,
        }
        self._records: dict[tuple[str, str], dict[str, Any]] = {}
        self._seen: dict[tuple[str, str], int] = {}

    def look(self) -> None:
        """Read what the steps said since the last look, and tell it."""
        for city, steps in self.cities.items():
            for step in steps:
                if self._changed(city, step):
                    self._note(city, step, read_record(self.out, city, step))
        if self.progress:
            now = time.time()
            running = [
                f"{city} {step} {now - record['started']:.0f} s"
                for (city, step), record in self._records.items()
                if record["state"] == "running"
            ]
            self.progress.status("   ".join(running))

    def close(self) -> None:
        """Take away the line that says what is going on."""
        if self.progress:
            self.progress.status("")

    def failed(self, city: str) -> tuple[str, dict[str, Any]] | None:
        """Return the first step of a city that failed, with what it said; a step that never said how it ended was killed."""
        for step in self.cities[city]:
            record = self._records.get((city, step), {"state": ""})
            if record["state"] == "failed":
                return step, record
        for step in self.cities[city]:
            if self._records.get((city, step), {"state": ""})["state"] == "running":
                log = self.out / city / "logs" / f"{step}.log"
                sentence = f"{city}: {step} was ended from outside, perhaps for want of memory; run again to go on from there, or see {log}"
                return step, {"error": sentence, "exit_code": 5}
        return None

    def unfinished_log(self, city: str) -> Path | None:
        """Return what a step of a city wrote in this run that never said how it was; None if there is no such step."""
        for step in self.cities[city]:
            log = self.out / city / "logs" / f"{step}.log"
            if (city, step) not in self._records and log.is_file():
                facts = log.stat()
                if facts.st_size and facts.st_mtime >= self._began:
                    return log
        return None

    def finished(self, city: str) -> bool:
        """Tell whether all reports of a city were written in this run."""
        last = [step for step in self.cities[city] if step.startswith("report-")]
        return all(self._records.get((city, step), {"state": ""})["state"] == "done" for step in last)

    def _changed(self, city: str, step: str) -> bool:
        try:
            stamp = record_path(self.out, city, step).stat().st_mtime_ns
        except OSError:
            return False
        if self._seen.get((city, step)) == stamp:
            return False
        self._seen[city, step] = stamp
        return True

    def _note(self, city: str, step: str, record: dict[str, Any]) -> None:
        if record.get("run") != self.run:
            return
        self._records[city, step] = record
        if self.progress and record["state"] in {"done", "failed"}:
            word = f"{record['seconds']:.1f} s" if record["state"] == "done" else "failed"
            width = max(map(len, self.cities))
            steps = max(len(name) for name in self.cities[city])
            self.progress.line(
                f"{city:{width}}  {self._count(city)}/{len(self.cities[city])}  {step:{steps}}  {word}"
            )

    def _count(self, city: str) -> int:
        """Count the steps behind us: finished ones, and those that had to be up to date for another to start."""
        begun = max((self._stage.get(step, 3) for place, step in self._records if place == city), default=0)
        return sum(
            self._stage.get(step, 3) < begun
            or self._records.get((city, step), {"state": ""})["state"] == "done"
            for step in self.cities[city]
        )
