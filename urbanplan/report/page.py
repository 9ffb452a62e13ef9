"""The report: one HTML file per city and language that needs nothing else and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from urbanplan.base.io import write_text
from urbanplan.model.results import Results
from urbanplan.report import appendix, evidence, listings, scenarios, sentences, style
from urbanplan.report.cartography import backdrop
from urbanplan.report.chapters import Maker
from urbanplan.report.drawings import WIDE, canvas
from urbanplan.report.groups import groups, headlines, in_reading_order
from urbanplan.report.rows import Facts, Rows
from urbanplan.report.tables import LOW_COVERAGE
from urbanplan.report.values import Number, number
from urbanplan.report.words import Words, display_unit, words

_TEMPLATES = Path(__file__).parent / "templates"
_THAI = re.compile(r"[\u0e00-\u0e7f]+(?:[ ,.\-]*[\u0e00-\u0e7f]+)*")


@dataclass(frozen=True)
class KeyNumber:
    """One metric's value for the whole city."""

    anchor: str
    name: str
    unit: str
    number: Number
    date: str


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


def render(results: Results, lang: str, *, name: str = "") -> str:
    """Return the report's HTML; the same results give the same text."""
    spoken = words(lang)
    css = (_TEMPLATES / "report.css").read_text(encoding="utf-8") + _font_faces()
    script = (_TEMPLATES / "report.js").read_text(encoding="utf-8")
    ground, rows = backdrop(results), Rows(results)
    maker = Maker(rows, spoken, ground, canvas(ground, results.units.get("zone")))
    themes, listed = groups(results), listings.by_theme(results.listing_facts)
    summary, untold = _summary(rows, spoken)
    chapters = [
        (
            theme,
            spoken.word("themes", theme),
            [
                *(maker.section(group) for group in themes.get(theme, [])),
                *(listings.section(key, maker) for key in listed.get(theme, [])),
            ],
        )
        for theme in in_reading_order({*themes, *listed})
    ]
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["marked"] = lambda text: mark_thai(text, lang)
    environment.filters["csp_hash"] = _csp_hash
    page = environment.get_template("report.html.j2").render(
        lang=lang,
        t=spoken.text,
        css=Markup(css),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        frame=maker.frame,
        wide=WIDE,
        chapters=chapters,
        counter=_Counter(),
        facts=_facts(results, spoken),
        languages=_other_languages(results, lang, name),
        synthetic=evidence.is_synthetic(results.provenance),
        city=evidence.city_name(results.provenance, spoken),
        summary=summary,
        untold=untold,
        key_numbers=_key_numbers(rows, themes.values(), spoken),
        low_coverage=spoken.number(LOW_COVERAGE, "share"),
        unknowns=appendix.unknowns(rows, spoken),
        zones=appendix.heritage_zones(results, spoken),
        scenarios=scenarios.assumptions(results, spoken),
        sources=appendix.sources(results, spoken),
        layers=appendix.layers(results, spoken),
        layer_notes=appendix.layer_notes(results, spoken),
        methods=appendix.methods(rows, spoken),
        cite=appendix.citation(rows, spoken),
        remarks=appendix.loose_remarks(results, spoken),
        attributions=evidence.attributions(results.provenance, [], spoken),
        software=sorted((results.provenance.get("software") or {}).items()),
    )
    return page.rstrip() + "\n"


def _summary(rows: Rows, spoken: Words) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Return the known headlines in sentences, and the unknown ones by reason."""
    told: list[list[str]] = []
    untold: dict[str, list[str]] = {}
    for group in headlines(rows.results):
        found = [row.iloc[0] for facts in group if len(row := rows.of(str(facts["id"]), "city"))]
        if any(not pd.isna(row["value"]) for row in found):
            told.append(sentences.told_group(rows, group, spoken))
        elif found:
            untold.setdefault(str(found[0]["reason"]), []).append(spoken.group_name(group))
    by_reason = [(spoken.reason(reason), spoken.list(names)) for reason, names in sorted(untold.items())]
    return told, by_reason


class _Counter:
    """Numbers for figures and tables, in the order in which the page shows them."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def next(self, kind: str) -> int:
        """Return the next number of a kind."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return self.counts[kind]


def _facts(results: Results, spoken: Words) -> list[tuple[str, str]]:
    """Return the lines at the head of the report."""
    provenance, tidy = results.provenance, results.tidy
    city = evidence.city(provenance)
    tidy = tidy[tidy["scenario"] == "actual"]
    unknown, total = int(tidy["value"].isna().sum()), len(tidy)
    facts = [(spoken.text("report.facts_dates"), evidence.date_span(evidence.dates(provenance), spoken))]
    facts.append((spoken.text("report.facts_metrics"), spoken.digits(len(results.metrics), "count")))
    if total:
        share = spoken.number(unknown / total, "share")
        count, whole = spoken.digits(unknown, "count"), spoken.digits(total, "count")
        text = spoken.text("report.unknown_of", share=share, count=count, total=whole)
        facts.append((spoken.text("report.facts_unknown"), text))
    if city.get("cell_m"):
        facts.append((spoken.text("report.facts_cell"), spoken.number(float(city["cell_m"]), "m")))
    crs = provenance.get("crs") or city.get("crs")
    if crs:
        facts.append((spoken.text("report.facts_crs"), str(crs)))
    return facts


def _other_languages(results: Results, lang: str, name: str) -> list[tuple[str, str, str]]:
    """Return address and name of this report in other languages, where its file name tells its language."""
    if not name.endswith(f".{lang}.html"):
        return []
    others = [str(code) for code in evidence.city(results.provenance).get("languages") or () if code != lang]
    stem = name.removesuffix(f".{lang}.html")
    return [(f"{stem}.{code}.html", code, words(code).text("language")) for code in others]


def _key_numbers(rows: Rows, themes: Iterable[list[list[Facts]]], spoken: Words) -> list[KeyNumber]:
    made = []
    for facts in (facts for theme in themes for group in theme for facts in group):
        found = rows.of(str(facts["id"]), "city")
        if not len(found):
            continue
        row = found.iloc[0].to_dict()
        dates = evidence.dates(rows.results.provenance, evidence.read_layers(facts))
        made.append(
            KeyNumber(
                anchor=str(facts["base"]),
                name=spoken.metric_name(facts),
                unit=spoken.unit(display_unit(facts)),
                number=number(row, facts, spoken),
                date=evidence.date_span(dates, spoken) if dates else "",
            )
        )
    return made


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
