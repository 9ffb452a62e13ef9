"""The commands of the impact dossier: the table that assessors fill in, and the audit of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.words import Data, Out, Prepared, echo, say, step

_ORPHANS = 3


def assess(
    city: Prepared,
    *,
    file: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to write the table [assessment.csv].")
    ] = Path("assessment.csv"),
    out: Out = None,
) -> None:
    """Write the table in which assessors enter what they decide, with what was computed beside it.

    Fill in value, by, date and reason in a spreadsheet, save it as CSV, name it in the city file (assessment: {entries: SOURCE}) and
    run the city again: the report shows both, and replaces neither.

    Example: urbanplan assess sample --file assessment.csv
    """
    with step("assess", out) as runs:
        from urbanplan.model.results import Results
        from urbanplan.study.dossier.form import write_form

        lines = write_form(Results.read(runs / city / "results"), file)
        echo(str(file))
        say(f"{lines} lines; what nobody fills in is left out")


def audit(city: Prepared, *, data: Data = None, out: Out = None) -> None:
    """Check that every number of a run's dossier and reports leads back to run, metric, zone version, clause and input.

    With --data the checksums of the input files are worked out anew. Exits with 3 where a number leads nowhere, after one sentence
    for each.

    Example: urbanplan audit sample --data data/raw/sample
    """
    with step("audit", out) as runs:
        from urbanplan.study.dossier.audit import audit as follow
        from urbanplan.study.plan import data_folder

        orphans, counts = follow(runs / city, data=None if data is None else data_folder(city, data))
    for orphan in orphans:
        say(orphan)
    looked = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    echo(f"{city}: {looked}; {len(orphans) or 'none'} lead nowhere")
    if orphans:
        raise typer.Exit(_ORPHANS)
