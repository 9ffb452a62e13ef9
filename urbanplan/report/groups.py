"""Metrics in groups: by theme, each with its variants, and the variants that one figure can hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from urbanplan.model.results import Results
from urbanplan.report.rows import Facts

_MOST_PANELS = 9

THEMES = ("access", "landuse", "heritage", "views", "impact", "form", "completeness")
"""Chapters in the order of reading; themes that are not named here follow by name."""

READING = (
    "access.share_within",
    "access.minutes15_mean",
    "access.minutes15",
    "access.proximity",
    "access.nearest",
    "access.nearest_mean",
    "access.people_within",
    "access.catchment_e2sfca_mean",
    "access.catchment_e2sfca",
    "landuse.population",
    "landuse.population_density",
    "landuse.mix",
    "landuse.share",
    "landuse.building_coverage",
    "landuse.green_per_person",
    "landuse.green_access",
    "landuse.green_distance",
    "landuse.public_space_share",
    "landuse.canopy_share",
    "landuse.dwellings_3_30_300",
    "landuse.walkability_frank",
    "heritage.assets",
    "heritage.asset_density",
    "heritage.share_near_asset",
    "views.visible_share",
    "views.blocked_share",
    "views.composition",
    "views.ground_share",
    "form.intersection_density",
    "form.walk_intersection_density",
    "form.street_density",
)
"""Metrics in the order of reading inside their chapter; those that are not named here follow by name."""

LISTED = (
    "landuse.spacemate",
    "landuse.plan_conflicts",
    "landuse.plan_quota",
    "landuse.plan_capacity",
    "landuse.urban_growth",
    "landuse.new_development",
    "landuse.cover_change",
    "landuse.pattern",
    "landuse.urban_centres",
    "landuse.healthy_city",
    "landuse.livability",
    "landuse.population_clusters",
    "views.sight_lines",
    "views.blockers",
    "views.height_ceiling",
    "views.plots",
    "views.height_slack",
    "views.routes",
    "views.route_sequence",
    "views.seen_from",
    "heritage.list_overlap",
    "heritage.protection_gaps",
    "heritage.asset_ranking",
    "heritage.zone_versions",
    "heritage.walled_city",
    "heritage.gates_and_corners",
    "heritage.moat_edges",
    "heritage.moat_gaps",
    "heritage.form_contrast",
    "impact.evidence",
    "impact.together",
    "impact.entries",
)
"""Listings in the order of reading inside their chapter; those that are not named here follow by name."""

HEADLINES = frozenset(READING) - {
    "access.nearest",
    "access.people_within",
    "access.proximity",
    "access.catchment_e2sfca",
    "heritage.asset_density",
    "landuse.canopy_share",
    "landuse.dwellings_3_30_300",
    "landuse.green_distance",
    "landuse.share",
    "landuse.walkability_frank",
}
"""Metrics that the summary tells; of results that hold none of them, it tells all."""


def groups(results: Results) -> dict[str, list[list[Facts]]]:
    """Return the metrics of results by theme, each with its variants, in the order of their ids."""
    found: dict[str, dict[str, list[Facts]]] = {}
    for key in sorted(results.metrics):
        facts = {"id": key, "base": key, "theme": key.split(".", 1)[0], **results.metrics[key]}
        found.setdefault(str(facts["theme"]), {}).setdefault(str(facts["base"]), []).append(facts)
    return {
        theme: [
            found[theme][base]
            for base in sorted(found[theme], key=lambda name: (_place(name, READING), name))
        ]
        for theme in in_reading_order(found)
    }


def in_reading_order(themes: Iterable[str]) -> list[str]:
    """Return themes in the order of their chapters."""
    return sorted(themes, key=lambda name: (_place(name, THEMES), name))


def headlines(results: Results) -> list[list[Facts]]:
    """Return the groups that a summary tells, in the order of reading."""
    every = [group for theme in groups(results).values() for group in theme]
    return [group for group in every if group[0]["base"] in HEADLINES] or every


def listing_order(base: str) -> tuple[int, str]:
    """Return what listings are sorted by."""
    return _place(base, LISTED), base


def _place(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)


def panels(group: Sequence[Facts]) -> list[list[Facts]]:
    """Split variants into figures: side by side those that differ in the knob with the most values."""
    if len(group) <= _MOST_PANELS:
        return [list(group)]
    values: dict[str, set[str]] = {}
    for facts in group:
        for knob, value in (facts.get("variant") or {}).items():
            values.setdefault(knob, set()).add(str(value))
    inner = max(sorted(values), key=lambda knob: len(values[knob]), default="")
    parts: dict[str, list[Facts]] = {}
    for facts in group:
        rest = {knob: value for knob, value in (facts.get("variant") or {}).items() if knob != inner}
        parts.setdefault(repr(sorted(rest.items())), []).append(facts)
    return [
        part[start : start + _MOST_PANELS]
        for part in parts.values()
        for start in range(0, len(part), _MOST_PANELS)
    ]
