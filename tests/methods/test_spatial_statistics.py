"""Spatial statistics: agreement with esda and by hand; seeds, islands, few units, and no pattern."""

import esda
import geopandas as gpd
import numpy as np
import pytest
import shapely
from esda.crand import crand
from esda.moran import _moran_local_crand
from scipy.stats import spearmanr
from segregation.multigroup import MultiInfoTheory
from segregation.singlegroup import Dissim

from urbanplan.base.errors import InputError
from urbanplan.methods.segregation import dissimilarity, information_theory
from urbanplan.methods.spatial_statistics import (
    _draws,
    _two_sided,
    false_discovery,
    local_moran,
    moran,
    neighbours_of,
)

CRS = "EPSG:32647"


def grid(rows, columns, *extra):
    """Give squares of one metre, south to north, and more shapes."""
    squares = [shapely.box(c, r, c + 1, r + 1) for r in range(rows) for c in range(columns)]
    return gpd.GeoDataFrame(geometry=[*squares, *extra], crs=CRS)


@pytest.fixture(scope="module")
def sloping():
    """Give a grid whose values rise to the east, with noise."""
    units = grid(8, 9)
    return units, np.tile(np.arange(9.0), 8) + np.random.default_rng(1).normal(0, 2, 72)


def test_moran_by_hand():
    # four squares in a row, 1 2 3 4: z = -1.5 -.5 .5 1.5; lags -.5 -.5 .5 .5 with weights by row
    found = moran(grid(1, 4), np.array([1.0, 2, 3, 4]))
    assert found.value == pytest.approx((1.5 * 0.5 + 0.25 + 0.25 + 1.5 * 0.5) / 5)
    assert found.expected == pytest.approx(-1 / 3)
    assert np.isnan(found.p)
    assert found.n == 4


def test_local_values_and_kinds_are_those_of_esda(sloping):
    units, values = sloping
    graph = neighbours_of(units)
    peer = esda.Moran_Local(values, graph, permutations=0)
    found = local_moran(units, values, permutations=0)
    np.testing.assert_allclose(found["local"], peer.Is)
    kinds = np.array(["", "high_high", "low_high", "low_low", "high_low"])
    assert found["kind"].tolist() == kinds[peer.q].tolist()
    # the mean of the local values is the global one, but for n and n - 1
    assert found["local"].mean() * 72 / 71 == pytest.approx(moran(units, values, permutations=0).value)


def test_permutations_agree_with_esda(sloping):
    units, values = sloping
    graph = neighbours_of(units)
    z = values - values.mean()
    found = local_moran(units, values, seed=5)
    scale = (len(z) - 1) / (z @ z)
    p, _ = crand(
        z, graph, found["local"].to_numpy(), 9999, keep=False, n_jobs=1, scaling=scale, seed=3, stat_func=_moran_local_crand,
        alternative="two-sided",
    )  # fmt: skip
    assert np.abs(found["p"] - p).max() < 0.03
    assert spearmanr(found["p"], p).statistic > 0.99


def test_one_seed_gives_one_answer_and_another_nearly_the_same(sloping):
    units, values = sloping
    one, same, other = (moran(units, values, permutations=999, seed=s) for s in (1, 1, 2))
    assert one == same
    assert one.p == pytest.approx(other.p, abs=0.02)
    a, b = (local_moran(units, values, permutations=199, seed=4) for _ in range(2))
    assert a.equals(b)


def test_what_has_no_pattern_is_not_significant_and_what_has_one_is(sloping):
    units, values = sloping
    assert moran(units, values, permutations=999).p == pytest.approx(0.002)
    rng = np.random.default_rng(2)
    p = [moran(units, rng.normal(size=72), permutations=199, seed=s).p for s in range(60)]
    assert 0.3 < np.mean(p) < 0.7


def test_a_chessboard_is_dispersed():
    units = grid(8, 8)
    values = np.add.outer(np.arange(8), np.arange(8)).ravel() % 2
    # of eight neighbours at most half are unlike; along sides all are
    assert moran(units, values.astype(float), permutations=99).value < 0
    kinds = local_moran(units, values.astype(float), permutations=0)["kind"]
    assert set(kinds) <= {"high_low", "low_high", "high_high", "low_low"}


def test_islands_unknown_units_and_few_units(sloping):
    units, values = sloping
    wide = grid(8, 9, shapely.box(50, 50, 51, 51))
    table = local_moran(wide, np.append(values, 99.0), permutations=99)
    assert table.iloc[-1].drop("kind").isna().all()
    assert table["kind"].iloc[-1] == ""
    some = values.copy()
    some[10] = np.nan
    table = local_moran(units, some, permutations=99)
    assert np.isnan(table["local"].iloc[10])
    assert table["local"].notna().sum() == 71
    few = local_moran(grid(5, 5), np.arange(25.0), permutations=99)
    assert few["local"].notna().all()
    assert few[["p", "q"]].isna().all().all()
    assert np.isnan(moran(grid(5, 5), np.ones(25)).value)
    assert local_moran(grid(1, 2), np.array([1.0, 2.0]))["local"].isna().all()
    apart = gpd.GeoDataFrame(geometry=[shapely.box(10 * k, 0, 10 * k + 1, 1) for k in range(5)], crs=CRS)
    assert np.isnan(moran(apart, np.arange(5.0)).value)
    assert local_moran(apart, np.arange(5.0))["local"].isna().all()


def test_two_sided_p_counts_the_smaller_tail_twice_and_the_observation_once():
    dealt = np.arange(99.0)[None, :]
    assert _two_sided(np.array([200.0]), dealt)[0] == pytest.approx(2 * 1 / 100)
    assert _two_sided(np.array([-1.0]), dealt)[0] == pytest.approx(2 * 1 / 100)
    assert _two_sided(np.array([49.0]), dealt)[0] == 1


def test_false_discovery_by_hand():
    p = np.array([0.01, 0.04, 0.03, np.nan, 0.5])
    assert false_discovery(p).tolist() == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, np.nan, 0.5], nan_ok=True)


def test_draws_never_repeat_a_neighbour():
    for n, k in ((9, 8), (100, 8)):
        drawn = np.sort(_draws(n, k, 500, np.random.default_rng(0)), axis=0)
        assert (np.diff(drawn, axis=0) > 0).all()
        assert set(drawn.ravel()) == set(range(n))
    with pytest.raises(InputError, match="neighbours"):
        _draws(3, 4, 5, np.random.default_rng(0))


def test_segregation_is_that_of_pysal():
    rng = np.random.default_rng(6)
    groups = rng.integers(1, 50, (30, 3)).astype(float)
    frame = gpd.GeoDataFrame(
        {"a": groups[:, 0], "b": groups[:, 1], "c": groups[:, 2], "ab": groups[:, :2].sum(axis=1)},
        geometry=grid(5, 6).geometry,
    )
    assert dissimilarity(groups[:, 0], groups[:, 1]) == pytest.approx(
        Dissim(frame, group_pop_var="a", total_pop_var="ab").statistic
    )
    assert information_theory(groups) == pytest.approx(
        MultiInfoTheory(frame, groups=["a", "b", "c"]).statistic
    )


def test_segregation_at_its_ends():
    assert dissimilarity([5, 0], [0, 7]) == 1
    assert information_theory([[5, 0], [0, 7]]) == pytest.approx(1)
    assert information_theory([[5, 10], [10, 20]]) == pytest.approx(0)
    assert np.isnan(dissimilarity([0, 0], [1, 2]))
    assert np.isnan(information_theory([[1, 0], [2, 0]]))
    assert np.isnan(information_theory([[0, 0]]))
    with pytest.raises(InputError, match="not negative"):
        dissimilarity([-1, 2], [1, 1])
