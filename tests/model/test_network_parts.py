"""Parts of a network, and tables that are made when they are looked at."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from urbanplan.base.errors import LayerError
from urbanplan.model.network import TAG_COLUMNS, StreetNetwork
from urbanplan.model.network.parts import lowest_joined


@given(
    count=st.integers(1, 60),
    ends=st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=90),
)
@settings(max_examples=200, deadline=None)
def test_parts_are_those_of_scipy(count, ends):
    u, v = (np.array([pair[at] % count for pair in ends], dtype=np.int32) for at in (0, 1))
    lowest = lowest_joined(count, u, v)
    number, label = connected_components(
        coo_matrix((np.ones(len(u)), (u, v)), shape=(count, count)), directed=False
    )
    first = np.full(number, count)
    np.minimum.at(first, label, np.arange(count))
    assert lowest.tolist() == first[label].tolist()


def test_a_long_street_drawn_at_random_is_one_part():
    order = np.random.default_rng(1).permutation(200_000)
    assert lowest_joined(len(order), order[:-1], order[1:]).max() == 0


def street(**more):
    return StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=[1, 2, 3], node_x=[0, 9, 18], node_y=[0, 0, 0],
        edge_u=[0, 1], edge_v=[1, 2], **more,
    )  # fmt: skip


def test_columns_and_tables_make_the_same_tags():
    names = np.array(["ถนนท่าแพ", None], dtype=object)
    given = street(tags={"name": names, "stairs_m": np.array([0.0, 2.5])})
    asked = street(tags=pd.DataFrame({"name": ["ถนนท่าแพ", np.nan], "stairs_m": [0.0, 2.5]}, index=[7, 3]))
    pd.testing.assert_frame_equal(given.tags, asked.tags)
    assert list(given.tags.columns) == list(TAG_COLUMNS)
    assert given.tags["name"].tolist() == ["ถนนท่าแพ", None]
    assert given.tags is given.tags, "a table that somebody changes is the one that others see"


@pytest.mark.parametrize(
    "tags", [{"name": np.array(["a"], dtype=object)}, pd.DataFrame({"name": ["a"]}), pd.DataFrame(index=[0])]
)
def test_tags_of_another_number_of_edges_are_refused(tags):
    with pytest.raises(LayerError, match="2 edges but 1 rows of tags"):
        street(tags=tags)
