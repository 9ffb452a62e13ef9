"""The report: one HTML file per city and language that needs nothing else and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from urbanplan.base.io import write_text
from urbanplan.model.results import Results
from urbanplan.report import evidence, style
from urbanplan.report.content import Counter, content
from urbanplan.report.plates import TEMPLATES, environment
from urbanplan.report.words import words

_THAI = re.compile(r"[\u0e00-\u0e7f]+(?:[ ,.\-]*[\u0e00-\u0e7f]+)*")


def html(results: Results, target: str | Path, *, lang: str) -> Path:
    """Write the report of a city in one language.

    Parameters
    ----------
    results : Results
        What was measured; nothing else is read.
    target : path
        The file to write, e.g. `report.th.html`.
    lang : str
        A language of the locales.

    Returns
    -------
    Path
        The file: it holds its pictures and typeface, and opens without a network.
    """
    target = Path(target)
    write_text(target, render(results, lang, name=target.name))
    return target


def render(
    results: Results, lang: str, *, name: str = "", told: dict[str, Any] | None = None, printed: str = ""
) -> str:
    """Return the report's HTML; the same results give the same text.

    Parameters
    ----------
    results : Results
        What was measured.
    lang : str
        A language of the locales.
    name : str
        Name of the file, from which links to other languages follow.
    told : dict, optional
        What `content` returned for these results and language, where it is at hand.
    printed : str
        Name of the PDF that lies beside it, to be linked.
    """
    css = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "map.css"))
    css += _font_faces()
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    told = content(results, lang) if told is None else told
    sheet = environment()
    sheet.filters["marked"] = lambda text: mark_thai(text, lang)
    sheet.filters["csp_hash"] = _csp_hash
    page = sheet.get_template("report.html.j2").render(
        **told,
        lang=lang,
        css=Markup(css),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        counter=Counter(),
        languages=_other_languages(results, lang, name),
        printed=printed,
    )
    return page.rstrip() + "\n"


def _other_languages(results: Results, lang: str, name: str) -> list[tuple[str, str, str]]:
    """Return address and name of this report in other languages, where its file name tells its language."""
    if not name.endswith(f".{lang}.html"):
        return []
    others = [str(code) for code in evidence.city(results.provenance).get("languages") or () if code != lang]
    stem = name.removesuffix(f".{lang}.html")
    return [(f"{stem}.{code}.html", code, words(code).text("language")) for code in others]


def mark_thai(text: object, lang: str) -> Markup:
    """Return an escaped text in which Thai words say that they are Thai, for readers aloud; not in a Thai page."""
    if lang == "th":
        return Markup(escape(text))  # noqa: S704 - just escaped
    marked = _THAI.sub(lambda found: f'<span lang="th">{found[0]}</span>', str(escape(text)))
    return Markup(marked)  # noqa: S704 - escaped before Thai letters were wrapped


def _csp_hash(text: str) -> str:
    digest = hashlib.sha256(str(text).encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


@lru_cache(maxsize=1)
def _font_faces() -> str:
    """Return the typeface as CSS with the font inside."""
    faces = []
    for cut, weight in (("Regular", 400), ("Bold", 700)):
        data = base64.b64encode((style.FONTS / f"Sarabun-{cut}.woff2").read_bytes()).decode("ascii")
        faces.append(
            f"@font-face{{font-family:Sarabun;font-weight:{weight};"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}\n"
        )
    return "".join(faces)
