"""The table of costs: sorted, checked, and added up by origin and by place."""

import numpy as np
import pytest

from urbanplan.base.errors import InputError
from urbanplan.methods.cost_table import CostTable


def test_a_cost_table_is_sorted_however_it_was_given():
    table = CostTable([1, 0, 1], [0, 2, 1], [30.0, 5.0, 20.0], 2, 3)
    assert (table.origin.tolist(), table.place.tolist()) == ([0, 1, 1], [2, 1, 0])
    assert table.cost_m.tolist() == [5, 20, 30]
    assert table.by_origin(table.cost_m).tolist() == [5, 50]
    assert table.by_place(table.cost_m).tolist() == [30, 20, 5]


@pytest.mark.parametrize(
    ("origin", "place", "cost", "says"),
    [
        ([2], [0], [1.0], "origin must be from 0 to 1, has 2 to 2"),
        ([0], [-1], [1.0], "place must be from 0 to 2"),
        ([0], [0], [-1.0], "negative"),
        ([0], [0], [np.nan], "not a number"),
        ([0], [0], [np.inf], "infinite"),
        ([0, 0], [1, 1], [1.0, 2.0], "origin 0 and place 1 stand together twice"),
        ([0, 1], [1], [1.0], "same length"),
    ],
)
def test_a_wrong_cost_table_is_refused(origin, place, cost, says):
    with pytest.raises(InputError, match=says):
        CostTable(origin, place, cost, 2, 3)


@pytest.mark.parametrize("wrong", [[1.0, -2.0], [1.0, np.nan], [1.0, np.inf], [1.0]])
def test_wrong_weights_are_refused(wrong):
    table = CostTable([0], [0], [1.0], 2, 2)
    with pytest.raises(InputError, match="opportunities"):
        table.supply(wrong)
    with pytest.raises(InputError, match="people"):
        table.demand(wrong)
