"""The command that looks before a long run: at a city and all its layers, or at one file on its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.base.errors import InputError, UsageError
from urbanplan.cli.words import Data, echo, languages


def doctor(
    city: Annotated[
        str, typer.Argument(metavar="CITY", help="Id in data/cities, or path of a city file.")
    ] = "",
    *,
    data: Data = None,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Check this one file on its own, without a city.")
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="KIND",
            help="vector, raster, osm, gtfs, table, city or notebook [told by its name].",
        ),
    ] = "",
    layer: Annotated[
        str, typer.Option(metavar="NAME", help="With --file: the layer, where it has several.")
    ] = "",
    crs: Annotated[str, typer.Option(metavar="CRS", help="With --file: its CRS, where it says none.")] = "",
    encoding: Annotated[
        str, typer.Option(metavar="NAME", help="With --file: the encoding of its text.")
    ] = "",
    to: Annotated[
        str, typer.Option(metavar="LAYER", help="With --file: the layer that it is to be, e.g. zoning.")
    ] = "",
    repairs: Annotated[
        Path | None,
        typer.Option(metavar="OUT.gpkg", help="With --file: write what was mended or left out there."),
    ] = None,
    lang: Annotated[str, typer.Option(metavar="LANG", help="With --file: answer in th or en [en].")] = "",
    json: Annotated[bool, typer.Option("--json", help="With --file: print JSON.")] = False,
    warm: Annotated[
        bool, typer.Option("--warm", help="Compile the routing engine now, so that the first run need not.")
    ] = False,
) -> None:
    """Check a city file and every layer that it declares, before a long run; or one file on its own.

    Of a vector file or table it proposes lines for the city file, says what they stand on, and what would be lost.

    Example: urbanplan doctor chiang-mai --data ../shared/data/chiang_mai

    Example: urbanplan doctor --file zoning.zip --lang th

    Example: urbanplan doctor --file parcels.shp --repairs to_correct.gpkg

    Example: urbanplan doctor --warm
    """
    if warm:
        from urbanplan.methods.machine_code import warm_up

        echo(f"routing engine: ready after {warm_up():.1f} s")
        if not city and file is None:
            return
    if (file is None) == (not city):
        raise UsageError("name a city, or one file with --file")
    spoken = (languages(lang) or ["en"])[0]
    if file is not None:
        from urbanplan.report.record import as_json, as_lines
        from urbanplan.study.check_apart import check_apart

        options = {
            "kind": kind,
            "layer": layer,
            "encoding": encoding,
            "crs": crs,
            "to": to,
            "repairs": str(repairs or ""),
        }
        try:
            found = check_apart(file, **{name: value or None for name, value in options.items()})
        except InputError as error:
            error.lang = spoken
            raise
        echo(as_json(found, spoken) if json else as_lines(found, spoken))
        return
    if kind or layer or crs or encoding or json or lang or to or repairs:
        raise UsageError(
            "--as, --layer, --crs, --encoding, --to, --repairs, --lang and --json go with --file"
        )
    from urbanplan.study.doctor import examine, table

    findings = examine(city, data=data)
    echo(table(findings))
    wrong = sum(not finding.good for finding in findings)
    if wrong:
        raise InputError(
            f"{city}: {wrong} of {len(findings)} checks failed; each line marked with a cross says how to mend it"
        )
