"""OpenStreetMap files small enough to work out by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_osm import osm_xml


@pytest.fixture
def osm_file(tmp_path: Path) -> Callable[..., Path]:
    """Give a function that writes a tiny OSM file and returns its path."""

    def write(nodes, ways=(), relations=(), name="tiny.osm"):
        path = tmp_path / name
        path.write_text(osm_xml(nodes, ways, relations), encoding="utf-8")
        return path

    return write
