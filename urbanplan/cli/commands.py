"""The commands: each hands its words to one function below and prints what comes back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from urbanplan import __version__
from urbanplan.cli.doctor import doctor
from urbanplan.cli.dossier import assess, audit
from urbanplan.cli.template import template
from urbanplan.cli.words import (
    DEBUG,
    Cities,
    City,
    Data,
    Lang,
    Offline,
    Out,
    Prepared,
    echo,
    echo_outcomes,
    echo_preview,
    languages,
    progress,
    say,
    step,
)

app = typer.Typer(
    name="urbanplan",
    help="Accessibility, land-use and heritage evidence for cities: one YAML file in, results and reports out.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback()
def _settings(
    context: typer.Context,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error; may stand anywhere.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if debug:  # `execute` has taken it away before
        os.environ[DEBUG] = "1"
    if version:
        typer.echo(f"urbanplan {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(2)


@app.command()
def init(
    city: Annotated[str, typer.Argument(metavar="ID", help="Short name: a-z, 0-9 and -.")],
    *,
    place: Annotated[
        str,
        typer.Option(metavar="TEXT", help='The city as OpenStreetMap knows it, e.g. "Khon Kaen, Thailand".'),
    ],
    name: Annotated[str, typer.Option(metavar="TEXT", help="English name [from the place].")] = "",
    name_th: Annotated[str, typer.Option(metavar="TEXT", help="Thai name.")] = "",
    lang: Annotated[str, typer.Option(metavar="LANGS", help="Languages of the reports.")] = "th,en",
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it [data/cities/ID.yml].")
    ] = None,
) -> None:
    """Write a commented city file for a new city.

    Example: urbanplan init khon-kaen --place "Khon Kaen, Thailand" --name-th ขอนแก่น
    """
    from urbanplan.study.init import write_city_file

    target = write_city_file(
        city, place=place, name=name, name_th=name_th, languages=languages(lang), target=file
    )
    echo(str(target))
    say(f"Read through it, then: urbanplan doctor {city if file is None else target}")


app.command()(doctor)
app.command()(template)
app.command()(assess)
app.command()(audit)


@app.command()
def prepare(city: City, *, data: Data = None, out: Out = None, offline: Offline = False) -> None:
    """Read, repair and project everything that a city file declares.

    Example: urbanplan prepare chiang-mai --data ../shared/data/chiang_mai
    """
    from urbanplan.study.plan import data_folder

    with step("prepare", out):
        from urbanplan.model.city_file import read_city
        from urbanplan.study.prepare import prepare as prepare_city

        folder = data_folder(read_city(city).id, data)
        area = prepare_city(city, data=folder, out=out, offline=offline, progress=progress().line)
        echo(str(area.folder / "layers"))


@app.command()
def run(
    cities: Cities,
    *,
    data: Data = None,
    out: Out = None,
    lang: Lang = "",
    cores: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="How many steps at once [all cores].")
    ] = None,
    offline: Offline = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Run every step again.")] = False,
    profile: Annotated[
        str, typer.Option(metavar="NAME", help="Where to run: local, slurm, or a folder with a profile.")
    ] = "local",
) -> None:
    """Run everything for some cities: layers, notebooks, results, reports.

    What is up to date is not done again; an interrupted run goes on where it was.

    Example: urbanplan run chiang-mai las-palmas --data ../shared/data
    """
    from urbanplan.methods.machine_code import NOTICE, is_warm
    from urbanplan.study import workflow

    chosen = languages(lang)
    if not dry_run and not is_warm():
        say(NOTICE)
    if dry_run:
        pending, faults = workflow.preview(
            cities, data=data, out=out, languages=chosen, force=force, profile=profile
        )
        echo_preview(pending)
        outcomes = [
            workflow.Outcome(city, error=str(error), exit_code=error.exit_code)
            for city, error in faults.items()
        ]
    else:
        outcomes = workflow.run(
            cities,
            data=data,
            out=out,
            languages=chosen,
            cores=cores,
            offline=offline,
            force=force,
            profile=profile,
            progress=progress(),
        )
    echo_outcomes(outcomes)
    raise typer.Exit(workflow.worst(outcomes))


@app.command()
def metrics(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Ids, or themes: access, form, landuse, heritage."),
    ] = None,
    *,
    city: Annotated[str, typer.Option(metavar="CITY", help="Compute them for this prepared city.")] = "",
    out: Out = None,
    support: Annotated[str, typer.Option(metavar="NAME", help="With --city: cell, zone, city, ...")] = "zone",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="With --city: print CSV.")] = False,
) -> None:
    """List the metrics, explain one, or compute some for a prepared city.

    Example: urbanplan metrics access.nearest_food

    Example: urbanplan metrics --city sample --csv access form
    """
    from urbanplan.study import catalogue

    if city:
        text = catalogue.computed(
            city, words or [], out=out, support=support, form="json" if json else "csv" if csv else "text"
        )
    else:
        from urbanplan.report.words import words as locale

        text = catalogue.described(words or [], as_json=json, thai=locale("th").metric_name)
    echo(text)


@app.command()
def report(city: Prepared, *, out: Out = None, lang: Lang = "") -> None:
    """Write a city's reports from its results: an HTML page and a PDF in each language.

    Example: urbanplan report sample --lang th,en
    """
    with step("report", out) as runs:
        from urbanplan.model.results import Results
        from urbanplan.report import write

        results = Results.read(runs / city / "results")
        for language in languages(lang) or results.provenance["city"]["languages"]:
            for path in write(results, runs / city, lang=language):
                echo(str(path))


@app.command()
def sample(
    *,
    size: Annotated[str, typer.Option(metavar="SIZE", help="village, town, city or metro.")] = "town",
    seed: Annotated[int, typer.Option(metavar="N", help="Another number makes another town.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write its files [data/raw/sample].")
    ] = None,
) -> None:
    """Write the synthetic sample city as the files that a real city comes in.

    Example: urbanplan sample --size village --out data/raw/sample
    """
    from urbanplan.base.workspace import raw_folder
    from urbanplan.sources.sample import write_sample

    folder = out or raw_folder("sample")
    write_sample(folder, size=size, seed=seed)
    echo(str(folder))
    say(f"Synthetic. Now: urbanplan run sample --data {folder}")


@app.command()
def notebook(
    name: Annotated[str, typer.Argument(metavar="NOTEBOOK", help="Name in notebooks/, or path.")],
    city: Prepared,
    *,
    out: Out = None,
    lang: Annotated[str, typer.Option(metavar="LANG", help="Language of its pages.")] = "en",
    metrics: Annotated[
        str, typer.Option(metavar="IDS", help="Metrics in place of the notebook's own, e.g. access,form.")
    ] = "",
) -> None:
    """Run one notebook on a prepared city and keep the executed copy.

    Example: urbanplan notebook 02_accessibility sample --lang th
    """
    with step(name, out) as runs:
        from urbanplan.study.notebooks import execute

        own = {"metrics": metrics.split(",")} if metrics else {}
        echo(str(execute(name, city=city, out=runs, lang=lang, parameters=own)))


@app.command()
def collect(city: Prepared, *, out: Out = None) -> None:
    """Join what a city's notebooks measured into one set of results and open data.

    Example: urbanplan collect sample
    """
    with step("collect", out) as runs:
        from urbanplan.study.collect import collect as collect_city

        collect_city(city, out=runs)
        echo(str(runs / city / "results"))


@app.command()
def cache(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Check every file, throw away damaged ones.")
    ] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Throw everything away.")] = False,
) -> None:
    """Show what was fetched and kept, and how large it is. URBANPLAN_CACHE names another folder.

    Example: urbanplan cache --check
    """
    from urbanplan.sources.protocol.cache import Cache, told

    kept = Cache.default()
    if check:
        for entry in kept.damaged():
            echo(f"damaged, thrown away: {told(entry)}")
    if clear:
        kept.clear()
    for entry in kept.entries():
        echo(told(entry))
    echo(f"{kept.folder}: {len(kept.entries())} files, {kept.size() / 1e6:,.1f} MB")
