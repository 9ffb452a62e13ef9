"""OpenStreetMap: layers and street networks from a file or from the Overpass API."""

from urbanplan.sources.osm.extract import LAYER_NAMES, OsmExtract, read_osm

__all__ = ["LAYER_NAMES", "OsmExtract", "read_osm"]
