"""Dates and numbers as Thai offices write them."""

import datetime as dt

import pytest

from urbanplan.base.thai_dates import common_era, iso_date, number


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("๑๒ มีนาคม ๒๕๖๑", "2018-03-12"),
        ("วันที่ 12 มีนาคม พ.ศ. 2561", "2018-03-12"),
        ("12 มี.ค. 2561", "2018-03-12"),
        ("มีนาคม 2561", "2018-03"),
        ("12/3/2561", "2018-03-12"),
        ("2561-03-12", "2018-03-12"),
        ("25610312", "2018-03-12"),
        ("2018-03-12T00:00:00", "2018-03-12"),
        ("2018/03/12 00:00:00", "2018-03-12"),
        ("พ.ศ. ๒๕๖๑", "2018"),
        ("ค.ศ. 2018", "2018"),
        ("2018", "2018"),
        ("29/2/2559", "2016-02-29"),  # 2016 is a leap year; 2559 is not
        ("29/2/2560", None),
        ("31/4/2561", None),
        ("12 มี.ค. 61", None),  # two digits may be of either era
        ("ไม่ทราบ", None),
        ("", None),
    ],
)
def test_dates(text, iso):
    assert iso_date(text) == iso


def test_every_day_of_a_year_survives_the_thai_calendar():
    day = dt.date(2024, 1, 1)
    while day.year == 2024:
        assert iso_date(f"{day.day}/{day.month}/{day.year + 543}") == day.isoformat()
        day += dt.timedelta(days=1)
    assert common_era(2567) == 2024


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("๑,๒๓๔.๕", 1234.5),
        ("12 เมตร", 12.0),
        ("12ม.", 12.0),
        ("-3", -3.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("12 ไร่", None),
        ("1,23", None),
        ("-", None),
        ("", None),
    ],
)
def test_numbers(text, value):
    assert number(text) == value
