"""Entropy: the catalogue's golden numbers, its bounds, and scipy's."""

import numpy as np
import pytest
from scipy.stats import entropy as peer

from urbanplan.base.errors import InputError
from urbanplan.methods.diversity import entropy


def test_golden_number():
    shares = [0.5, 0.3, 0.15, 0.05, 0.0]
    assert entropy(shares, classes=5)[0] == pytest.approx(0.70964, abs=5e-6)
    assert entropy(shares, classes=5)[0] * np.log(5) == pytest.approx(1.14212, abs=5e-6)
    # dividing by the classes present is the usual mistake
    assert entropy(shares, classes=5)[0] != pytest.approx(0.82387, abs=1e-3)


def test_bounds_and_unknown():
    got = entropy([[4, 4, 4, 4], [9, 0, 0, 0], [0, 0, 0, 0], [1, 1, 0, 0]], classes=4)
    assert got[[0, 1, 3]] == pytest.approx([1.0, 0.0, 0.5])
    assert np.isnan(got[2])
    assert np.isnan(entropy([[3.0]], classes=1)).all()


def test_order_and_unit_of_the_amounts_do_not_matter():
    amounts = np.random.default_rng(0).gamma(0.5, 100, (40, 6))
    got = entropy(amounts, classes=6)
    assert entropy(amounts[:, ::-1] * 1e4, classes=6) == pytest.approx(got)
    assert got == pytest.approx(peer(amounts, axis=1) / np.log(6))


def test_what_cannot_be_is_refused():
    with pytest.raises(InputError, match="below zero"):
        entropy([1.0, -0.1], classes=3)
    with pytest.raises(InputError, match="3 amounts"):
        entropy([1.0, 1.0, 1.0], classes=2)
