"""Composite indices: goalposts, weights and what is unknown, by hand."""

import numpy as np
import pytest

from urbanplan.base.errors import InputError
from urbanplan.methods.composite import Goalposts, composite, score

SCORES = {"a": np.array([1.0, 0.5, 0.0, np.nan]), "b": np.array([0.25, 0.5, 1.0, 1.0])}
EVEN = {"a": 1.0, "b": 1.0}


def test_scores_lie_between_fixed_goalposts_whichever_way_is_better():
    assert score([300, 650, 1000, 2000], Goalposts(1000, 300)).tolist() == [1, 0.5, 0, 0]
    assert np.isnan(score([np.nan], Goalposts(0, 1))[0])
    with pytest.raises(InputError, match="differ"):
        score([1], Goalposts(2, 2))


def test_means_by_hand_and_unknown_stays_unknown():
    found = composite(SCORES, EVEN)
    assert found.value.tolist() == pytest.approx([0.625, 0.5, 0.5, np.nan], nan_ok=True)
    assert found.geometric.tolist() == pytest.approx([0.5, 0.5, 0, np.nan], nan_ok=True)
    assert np.isnan(found.low[3])
    assert (composite(SCORES, {"a": 3.0, "b": 1.0}).value[:3]).tolist() == pytest.approx([0.8125, 0.5, 0.25])


def test_the_interval_holds_the_index_and_is_nothing_where_scores_agree():
    found = composite(SCORES, EVEN)
    known = slice(0, 3)
    assert (found.low[known] <= found.value[known]).all()
    assert (found.high[known] >= found.value[known]).all()
    assert found.high[1] - found.low[1] == pytest.approx(0)
    assert found.high[2] - found.low[2] > 0.1
    assert found.first_share[:3].sum() >= 1
    # two weights between one half and three halves of themselves: the share of b runs from a quarter to three quarters
    assert 0.25 < found.low[2] < found.high[2] < 0.75


def test_seeded():
    assert composite(SCORES, EVEN, seed=1).low[0] == composite(SCORES, EVEN, seed=1).low[0]
    assert composite(SCORES, EVEN, seed=1).low[0] != composite(SCORES, EVEN, seed=2).low[0]


def test_every_score_needs_a_weight():
    with pytest.raises(InputError, match="weight above zero"):
        composite(SCORES, {"a": 1.0})
