"""Growth of land and of people: the golden number of the catalogue, and what has no meaning."""

import numpy as np
import pytest

from urbanplan.base.dates import years_between
from urbanplan.base.errors import InputError
from urbanplan.methods.growth import land_and_people


def test_golden_number_of_the_catalogue():
    found = land_and_people([60e6], [90e6], [300_000], [360_000], land_years=10)
    assert found.ratio_simple.tolist() == pytest.approx([2.74241], abs=1e-5)
    assert found.ratio.tolist() == pytest.approx([2.22390], abs=1e-5)
    assert found.land_simple.tolist() == pytest.approx([0.05])
    assert found.land.tolist() == pytest.approx([np.log(1.5) / 10])
    assert found.people.tolist() == pytest.approx([np.log(1.2) / 10])
    assert found.built_per_person_before.tolist() == [200]
    assert found.built_per_person.tolist() == [250]
    assert found.interpretable.tolist() == [True]


def test_land_that_grows_as_people_do_has_ratio_one():
    found = land_and_people([10.0], [10.0 * 1.3], [500.0], [500.0 * 1.3], land_years=7)
    assert found.ratio.tolist() == pytest.approx([1])


def test_dates_of_land_and_people_may_lie_apart_differently():
    found = land_and_people([10.0], [20.0], [100.0], [150.0], land_years=5, people_years=15)
    assert found.ratio.tolist() == pytest.approx([(np.log(2) / 5) / (np.log(1.5) / 15)])


def test_what_has_no_meaning_is_flagged_and_what_is_unknown_is_nan():
    before = [1000.0, 1000, 1000, 0, np.nan, 1000]
    after = [900.0, 1000, 1005, 500, 500, 1100]
    found = land_and_people([50.0] * 5 + [0.0], [60.0] * 6, before, after, land_years=10)
    assert found.interpretable.tolist() == [False, False, False, False, False, True]
    assert found.ratio[0] < 0
    assert np.isnan(found.ratio[[1, 3, 4, 5]]).all()
    assert np.isfinite(found.ratio[2])
    assert np.isnan(found.land[5])
    assert np.isnan(found.built_per_person_before[3])
    assert found.built_per_person[3] == pytest.approx(60 / 500)


def test_dates_must_follow_each_other():
    with pytest.raises(InputError, match="later and an earlier"):
        land_and_people([1], [1], [1], [1], land_years=0)


@pytest.mark.parametrize(
    ("one", "other", "years"),
    [
        ("2015-12-31", "2025-12-31", 10),
        ("2000", "2015", 15),
        ("2000-07", "2001-07", 1),
        ("2020", "2020-07-01", 0),
    ],
)
def test_years_between_dates(one, other, years):
    assert years_between(one, other) == pytest.approx(years, abs=1e-9)
    assert years_between(other, one) == pytest.approx(-years, abs=1e-9)


def test_half_a_year():
    assert years_between("2020-01-01", "2020-07-01") == pytest.approx(0.5, abs=0.01)
