"""The vocabulary of heritage: columns of its layers, kinds of zones and rules, and what heights are measured to."""

from __future__ import annotations

Columns = dict[str, str]

NAMES: Columns = {"name": "str", "name_en": "str", "name_th": "str"}
IN_FORCE: Columns = {"instrument": "str", "clause": "str", "in_force_from": "str", "in_force_to": "str"}
"""The law or notice that says so, its clause, and from when to when it holds (YYYY[-MM[-DD]], Common Era)."""

HEIGHT_REFERENCES: tuple[str, ...] = ("highest_point", "wall_top", "roof_deck")
"""What a height is measured to: the highest point of the roof, the top of the highest storey's wall, the roof deck."""

BUILDING: Columns = {
    **NAMES,
    "use": "str",
    "levels": "float64",
    "height_m": "float64",
    "roof_levels": "float64",
    "roof_height_m": "float64",
    "min_height_m": "float64",
    "roof_shape": "str",
    "built": "str",
}
"""A building as its source tells it; `built` is a date."""

HEIGHTS: Columns = {
    **{f"{reference}{end}": "float64" for reference in HEIGHT_REFERENCES for end in ("_m", "_sd_m")},
    "heights_from": "str",
}
"""Estimated heights with their standard deviations, worked out when a city is prepared, and from what."""

ASSET: Columns = {
    **NAMES,
    "aliases": "str",
    "kind": "str",
    "designation": "str",
    "registered": "float64",
    "ref": "str",
    "wikidata": "str",
    "level": "str",
    "listed_on": "str",
    "value": "str",
    "value_by": "str",
    "fabric": "str",
    "condition": "str",
    "accuracy_m": "float64",
    "lists": "str",
}
"""A heritage asset; `aliases` and `lists` (the sources that it stands in) have `;` between their words."""
ZONE: Columns = {
    **NAMES,
    "kind": "str",
    "version": "str",
    **IN_FORCE,
    "status": "str",
    "max_height_m": "float64",
    "stated_area_m2": "float64",
    "proxy": "bool",
    "asset": "str",
    "boundary_uncertainty_m": "float64",
    "digitised_by": "str",
}
RULE: Columns = {
    **NAMES,
    "zone": "str",
    "kind": "str",
    "value": "float64",
    "unit": "str",
    "height_reference": "str",
    "applies_to": "str",
    "retroactive": "bool",
    "exempt": "str",
    "uses": "str",
    **IN_FORCE,
    "version": "str",
    "status": "str",
    "proxy": "bool",
}
VIEWPOINT: Columns = {
    **NAMES,
    "eye_height_m": "float64",
    "weight": "float64",
    "evidence": "str",
    "clause": "str",
}
TARGET: Columns = {
    **NAMES,
    "asset": "str",
    "viewpoints": "str",
    "base_m": "float64",
    "top_m": "float64",
    "min_visible_share": "float64",
    "evidence": "str",
    "clause": "str",
}
VENUE: Columns = {**NAMES, "use": "str", "kind": "str", "rooms": "float64"}

WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("heritage_zones", "kind"): (
        "property",
        "core",
        "buffer",
        "setting",
        "old_town",
        "conservation_landuse",
        "height_control",
        "monument_ground",
        "view_corridor",
        "custom",
    ),
    ("heritage_zones", "status"): ("in_force", "draft", "proposed", "superseded", "proxy"),
    ("heritage_rules", "kind"): (
        "max_height",
        "max_storeys",
        "max_far",
        "max_bcr",
        "min_osr",
        "min_open_space",
        "setback",
        "street_ratio",
        "use_ban",
        "style",
        "colour",
    ),
    ("heritage_rules", "height_reference"): HEIGHT_REFERENCES,
    ("heritage_rules", "applies_to"): ("new", "alteration", "all"),
    ("heritage_assets", "level"): (
        "wh_component",
        "wh_attribute",
        "registered",
        "unregistered_known",
        "local",
    ),
    ("heritage_assets", "value"): ("very_high", "high", "medium", "low", "negligible", "unknown"),
}
"""By layer and column, the words that have a meaning; others are kept as they stand, and a note says so."""
