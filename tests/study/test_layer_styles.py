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
