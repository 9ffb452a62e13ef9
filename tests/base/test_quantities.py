"""Areas and lengths of Thai papers, worked by hand: 1 rai = 4 ngan = 400 square wah = 1,600 square metres."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.base.quantities import area_m2, dimension_of, length_m, units_for
from urbanplan.base.units import rai_ngan_wah

AREAS = {
    ("2-1-50", "m2"): 3800.0,
    ("๒-๑-๕๐", "rai"): 3800.0,
    ("0-0-45.5", "m2"): 182.0,
    ("1,250-3-99", "m2"): 2_001_596.0,
    ("2 ไร่ 1 งาน 50 ตร.ว.", "m2"): 3800.0,
    ("2ไร่1งาน50ตารางวา", "m2"): 3800.0,
    ("2 rai 1 ngan 50 sq. wah", "ha"): 3800.0,
    ("3 งาน", "rai"): 1200.0,
    ("450 ตร.ว.", "rai"): 1800.0,
    ("2 ไร่ 350 วา", "m2"): 4600.0,
    ("1,600 ตร.ม.", "rai"): 1600.0,
    ("12.5 ไร่", "m2"): 20_000.0,
    ("2.5", "rai"): 4000.0,
    ("2.5", "ngan"): 1000.0,
    ("2.5", "wah"): 10.0,
    ("1.5", "ha"): 15_000.0,
    ("0.25", "km2"): 250_000.0,
    ("100", "ft2"): 9.290304,
    ("3 m²", "rai"): 3.0,
}
NO_AREAS = [
    "2-4-50",
    "2-1-100",
    "2 งาน 1 ไร่",
    "1.5 ไร่ 2 งาน",
    "2 ไร่ 2 ไร่",
    "ประมาณ 2 ไร่",
    "ไร่",
    "-",
    "",
    "2--50",
    "12 ม.",
]
LENGTHS = {
    ("12 ม.", "ft"): (12.0, "m"),
    ("๑๒.๕", "m"): (12.5, None),
    ("40", "ft"): (12.192, None),
    ("40 ฟุต", "m"): (12.192, "ft"),
    ("5 วา", "m"): (10.0, "wah"),
    ("1.2 km", "m"): (1200.0, "km"),
    ("3 ชั้น", "m"): (3.0, "storeys"),
    ("3", "storeys"): (3.0, "storeys"),
}


@pytest.mark.parametrize(("said", "value"), AREAS.items(), ids=map(str, AREAS))
def test_areas(said, value):
    assert area_m2(*said).value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("text", NO_AREAS)
def test_what_is_no_area(text):
    assert area_m2(text, "rai") is None


@pytest.mark.parametrize(("said", "value"), LENGTHS.items(), ids=map(str, LENGTHS))
def test_lengths(said, value):
    found = length_m(*said)
    assert (found.value, found.unit) == (pytest.approx(value[0]), value[1])


@pytest.mark.parametrize("text", ["สูง", "12-15 ม.", "12 ม. 3 ชั้น", "12 ไร่", "inf", "nan", "1e999 m", "m"])
def test_what_is_no_length(text):
    found = length_m(text)
    assert found is None or found.value < 1e9


@given(st.integers(0, 10**6), st.integers(0, 3), st.integers(0, 99))
def test_a_deed_goes_there_and_back(rai, ngan, wah):
    square = area_m2(f"{rai}-{ngan}-{wah}").value
    assert rai_ngan_wah(square) == (rai, ngan, wah)
    assert area_m2(f"{rai:,} ไร่ {ngan} งาน {wah} ตารางวา").value == square


@given(st.text(max_size=30), st.sampled_from(["m", "ft", "wah"]), st.sampled_from(["m2", "rai"]))
def test_no_text_stops_it(text, length, area):
    length_m(text, length)
    area_m2(text, area)


def test_units_fit_what_a_column_measures():
    assert "rai" in units_for(dimension_of("stated_area_m2"))
    assert "rai" not in units_for(dimension_of("height_m"))
    assert "storeys" in units_for(dimension_of("height_m"), storeys=True)
    assert units_for(dimension_of("name")) == ()
