"""Layers that are opened in QGIS have colours that say something, and texts from data cannot break their styles."""

import sqlite3
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from shapely import LineString, Point, box

from urbanplan.study.compute import compute
from urbanplan.study.export import write_open_data
from urbanplan.study.layer_looks import LOOKS, labels_of
from urbanplan.study.layer_styles import style_of
from urbanplan.study.prepare import prepare


def frame(values, shape=None):
    shapes = [(shape or box)(0, 0, i + 1, 1) if shape is None else shape for i in range(len(values))]
    return gpd.GeoDataFrame({"what": values}, geometry=shapes, crs="EPSG:32647")


def renderer(qml):
    return ET.fromstring(qml.split("\n", 1)[1]).find("renderer-v2")  # noqa: S314 - our own text


def test_kinds_have_a_colour_each_and_hostile_words_stay_words():
    found = renderer(style_of(frame(["likely", "possible", "likely", "\"><script>&'"]), "what"))
    assert found.attrib["type"] == "categorizedSymbol"
    words = [category.attrib["value"] for category in found.find("categories")]
    assert words == ["likely", "\"><script>&'", "possible", ""]
    symbols = found.find("symbols")
    assert len(symbols) == 4
    assert {symbol.attrib["type"] for symbol in symbols} == {"fill"}
    colours = [symbol.find("layer/Option/Option[@name='color']").attrib["value"] for symbol in symbols]
    assert len(set(colours)) == 4


def test_numbers_are_shaded_from_least_to_most():
    found = renderer(style_of(frame(np.arange(50.0)), "what"))
    ranges = found.find("ranges")
    assert [float(each.attrib["lower"]) for each in ranges] == pytest.approx([0, 9.8, 19.6, 29.4, 39.2])
    assert float(ranges[-1].attrib["upper"]) == 49.0
    one = renderer(style_of(frame([3.0, 3.0]), "what"))
    assert len(one.find("ranges")) == 1


@pytest.mark.parametrize(
    ("shape", "kind"), [(Point(0, 0), "marker"), (LineString([(0, 0), (1, 1)]), "line"), (None, "fill")]
)
def test_each_geometry_has_its_symbol(shape, kind):
    found = renderer(style_of(frame([np.nan, np.nan], shape), "what"))
    assert found.attrib["type"] == "singleSymbol"
    assert found.find("symbols/symbol").attrib["type"] == kind


def test_the_geopackage_of_a_run_holds_a_style_for_each_layer_and_the_same_bytes_twice(village, tmp_path):
    area = prepare("sample", data=village, out=tmp_path, offline=True)
    results = compute(area, ["heritage.exceedances", "heritage.exceeding", "landuse.population"])
    for name in ("one", "two"):
        write_open_data(results, tmp_path / name)
    path = tmp_path / "one" / "results.gpkg"
    assert path.read_bytes() == (tmp_path / "two" / "results.gpkg").read_bytes()
    with sqlite3.connect(path) as base:
        rows = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
        geometry = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
        named = dict(base.execute("SELECT f_table_name, f_geometry_column FROM layer_styles"))
    base.close()
    assert set(rows) == set(geometry) == {"city", "heritage_exceedances", "heritage_zone", "zone"}
    assert named == geometry
    assert renderer(rows["heritage_exceedances"]).attrib["attr"] == "likelihood"
    assert renderer(rows["heritage_zone"]).attrib["attr"] == "heritage_exceeding"
    assert "layer_styles" in pyogrio.list_layers(path)[:, 0]


KNOWN = {
    "qgis": {"version", "styleCategories"},
    "renderer-v2": {"type", "attr", "enableorderby", "graduatedMethod"},
    "categories": set(),
    "category": {"render", "symbol", "value", "label", "type"},
    "ranges": set(),
    "range": {"render", "symbol", "lower", "upper", "label"},
    "symbols": set(),
    "symbol": {"name", "type", "alpha", "clip_to_extent", "force_rhr"},
    "layer": {"class", "enabled", "locked", "pass"},
    "Option": {"type", "name", "value"},
}
"""Elements and attributes of styles that QGIS 3 writes itself."""
OF_LAYERS = {
    "SimpleFill": {"color", "outline_color", "outline_width"},
    "SimpleLine": {"line_color", "line_width", "line_style"},
    "SimpleMarker": {"color", "outline_color", "size", "name"},
}
RENDERERS = {"singleSymbol", "categorizedSymbol", "graduatedSymbol"}


def checked(qml):
    """Give a style's root after looking at every element of it."""
    assert qml.startswith("<!DOCTYPE qgis PUBLIC")
    root = ET.fromstring(qml.split("\n", 1)[1])  # noqa: S314 - our own text
    for element in root.iter():
        assert element.tag in KNOWN, element.tag
        assert set(element.attrib) <= KNOWN[element.tag], element.attrib
    drawn = root.find("renderer-v2")
    assert drawn.attrib["type"] in RENDERERS
    symbols = {symbol.attrib["name"]: symbol for symbol in drawn.find("symbols")}
    used = [each.attrib["symbol"] for each in drawn.iter() if each.tag in {"category", "range"}]
    assert set(used or ["0"]) == set(symbols)
    for layer in drawn.iter("layer"):
        assert {option.attrib["name"] for option in layer.find("Option")} == OF_LAYERS[layer.attrib["class"]]
    return root


@pytest.mark.parametrize("shape", [Point(0, 0), LineString([(0, 0), (1, 1)]), None])
def test_every_style_holds_only_what_qgis_knows(shape):
    for values, column in (([np.nan], ""), (["a", "b"], "what"), ([1.0, 2.0, 5.0], "what")):
        checked(style_of(frame(values, shape), column))
    for look in LOOKS.values():
        rows = frame(["x", None], shape).rename(columns={"what": look.column})
        root = checked(style_of(rows, look=look))
        assert root.find("renderer-v2").attrib["attr"] == look.column


@pytest.mark.parametrize("key", LOOKS)
def test_every_code_of_a_look_has_words_in_both_languages(key):
    look = LOOKS[key]
    if look.steps:
        assert len(look.ramp) == len(look.steps) - 1
        assert (np.diff(look.steps) > 0).all()
        return
    for lang in ("th", "en"):
        words = labels_of(look.column, lang)
        assert set(look.colours) <= set(words), set(look.colours) - set(words)
        rows = frame([*look.colours]).rename(columns={"what": look.column})
        labels = [
            each.attrib["label"] for each in checked(style_of(rows, labels=words, look=look)).iter("category")
        ]
        assert labels == [*(words[code] for code in look.colours), "…"]
    assert set(look.broken) <= set(look.colours)


def test_layers_hold_one_kind_of_geometry_and_open_in_the_first_language_of_the_city(village, tmp_path):
    area = prepare("sample", data=village, out=tmp_path, offline=True)
    results = compute(
        area,
        ["heritage.protection_gaps", "heritage.tall_distance", "views.sight_lines", "views.height_slack"],
    )
    write_open_data(results, tmp_path / "out")
    path = tmp_path / "out" / "results.gpkg"
    layers = {
        name: gpd.read_file(path, layer=name)
        for name in pyogrio.list_layers(path)[:, 0]
        if name.startswith(("asset", "heritage"))
    }
    for rows in layers.values():
        assert len(set(rows.geom_type.str.removeprefix("Multi"))) == 1
    of_assets = [rows for name, rows in layers.items() if name == "asset" or name.startswith("asset_")]
    assert len(of_assets) > 1
    assert sum(map(len, of_assets)) == len(results.units["asset"])  # none is lost
    with sqlite3.connect(path) as base:
        told = base.execute(
            "SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
    base.close()
    for name in {layer for layer, *_ in told}:
        styles = [(style, default) for layer, style, _, default in told if layer == name]
        assert styles == [("ไทย", 1), ("English", 0)]
    of_views = {style: qml for layer, style, qml, _ in told if layer == "views_sight_lines"}
    assert "ถูกอาคารบัง" in of_views["ไทย"]
    assert "blocked by buildings" in of_views["English"]
    for _, _, qml, _ in told:
        checked(qml)
    thai, english = (
        (tmp_path / "out" / "rasters" / f"views.height_slack{end}.qml").read_text(encoding="utf-8")
        for end in ("", ".en")
    )
    assert " ม." in thai
    assert ' m"' in english
