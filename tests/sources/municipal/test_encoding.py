"""Whatever a file says of its encoding, its text must bear it out."""

import geopandas as gpd
import pytest
from shapely import Point

from urbanplan.base.errors import InputError
from urbanplan.sources.municipal import read_vector
from urbanplan.sources.municipal.encoding import codec_name, decode, detect, is_thai, language_driver

THAI = "เขตบางพลัด กรุงเทพมหานคร ๑๒ น้ำตก"
SPANISH = "Tomás Morales, Núñez de la Peña, Añaza"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("OEM 874", "cp874"),
        ("ANSI 874", "cp874"),
        ("windows-874", "cp874"),
        ("TIS-620", "cp874"),
        ("iso-8859-11", "cp874"),
        ("UTF-8", "utf-8"),
        ("65001", "utf-8"),
        ("ISO88591", "iso8859-1"),
        ("ISO-8859-1", "iso8859-1"),
        ("ANSI 1252", "cp1252"),
        ("1252", "cp1252"),
        ("Shift_JIS", "shift_jis"),
        ("nonsense", None),
        ("", None),
    ],
)
def test_names_of_encodings_as_files_write_them(label, name):
    assert codec_name(label) == name


@pytest.mark.parametrize("hint", ["OEM 874", "ISO-8859-1", "UTF-8", "nonsense", "cp1252"])
def test_thai_is_recognised_whatever_is_declared(hint):
    found = detect([THAI.encode("cp874")], told=None, hints=[(".cpg file", hint)], where="x")
    assert THAI.encode("cp874").decode(found.name) == THAI


@pytest.mark.parametrize(
    ("hint", "encoding"), [("ISO-8859-1", "latin-1"), ("UTF-8", "utf-8"), ("850", "cp850"), ("", "cp1252")]
)
def test_spanish_is_not_taken_for_thai(hint, encoding):
    raw = SPANISH.encode(encoding)
    found = detect([raw], told=None, hints=[(".cpg file", hint)] if hint else [], where="x")
    assert raw.decode(found.name) == SPANISH


def test_chinese_and_japanese_are_left_to_their_declaration():
    raw = "北京市朝陽区清迈".encode("gb18030")
    assert detect([raw], told=None, hints=[("language byte", "cp936")], where="x").name == "gbk"
    assert not is_thai(["東京都千代田区".encode("cp932")])
    assert is_thai([THAI.encode("cp874")])
    assert language_driver(0x7C) == "cp874"
    assert language_driver(0) is None


def test_what_the_city_file_says_must_fit():
    with pytest.raises(InputError, match="no encoding is called"):
        detect([b"x"], told="thai-800", hints=[], where="a.dbf")
    with pytest.raises(InputError, match="not in 'utf-8'"):
        detect([THAI.encode("cp874")], told="utf-8", hints=[], where="a.dbf")
    assert detect([THAI.encode("cp874")], told="TIS-620", hints=[], where="a.dbf").name == "cp874"


def test_a_character_cut_by_the_width_of_the_field_is_left_out():
    raw = "ศรีภูมิ".encode()
    assert decode(raw[:-1], "utf-8") == "ศรีภูม"
    assert decode(raw, "utf-8") == "ศรีภูมิ"
    assert decode(b"\xff" + raw, "utf-8") == "\ufffdศรีภูมิ"


@pytest.mark.parametrize(
    ("encoding", "cpg", "language"),
    [
        ("cp874", "OEM 874", 0),
        ("cp874", None, 0),
        ("cp874", None, 0x7C),
        ("cp874", "UTF-8", 0x57),
        ("utf-8", "UTF-8", 0),
        ("utf-8", None, 0x57),
    ],
)
def test_shapefiles_in_thai_are_read_right_in_every_disguise(tmp_path, encoding, cpg, language):
    path = tmp_path / "zones.shp"
    frame = gpd.GeoDataFrame(
        {"NAME": ["ศรีภูมิ", "น้ำบ่อหลวง"]}, geometry=[Point(5e5, 2.07e6), Point(5e5, 2.08e6)], crs="EPSG:32647"
    )
    frame.to_file(
        path, driver="ESRI Shapefile", engine="pyogrio", encoding="CP874" if encoding == "cp874" else "UTF-8"
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[29] = language
    path.with_suffix(".dbf").write_bytes(raw)
    assets, record = read_vector(path, name="heritage_assets", columns={"name": "NAME"})
    assert list(assets["name"]) == ["ศรีภูมิ", "น้ำบ่อหลวง"]
    assert record.encoding.startswith(encoding)
    if cpg == "UTF-8" and encoding == "cp874":
        assert "'UTF-8'" in str(record.notes[0])
