"""The command that writes empty layers for an office to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.words import echo, say


def template(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="heritage, rules, viewpoints, targets, venues, zoning, assets or population."
        ),
    ],
    *,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it, .gpkg or .csv [NAME.gpkg].")
    ] = None,
    crs: Annotated[str, typer.Option(metavar="CRS", help="Reference system in metres.")] = "EPSG:32647",
) -> None:
    """Write an empty GeoPackage (or .csv) to fill in, and a guide in Thai and English beside it.

    Example: urbanplan template heritage --file old-town.gpkg
    """
    from urbanplan.study.template import write_template

    target, guide = write_template(name, file or Path(f"{name}.gpkg"), crs=crs)
    echo(str(target))
    echo(str(guide))
    say(f"Fill it in, close it, then: urbanplan doctor --file {target}")
