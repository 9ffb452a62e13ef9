"""Words and speeds that the edges of a street network carry."""

from __future__ import annotations

SPEED_KMH: dict[str, float] = {"walk": 4.8, "bike": 15.0, "motorcycle": 30.0, "drive": 30.0}
"""Speed of a mode where nothing is known of the street; 4.8 km/h is behind 15 minutes = 1,200 m."""

TAG_COLUMNS: dict[str, str] = {
    "osm_way": "str",
    "highway": "str",
    "name": "str",
    "name_en": "str",
    "name_th": "str",
    "surface": "str",
    "smoothness": "str",
    "lit": "str",
    "oneway": "str",
    "junction": "str",
    "bridge": "str",
    "tunnel": "str",
    "layer": "str",
    "lanes": "str",
    "width": "str",
    "sidewalk": "str",
    "maxspeed": "str",
    "access": "str",
    "service": "str",
    "stairs": "bool",
    "stairs_m": "float64",
}
"""Columns of `StreetNetwork.tags`: OSM's own words, unknown is None; `osm_way` lists way ids with `;` between."""

KIND_COLUMNS: tuple[str, ...] = (
    "highway", "service", "maxspeed", "maxspeed:forward", "maxspeed:backward", "lanes", "lane_markings", "oneway",
    "junction", "cycleway", "cycleway:left", "cycleway:right", "cycleway:both", "lts", "footway", "bridge", "tunnel",
    "covered", "motorroad", "wheelchair", "conveying", "surface", "smoothness", "tracktype",
)  # fmt: skip
"""OSM's keys on which costs of travel depend; equal words on all of them make one kind of street."""
