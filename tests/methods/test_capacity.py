"""Capacity: the catalogue's numbers, each limit by hand, and what was not given does not bind."""

import numpy as np
import pytest

from urbanplan.methods.capacity import capacity


def test_golden_numbers_of_the_catalogue():
    built = np.array([1400, 900, 0])
    found = capacity([800, 1600, 4000], built_m2=built, footprint_m2=0, max_far=[1.5, 2, 3])
    assert found.allowed_m2.tolist() == [1200, 3200, 12_000]
    assert found.residual_m2.tolist() == [0, 2300, 12_000]
    assert found.over_m2.tolist() == [200, 0, 0]
    assert built.sum() / found.allowed_m2.sum() == pytest.approx(0.140244, abs=1e-6)
    assert found.binding.tolist() == ["far"] * 3


@pytest.mark.parametrize(
    ("limits", "allowed", "binding"),
    [
        ({"max_far": 3}, 3000, "far"),
        ({"max_far": 3, "max_bcr": 0.6}, 3000, "far"),
        ({"max_bcr": 0.6}, np.nan, ""),
        ({"max_bcr": 0.6, "max_height_m": 12}, 2400, "coverage_and_height"),
        ({"max_bcr": 0.6, "max_height_m": 11.9}, 1800, "coverage_and_height"),
        ({"max_height_m": 9}, 3000, "coverage_and_height"),
        ({"min_osr": 0.3}, 2000, "open_space"),
        ({"min_osr": 0.0}, np.nan, ""),
        ({"max_far": 3, "max_bcr": 0.6, "max_height_m": 12, "min_osr": 0.3}, 2000, "open_space"),
        ({"max_far": 0.0}, 0, "far"),
        ({}, np.nan, ""),
    ],
)
def test_each_limit_by_hand(limits, allowed, binding):
    found = capacity(1000, built_m2=500, footprint_m2=400, **limits)
    assert found.allowed_m2[0] == pytest.approx(allowed, nan_ok=True)
    assert found.binding[0] == binding
    assert found.residual_m2[0] == pytest.approx(
        max(allowed - 500, 0) if np.isfinite(allowed) else np.nan, nan_ok=True
    )
    assert found.over_m2[0] == pytest.approx(
        max(500 - allowed, 0) if np.isfinite(allowed) else np.nan, nan_ok=True
    )


def test_what_is_built_being_unknown_leaves_only_what_is_allowed():
    found = capacity(1000, built_m2=np.nan, footprint_m2=400, max_far=2)
    assert found.allowed_m2[0] == 2000
    assert np.isnan([found.residual_m2[0], found.over_m2[0]]).all()


def test_a_stricter_limit_never_allows_more():
    rng = np.random.default_rng(8)
    ground, far, bcr, height = (
        rng.uniform(100, 9000, 50),
        rng.uniform(0.5, 8, 50),
        rng.uniform(0.2, 0.9, 50),
        rng.uniform(3, 80, 50),
    )
    loose = capacity(ground, built_m2=0, footprint_m2=0, max_far=far).allowed_m2
    strict = capacity(
        ground, built_m2=0, footprint_m2=0, max_far=far, max_bcr=bcr, max_height_m=height
    ).allowed_m2
    assert (strict <= loose).all()
    assert (strict < loose).any()
