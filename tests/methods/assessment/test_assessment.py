"""Words for changes, effects of several proposals, ranks: hand-worked, and held to what must never change them."""

import itertools

import numpy as np
import pytest

from urbanplan.base.errors import InputError
from urbanplan.methods.assessment import (
    interaction,
    magnitude,
    magnitude_between,
    rank_intervals,
    significance,
)
from urbanplan.model.assessment import MAGNITUDES, SIGNIFICANCE, VALUES

STEPS = (0.01, 0.05, 0.2, 0.5)


def known(*values):
    """Give changes that are known exactly."""
    return {str(k): (v, v, v) for k, v in enumerate(values)}


def test_the_matrix_is_that_of_the_guidance():
    rows = [[significance(value, size) for size in MAGNITUDES] for value in VALUES]
    assert rows == [
        ["neutral", "slight", "moderate_large", "large_very_large", "very_large"],
        ["neutral", "slight", "slight_moderate", "moderate_large", "large_very_large"],
        ["neutral", "neutral_slight", "slight", "moderate", "moderate_large"],
        ["neutral", "neutral_slight", "neutral_slight", "slight", "slight_moderate"],
        ["neutral", "neutral", "neutral_slight", "neutral_slight", "slight"],
    ]
    order = np.array([[SIGNIFICANCE.index(word) for word in row] for row in rows])
    assert (np.diff(order, axis=1) >= 0).all()  # a larger change is never less significant
    assert (np.diff(order, axis=0) <= 0).all()  # nor one to a more valuable asset
    with pytest.raises(InputError, match="unknown"):
        significance("unknown", "major")


@pytest.mark.parametrize(("change", "word"), list(zip([0, 0.01, 0.05, 0.2, 0.5], MAGNITUDES, strict=True)))
def test_a_change_that_just_reaches_a_threshold_belongs_above_it(change, word):
    assert magnitude(change, STEPS) == word == magnitude(-change, STEPS)
    assert magnitude(change * (1 - 1e-12), STEPS) == word


def test_bounds_of_a_change_have_bounds_of_words():
    assert magnitude_between(-0.9, -0.99, STEPS) == ("major", "major")
    assert magnitude_between(-0.3, 0.02, STEPS) == ("no_change", "moderate")
    assert magnitude_between(float("nan"), 0.1, STEPS) == ("unknown", "unknown")


@pytest.mark.parametrize(
    "steps", [(0.1, 0.2, 0.3), (0.1, 0.1, 0.2, 0.3), (0, 0.1, 0.2, 0.3), (0.3, 0.2, 0.1, 0.05)]
)
def test_thresholds_must_rise(steps):
    with pytest.raises(InputError, match="four numbers"):
        magnitude(0.1, steps)


@pytest.mark.parametrize(
    ("alone", "together", "kind", "left"),
    [
        ((0, 0), 0, "none", 0),
        ((-1, -2), -3, "adds_up", 0),
        ((0, 0), -1, "only_together", -1),  # two towers that each spare enough of a chedi
        ((-1, -1), -1, "less_than_sum", 1),  # two towers in one line
        ((-0.2, -0.3), -0.9, "more_than_sum", -0.4),
        ((-0.2, 0.3), -0.1, "opposed", -0.2),
        ((-0.2, float("nan")), -0.1, "unknown", None),
    ],
)
def test_kinds_of_interaction(alone, together, kind, left):
    found = interaction(known(*alone), (together, together, together))
    assert found.kind == kind
    assert found.interaction == pytest.approx(float("nan") if left is None else left, nan_ok=True)


def test_interaction_of_bounds_holds_whatever_lies_between_them():
    rng = np.random.default_rng(3)
    for _ in range(200):
        ends = np.sort(rng.normal(size=(3, 2)), axis=1)
        alone = {str(k): (np.nan, *ends[k]) for k in range(2)}
        found = interaction(alone, (np.nan, *ends[2]))
        inside = ends[:, :1] + rng.random((3, 50)) * np.diff(ends, axis=1)
        left = inside[2] - inside[:2].sum(axis=0)
        assert (left >= found.low - 1e-12).all()
        assert (left <= found.high + 1e-12).all()
    sure = interaction({"a": (np.nan, -1, -0.99), "b": (np.nan, -1, -0.99)}, (np.nan, -1, -0.99))
    assert sure.kind == "less_than_sum"


CRITERIA = {"loss": [0.0, 5.0, 5.0, np.nan], "near": [1.0, 1.0, 1.0, 3.0]}
SDS = {"loss": [0.0, 0.5, 0.5, 0.0], "near": [0.0, 0.0, 0.0, 0.5]}
SCALES = {"loss": 4.0, "near": 2.0}


def ranked(names="abcd", **knobs):
    """Rank four things, or a part of them."""
    rows = ["abcd".index(name) for name in names]
    part = lambda table: {key: np.array(values)[rows] for key, values in table.items()}  # noqa: E731
    return rank_intervals(list(names), part(CRITERIA), part(SDS), SCALES, **{"draws": 400, **knobs})


def test_ranks_by_hand_where_nothing_is_uncertain():
    found = rank_intervals(["a", "b", "c"], {"x": [1, 3, 2]}, {"x": [0, 0, 0]}, {"x": 1.0}, first=2, draws=20)
    for rank in (found.median, found.low, found.high):
        assert rank.tolist() == [3, 1, 2]
    assert found.top.tolist() == [0, 1, 1]


def test_ties_share_their_places():
    found = rank_intervals(["a", "b", "c"], {"x": [2, 2, 1]}, {"x": [0, 0, 0]}, {"x": 1.0}, first=1, draws=20)
    assert found.median.tolist() == [1.5, 1.5, 3]
    assert found.top.tolist() == [0.5, 0.5, 0]
    assert found.top.sum() == pytest.approx(1)


def test_the_order_of_the_list_says_nothing():
    here = ranked()
    for order in itertools.permutations("abcd"):
        there = ranked("".join(order))
        places = [order.index(name) for name in "abcd"]
        for column in ("median", "low", "high", "top", "known"):
            assert getattr(there, column)[places].tolist() == getattr(here, column).tolist()


def test_a_third_never_turns_two_round():
    """Whoever joins, two others are ranked one before the other in the same draws: nothing is measured by the list."""
    names, sds, scale = ["b", "d", "third"], {"x": [3.0, 3.0, 0.0]}, {"x": 5.0}
    both = rank_intervals(names[:2], {"x": [4.0, 5.0]}, {"x": [3.0, 3.0]}, scale, first=1, draws=500)
    assert 0.1 < both.top[0] < 0.5
    last = rank_intervals(names, {"x": [4.0, 5.0, 0.0]}, sds, scale, first=1, draws=500)
    first = rank_intervals(names, {"x": [4.0, 5.0, 900.0]}, sds, scale, first=2, draws=500)
    assert last.top[:2] == pytest.approx(both.top, abs=0.12)  # it may tie with what is drawn as nothing
    assert first.top[:2].tolist() == both.top.tolist()
    assert first.median[:2].tolist() == (both.median + 1).tolist()


def test_what_is_unknown_makes_a_rank_less_sure_and_neither_first_nor_last():
    found = ranked()
    width = found.high - found.low
    assert found.known.tolist() == [1, 1, 1, 0.5]
    assert width[3] >= width[0]
    # of one that may be as any of the others is, nothing is said: it is as often first as last
    names = [f"n{k}" for k in range(9)]
    open_ = rank_intervals(
        [*names, "open"], {"x": [*range(9), np.nan]}, {"x": [0.0] * 10}, {"x": 5.0}, first=5, draws=4000
    )
    assert open_.top[9] == pytest.approx(0.5, abs=0.06)
    assert open_.median[9] == pytest.approx(5.5, abs=1)
    assert (open_.low[9], open_.high[9]) == (1.5, 9.5)


def test_the_same_seed_gives_the_same_and_another_another():
    one, two, other = (ranked(seed=seed, first=1) for seed in (1, 1, 2))
    assert one.top.tolist() == two.top.tolist()
    assert one.top.tolist() != other.top.tolist()
    assert one.weights["loss"][0] == pytest.approx(0.5, abs=0.05)


def test_declared_weights_are_kept_to():
    heavy = ranked(ranges={"loss": (1, 1), "near": (0, 0)})
    assert heavy.weights == {"loss": (1, 1, 1), "near": (0, 0, 0)}
    assert heavy.high[0] == 4  # a has lost nothing
    between = ranked(ranges={"loss": (0.5, 1.0), "near": (0.5, 1.0)}).weights["loss"]
    assert 1 / 3 <= between[1] <= between[2] <= 2 / 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": "aab"},
        {"ranges": {"loss": (0, 1)}},
        {"ranges": {"loss": (2, 1), "near": (0, 1)}},
        {"ranges": {"loss": (0, 0), "near": (0, 0)}},
        {"draws": 0},
    ],
)
def test_impossible_questions_are_refused(wrong):
    with pytest.raises(InputError, match="ranking"):
        ranked(**wrong)
    with pytest.raises(InputError, match="zero or more"):
        rank_intervals(["a"], {"x": [-1.0]}, {"x": [0.0]}, {"x": 1.0})
