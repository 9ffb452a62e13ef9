"""OpenStreetMap: layers and street networks from a file or from the Overpass API."""

from urbanplan.sources.osm.cut_file import cut_file
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
