"""An unknown file gets a mapping that can be pasted into a city file and prepared, and is told what it would lose."""

import json

import geopandas as gpd
import numpy as np
import pytest
from ruamel.yaml import YAML
from shapely import Point, box

from urbanplan.base.errors import UsageError
from urbanplan.cli import execute
from urbanplan.report.proposal import proposal_json, proposal_lines, scalar
from urbanplan.report.words import words
from urbanplan.study.check_file import Told, examine_file
from urbanplan.study.prepare import prepare

X, Y, SIDE = 498_000.0, 2_077_000.0, 40.0
"""Squares of 40 m: each is one rai."""
FACTS = {"modified": "2024-02-29", "told": {}}


def squares(**columns):
    many = len(next(iter(columns.values())))
    shapes = [box(X + 50 * n, Y, X + 50 * n + SIDE, Y + SIDE) for n in range(many)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32647")


def points(apart=50.0, **columns):
    many = len(next(iter(columns.values())))
    side = int(np.ceil(np.sqrt(many)))
    shapes = [Point(X + apart * (n % side), Y + apart * (n // side)) for n in range(many)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32647")


def written(frame, tmp_path, name):
    path = tmp_path / name
    options = (
        {"driver": "ESRI Shapefile", "encoding": "cp874"} if name.endswith(".shp") else {"driver": "GPKG"}
    )
    frame.to_file(path, **options)
    return path


def proposed(path, to=None, **told):
    found = examine_file(path, None, Told(to=to, **told))
    record = {**found.record.to_dict(), **FACTS, "told": told}
    return proposal_json(found.proposal, record), proposal_lines(found.proposal, record, "th")


def pasted(found, tmp_path, layer):
    """Prepare a city whose file is nothing but the proposal and a boundary around it."""
    city = tmp_path / "town.yml"
    head = "id: town\nname: {en: Town}\ncrs: EPSG:32647\nboundary: {bbox: [98.95, 18.75, 99.02, 18.82]}\n"
    city.write_text(head + found["yaml"], encoding="utf-8")
    area = prepare(city, data=tmp_path, out=tmp_path / "runs", offline=True)
    return area.cells if layer == "population" else area.layer(layer)


def test_a_land_use_survey_in_cp874(tmp_path):
    codes = ["U201", "U301", "A101/A302", "U201", "W101", "ถนน"]
    path = written(
        squares(LU_CODE=codes, LU_DES_TH=["ก", "ข", "ค", "ง", "จ", "ฉ"], RAI=[1.0] * 6), tmp_path, "lu_cm.shp"
    )
    found, thai = proposed(path)
    assert found["layer"] == "land_use"
    assert found["entry"]["columns"]["class"] == "LU_CODE"
    assert [note["code"] for note in found["evidence"]["class"]] == ["called", "uses_known"]
    (loss,) = found["lost"]
    assert (loss["count"], loss["reason"], loss["examples"], loss["rows"]) == (
        1,
        "class_of_nothing",
        ["W101"],
        [4],
    )
    assert "ร้อยละ 100 ตรงกับระบบจำแนกการใช้ที่ดิน" in thai
    frame = pasted(found, tmp_path, "land_use")
    assert sorted(frame["class"]) == [
        "agriculture",
        "institutional",
        "residential",
        "residential",
        "transport",
    ]


def test_words_that_the_scheme_does_not_know_are_filtered_and_counted(tmp_path):
    frame = squares(ประเภท=["ที่อยู่อาศัย", "พาณิชยกรรม", "ศาสนสถาน", "ไม่แน่ใจ"])
    found, thai = proposed(written(frame, tmp_path, "การใช้ที่ดิน.gpkg"))
    assert found["entry"]["where"] == {"ประเภท": ["ที่อยู่อาศัย", "พาณิชยกรรม", "ศาสนสถาน"]}
    assert [(loss["count"], loss["dropped"], loss["examples"]) for loss in found["lost"]] == [
        (1, True, ["ไม่แน่ใจ"])
    ]
    assert "1 จาก 4 แถวจะไม่ถูกใช้" in thai
    assert len(pasted(found, tmp_path, "land_use")) == 3


def test_plots_with_areas_of_deeds(tmp_path):
    frame = squares(
        เลขที่โฉนด=["101", "102", "103", "104"],
        เนื้อที่=["1-0-0", "1 ไร่", "๑ ไร่", "มาก"],
        เจ้าของ=["ก", None, None, None],
    )
    found, _ = proposed(written(frame, tmp_path, "แปลงที่ดิน.gpkg"))
    assert (found["layer"], found["entry"]["columns"]) == (
        "plots",
        {"id": "เลขที่โฉนด", "stated_area_m2": "เนื้อที่"},
    )
    assert "unit_in_values" in [note["code"] for note in found["evidence"]["stated_area_m2"]]
    assert [(loss["count"], loss["reason"], loss["rows"]) for loss in found["lost"]] == [
        (1, "not_an_area", [3])
    ]
    assert [(each["column"], each["filled"], each["examples"]) for each in found["unmapped"]] == [
        ("เจ้าของ", 0.25, ["ก"])
    ]
    plots = pasted(found, tmp_path, "plots")
    assert list(plots.index) == ["101", "102", "103", "104"]
    np.testing.assert_allclose(plots["stated_area_m2"], [1600, 1600, 1600, np.nan])


@pytest.mark.parametrize(("unit", "number"), [("rai", 1.0), ("wah", 400.0), ("ha", 0.16), (None, 1600.0)])
def test_the_unit_of_an_area_is_found_by_what_is_drawn(tmp_path, unit, number):
    found, _ = proposed(written(squares(PARCEL_NO=["1", "2"], AREA=[number] * 2), tmp_path, "parcels.gpkg"))
    assert found["entry"].get("units", {}).get("stated_area_m2") == unit
    assert pasted(found, tmp_path, "plots")["stated_area_m2"].tolist() == [1600, 1600]


def test_buildings_with_thai_columns(tmp_path):
    frame = squares(
        รหัสอาคาร=["B1", "B2", "B3"],
        จำนวนชั้น=["2 ชั้น", "๓", "หลายชั้น"],
        height_ft=[20.0, 30.0, -3.0],
        ปีที่สร้าง=[2540, 2561, 2400],
        การใช้อาคาร=["ที่อยู่อาศัย", "วัด", "ร้านค้า"],
    )
    found, _ = proposed(written(frame, tmp_path, "bldg.gpkg"))
    assert found["layer"] == "buildings"
    assert found["entry"]["units"] == {"height_m": "ft"}
    assert found["entry"]["values"] == {
        "use": {"ที่อยู่อาศัย": "residential", "วัด": "religious", "ร้านค้า": "commercial"}
    }
    assert "dates_in_be" in [note["code"] for note in found["evidence"]["built"]]
    assert {(loss["ours"], loss["reason"]) for loss in found["lost"]} == {
        ("levels", "not_a_length"),
        ("height_m", "none_or_less"),
    }
    frame = pasted(found, tmp_path, "buildings")
    np.testing.assert_allclose(frame["height_m"], [6.096, 9.144, np.nan])
    np.testing.assert_allclose(frame["levels"], [2, 3, np.nan])
    assert frame["built"].tolist() == ["1997", "2018", "1857"]


def test_small_whole_heights_are_asked_about(tmp_path):
    found, thai = proposed(written(squares(ความสูง=[2, 3, 2, 5]), tmp_path, "อาคาร.gpkg"))
    assert {note["code"] for note in found["questions"]} == {"unit_assumed", "perhaps_storeys"}
    assert "อาจเป็นจำนวนชั้น" in thai


def test_places_by_their_words(tmp_path):
    kinds = ["วัด", "โรงเรียน", "โรงพยาบาล", "ตลาดสด", "โรงภาพยนตร์"]
    path = written(points(ชื่อ=["ก", "ข", "ค", "ง", "จ"], ชนิด=kinds), tmp_path, "สถานที่.gpkg")
    found, _ = proposed(path)
    assert found["entry"]["values"]["category"] == {
        "ตลาดสด": "food",
        "วัด": "worship",
        "โรงพยาบาล": "health",
        "โรงเรียน": "school",
    }
    frame = pasted(found, tmp_path, "places")
    assert dict(zip(frame["name_th"], frame["category"], strict=True)) == {
        "ก": "worship",
        "ข": "school",
        "ค": "health",
        "ง": "food",
    }


def test_heritage_zones_with_dates_of_both_eras(tmp_path):
    frame = squares(
        รหัส=["Z1", "Z2", "Z3"],
        ประเภท=["เขตเมืองเก่า", "เขตกันชน", "เขตโบราณสถาน"],
        วันที่ประกาศ=["๑๒ มีนาคม ๒๕๖๑", "2018-03-12", "30/2/2561"],
        สถานะ=["ใช้บังคับ", "ร่าง", "ยกเลิก"],
    )
    found, _ = proposed(written(frame, tmp_path, "เขตอนุรักษ์.gpkg"))
    frame = pasted(found, tmp_path, "heritage_zones")
    assert frame["in_force_from"].fillna("").tolist() == ["2018-03-12", "2018-03-12", ""]
    assert frame["kind"].tolist() == ["old_town", "buffer", "monument_ground"]
    assert frame["status"].tolist() == ["in_force", "draft", "superseded"]


def test_people_on_a_grid_of_points(tmp_path):
    path = written(points(apart=100.0, POP=[10.0] * 25), tmp_path, "census.gpkg")
    found, _ = proposed(path)
    assert (found["layer"], found["entry"]["point_cell_m"]) == ("population", 100.0)
    assert pasted(found, tmp_path, "population")["population"].sum() == pytest.approx(250.0)


def test_coordinates_under_unusual_names(tmp_path):
    path = tmp_path / "hotels.csv"
    rows = [
        "ใบอนุญาต,ประเภทกิจการ,จำนวนห้อง,พิกัด_ลองจิจูด,พิกัด_ละติจูด",
        "H1,โรงแรม,20,98.98,18.78",
        "H2,สปา,,98.99,18.79",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found, _ = proposed(path)
    assert found["entry"]["columns"]["lon"] == "พิกัด_ลองจิจูด"
    assert found["entry"]["values"]["use"] == {"สปา": "massage", "โรงแรม": "lodging"}
    assert pasted(found, tmp_path, "venues")["use"].tolist() == ["lodging", "massage"]


def test_what_nothing_tells_is_not_guessed(tmp_path):
    path = written(squares(a=[1, 2], b=["x", "y"]), tmp_path, "layer1.gpkg")
    found, thai = proposed(path)
    assert (found["layer"], found["entry"], found["yaml"], found["evidence"]) == (None, {}, "", {})
    assert "ให้ระบุชั้นข้อมูลด้วย --to" in thai
    told, _ = proposed(path, to="zones")
    assert told["layer"] == "zones"
    assert len(pasted(told, tmp_path, "zones")) == 2
    with pytest.raises(UsageError, match="no such layer; layers are zones"):
        proposed(path, to="streets")


def test_hostile_names_and_words_stay_text(tmp_path):
    odd = 'a: b #c\n"{d}" & *e'
    frame = squares(**{"class": ["commercial", 'x": [y]\n- !!python', "on"], odd: ["1", "2", "3"]})
    path = tmp_path / "lu.geojson"
    path.write_text(frame.to_crs(4326).to_json(), encoding="utf-8")
    found, _ = proposed(path, to="land_use")
    entry = YAML(typ="safe").load(found["yaml"])["layers"]["land_use"]
    assert entry["where"] == {"class": ["commercial"]}
    for text in (odd, "on", "0501", "ก: ข", "", "1e3", "~", "\u202e", "'", '"', "a\\b"):
        assert YAML(typ="safe").load(f"k: {scalar(text)}\nl: [{scalar(text)}]") == {"k": text, "l": [text]}


def test_the_command_proposes_in_both_languages_and_writes_nothing(tmp_path, capsys):
    path = written(squares(PARCEL_ID=["1", "2"], RAI=[1.0, 1.0]), tmp_path, "parcels.gpkg")
    before = sorted(tmp_path.rglob("*"))
    assert execute(["doctor", "--file", str(path), "--lang", "th"]) == 0
    assert "คัดลอกข้อความนี้ไปวางในไฟล์ของเมือง" in capsys.readouterr().out
    assert execute(["doctor", "--file", str(path), "--json", "--to", "plots"]) == 0
    found = json.loads(capsys.readouterr().out)["proposal"]
    assert found["entry"]["units"] == {"stated_area_m2": "rai"}
    assert "units:\n      stated_area_m2: rai" in found["yaml"]
    assert execute(["doctor", "--file", str(path), "--to", "trees"]) == 2
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "layer", "columns"),
    [
        (
            "thai_encodings/bangkok_district/district.shp",
            "zones",
            {"id": "dcode", "name": "dname", "name_en": "dname_e", "name_th": "dname"},
        ),
        (
            "chiang_mai/municipal/tambon.geojson",
            "zones",
            {"name": "ADM3_TH", "name_en": "ADM3_EN", "name_th": "ADM3_TH"},
        ),
        (
            "chiang_mai/municipal/temples_wikidata.geojson",
            "heritage_assets",
            {"id": "qid", "name": "name_th", "name_en": "name_en", "name_th": "name_th", "registered": "registered", "wikidata": "qid"},
        ),
        ("other_thai_cities/population_elevation_rayong.gpkg", "population", {"population": "POP"}),
    ],
)  # fmt: skip
def test_real_files_are_known_for_what_they_are(shared, file, layer, columns):
    found = examine_file(shared / file, None, Told()).proposal
    assert (found["layer"], found["entry"]["columns"], found["refused"]) == (layer, columns, "")


@pytest.mark.shared
def test_a_real_list_of_places_loses_what_has_no_category_and_says_so(shared):
    found, _ = proposed(shared / "chiang_mai/municipal/places_2026.geojson")
    assert found["entry"]["where"] == {"category": ["hospital", "school", "temple", "transit"]}
    (loss,) = found["lost"]
    assert (loss["count"], loss["total"], loss["dropped"]) == (4038, 4557, True)


def test_evidence_is_in_both_languages():
    english, thai = words("en").tree["evidence_of"], words("th").tree["evidence_of"]
    assert english.keys() == thai.keys()
