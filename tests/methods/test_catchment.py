"""Competition: nothing of what places offer is lost or made, small cases by hand, dense matrices as witness."""

import numpy as np
import pytest
from scipy.optimize import minimize
from test_opportunity import random_table

from urbanplan.base.errors import InputError
from urbanplan.methods import decay
from urbanplan.methods.catchment import (
    balanced,
    competing,
    spatial_availability,
    three_step,
    two_step,
)
from urbanplan.methods.congestion import equilibrium
from urbanplan.methods.cost_table import CostTable

FAMILIES = {
    "2sfca": decay.cut_off(limit=600),
    "e2sfca": decay.stepped([(300, 1.0), (600, 0.68), (1000, 0.22)]),
    "gravity": decay.exponential(half_life=200),
}
family = pytest.mark.parametrize("weigh", FAMILIES.values(), ids=FAMILIES)
seeds = pytest.mark.parametrize("seed", range(4))


@pytest.fixture
def line():
    """Give two origins and two places: the first reaches both, the second the second only."""
    return CostTable([0, 0, 1], [0, 1, 1], [100.0, 500.0, 200.0], 2, 2)


def weights(seed):
    rng = np.random.default_rng(seed)
    return rng.uniform(1, 9, 15), rng.uniform(1, 30, 40)


def dense_weights(dense, weigh):
    return np.where(np.isfinite(dense), weigh(np.where(np.isfinite(dense), dense, 0.0)), 0.0)


def test_two_steps_by_hand(line):
    found = two_step(line, [10, 30], [20, 40], decay.cut_off(limit=500))
    assert found.demand.tolist() == [20, 60]
    assert found.service.tolist() == [0.5, 0.5]
    assert found.access.tolist() == [1.0, 0.5]
    steps = decay.stepped([(300, 1.0), (600, 0.5)])
    found = two_step(line, [10, 30], [20, 40], steps)
    assert found.demand.tolist() == [20, 50]
    assert found.access.tolist() == pytest.approx([0.5 + 0.5 * 0.6, 0.6])


def test_three_steps_and_balance_by_hand(line):
    steps = decay.stepped([(300, 1.0), (600, 0.5)])
    # the first origin goes to the first place with 2/3 of its people
    found = three_step(line, [10, 30], [20, 40], steps)
    assert found.demand.tolist() == pytest.approx([20 * 2 / 3, 20 / 3 * 0.5 + 40])
    assert found.access.tolist() == pytest.approx(
        [2 / 3 * 10 / (40 / 3) + 1 / 3 * 0.5 * 30 / (130 / 3), 30 / (130 / 3)]
    )
    found = balanced(line, [10, 30], [20, 40], steps)
    assert found.demand.tolist() == pytest.approx([40 / 3, 140 / 3])
    ratio = [10 / (40 / 3), 30 / (140 / 3)]
    assert found.access.tolist() == pytest.approx([ratio[0] + ratio[1] / 3, ratio[1] * 2 / 3])


def test_availability_by_hand(line):
    got = spatial_availability(line, [10, 30], [20, 40], decay.stepped([(300, 1.0), (600, 0.5)]))
    assert got.tolist() == pytest.approx([10 + 30 * 10 / 50, 30 * 40 / 50])
    got = spatial_availability(line, [10, 30], [20, 40], decay.cut_off(limit=500), alpha=2)
    assert got.tolist() == pytest.approx([10 + 30 * 400 / 2000, 30 * 1600 / 2000])


def test_two_modes_compete(line):
    # half the people of the first origin ride, and reach both places at once
    ride = CostTable([0, 0], [0, 1], [10.0, 50.0], 2, 2)
    on_foot, riding = competing(
        [line, ride], [10, 30], [[10, 40], [10, 0]], [decay.cut_off(limit=250), decay.cut_off(limit=250)]
    )
    assert on_foot.demand.tolist() == [20, 50]
    assert on_foot.access.tolist() == [0.5, 0.6]
    assert riding.access.tolist() == [1.1, 0]
    shared = 10 * on_foot.access[0] + 40 * on_foot.access[1] + 10 * riding.access[0]
    assert shared == pytest.approx(40)


@family
@seeds
def test_supply_is_conserved(seed, weigh):
    table, dense = random_table(seed)
    offered, people = weights(seed)
    reached = dense_weights(dense, weigh).sum(axis=0) > 0
    for found in (two_step(table, offered, people, weigh), three_step(table, offered, people, weigh)):
        assert people @ found.access == pytest.approx(offered[reached].sum())
    available = spatial_availability(table, offered, people, weigh)
    assert available.sum() == pytest.approx(offered[reached].sum())
    assert available / people == pytest.approx(two_step(table, offered, people, weigh).access)
    other = random_table(seed + 50)[0]
    both = competing([table, other], offered, [people, people[::-1]], [weigh, weigh])
    assert people @ both[0].access + people[::-1] @ both[1].access == pytest.approx(offered.sum())


@family
@seeds
def test_balance_conserves_people_and_service(seed, weigh):
    table, dense = random_table(seed)
    offered, people = weights(seed)
    found = balanced(table, offered, people, weigh)
    reaching = dense_weights(dense, weigh).sum(axis=1) > 0
    assert found.demand.sum() == pytest.approx(people[reaching].sum())
    assert found.access.sum() == pytest.approx(np.nansum(found.service))


@family
@seeds
def test_dense_matrices_agree(seed, weigh):
    table, dense = random_table(seed)
    offered, people = weights(seed)
    f = dense_weights(dense, weigh)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_origin = np.nan_to_num(f / f.sum(axis=1, keepdims=True))
        by_place = np.nan_to_num(f / f.sum(axis=0))
        peers = {
            two_step: f @ np.nan_to_num(offered / (people @ f)),
            three_step: (by_origin * f) @ np.nan_to_num(offered / (people @ (by_origin * f))),
            balanced: by_place @ np.nan_to_num(offered / (people @ by_origin)),
        }
    for method, peer in peers.items():
        assert method(table, offered, people, weigh).access == pytest.approx(peer)
    crowd = people**1.5 / (people**1.5).sum()
    share = crowd[:, None] * by_place
    peer = (offered * np.nan_to_num(share / np.maximum(share.sum(axis=0), 1e-300))).sum(axis=1)
    assert spatial_availability(table, offered, people, weigh, alpha=1.5) == pytest.approx(peer)


@family
def test_twice_the_people_have_half_each_and_units_and_order_do_not_matter(weigh):
    table, _ = random_table(7)
    offered, people = weights(7)
    for method in (two_step, three_step, balanced):
        access = method(table, offered, people, weigh).access
        assert method(table, offered, 2 * people, weigh).access == pytest.approx(access / 2)
        assert method(table, 5 * offered, people, weigh).access == pytest.approx(access * 5)
        mixed = np.random.default_rng(2).permutation(40)
        other = CostTable(np.argsort(mixed)[table.origin], table.place, table.cost_m, 40, 15)
        assert method(other, offered, people[mixed], weigh).access == pytest.approx(access[mixed])
    available = spatial_availability(table, offered, people, weigh)
    assert spatial_availability(table, offered, people * 1e200, weigh) == pytest.approx(available)
    scaled = CostTable(table.origin, table.place, table.cost_m / 1000, 40, 15)
    there = two_step(scaled, offered, people, lambda km: weigh(np.round(km * 1000, 6))).access
    assert there == pytest.approx(two_step(table, offered, people, weigh).access)


def test_without_people_nothing_is_known_and_without_places_there_is_nothing(line):
    limit = decay.cut_off(limit=500)
    found = two_step(line, [10, 30], [0, 40], limit)
    assert np.isnan(found.service[0])
    assert np.isnan(found.access[0])
    assert found.access[1] == 0.75
    assert spatial_availability(line, [10, 30], [0, 40], limit).tolist() == [0, 30]
    nobody = two_step(line, [10, 30], [0, 0], limit)
    assert np.isnan(nobody.access).all()
    far = two_step(line, [10, 30], [20, 40], decay.cut_off(limit=150))
    assert far.access.tolist() == [0.5, 0]
    assert np.isnan(far.service[1])
    empty = CostTable([], [], [], 2, 0)
    assert two_step(empty, [], [1, 1], limit).access.tolist() == [0, 0]
    assert spatial_availability(empty, [], [1, 1], limit).tolist() == [0, 0]


@pytest.mark.parametrize(
    "ask",
    [
        lambda t, f: two_step(t, [1, -1], [1, 1], f),
        lambda t, f: two_step(t, [1, 1], [1, np.nan], f),
        lambda t, f: two_step(t, [1, 1], [1], f),
        lambda t, _: two_step(t, [1, 1], [1, 1], lambda cost: -cost),
        lambda t, f: competing([t], [1, 1], [], [f]),
        lambda t, f: competing([t, CostTable([], [], [], 3, 2)], [1, 1], [[1, 1], [1, 1, 1]], [f, f]),
        lambda t, f: spatial_availability(t, [1, 1], [1, 1], f, alpha=0),
        lambda t, _: equilibrium(t, [1, 1], [1, 1], travel_scale=0),
        lambda t, _: equilibrium(t, [1, -1], [1, 1], travel_scale=100),
        lambda t, _: equilibrium(t, [1, 1], [1, 1], travel_scale=100, people_per_opportunity=-1),
    ],
)
def test_impossible_questions_are_refused(line, ask):
    with pytest.raises(InputError):
        ask(line, decay.cut_off(limit=500))


def test_equilibrium_by_hand(line):
    # ten people a place on average; x of the first origin's twenty go to the second place
    found = equilibrium(line, [2, 2], [20, 20], travel_scale=1000, people_per_opportunity=10)
    # (20 - x) / 20 + 0.1 = (20 + x) / 20 + 0.5 would need x < 0: all stay
    assert found.demand.tolist() == pytest.approx([20, 20])
    assert found.cost.tolist() == pytest.approx([1.1, 1.2])
    found = equilibrium(line, [2, 2], [40, 20], travel_scale=1000, people_per_opportunity=10)
    # (40 - x) / 20 + 0.1 = (20 + x) / 20 + 0.5: x = 6
    assert found.demand.tolist() == pytest.approx([34, 26])
    assert found.cost.tolist() == pytest.approx([1.8, 1.5])
    # the mean crowd by default: 60 people for 4 opportunities
    mean = equilibrium(line, [2, 2], [40, 20], travel_scale=1000)
    assert (
        mean.cost.tolist()
        == equilibrium(line, [2, 2], [40, 20], travel_scale=1000, people_per_opportunity=15).cost.tolist()
    )


@seeds
def test_nobody_would_be_better_off_elsewhere(seed):
    table, dense = random_table(seed)
    offered, people = weights(seed)
    found = equilibrium(table, offered, people, travel_scale=300, people_per_opportunity=8, tolerance=1e-9)
    assert found.demand.sum() == pytest.approx(people[np.isfinite(dense).any(axis=1)].sum())
    bears = dense / 300 + found.demand / (offered * 8)
    assert found.cost == pytest.approx(np.where(np.isinf(bears).all(axis=1), np.nan, bears.min(axis=1)))
    twice = equilibrium(table, 2 * offered, 2 * people, travel_scale=300, people_per_opportunity=8)
    assert twice.cost == pytest.approx(found.cost, rel=1e-3)


def test_scipy_finds_the_same_equilibrium():
    table, dense = random_table(1, origins=6, places=4, limit=2000.0)
    offered, people = np.array([1.0, 2.0, 3.0, 1.5]), np.array([4.0, 9.0, 2.0, 7.0, 5.0, 3.0])
    found = equilibrium(table, offered, people, travel_scale=500, people_per_opportunity=3, tolerance=1e-10)

    def potential(flat):
        flow = flat.reshape(dense.shape)
        return (flow.sum(axis=0) ** 2 / (2 * offered * 3)).sum() + (flow * dense / 500).sum()

    rows = [
        {"type": "eq", "fun": lambda flat, i=i: flat.reshape(dense.shape)[i].sum() - people[i]}
        for i in range(6)
    ]
    peer = minimize(
        potential,
        np.repeat(people / 4, 4),
        bounds=[(0, None)] * 24,
        constraints=rows,
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert peer.success
    assert found.demand == pytest.approx(peer.x.reshape(6, 4).sum(axis=0), abs=1e-3)


def test_equilibrium_at_the_edges(line):
    found = equilibrium(line, [0, 2], [20, 0], travel_scale=1000)
    # nobody chooses what offers nothing; who does not live there sees what one person would meet
    assert found.demand.tolist() == [0, 20]
    assert found.cost.tolist() == pytest.approx([1.5, 1.2])
    nothing = equilibrium(line, [0, 0], [20, 5], travel_scale=1000)
    assert np.isnan(nothing.cost).all()
    nobody = equilibrium(line, [1, 1], [0, 0], travel_scale=1000)
    assert nobody.cost.tolist() == pytest.approx([0.1, 0.2])
    table, _ = random_table(2)
    with pytest.raises(InputError, match="no equilibrium within 1 rounds"):
        equilibrium(table, *weights(2), travel_scale=300, rounds=1, tolerance=1e-12)
