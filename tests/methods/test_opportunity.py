"""Opportunities within reach: hand-worked rows, dense matrices as witness, and what must not change them."""

import numpy as np
import pytest

from urbanplan.base.errors import InputError
from urbanplan.methods import decay
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.opportunity import (
    balancing_cost,
    cost_to_reach,
    cumulative,
    gravity,
    interval,
    passive,
)


@pytest.fixture
def table():
    """Give origin 0 with places at 100, 200 and 200 m, origin 1 with one at 50 m, origin 2 with none."""
    return CostTable([0, 0, 0, 1], [0, 1, 2, 1], [100.0, 200.0, 200.0, 50.0], 3, 3)


OFFERED = [5.0, 2.0, 10.0]


def random_table(seed, origins=40, places=15, limit=1000.0):
    """Give a table, and the same costs as a dense matrix with infinity beyond the limit."""
    rng = np.random.default_rng(seed)
    dense = np.round(rng.uniform(0, 2000, (origins, places)), -1)
    dense[dense > limit] = np.inf
    origin, place = np.nonzero(np.isfinite(dense))
    return CostTable(origin, place, dense[origin, place], origins, places), dense


def test_within_a_limit_means_at_most(table):
    assert cumulative(table, OFFERED, [99, 100, 200]).tolist() == [[0, 5, 17], [2, 2, 2], [0, 0, 0]]
    assert cumulative(table, OFFERED, []).shape == (3, 0)


def test_gravity_and_those_who_come_by_hand(table):
    half = decay.exponential(half_life=100)
    assert gravity(table, OFFERED, half).tolist() == pytest.approx([2.5 + 0.5 + 2.5, 2 / 2**0.5, 0])
    assert passive(table, [8, 4, 100], decay.cut_off(limit=150)).tolist() == [8, 4, 0]
    assert passive(table, [8, 4, 100], half).tolist() == pytest.approx([4, 2 + 4 / 2**0.5, 2])


def test_interval_by_hand(table):
    # cut-offs 100, 101, …, 200: only the last reaches all of origin 0
    assert interval(table, OFFERED, least=100, most=200).tolist() == [5, 2, 0]
    mean = interval(table, OFFERED, least=100, most=200, mean=True)
    assert mean.tolist() == pytest.approx([(100 * 5 + 17) / 101, 2, 0])
    # two cut-offs: the median lies between them
    assert interval(table, OFFERED, least=150, most=250, step=100).tolist() == [11, 2, 0]
    assert interval(table, OFFERED, least=200, most=200).tolist() == [17, 2, 0]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cuts", [(100, 700, 1), (95, 790, 5), (0, 1000, 10)])
def test_interval_is_the_median_of_all_cut_offs(seed, cuts):
    table, dense = random_table(seed)
    offered = np.random.default_rng(seed).uniform(0, 9, 15)
    least, most, step = cuts
    every = np.stack([(dense <= t) @ offered for t in np.arange(least, most + step / 2, step)])
    got = interval(table, offered, least=least, most=most, step=step)
    assert got.tolist() == pytest.approx(np.median(every, axis=0).tolist())
    got = interval(table, offered, least=least, most=most, step=step, mean=True)
    assert got.tolist() == pytest.approx(every.mean(axis=0).tolist())


def test_cost_of_enough_counts_opportunities_and_not_places(table):
    def cost(n):
        return cost_to_reach(table, OFFERED, n).tolist()

    assert cost(2)[:2] == [100, 50]
    assert cost(5)[0] == 100
    # places at one cost are reached together
    assert cost(5.5)[0] == 200
    assert cost(17)[0] == 200
    assert np.isnan(cost(17.5)[0])
    assert np.isnan(cost(1)[2])
    assert cost([1, 3, 1])[0] == 100
    assert np.isnan(cost([1, 3, 1])[1])


def test_balancing_cost_wants_more_than_the_people_at_home(table):
    assert balancing_cost(table, OFFERED, [4.9, 1, 0]).tolist() == [100, 50, 0]
    assert balancing_cost(table, OFFERED, [5, 0, 0]).tolist() == [200, 0, 0]
    assert np.isnan(balancing_cost(table, OFFERED, [17, 2, 1])).all()


@pytest.mark.parametrize("seed", range(6))
def test_dense_matrices_agree(seed):
    table, dense = random_table(seed)
    rng = np.random.default_rng(seed)
    offered, people = rng.integers(0, 9, 15).astype(float), rng.integers(0, 30, 40).astype(float)
    family = decay.logistic(midpoint=400, sigma=100)
    weight = np.where(np.isfinite(dense), family(np.where(np.isfinite(dense), dense, 0.0)), 0.0)
    assert gravity(table, offered, family).tolist() == pytest.approx((weight @ offered).tolist())
    assert passive(table, people, family).tolist() == pytest.approx((people @ weight).tolist())
    for n, got in ((20, cost_to_reach(table, offered, 20)), (people, balancing_cost(table, offered, people))):
        for i, row in enumerate(dense):
            costs = [0.0, *sorted(set(row[np.isfinite(row)]))]
            if n is people:
                peer = [t for t in costs if offered[row <= t].sum() > people[i]] if people[i] else [0.0]
            else:
                peer = [t for t in costs if offered[row <= t].sum() >= n]
            assert got[i] == (peer[0] if peer else pytest.approx(np.nan, nan_ok=True))


def test_the_order_and_the_unit_do_not_matter():
    table, _ = random_table(3)
    offered = np.random.default_rng(3).uniform(0, 9, 15)
    mixed = np.random.default_rng(4).permutation(len(table.origin))
    other = CostTable(table.origin[mixed], table.place[mixed], table.cost_m[mixed], 40, 15)
    family = decay.gaussian(sigma=300)
    assert gravity(other, offered, family).tolist() == gravity(table, offered, family).tolist()
    km = CostTable(table.origin, table.place, table.cost_m / 1000, 40, 15)
    assert gravity(km, offered, decay.gaussian(sigma=0.3)) == pytest.approx(gravity(table, offered, family))
    assert 1000 * cost_to_reach(km, offered, 7) == pytest.approx(
        cost_to_reach(table, offered, 7), nan_ok=True
    )
    assert gravity(table, 3 * offered, family) == pytest.approx(3 * gravity(table, offered, family))
    swapped = np.random.default_rng(5).permutation(15)
    renamed = CostTable(table.origin, np.argsort(swapped)[table.place], table.cost_m, 40, 15)
    assert gravity(renamed, offered[swapped], family) == pytest.approx(gravity(table, offered, family))


def test_no_places_and_no_origins():
    empty = CostTable([], [], [], 2, 0)
    assert cumulative(empty, [], [5]).tolist() == [[0], [0]]
    assert np.isnan(cost_to_reach(empty, [], 1)).all()
    assert balancing_cost(empty, [], [0, 3])[0] == 0
    nobody = CostTable([], [], [], 0, 2)
    assert passive(nobody, [], decay.linear(end=5)).tolist() == [0, 0]
    assert cost_to_reach(nobody, [1, 1], 1).tolist() == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: cumulative(t, [1, -1, 1], [5]),
        lambda t: cumulative(t, OFFERED, [-5]),
        lambda t: cumulative(t, OFFERED, [np.nan]),
        lambda t: gravity(t, [1, np.nan, 1], decay.linear(end=5)),
        lambda t: gravity(t, [1, 1], decay.linear(end=5)),
        lambda t: passive(t, [1, 1, np.inf], decay.linear(end=5)),
        lambda t: balancing_cost(t, OFFERED, [1, -1, 1]),
        lambda t: cost_to_reach(t, OFFERED, 0),
        lambda t: cost_to_reach(t, OFFERED, np.nan),
        lambda t: interval(t, OFFERED, least=5, most=4),
        lambda t: interval(t, OFFERED, least=0, most=4, step=0),
    ],
)
def test_impossible_questions_are_refused(table, ask):
    with pytest.raises(InputError):
        ask(table)
