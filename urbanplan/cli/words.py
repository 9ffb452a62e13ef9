"""The words that commands share: their arguments, and how they speak."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urbanplan.base.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.study.terminal import Progress
    from urbanplan.study.workflow import Outcome

LANGUAGES = ("th", "en")
DEBUG = "URBANPLAN_DEBUG"

Cities = Annotated[
    list[str], typer.Argument(metavar="CITY", help="Ids in data/cities, or paths of city files.")
]
City = Annotated[str, typer.Argument(metavar="CITY", help="Id in data/cities, or path of a city file.")]
Prepared = Annotated[str, typer.Argument(metavar="CITY", help="Id of a prepared city.")]
Data = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Folder of input files (or of one such folder per city) [data/raw/CITY]."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Folder of runs [data/runs].", envvar="URBANPLAN_OUT", show_envvar=False
    ),
]
Lang = Annotated[
    str, typer.Option(metavar="LANGS", help="Languages of the reports, e.g. th,en [those of the city file].")
]
Offline = Annotated[
    bool,
    typer.Option("--offline", help="Never touch the network.", envvar="URBANPLAN_OFFLINE", show_envvar=False),
]


def languages(text: str) -> list[str]:
    """Return the languages that a text like `th,en` names."""
    chosen = [word.strip() for word in text.split(",") if word.strip()]
    wrong = [word for word in chosen if word not in LANGUAGES]
    if wrong:
        raise UsageError(f"--lang: there is no language {wrong[0]!r}; languages are {', '.join(LANGUAGES)}")
    return list(dict.fromkeys(chosen))


def progress() -> Progress:
    """Return where progress is told: standard error, lively only on a terminal."""
    from urbanplan.study.terminal import Progress

    return Progress(sys.stderr)


@contextlib.contextmanager
def step(name: str, out: Path | None) -> Iterator[Path]:
    """Give the folder of runs; name the step for whoever asks what failed, and keep a run's record of it."""
    from urbanplan.base.workspace import runs_folder
    from urbanplan.study.step import recorded

    runs = (out or runs_folder()).resolve()
    try:
        with recorded(runs):
            yield runs
    except Exception as error:
        error.add_note(f"step: {name}")
        raise


def echo(text: str) -> None:
    """Print what was asked for; text from data cannot steer the terminal."""
    from urbanplan.study.terminal import plain, write

    write(sys.stdout, f"{plain(text)}\n")


def say(text: str) -> None:
    """Tell the user something beside what was asked for."""
    from urbanplan.study.terminal import plain, write

    write(sys.stderr, f"{plain(text)}\n")


def echo_preview(pending: dict[str, list[str]]) -> None:
    """Print what a run would write."""
    for city, files in pending.items():
        echo(f"{city}: {'nothing to do' if not files else 'would write'}")
        for path in files:
            echo(f"  {path}")


def echo_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print one line per city: its reports, or what is wrong."""
    for outcome in outcomes:
        if outcome.reports:
            echo(f"{outcome.city}: ok  {'  '.join(map(str, outcome.reports))}")
        else:
            say(f"error: {outcome.error}")
            if os.environ.get(DEBUG):
                say(outcome.detail)
