"""Layers out of the objects of an OpenStreetMap file: who makes each, and the keys that each asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from urbanplan.model.quality import QualityRecord
from urbanplan.model.scheme import LandUseScheme, default_scheme
from urbanplan.sources.osm.buildings import KEYS as BUILDING_KEYS
from urbanplan.sources.osm.buildings import buildings
from urbanplan.sources.osm.features import FeatureSet, feature_set
from urbanplan.sources.osm.heritage import heritage_assets
from urbanplan.sources.osm.objects import Objects
from urbanplan.sources.osm.places import places
from urbanplan.sources.osm.surfaces import land_use, open_space, water
from urbanplan.sources.osm.tagging import land_rules, scheme
from urbanplan.sources.osm.venues import venues

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Builder = Callable[[FeatureSet], "tuple[GeoDataFrame, QualityRecord]"]

BUILDERS: Mapping[str, Builder] = {
    "places": places,
    "buildings": buildings,
    "land_use": land_use,
    "open_space": open_space,
    "water": water,
    "heritage_assets": heritage_assets,
    "venues": venues,
}
_SCHEMES = {
    "places": "places",
    "open_space": "open_space",
    "water": "water",
    "heritage_assets": "heritage",
    "venues": "venues",
}
_AREAS_ONLY = frozenset({"land_use", "open_space", "buildings"})
_LINE_KEYS = {
    "places": ("public_transport",),
    "water": ("waterway",),
    "heritage_assets": ("barrier", "historic", "heritage"),
}


def built_layers(
    objects: Objects, names: Iterable[str], *, clip: Any, crs: Any, classes: LandUseScheme | None
) -> tuple[dict[str, GeoDataFrame], dict[str, QualityRecord]]:
    """Return layers by name, and the quality record of each.

    Parameters
    ----------
    objects : Objects
        As read from the file.
    names : iterable of str
        Some of `BUILDERS`.
    clip : Polygon or MultiPolygon or None
        In `crs`.
    crs : CRS or str
        Projected CRS in metres.
    classes : LandUseScheme, optional
        What tags of land and buildings mean; by default the package's scheme.
    """
    found = feature_set(objects, clip=clip, crs=crs, scheme=classes or default_scheme())
    built = {name: BUILDERS[name](found) for name in names}
    return {name: frame for name, (frame, _) in built.items()}, {
        name: record for name, (_, record) in built.items()
    }


def add_layer_keys(keys: Mapping[str, set[str]], names: Iterable[str], classes: LandUseScheme | None) -> None:
    """Add the keys that make an object worth reading for these layers."""
    for name in names:
        own = _keys_of(name, classes or default_scheme())
        keys["area_keys"].update(own)
        keys["line_keys"].update(_LINE_KEYS.get(name, ()))
        if name not in _AREAS_ONLY | {"water"}:
            keys["point_keys"].update(own)


def _keys_of(name: str, classes: LandUseScheme) -> frozenset[str]:
    if name == "buildings":
        return BUILDING_KEYS
    return land_rules(classes).keys if name == "land_use" else scheme(_SCHEMES[name]).keys
