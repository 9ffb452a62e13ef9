"""How layers look in QGIS whose colours mean something: views and who takes them, ceilings of plots, the impact dossier, ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from urbanplan.base.locale import languages, tree_of

LANGUAGE_FIRST = "en"
_REDS = ("#fee5d9", "#fcae91", "#fb6a4a", "#de2d26", "#a50f15")
_GREENS = ("#a50026", "#f46d43", "#fee08b", "#a6d96a", "#1a9850")


@dataclass(frozen=True)
class Look:
    """How the rows of one listing are drawn.

    Attributes
    ----------
    column : str
        The column that decides.
    colours : mapping of str to str
        For codes: the colour of each, in the order of the legend.
    steps : tuple of float
        For numbers: where a class ends, the lowest bound first.
    ramp : tuple of str
        A colour for each class of numbers.
    broken : tuple of str
        Codes whose lines are dashed.
    width_mm : float
        Of lines.
    percent : bool
        Whether numbers are shares, to be told in per cent.
    """

    column: str
    colours: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[float, ...] = ()
    ramp: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    width_mm: float = 0.6
    percent: bool = False


_MAGNITUDES = {
    "major": "#67001f",
    "moderate": "#b2182b",
    "minor": "#ef8a62",
    "negligible": "#fddbc7",
    "no_change": "#d9d9d9",
    "unknown": "#8a8a8a",
    "no_thresholds": "#e6c229",
    "no_proposal": "#bdbdbd",
}

LOOKS: dict[str, Look] = {
    "views.sight_lines": Look(
        "state",
        {
            "open": "#1b7837",
            "partly": "#d8a200",
            "blocked": "#b2182b",
            "uncertain": "#7f7f7f",
            "hidden_by_ground": "#a6cee3",
            "no_standing": "#cccccc",
        },
        broken=("uncertain", "hidden_by_ground", "no_standing"),
        width_mm=0.8,
    ),
    "views.blockers": Look("taken", steps=(0.0, 0.05, 0.2, 0.5, 0.8, 1.0), ramp=_REDS, percent=True),
    "views.plots": Look(
        "protection",
        {
            "plans_allow_more": "#b2182b",
            "plans_keep_it": "#2166ac",
            "no_limit_in_data": "#e6c229",
            "only_restoring": "#762a83",
        },
    ),
    "views.routes": Look(
        "seen_share", steps=(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), ramp=_GREENS, width_mm=1.4, percent=True
    ),
    "impact.evidence": Look("magnitude", _MAGNITUDES, broken=("unknown", "no_thresholds"), width_mm=0.8),
    "impact.together": Look(
        "adds_up",
        {
            "only_together": "#67001f",
            "more_than_sum": "#b2182b",
            "adds_up": "#f4a582",
            "less_than_sum": "#4393c3",
            "opposed": "#762a83",
            "unknown": "#8a8a8a",
        },
        width_mm=0.8,
    ),
    "impact.entries": Look(
        "agreement",
        {"disagrees": "#b2182b", "agrees": "#1b7837", "recorded": "#2166ac", "gone": "#8a8a8a"},
        width_mm=0.8,
    ),
    "heritage.asset_ranking": Look(
        "among_first", steps=(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), ramp=_REDS, percent=True
    ),
}
"""By the listing's id without its scenario."""


def labels_of(column: str, lang: str) -> dict[str, str]:
    """Return the words of a language for the codes that stand in a column."""
    return {str(code): str(word) for code, word in tree_of(lang).get("codes", {}).get(column, {}).items()}


def unit_of(unit: str, lang: str) -> str:
    """Return the sign of a unit in a language."""
    return str(tree_of(lang).get("units", {}).get(unit, unit))


def style_name(lang: str) -> str:
    """Return the name of a language's styles, in that language."""
    return str(tree_of(lang)["language"])


def in_order(first: str) -> list[str]:
    """Return the languages of styles, that of the city first."""
    known = languages()
    return sorted(known, key=lambda lang: (lang != first, lang != LANGUAGE_FIRST, lang))
