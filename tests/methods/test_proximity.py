"""The 15-minute city: categories within reach, and what is not mapped is not absent."""

import numpy as np
import pytest

from urbanplan.base.errors import InputError
from urbanplan.methods.proximity import proximity, share_of_categories

YES, NO = np.array([True, True]), np.array([False, True])


def test_categories_that_are_not_mapped_do_not_count_and_absent_ones_do():
    near = [np.array([1200.0, 1200.1]), np.array([np.nan, 300.0]), np.array([np.nan, 10.0])]
    share, number = share_of_categories(near, [YES, YES, NO], limit=1200)
    assert number.tolist() == [2, 3]
    assert share.tolist() == pytest.approx([1 / 2, 2 / 3])
    unknown, number = share_of_categories(near, [~YES, ~YES, ~YES], limit=1200)
    assert np.isnan(unknown).all()
    assert number.tolist() == [0, 0]


def test_proximity_is_the_mean_of_categories_each_the_mean_of_its_nearest():
    shops = np.array([[100.0, 300.0], [50.0, np.nan]])
    parks = np.array([[600.0, 5000.0], [np.nan, np.nan]])
    mean, number = proximity([shops, parks], [YES, YES], farthest=2000)
    assert mean.tolist() == pytest.approx([(200 + 1300) / 2, (1025 + 2000) / 2])
    mean, number = proximity([shops, parks], [YES, NO], farthest=2000)
    assert mean.tolist() == pytest.approx([200, (1025 + 2000) / 2])
    assert number.tolist() == [1, 2]
    assert proximity([shops / 80], [YES], farthest=25)[0] == pytest.approx(
        proximity([shops], [YES], farthest=2000)[0] / 80
    )
    assert np.isnan(proximity([shops], [~YES], farthest=2000)[0]).all()


def test_impossible_questions_are_refused():
    with pytest.raises(InputError):
        share_of_categories([], [], limit=1200)
    with pytest.raises(InputError):
        proximity([np.ones((2, 1))], [YES], farthest=np.nan)
