"""Classes and colours: every value has one, the order holds, and colour-blind readers see it too."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from urbanplan.report.scales import CLASSES, scale
from urbanplan.report.words import words

EN = words("en")
SHARE = {"base": "access.share_within", "unit": "1", "direction": "higher"}
WALK = {"base": "access.nearest", "unit": "m", "direction": "lower"}
INDEX = {"base": "landuse.mix", "unit": "1", "direction": "higher"}
COUNT = {"base": "heritage.assets", "unit": "count", "direction": "neutral"}


def lightness(colour):
    """Return relative luminance (WCAG 2.1, definition)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_shares_are_cut_at_twenty_per_cent():
    found = scale(np.linspace(0.01, 0.99, 50), SHARE, EN)
    assert found.limits.tolist() == [0.2, 0.4, 0.6, 0.8]
    assert [label.replace("\u00a0", " ") for label in found.labels] == [
        "≤ 20",
        "20\u201340",
        "40\u201360",
        "60\u201380",
        "> 80",
    ]


def test_walks_are_cut_at_walking_distances():
    found = scale(np.linspace(10, 2900, 400), WALK, EN)
    assert set(found.limits) <= {100, 250, 500, 1000, 1600}
    assert {500, 1000} <= set(found.limits)


def test_a_value_on_a_limit_belongs_to_the_class_below_and_unknown_to_none():
    found = scale(np.linspace(0, 1, 50), SHARE, EN)
    values = np.array([0.2, 0.2000001, np.nan, -5.0, 5.0])
    assert found.classes(values).tolist()[0] + 1 == found.classes(values).tolist()[1]
    assert found.classes(values)[2] == -1
    assert found.classes(values)[3] == 0
    assert found.classes(values)[4] == len(found.colours) - 1


def test_few_whole_values_have_a_class_each():
    found = scale(np.array([0.0, 3, 3, 1, np.nan]), COUNT, EN)
    assert found.labels == ("0", "1", "3")
    assert found.classes(np.array([0.0, 1, 3])).tolist() == [0, 1, 2]


def test_many_zeros_are_a_class_of_their_own():
    values = np.concatenate([np.zeros(50), np.random.default_rng(1).lognormal(3, 1, 100)])
    found = scale(values, COUNT, EN)
    assert found.limits[0] == 0
    assert found.labels[0] == "0"
    counts = np.bincount(found.classes(values), minlength=len(found.colours))
    assert counts[0] == 50
    assert counts[1:].min() > 5  # the others are classed among themselves


@pytest.mark.parametrize("direction", ["higher", "lower", "neutral"])
def test_lightness_changes_one_way_and_dark_is_better(direction):
    found = scale(np.linspace(0, 1, 90), {**INDEX, "direction": direction}, EN)
    shades = [lightness(colour) for colour in found.colours]
    expected = sorted(shades, reverse=direction != "lower")
    assert shades == expected
    assert min(abs(np.diff(shades))) > 0.02


@pytest.mark.parametrize(
    "values",
    [
        np.array([5.0]),
        np.array([5.0, 5.0, np.nan]),
        np.array([0.5, 0.5000001]),
        np.concatenate([np.full(99, 2.0), [7.5]]),
        np.random.default_rng(0).lognormal(0, 3, 500),
        -np.random.default_rng(0).lognormal(0, 3, 500),
        np.array([1e-12, 2e-12, 3.5e-12, 1e12, 5.1, 6.2, 7.3, 8.4, 9.5]),
    ],
)
@pytest.mark.parametrize("facts", [SHARE, WALK, INDEX, COUNT])
def test_any_values_are_classed(values, facts):
    found = scale(values, facts, EN)
    assert 1 <= len(found.colours) <= CLASSES + 1
    assert len(found.colours) == len(found.labels) == len(found.limits) + 1
    assert np.all(np.diff(found.limits) > 0)
    known = ~np.isnan(values)
    assert (found.classes(values)[known] >= 0).all()
    assert (found.classes(values)[known] < len(found.colours)).all()
    order = np.argsort(values[known])
    assert np.all(np.diff(found.classes(values[known][order])) >= 0)


def test_classes_do_not_depend_on_the_order_of_values():
    values = np.random.default_rng(3).lognormal(2, 1, 300)
    one, other = scale(values, COUNT, EN), scale(values[::-1].copy(), COUNT, EN)
    assert one.limits.tolist() == other.limits.tolist()
    assert one.labels == other.labels
