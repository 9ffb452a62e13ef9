"""Maps of a report as drawings that stand alone, for shapes of it that cannot share lines between maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from urbanplan.report.chapters import Figure
from urbanplan.report.drawings import Drawing

TEMPLATES = Path(__file__).parent / "templates"

_PRINTED_WIDTH = 480
"""Points across a map on paper: lines of a part of a map keep their width."""


def environment() -> Environment:
    """Return the templates, in which every text is escaped and every name must be known."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Plates:
    """Draws the maps of one report, each as an SVG file of its own."""

    def __init__(self, told: dict[str, Any]) -> None:
        sheet = environment()
        self.css = (TEMPLATES / "map.css").read_text(encoding="utf-8")
        self.plate, self.told = sheet.get_template("plate.svg.j2"), told

    def map(self, one: Drawing, figure: Figure) -> str:
        """Return a map as SVG."""
        told, wide = self.told, one.zoom.width if one.zoom else self.told["wide"]
        return self.plate.render(
            one=one,
            figure=figure,
            frame=told["frame"],
            wide=told["wide"],
            t=told["t"],
            synthetic=told["synthetic"],
            css=self.css,
            dot=wide / _PRINTED_WIDTH,
        )
