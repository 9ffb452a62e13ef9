"""OpenStreetMap: layers and street networks from a file or from the Overpass API.

Each name is loaded when it is first used: who reads only streets loads neither geopandas nor a client.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from urbanplan.sources.osm.cut_file import cut_file

if TYPE_CHECKING:
    from urbanplan.sources.osm.edits import edit_ages
    from urbanplan.sources.osm.extract import LAYER_NAMES, OsmExtract, read_osm
    from urbanplan.sources.osm.overpass import fetch_overpass, overpass_query, place_boundary
    from urbanplan.sources.osm.tagged import read_tagged

__all__ = [
    "LAYER_NAMES",
    "OsmExtract",
    "cut_file",
    "edit_ages",
    "fetch_overpass",
    "overpass_query",
    "place_boundary",
    "read_osm",
    "read_tagged",
]

_HOMES = {
    "LAYER_NAMES": "extract",
    "OsmExtract": "extract",
    "edit_ages": "edits",
    "fetch_overpass": "overpass",
    "overpass_query": "overpass",
    "place_boundary": "overpass",
    "read_osm": "extract",
    "read_tagged": "tagged",
}


def __getattr__(name: str) -> Any:
    """Load a name of this room when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
