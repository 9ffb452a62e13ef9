"""Maps and tables of a prepared city: what there is, where it is complete, and what is missing."""

import geopandas as gpd
import pytest
import shapely
from matplotlib.text import Text

from urbanplan import report
from urbanplan.base.errors import UsageError
from urbanplan.metrics import load
from urbanplan.model.layers import conform
from urbanplan.model.metric import REGISTRY
from urbanplan.model.study_area import StudyArea
from urbanplan.report import style
from urbanplan.report.tables import missing_rows
from urbanplan.report.words import words


class Streets:
    """A network as far as a map asks for it."""

    def __init__(self, frame):
        self.frame = frame

    def edges(self):
        return self.frame


@pytest.fixture(scope="module")
def area(results, tmp_path_factory, hostile):
    folder = tmp_path_factory.mktemp("mock")
    (folder / "layers").mkdir()
    crs, boundary = results.units["zone"].crs, results.units["city"].geometry.iloc[0]
    west, south, _, north = boundary.bounds
    cells = results.units["cell"].assign(inside=1.0, population=range(400))
    kinds = ["food", "school", "school", hostile]
    points = [shapely.Point(west + 300 * k, south + 400 * k) for k in range(1, 5)]
    frames = {
        "boundary": results.units["city"],
        "zones": results.units["zone"],
        "cells": cells,
        "water": results.context["water"],
        "heritage_zones": results.context["heritage_zones"],
        "places": gpd.GeoDataFrame({"category": kinds}, geometry=points, crs=crs),
        "land_use": gpd.GeoDataFrame({"class": ["residential"]}, geometry=[boundary.buffer(-500)], crs=crs),
        "buildings": gpd.GeoDataFrame({"name": []}, geometry=[], crs=crs),
    }
    for name, frame in frames.items():
        conform(frame, name).to_parquet(folder / "layers" / f"{name}.parquet")
    known = gpd.GeoDataFrame(
        geometry=[shapely.box(west, south, west + 1000, north), boundary, boundary],
        index=["places", "land_use", "buildings"],
        crs=crs,
    )
    known.to_parquet(folder / "layers" / "known.parquet")
    lines = results.context["streets"]
    told = results.provenance
    layers = {
        name: {"date": "2023-10", "rows": len(frame), "sources": ["osm"], "quality": []}
        for name, frame in frames.items()
    }
    layers = {
        **layers,
        **told["layers"],
        "population": {"date": "2025", "sources": ["plan"]},
        "drive": {"date": "2023"},
    }
    manifest = {
        "city": told["city"],
        "crs": str(crs),
        "sources": told["sources"],
        "layers": layers,
        "missing": told["missing"],
    }
    manifest["missing"] = {"heritage_assets": "not_declared", "elevation": "the file dem.tif is not there"}
    return StudyArea(folder, manifest, {"drive": Streets(lines), "walk": Streets(lines)})


def said(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_places_are_shown_by_category_with_their_number(area, hostile):
    texts = said(report.layer_map(area, "places", lang="th"))
    assert "โรงเรียน (2)" in texts
    assert "ตลาดหรือร้านขายอาหาร (1)" in texts
    assert any(hostile[:10] in text for text in texts)  # an unknown kind is shown as it stands
    assert words("th").reason("not_mapped") in texts  # half of the city is hatched
    assert words("th").text("map.synthetic") in texts


def test_a_layer_that_is_complete_has_no_gap(area):
    assert words("en").reason("not_mapped") not in said(report.layer_map(area, "land_use"))


def test_a_layer_without_rows_says_so(area):
    assert words("en").text("map.layer_empty") in said(report.layer_map(area, "buildings"))


def test_a_layer_that_is_missing_says_why(area):
    texts = " ".join(said(report.layer_map(area, "heritage_assets")))
    assert words("en").text("missing.not_declared") in texts


def test_heritage_zones_show_their_version_and_whether_they_are_proxies(area):
    texts = " ".join(said(report.layer_map(area, "heritage_zones", lang="en")))
    assert "Old town, 2015, proxy" in texts


@pytest.mark.parametrize("name", ["zones", "cells", "walk", "drive", "population", "water", "boundary"])
def test_every_kind_of_layer_can_be_drawn(area, name):
    assert style.png(report.layer_map(area, name, lang="th"), dpi=50).startswith(b"\x89PNG")


def test_a_layer_that_does_not_exist_is_refused(area):
    with pytest.raises(UsageError, match="streets_and_all"):
        report.layer_map(area, "streets_and_all")


def test_the_quality_table_tells_each_layer_in_words(area):
    table = report.quality_table(area, "en").set_index("Layer")
    walk = table.loc["Streets and paths open on foot"]
    assert walk["Rows used"] == "940"
    assert walk["Repaired"] == "3"
    assert walk["Dropped"] == "3 with empty geometry, 17 outside the area read"
    assert walk["Text encoding"] == "cp874"
    assert "accuracy 3" in walk["Coordinate operation"]
    assert table.loc["Places people go to", "Area where complete"] == "71\u00a0%"
    assert set(report.quality_table(area, "th").columns).isdisjoint(table.columns)


def test_the_missing_table_names_what_becomes_unknown(area):
    load()
    table = report.missing_table(area, "th")
    assert table.iloc[:, 0].tolist() == ["ระดับความสูงของพื้นดิน", "แหล่งมรดกทางวัฒนธรรม"]
    hit = [m for m in REGISTRY.values() if "heritage_assets" in {*m.layers, *m.requires}]
    assert hit
    for metric in hit:
        if not metric.variant:
            assert words("th").metric_name(metric.record()) in table.iloc[1, 2]
    assert table.iloc[0, 1] == "the file dem.tif is not there"


def test_the_missing_table_of_some_metrics_names_only_those(area):
    table = report.missing_table(area, "en", metrics=["access"])
    assert table.iloc[1, 2] == words("en").text("table.nothing_unknown")


def test_missing_streets_make_the_metrics_of_all_modes_unknown():
    facts = {"id": "access.nearest", "base": "access.nearest", "name": "Walk", "layers": ["walk", "places"]}
    rows = missing_rows({"missing": {"streets": "not_declared"}}, [facts], words("en"))
    assert rows[0]["makes_unknown"] == "Walk"
