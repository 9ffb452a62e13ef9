"""One module decides every transformation of coordinates; whoever else does one fails here."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOOR = {"urbanplan/base/datum.py"}
APPLIES = DOOR | {"urbanplan/base/crs.py"}
MAKES = {
    *(
        "Transformer",
        "TransformerGroup",
        "transform_geom",
        "reproject",
        "WarpedVRT",
        "calculate_default_transform",
    ),
    *(
        "transform_bounds",
        "from_pipeline",
        "project_graph",
        "project_gdf",
        "write_crs",
        "estimate_utm_crs",
        "clip_box",
    ),
}
RELABELS = {
    "urbanplan/model/listing.py": "an empty or freshly computed table takes the CRS of the units it was computed from",
    "urbanplan/sources/municipal/reader.py": "a file without a CRS of its own gets the one that was found for it",
}


def transformations(text):
    """Return the line and name of everything in a module that would move coordinates by itself."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names if alias.name in MAKES]
        elif isinstance(node, ast.Attribute) and node.attr in MAKES | {"to_crs", "set_crs"}:
            found.append((node.lineno, node.attr))
    return found


def sources():
    for folder in ("urbanplan", "docs", "workflows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_nobody_moves_coordinates_around_the_door():
    around = []
    for name, text in sources():
        for line, what in transformations(text):
            if name in DOOR or (what == "set_crs" and name in RELABELS):
                continue
            around.append(f"{name}:{line} {what}")
    assert around == [], "use urbanplan.base.crs.to_crs or transform_points"
    assert {name for name, _ in sources()} >= APPLIES


def test_the_notebooks_do_not_either():
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in (".to_crs(", "Transformer", "reproject") if word in text], path.name


@pytest.mark.parametrize(
    "text",
    [
        "from pyproj import Transformer",
        "import pyproj\npyproj.Transformer.from_crs(1, 2)",
        "zones = zones.to_crs(32647)",
        "frame.geometry.to_crs('EPSG:32647').area",
        "import rasterio.warp\nrasterio.warp.reproject(a, b)",
        "frame.set_crs(4326, allow_override=True)",
    ],
)
def test_this_test_can_fail(text):
    assert transformations(text) != []


def test_our_own_door_is_let_through():
    assert transformations("from urbanplan.base.crs import to_crs\nzones = to_crs(zones, crs)") == []
