"""Conformance, quotas and disagreement: the catalogue's numbers, bounds, and scikit-learn's kappa by another way."""

import numpy as np
import pytest

from urbanplan.methods.conformance import agreement, conformance, within_quota

AREA = np.array([[80, 5, 15], [10, 60, 30], [5, 5, 90]], dtype=float)
RULE = np.array([[1, 0.5, 0], [1, 1, 0], [0, 0, 1]])
TABLE = np.array([[50, 10, 5], [8, 60, 2], [4, 6, 30]], dtype=float)


def test_golden_numbers_of_the_catalogue():
    assert conformance([AREA[RULE == 1].sum()], [300], [300]).value[0] == pytest.approx(0.8, abs=1e-9)
    assert conformance([(AREA * RULE).sum()], [300], [300]).value[0] == pytest.approx(0.808333, abs=1e-6)


def test_unknown_land_opens_an_interval_around_the_value():
    found = conformance([240], [300], [400])
    assert (found.low[0], found.value[0], found.high[0]) == pytest.approx((0.6, 0.8, 0.85))
    assert found.known_share[0] == 0.75
    closed = conformance([240], [300], [300])
    assert closed.low[0] == closed.value[0] == closed.high[0]
    nothing = conformance([0], [0], [100])
    assert np.isnan(nothing.value[0])
    assert (nothing.low[0], nothing.high[0]) == (0, 1)


def test_golden_numbers_of_two_classifications():
    found = agreement(TABLE)
    assert found.overall == pytest.approx(0.8)
    assert found.kappa == pytest.approx(0.690578, abs=1e-6)
    assert found.quantity == pytest.approx(0.034286, abs=1e-6)
    assert found.allocation == pytest.approx(0.165714, abs=1e-6)
    assert agreement(TABLE * 17.5) == pytest.approx(found)
    assert agreement(TABLE.T).kappa == pytest.approx(found.kappa)


def test_kappa_by_drawing_pairs():
    first, second = np.nonzero(TABLE)
    times = TABLE[first, second].astype(int)
    one, other = np.repeat(first, times), np.repeat(second, times)
    by_chance = np.mean([(one == kind).mean() * (other == kind).mean() * 3 for kind in range(3)])
    assert agreement(TABLE).kappa == pytest.approx(((one == other).mean() - by_chance) / (1 - by_chance))


def test_extremes():
    same = agreement(np.diag([3.0, 4.0]))
    assert tuple(same) == pytest.approx((1, 1, 0, 0))
    swapped = agreement([[0, 5], [5, 0]])
    assert (swapped.overall, swapped.kappa, swapped.quantity, swapped.allocation) == pytest.approx(
        (0, -1, 0, 1)
    )
    more = agreement([[5, 5], [0, 0]])
    assert (more.quantity, more.allocation) == pytest.approx((0.5, 0))
    assert np.isnan(agreement(np.zeros((2, 2)))).all()
    assert np.isnan(agreement([[3.0]]).kappa)


def test_what_a_quota_covers():
    got = within_quota([50, 200, 0, 5], [1000] * 4, [0.1, 0.1, 0.1, np.nan])
    assert got == pytest.approx([1, 0.5, 1, np.nan], nan_ok=True)
