"""From an empty template over a filled one to a record in Thai and English, and into a city."""

from itertools import takewhile

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from shapely import Point, Polygon, box

from urbanplan.base.errors import InputError
from urbanplan.report.record import as_lines
from urbanplan.study.check_file import Told, check_file, examine_file
from urbanplan.study.prepare import prepare
from urbanplan.study.template import write_template

X, Y = 498_000.0, 2_077_000.0
HEAD = "id: town\nname: {en: Town}\ncrs: EPSG:32647\nboundary: {bbox: [98.95, 18.75, 99.02, 18.82]}\n"


def fill(target, layer, shapes, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32647")
    area = frame.geom_type.iloc[0] == "Polygon"
    pyogrio.write_dataframe(frame, target, driver="GPKG", layer=layer, append=True, promote_to_multi=area)


def pasted(guide, folder, lang):
    """Prepare a city from the lines that the guide gives in a language."""
    parts = guide.read_text(encoding="utf-8").split("    sources:")
    lines = ("    sources:" + parts[1 if lang == "th" else 2]).splitlines()
    block = "\n".join(line[4:] for line in takewhile(lambda line: line.startswith("    "), lines))
    city = folder / f"town_{lang}.yml"
    city.write_text(HEAD + block + "\n", encoding="utf-8")
    return prepare(city, data=folder, out=folder / f"runs_{lang}", offline=True)


@pytest.mark.parametrize("lang", ["th", "en"])
def test_zoning_with_one_fault_of_each_kind(tmp_path, lang):
    target, guide = write_template("zoning", tmp_path / "zoning.gpkg")
    with pytest.raises(InputError) as empty:
        check_file(target)
    assert "ให้ตรวจว่าส่งออกพร้อมรูป" in empty.value.in_language("th")
    assert "is empty" in str(empty.value)
    bow = Polygon([(X + 300, Y), (X + 340, Y + 40), (X + 340, Y), (X + 300, Y + 40)])
    fill(
        target,
        "zoning",
        [box(X, Y, X + 100, Y + 100), bow, box(X, Y, X + 100, Y + 100)],
        id=["01", "02", "03"],
        **{"class": ["สีเหลือง", "ย.9", "พาณิชยกรรม"]},
        max_far=[1.5, np.nan, 6.0],
    )
    found = examine_file(target, None, Told())
    words = as_lines({**found.record.to_dict(), "kind": "vector"}, lang)
    assert (found.record.kept, found.record.repaired, found.record.duplicates) == (3, 1, 1)
    assert {"th": "ซ่อมแล้ว", "en": "repaired"}[lang] in words
    assert {"th": "ซ้ำกัน", "en": "duplicates"}[lang] in words
    assert found.proposal["layer"] == "zoning"
    area = pasted(guide, tmp_path, lang)
    zoning = area.layer("zoning")
    assert zoning["class"].tolist()[0] == "low_density_residential"
    notes = area.manifest["layers"]["zoning"]["quality"][0]["notes"]
    assert "zones_unknown_to_scheme" in [note["code"] for note in notes]
    assert np.isnan(zoning.loc["02", "max_far"])  # left empty: not regulated or not known, never zero


@pytest.mark.parametrize("name", ["heritage", "assets", "population"])
def test_others_go_the_whole_way(tmp_path, name):
    target, guide = write_template(name, tmp_path / f"{name}.gpkg")
    layer = {"heritage": "heritage_zones", "assets": "heritage_assets", "population": "population"}[name]
    if name == "heritage":
        fill(
            target, layer, [box(X, Y, X + 40, Y + 40)], id=["H1"], kind=["old_town"], in_force_from=["๑๒/๐๓/๒๕๖๑"], max_height_m=[12.0], stated_area_m2=[1600.0]
        )  # fmt: skip
    elif name == "assets":
        fill(target, layer, [Point(X, Y)], id=["A1"], name=["วัดเจดีย์หลวง"], registered=[1.0])
    else:
        fill(target, layer, [Point(X, Y), Point(X + 100, Y)], id=["p1", "p2"], population=[10.0, 20.0])
    assert check_file(target).kept > 0
    area = pasted(guide, tmp_path, "th")
    if name == "population":
        assert area.cells["population"].sum() == pytest.approx(30)
    else:
        assert len(area.layer(layer)) == 1
    if name == "heritage":
        assert area.layer(layer)["in_force_from"].tolist() == ["2018-03-12"]


def test_the_guides_speak_thai_first_and_name_the_check(tmp_path):
    _, guide = write_template("zoning", tmp_path / "zoning.gpkg")
    text = guide.read_text(encoding="utf-8")
    assert text.startswith("# ข้อกำหนดผังเมืองรวม")
    assert text.count("urbanplan doctor --file zoning.gpkg") == 2
    assert "urbanplan doctor --file zoning.gpkg --lang th" in text.partition("# Zoning")[0]
