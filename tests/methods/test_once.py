"""What is asked for again is worked out once; what is not the same in any cell is worked out anew."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point

from urbanplan.methods.once import Last, digest_of


def table(**changes):
    frame = gpd.GeoDataFrame(
        {"height_m": [3.0, np.nan], "name": ["ก", None]},
        geometry=[Point(0, 0), Point(1, 0)],
        index=["a", "b"],
        crs=32647,
    )
    for column, value in changes.items():
        frame.loc["a", column] = value
    return frame


def test_the_last_answer_is_kept_and_no_other():
    last, made = Last(), []

    def answer():
        made.append(1)
        return len(made)

    assert [last.of(key, answer) for key in "aabba"] == [1, 1, 2, 2, 3]


def test_an_answer_that_failed_is_not_kept():
    last = Last()
    with pytest.raises(ZeroDivisionError):
        last.of("a", lambda: 1 / 0)
    assert last.of("a", lambda: 5) == 5


@pytest.mark.parametrize(
    "other",
    [
        table(height_m=3.5),
        table(name="ข"),
        table(geometry=Point(0, 1e-9)),
        table().rename(index={"a": "c"}),
        table().rename(columns={"name": "naam"}),
        table().iloc[::-1],
        None,
    ],
)
def test_any_cell_makes_another_digest(other):
    assert digest_of(1, [table()]) == digest_of(1, [table()])
    assert digest_of(1, [table()]) != digest_of(1, [other])
    assert digest_of(1, [table()]) != digest_of(2, [table()])
    assert digest_of(1, arrays=[np.array([1.0])]) != digest_of(1, arrays=[np.array([2.0])])
