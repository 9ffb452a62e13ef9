"""Writing the reports of a city: a page and a document in each language, from one telling."""

from __future__ import annotations

from pathlib import Path

from urbanplan.base.io import atomic_path, write_text
from urbanplan.model.results import Results
from urbanplan.report.content import content
from urbanplan.report.page import render
from urbanplan.report.printing import typeset


def write(results: Results, folder: str | Path, *, lang: str) -> list[Path]:
    """Write `report.<lang>.html` and `report.<lang>.pdf`, which hold the same words, numbers and maps.

    Parameters
    ----------
    results : Results
        What was measured; nothing else is read.
    folder : path
        Where to write them.
    lang : str
        A language of the locales.

    Returns
    -------
    list of Path
        The page and the document.
    """
    page, printed = (Path(folder) / f"report.{lang}.{kind}" for kind in ("html", "pdf"))
    told = content(results, lang)
    with atomic_path(printed) as draft:
        draft.write_bytes(typeset(told, lang))
    write_text(page, render(results, lang, name=page.name, told=told, printed=printed.name))
    return [page, printed]
