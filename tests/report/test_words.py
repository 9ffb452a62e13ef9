"""The words of both languages are complete, and numbers and dates are told honestly."""

import math
import re

import pytest
from ruamel.yaml import YAML

from urbanplan.base.errors import UsageError
from urbanplan.base.locale import LOCALES
from urbanplan.metrics import load
from urbanplan.model.layers import CATEGORIES, LAND_USE_CLASSES, LAYERS, MODES
from urbanplan.model.listing import LISTINGS
from urbanplan.model.metric import REGISTRY, SUPPORTS
from urbanplan.model.reason import Reason
from urbanplan.report.words import NBSP, Words, display_unit, words

OF_METRICS = {"metrics", "variants", "listings"}
THAI = re.compile(r"[\u0e00-\u0e7f]")


def leaves(tree, path=()):
    if isinstance(tree, dict):
        return {
            key: value
            for name, node in tree.items()
            for key, value in leaves(node, (*path, str(name))).items()
        }
    return {".".join(path): tree}


def spoken(lang):
    tree = YAML(typ="safe").load((LOCALES / f"{lang}.yml").read_text(encoding="utf-8"))
    return leaves({name: node for name, node in tree.items() if name not in OF_METRICS})


def blanks(text):
    return set(re.findall(r"{(\w+)}", str(text)))


def test_both_languages_have_the_same_keys_and_blanks():
    english, thai = spoken("en"), spoken("th")
    assert set(english) == set(thai)
    dates = {"date.day", "date.month", "date.year"}
    differing = [key for key in english if key not in dates and blanks(english[key]) != blanks(thai[key])]
    assert differing == []


def test_thai_texts_are_thai():
    told = {key: re.sub(r"{\w+[^}]*}", "", str(text)) for key, text in spoken("th").items()}
    blank = {key for key, text in told.items() if key.startswith("faults.") and not re.search(r"\w", text)}
    same = {key for key, text in told.items() if not THAI.search(text)} - blank
    allowed = {"joiner", "quoted", "report.heading", "report.remark_by", "report.unknown_of", "table.value"}
    allowed |= {
        "faults.city_layer_fault",
        "faults.city_source_fault",
        "faults.date_wrong",
    }  # keys of the city file
    allowed |= {"units.1", "units.share", "units.%", "units.count"}
    assert same <= allowed | {"joiner"}, same - allowed


@pytest.mark.parametrize("lang", ["en", "th"])
def test_the_vocabulary_has_words(lang):
    tree = words(lang).tree
    assert set(tree["layers"]) >= set(LAYERS)
    assert set(tree["categories"]) == set(CATEGORIES)
    assert set(tree["land_use"]) == set(LAND_USE_CLASSES)
    assert set(tree["modes"]) == set(MODES)
    assert set(tree["supports"]) == set(SUPPORTS)
    assert set(tree["reasons"]) == {reason.value for reason in Reason}


@pytest.mark.parametrize("lang", ["en", "th"])
def test_every_registered_metric_has_words_for_its_unit_and_theme(lang):
    load()
    tree = words(lang).tree
    assert {metric.unit for metric in REGISTRY.values()} <= set(tree["units"])
    assert {metric.theme for metric in REGISTRY.values()} <= set(tree["themes"])


def test_every_registered_metric_has_thai_words():
    load()
    thai = words("th")
    for metric in REGISTRY.values():
        facts = metric.record()
        assert THAI.search(thai.metric_name(facts)), metric.id
        assert THAI.search(thai.metric_summary(facts)), metric.id
        assert "{" not in thai.metric_name(facts), metric.id
        for knob, value in metric.variant.items():
            name = thai.variant(knob, value)
            assert THAI.search(name) or name[0].isdigit(), (metric.id, knob, value)


def test_every_registered_listing_has_words():
    load()
    thai = words("th")
    for entry in LISTINGS.values():
        assert THAI.search(thai.metric_name(entry.record())), entry.id
        assert THAI.search(thai.metric_summary(entry.record())), entry.id
        for lang in ("en", "th"):
            tree = words(lang).tree
            assert set(entry.columns) <= set(tree["columns"]), entry.id
            assert set(entry.columns.values()) - {"", "date"} <= set(tree["units"]), entry.id


def test_an_unknown_language_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="en, th"):
        words("de")


def test_a_text_that_is_not_there_is_refused_by_name():
    with pytest.raises(UsageError, match=r"report\.nothing_like_it"):
        words("th").text("report.nothing_like_it")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234.567, "m", f"1,235{NBSP}m"),
        (34.4, "m", f"34{NBSP}m"),
        (3.456, "m", f"3.46{NBSP}m"),
        (0.123456, "1", "0.12"),
        (0.0001234, "1", "0.00012"),
        (1e-12, "1", f"<{NBSP}0.000001"),
        (-1e-12, "1", f">{NBSP}\u22120.000001"),
        (-12.34, "1", "\u221212.3"),
        (0.0, "1", "0"),
        (5.0, "count", "5"),
        (2.5, "count", "2.50"),
        (0.5, "share", f"50{NBSP}%"),
        (0.6342, "share", f"63.4{NBSP}%"),
        (0.99999, "share", f">{NBSP}99.9{NBSP}%"),
        (0.00001, "share", f"<{NBSP}0.1{NBSP}%"),
        (1.0, "share", f"100{NBSP}%"),
        (0.0, "share", f"0{NBSP}%"),
        (12.5, "m2/person", f"12.5{NBSP}m² per person"),
        (7.0, "m2/something", f"7{NBSP}m²/something"),
        (math.nan, "m", f"?{NBSP}m"),
    ],
)
def test_numbers(value, unit, text):
    assert words("en").number(value, unit) == text


def test_areas_have_rai_in_thai_and_hectares_in_english():
    assert words("en").area(32_000.0) == f"3.20{NBSP}ha"
    assert words("th").area(32_000.0) == f"3.20{NBSP}เฮกตาร์ (20{NBSP}ไร่)"
    assert words("th").area(1_600.0) == f"1,600{NBSP}ตร.ม. (1{NBSP}ไร่)"
    # as land documents write it: rai, ngan, square wah
    assert words("th").area(2_400.0) == f"2,400{NBSP}ตร.ม. (1-2-0{NBSP}ไร่)"
    assert words("th").area(3_004.0) == f"3,004{NBSP}ตร.ม. (1-3-51{NBSP}ไร่)"
    assert words("th").area(150.0) == f"150{NBSP}ตร.ม. (0-0-38{NBSP}ไร่)"
    assert "ไร่)" in words("th").area(1_599.9)


def test_dates_have_both_eras_in_thai():
    thai = words("th").date("2024-03-15").replace(NBSP, " ")
    assert thai == "15 มีนาคม พ.ศ. 2567 (ค.ศ. 2024)"
    assert words("th").date("2024").replace(NBSP, " ") == "พ.ศ. 2567 (ค.ศ. 2024)"
    assert words("en").date("2024-03").replace(NBSP, " ") == "March 2024"
    assert words("en").date("2018/2024") == "2018 \u2013 2024"
    assert words("en").date("2024-13") == "2024-13"
    assert words("en").date("<b>") == "<b>"


def test_a_pure_number_is_a_share_only_where_its_id_says_so():
    assert display_unit({"base": "access.share_within", "unit": "1"}) == "share"
    assert display_unit({"base": "landuse.building_coverage", "unit": "1"}) == "share"
    assert display_unit({"base": "landuse.mix", "unit": "1"}) == "1"
    assert display_unit({"base": "access.share_something", "unit": "m"}) == "m"


def test_names_of_variants_in_thai_come_from_the_template():
    tree = {
        "metrics": {"access.nearest": {"name": "ระยะไป{category}ที่ใกล้ที่สุด", "summary": "วัดระยะ"}},
        "variants": {"category": {"school": "โรงเรียน", "food": "ตลาด"}},
    }
    thai = Words("th", tree)
    group = [{"base": "access.nearest", "variant": {"category": name}} for name in ("food", "school")]
    assert thai.metric_name(group[1]) == "ระยะไปโรงเรียนที่ใกล้ที่สุด"
    assert thai.group_name(group) == "ระยะไป…ที่ใกล้ที่สุด"
    assert thai.variant_name(group[0]) == "ตลาด"
    assert thai.group_name(group[:1]) == "ระยะไปตลาดที่ใกล้ที่สุด"
    assert Words("th", {**tree, "general": {"category": "สถานที่"}}).group_name(group) == "ระยะไปสถานที่ที่ใกล้ที่สุด"
    tree["metrics"]["access.nearest"]["name"] = "ระยะไปแห่งที่ใกล้ที่สุด: {category}"
    assert Words("th", tree).group_name(group) == "ระยะไปแห่งที่ใกล้ที่สุด"


@pytest.mark.parametrize("lang", ["en", "th"])
def test_no_heading_of_several_variants_has_a_gap(lang):
    load()
    groups = {}
    for metric in REGISTRY.values():
        groups.setdefault(metric.base, []).append(metric.record())
    gaps = {base: name for base, group in groups.items() if "…" in (name := words(lang).group_name(group))}
    assert gaps == {}


def test_names_of_variants_in_english_share_their_words():
    group = [
        {"id": name, "name": f"People within 500 m of a {name} shop"} for name in ("food", "convenience")
    ]
    assert words("en").group_name(group) == "People within 500 m of a … shop"
