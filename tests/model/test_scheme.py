"""The land-use scheme: every word that a source may use leads to one class, or to none that is guessed."""

import pytest

from urbanplan.base.errors import InputError, MissingFileError
from urbanplan.methods.mixture import MIXED
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.scheme import default_scheme, read_scheme
from urbanplan.report.layer_maps import kind_colours
from urbanplan.report.words import words


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("U1", {"commercial": 1.0}),
        ("u201", {"residential": 1.0}),
        ("A302", {"agriculture": 1.0}),
        ("A101/A302", {"agriculture": 1.0}),
        ("U201/A302", {"residential": 0.5, "agriculture": 0.5}),
        ("A101+A203", {"agriculture": 1.0}),
        ("U2+A1/F101", {"residential": 0.5, "forest": 0.5}),
        ("A9/W2", {"agriculture": 0.5}),
        ("W1", {}),
        ("M7", {"industrial": 1.0}),
        ("M405", {"other": 1.0}),
        ("โรงงาน", {"industrial": 1.0}),
        ("Retail", {"commercial": 1.0}),
    ],
)
def test_codes_and_words_of_land_use(text, shares):
    assert default_scheme().land_shares(text) == shares


@pytest.mark.parametrize("text", ["X12", "U1/A1/F1", "บางอย่าง", "", "A101 ,A2", "U12345"])
def test_what_the_scheme_does_not_know_is_not_guessed(text):
    assert default_scheme().land_shares(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ที่อยู่อาศัยหนาแน่นน้อย", "low_density_residential"),
        ("ที่ดินประเภทที่อยู่อาศัยหนาแน่นมาก (สีน้ำตาล) บริเวณ 3.1", "high_density_residential"),
        ("พาณิชยกรรมและที่อยู่อาศัยหนาแน่นมาก", "commercial"),
        ("ชนบท และ เกษตรกรรม", "rural_agricultural"),
        ("อนุรักษ์ชนบทและเกษตรกรรม", "conservation_rural"),
        ("อุตสาหกรรมและคลังสินค้า", "industrial"),
        ("คลังสินค้า", "warehouse"),
        ("สีเขียว", "rural_agricultural"),
        ("สีเขียวมะกอก", "education"),
        ("เขียวอ่อน", "open_space"),
        ("forest", "forest"),
        ("R-3", None),
        ("สีดำ", None),
    ],
)
def test_zones_by_their_longest_name_or_else_by_their_colour(text, name):
    assert default_scheme().zone_class(text) == name


def test_every_class_has_words_a_colour_and_one_meaning():
    scheme = default_scheme()
    assert tuple(scheme.mixed) == MIXED
    zones = [zone.class_ for zone in scheme.plan_zones]
    assert len(set(zones)) == len(zones) == 17
    colours = [colour for zone in scheme.plan_zones for colour in (zone.colour, *zone.also_colours)]
    assert len(set(colours)) == len(colours)
    for lang in ("en", "th"):
        assert set(zones) <= set(words(lang).tree["zoning"])
    for zone in scheme.plan_zones:
        assert kind_colours("zoning")[zone.class_] == zone.paint
        assert scheme.zone_class(zone.th) == zone.class_
        assert zone.main is None or zone.main in LAND_USE_CLASSES
    known = [word for each in scheme.words.values() for word in each]
    assert len(set(known)) == len(known)


def test_a_city_says_only_what_differs(tmp_path):
    path = tmp_path / "own.yml"
    path.write_text(
        "name: my town\n"
        "land:\n  - {class: open_space, tags: {landuse: [farmland]}}\n"
        "ldd:\n  U1: {class: residential}\n"
        "words:\n  commercial: [แผงลอย, โรงงาน]\n"
        "plan_zones:\n  - {class: tourism, th: การท่องเที่ยว}\n",
        encoding="utf-8",
    )
    own = read_scheme(path)
    assert own.name == "my town"
    assert own.land_shares("U1") == {"residential": 1.0}
    assert own.land_shares("U2") == {"residential": 1.0}
    assert own.land_shares("โรงงาน") == {"commercial": 1.0}
    assert own.zone_class("ที่ดินเพื่อการท่องเที่ยว") == "tourism"
    assert own.land[0].class_ == "open_space"
    assert len(own.land) == len(default_scheme().land) + 1
    assert read_scheme(None) == default_scheme()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: x\nldd:\n  U1: {class: houses}\n", r"own\.yml: ldd\.U1\.class: 'houses' is not a class"),
        ("name: x\nwords:\n  houses: [a]\n", "'houses' is not a class"),
        ("name: x\nmixed: [residential]\n", "K is the same for all cities"),
        ("name: x\nlend: []\n", "lend"),
        ("- a\n", "a mapping that starts with `name:`"),
        ("name: [", "not valid YAML"),
    ],
)
def test_a_wrong_scheme_is_one_sentence(tmp_path, text, told):
    path = tmp_path / "own.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_scheme(path)


def test_a_scheme_that_is_not_there(tmp_path):
    with pytest.raises(MissingFileError, match="no such land-use scheme"):
        read_scheme(tmp_path / "none.yml")
