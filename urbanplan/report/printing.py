"""The report as a PDF: the same words, numbers and maps as the page, laid out for paper and for readers aloud."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import typst

from urbanplan.base.io import atomic_path
from urbanplan.model.results import Results
from urbanplan.report import style
from urbanplan.report.content import content
from urbanplan.report.paper import blocks
from urbanplan.report.plates import TEMPLATES
from urbanplan.report.words import words

_STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1: tagged, in a stated language, each picture with a text."""

_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""The same results give the same bytes; the document itself names the dates of its data."""


def pdf(results: Results, target: str | Path, *, lang: str) -> Path:
    """Write the report of a city in one language as a PDF.

    Parameters
    ----------
    results : Results
        What was measured; nothing else is read.
    target : path
        The file to write, e.g. `report.th.pdf`.
    lang : str
        A language of the locales.

    Returns
    -------
    Path
        The file. The same results give the same bytes.
    """
    target = Path(target)
    made = document(results, lang)
    with atomic_path(target) as draft:
        draft.write_bytes(made)
    return target


def document(results: Results, lang: str) -> bytes:
    """Return the PDF of a city's report in one language."""
    return typeset(content(results, lang), lang)


def typeset(told: dict[str, Any], lang: str) -> bytes:
    """Return the PDF of what `content` told in a language."""
    spoken = words(lang)
    report = {
        "lang": lang,
        "title": spoken.text("report.title", city=told["city"]),
        "city": told["city"],
        "tagline": spoken.text("report.tagline"),
        "facts": told["facts"],
        "synthetic": (
            f"{spoken.text('report.synthetic_title')}: {spoken.text('report.synthetic_text')}"
            if told["synthetic"]
            else ""
        ),
        "contents": spoken.text("report.contents"),
        "made_with": spoken.text("report.made_with", version=told["cite"]["version"]),
        "blocks": blocks(told),
    }
    # An empty folder is all that the typesetter can read: texts of others are data, and reach no file.
    with tempfile.TemporaryDirectory() as nothing:
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(style.FONTS)])
        compiler = typst.Compiler(
            (TEMPLATES / "report.typ").read_bytes(),
            root=nothing,
            font_paths=fonts,
            sys_inputs={"report": json.dumps(report, ensure_ascii=False)},
        )
        made = compiler.compile(format="pdf", pdf_standards=[_STANDARD], timestamp=_NO_DATE)
    if not isinstance(made, bytes):
        raise TypeError("the typesetter gave no single document")
    return made
