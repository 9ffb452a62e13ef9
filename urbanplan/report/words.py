"""Words for people: the locales, names in a language, numbers with honest digits, dates of both eras."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from urbanplan.base.errors import UsageError
from urbanplan.base.locale import languages, tree_of
from urbanplan.base.notes import sentence
from urbanplan.base.units import BUDDHIST_ERA, HECTARE_M2, KM2_M2, RAI_M2, WAH2_M2, rai_ngan_wah
from urbanplan.report.group_names import GAP, common_name, whole

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
_SHARE_WORDS = {"share", "coverage"}
_DATE = re.compile(r"^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d{2}))?)?$")
_WHOLE_UNITS = {"m", "people", "count"}
_FEW = 10
"""Metres, people and things are told in whole numbers from here on."""
_MOST_DECIMALS = 6

_FAMILIES = {"category": "categories"}
"""Columns of listings whose codes have words of their own elsewhere."""
_MANY_RAI = 100.0
"""From so many rai on, ngan and wah say nothing more."""
_WHOLE = 1e-3


class Words:
    """The words of one language.

    Parameters
    ----------
    lang : str
        A language that has a file in the locales.
    tree : dict
        What stands in that file.
    """

    def __init__(self, lang: str, tree: Mapping[str, Any]) -> None:
        self.lang = lang
        self.tree = tree

    def find(self, key: str) -> Any:
        """Return what stands at a dotted key, or None."""
        node: Any = self.tree
        for part in key.split("."):
            node = node.get(part) if isinstance(node, Mapping) else None
        return node

    def text(self, key: str, **values: object) -> str:
        """Return a text with its blanks filled; blanks are filled with the values as they are, unescaped."""
        found = self.find(key)
        if not isinstance(found, str):
            raise UsageError(f"locales/{self.lang}.yml: has no text {key!r}")
        return found.format(**values) if values else found

    def word(self, family: str, code: object) -> str:
        """Return the words for a code of a family (layers, kinds, dropped, …); an unknown code in plain letters."""
        found = self.tree.get(family, {}).get(str(code))
        return found if isinstance(found, str) else str(code).replace("_", " ")

    def note(self, note: Mapping[str, Any] | str) -> str:
        """Return a remark of a quality record as a sentence."""
        return sentence(note, self.lang)

    def encoding(self, text: str) -> str:
        """Return an encoding with the evidence for it, `cp874 (.cpg file)`, in words."""
        name, _, evidence = text.partition(" (")
        return f"{name} ({self.word('evidence', evidence.removesuffix(')'))})" if evidence else name

    def support(self, code: str, *, many: bool = False) -> str:
        """Return the name of a support, e.g. "grid cell"."""
        found = self.find(f"supports.{code}.{'many' if many else 'one'}")
        return found if isinstance(found, str) else code

    def reason(self, code: object, *, long: bool = False) -> str:
        """Return why a value is unknown, in a few words or in a sentence."""
        found = self.find(f"reasons.{code}.{'long' if long else 'short'}")
        return found if isinstance(found, str) else str(code).replace("_", " ")

    def metric_name(self, facts: Mapping[str, Any]) -> str:
        """Return the name of a metric, with the words of its variant, or of a listing.

        Parameters
        ----------
        facts : mapping
            The metric's record, see `Metric.record`.
        """
        template = self._metric(facts, "name")
        if template is None:
            return str(facts.get("name") or facts.get("id", ""))
        return template.format_map(_Blanks(self._variants(facts)))

    def metric_summary(self, facts: Mapping[str, Any]) -> str:
        """Return what a metric measures, in one sentence."""
        return self._metric(facts, "summary") or str(facts.get("summary", ""))

    def code(self, column: str, value: str) -> str:
        """Return the words for a code that stands in a listing's column; a text that is no code as it is."""
        codes = self.tree.get("codes", {}).get(column) or self.tree.get(_FAMILIES.get(column, ""), {})
        found = codes.get(value)
        return str(found) if found is not None else value

    def variant(self, knob: str, value: object) -> str:
        """Return the words for one value of a knob that makes variants."""
        table = self.tree.get("variants", {}).get(knob, {})
        found = table.get(value, table.get(str(value)))
        if found is not None:
            return str(found)
        if knob.endswith("_m") and isinstance(value, int | float):
            return self.number(value, "m")
        for family in ("categories", "modes", "land_use"):
            if str(value) in self.tree.get(family, {}):
                return self.word(family, value)
        return str(value).replace("_", " ")

    def variant_name(self, facts: Mapping[str, Any]) -> str:
        """Return what tells a variant from its sisters, e.g. "school"."""
        return ", ".join(self._variants(facts).values())

    def group_name(self, group: Sequence[Mapping[str, Any]]) -> str:
        """Return the name that the variants of one metric share, with a word for what they differ in."""
        if len(group) == 1:
            return self.metric_name(group[0])
        knobs = list(group[0].get("variant") or {})
        general = {knob: str(self.find(f"general.{knob}") or GAP) for knob in knobs}
        template = self._metric(group[0], "name")
        if template is not None:
            bare = template.format_map(_Blanks(dict.fromkeys(knobs, GAP)))
            return whole(bare) or whole(template.format_map(_Blanks(general))) or bare
        names = [self.metric_name(facts) for facts in group]
        own = self._variants(group[0])
        ordered = sorted(knobs, key=lambda knob: max(names[0].find(own[knob]), 0))
        return common_name(names, [general[knob] for knob in ordered])

    def _variants(self, facts: Mapping[str, Any]) -> dict[str, str]:
        return {knob: self.variant(knob, value) for knob, value in (facts.get("variant") or {}).items()}

    def _metric(self, facts: Mapping[str, Any], field: str) -> str | None:
        key = facts.get("base", facts.get("id"))
        entry = self.tree.get("metrics", {}).get(key, self.tree.get("listings", {}).get(key))
        if isinstance(entry, str):
            return entry if field == "name" else None
        found = entry.get(field) if isinstance(entry, Mapping) else None
        return str(found) if found else None

    def unit(self, unit: str) -> str:
        """Return the sign or words of a unit; nothing for pure numbers."""
        found = self.tree.get("units", {}).get(unit)
        return str(found) if found is not None else re.sub(r"(?<=m)2\b", "²", unit)

    def unit_legend(self, unit: str) -> str:
        """Return the unit as a legend or a column heading needs it, where a sign alone would not be understood."""
        found = self.tree.get("unit_legend", {}).get(unit)
        return str(found) if found is not None else self.unit(unit)

    def number(self, value: float, unit: str = "1") -> str:
        """Return a value with its unit, with as many digits as such data can carry.

        Parameters
        ----------
        value : float
            In the metric's unit; a share as 0-1 with the unit "share".
        unit : str
            Unit of the value, see `display_unit`.
        """
        digits = self.digits(value, unit)
        if unit == "share":
            return f"{digits}{NBSP}%" if self.lang != "th" else f"{digits}%"
        sign = self.unit(unit)
        return f"{digits}{NBSP}{sign}" if sign else digits

    def digits(self, value: float, unit: str = "1") -> str:
        """Return a value without its unit; what is not a number is "?"."""
        if value is None or not math.isfinite(value):
            return "?"
        if unit == "share":
            return _percent(100 * value)
        whole = float(value).is_integer() or unit == "people" or (unit in _WHOLE_UNITS and abs(value) >= _FEW)
        decimals = 0 if whole else min(_decimals(abs(value)), _MOST_DECIMALS)
        text = f"{value:,.{decimals}f}"
        if value and not text.strip("-0."):
            text = f"{'<' if value > 0 else '>'}{NBSP}{np.sign(value) * 10.0**-decimals:.{decimals}f}"
        return text.replace("-", MINUS)

    def area(self, value_m2: float) -> str:
        """Return an area in square metres, hectares or square kilometres, in Thai with rai beside it."""
        if abs(value_m2) >= KM2_M2:
            text = self.number(value_m2 / KM2_M2, "km2")
        elif abs(value_m2) >= HECTARE_M2:
            text = self.number(value_m2 / HECTARE_M2, "ha")
        else:
            text = self.number(value_m2, "m2")
        return f"{text} ({self._rai(value_m2)})" if self.lang == "th" else text

    def _rai(self, value_m2: float) -> str:
        """Return an area as land documents write it: rai-ngan-square wah; whole or many rai as a number."""
        if (
            not 0 < value_m2 < _MANY_RAI * RAI_M2
            or abs(value_m2 / RAI_M2 - round(value_m2 / RAI_M2)) < _WHOLE
        ):
            return self.number(value_m2 / RAI_M2, "rai")
        rai, ngan, wah = rai_ngan_wah(round(value_m2 / WAH2_M2) * WAH2_M2)
        return f"{rai}-{ngan}-{wah:.0f}{NBSP}{self.unit('rai')}"

    def value(self, value: float, unit: str) -> str:
        """Return a value as a sentence shows it: areas in their own way, all else as `number`."""
        return self.area(value) if unit == "m2" else self.number(value, unit)

    def date(self, text: str) -> str:
        """Return a date YYYY[-MM[-DD]] in words, in Thai with the year of both eras.

        Other texts (several dates, `2018/2024`) come back with each date in words.
        """
        parts = str(text).split("/")
        if len(parts) > 1:
            return f" {EN_DASH} ".join(self.date(part) for part in parts)
        found = _DATE.match(str(text))
        if not found:
            return str(text)
        year, month, day = found.groups()
        form = "day" if day else "month" if month else "year"
        name = self.tree["month_names"][int(month) - 1] if month else ""
        told = self.text(
            f"date.{form}", day=int(day or 0), month=name, year=year, buddhist=int(year) + BUDDHIST_ERA
        )
        return told.replace(" ", NBSP).replace(f"{NBSP}(", " (")

    def list(self, items: Iterable[str]) -> str:
        """Return items as one enumeration."""
        return self.text("joiner").join(items)

    def name_of(self, row: Mapping[str, Any], fallback: object = "") -> str:
        """Return a place's name in this language, else its own name, else the fallback."""
        for column in (f"name_{self.lang}", "name", "name_en", "name_th"):
            name = row.get(column)
            if isinstance(name, str) and name.strip():
                return name.strip()
        return str(fallback)

    def words_of(self, texts: object) -> str:
        """Return a text given in several languages (`{en: …, th: …}`) in this one, or in English."""
        if isinstance(texts, Mapping):
            return str(texts.get(self.lang) or texts.get("en") or "")
        return str(texts or "")


class _Blanks(dict[str, str]):
    """Blanks of a name; one that a variant does not fill stays visible instead of failing a whole report."""

    def __missing__(self, key: str) -> str:
        return key


def _percent(percent: float) -> str:
    """Return a percentage with one decimal; 0 and 100 are only said of what is exactly so."""
    whole = math.isclose(percent, round(percent), abs_tol=1e-9)
    text = f"{percent:,.0f}" if whole else f"{percent:,.1f}"
    if not whole and text in {"0.0", "-0.0"}:
        return f"<{NBSP}0.1"
    if not whole and text == "100.0" and percent < float(text):
        return f">{NBSP}99.9"
    return text.removeprefix("-") if text == "-0" else text.replace("-", MINUS)


def _decimals(size: float) -> int:
    """Return how many decimals show three significant digits of a size, and two of one below 1."""
    return max((2 if size >= 1 else 1) - math.floor(math.log10(size)), 0)


def display_unit(facts: Mapping[str, Any]) -> str:
    """Return how a metric's values are shown: a pure number that is a share becomes "share" (per cent).

    A metric of unit "1" is a share when its id says so (`share_within`, `building_coverage`); else an index.
    """
    unit = str(facts.get("unit", "1"))
    tokens = set(re.split(r"[._]", str(facts.get("base", facts.get("id", "")))))
    return "share" if unit == "1" and tokens & _SHARE_WORDS else unit


@lru_cache(maxsize=8)
def words(lang: str) -> Words:
    """Return the words of a language.

    Raises
    ------
    UsageError
        If no file of the locales is for that language.
    """
    known = languages()
    if lang not in known:
        raise UsageError(f"there are no words in the language {lang!r}; languages are {', '.join(known)}")
    return Words(lang, tree_of(lang))
