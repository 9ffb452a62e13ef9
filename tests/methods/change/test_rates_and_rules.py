"""Yearly change of built ground, and a rule's effect beside its surroundings: worked by hand, by drawing, by a peer."""

import math

import geopandas as gpd
import numpy as np
import pytest
from scipy import stats
from shapely import box

from urbanplan.base.errors import InputError
from urbanplan.methods.change import built_change, rule_effect
from urbanplan.model.layers import conform

NAN = math.nan
UNIT = gpd.GeoDataFrame(geometry=[box(-50, -50, 500, 50)], index=["Z"], crs="EPSG:32647")


def town(*boxes, **columns):
    shapes = [box(*each) for each in boxes]
    return conform(gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32647"), "buildings")


def test_built_gone_grown_and_mapped_later_by_hand():
    before = town((0, 0, 10, 10), (40, 0, 50, 10), (80, 0, 90, 10))
    # the first stays, the second grows by 100 m2, the third is gone; 100 m2 are built since, 100 stood before
    after = town(
        (0, 0, 10, 10),
        (40, 0, 50, 20),
        (120, 0, 130, 10),
        (160, 0, 170, 10),
        stood_before=[NAN, NAN, 0.0, 1.0],
    )
    found = built_change(before, after, UNIT, outline_sd_m=0.5)
    assert found.before_m2.tolist() == pytest.approx([400.0]), "300 on the earlier map, 100 mapped later"
    assert found.change_m2.tolist() == pytest.approx([100.0]), "100 built + 100 grown - 100 gone"
    # errors of areas: 0.5 sqrt(2 (a2 + b2)): squares of 10 m 10, the rectangle of 10 x 20 m 0.5 sqrt(1000) = 15.81
    sd = math.sqrt(10**2 + (15.811388**2 + 10**2) + 10**2)
    assert found.high_m2[0] - 100 == pytest.approx(1.6448536 * sd, rel=1e-6)
    assert found.low_m2[0] == pytest.approx(100 - 1.6448536 * sd, rel=1e-6)
    assert found.told_share.tolist() == [1.0]


def test_what_nobody_knows_is_as_the_rest_and_widens_the_interval():
    before = town((0, 0, 10, 10))
    new = [(100 + 20 * k, 0, 110 + 20 * k, 10) for k in range(4)]
    after = town((0, 0, 10, 10), *new, stood_before=[NAN, 0.0, 1.0, NAN, NAN])
    found = built_change(before, after, UNIT, outline_sd_m=0.0)
    assert found.change_m2.tolist() == pytest.approx([200.0]), "of 200 m2 known half was built since"
    assert (found.low_m2[0], found.high_m2[0]) == (pytest.approx(100.0), pytest.approx(300.0))
    assert found.before_m2.tolist() == pytest.approx([300.0])
    assert found.told_share.tolist() == [0.5]
    dark = built_change(before, after.assign(stood_before=NAN), UNIT, outline_sd_m=0.0)
    assert np.isnan(dark.change_m2).all()


def test_a_probability_is_a_coin():
    before = town((0, 0, 10, 10))
    after = town((0, 0, 10, 10), (100, 0, 110, 10), stood_before=[NAN, 0.3])
    found = built_change(before, after, UNIT, outline_sd_m=0.0)
    assert found.change_m2[0] == pytest.approx(70.0)
    assert found.high_m2[0] - 70 == pytest.approx(1.6448536 * math.sqrt(0.7 * 0.3) * 100, rel=1e-6)


def test_units_share_what_lies_across_their_border():
    halves = gpd.GeoDataFrame(
        geometry=[box(-50, -50, 105, 50), box(105, -50, 500, 50)], index=["w", "e"], crs="EPSG:32647"
    )
    after = town((0, 0, 10, 10), (100, 0, 110, 10), stood_before=[NAN, 0.0])
    found = built_change(town((0, 0, 10, 10)), after, halves)
    assert found.change_m2.tolist() == pytest.approx([50.0, 50.0])


def test_time_turned_round_turns_the_sign():
    one, other = town((0, 0, 10, 10), (40, 0, 50, 10)), town((0, 0, 10, 10))
    gone = built_change(one, other, UNIT)
    back = built_change(other, one.assign(stood_before=0.0), UNIT)
    assert gone.change_m2.tolist() == pytest.approx((-back.change_m2).tolist())


def test_the_difference_of_differences_by_hand():
    # 40 in 10 ha and 20 years: 0.2 before; 10 in 10 ha and 10 years: 0.1 after; around 60 in 30 ha: 0.1, then 36: 0.12
    found = rule_effect((40, 10, 60, 36), zone_ha=10, ring_ha=30, years_before=20, years_after=10)
    assert (found.zone_before, found.zone_after) == (pytest.approx(0.2), pytest.approx(0.1))
    assert (found.ring_before, found.ring_after) == (pytest.approx(0.1), pytest.approx(0.12))
    assert found.difference == pytest.approx(-0.12)
    spread = 1.6448536 * math.sqrt(40 / 200**2 + 10 / 100**2 + 60 / 600**2 + 36 / 300**2)
    assert found.difference_high + 0.12 == pytest.approx(spread, rel=1e-6)
    assert found.ratio == pytest.approx((10 / 40) / (36 / 60))
    width = math.log(found.ratio_high / found.ratio)
    assert width == pytest.approx(1.6448536 * math.sqrt(1 / 40 + 1 / 10 + 1 / 60 + 1 / 36), rel=1e-6)
    assert found.p_value == pytest.approx(stats.fisher_exact([[40, 10], [60, 36]]).pvalue)


def test_the_exact_probability_by_counting_tables():
    # the table [[3, 1], [1, 3]]: margins of four; tables with 0..4 weigh 1, 16, 36, 16, 1 of 70; as far as ours: 34
    found = rule_effect((3, 1, 1, 3), zone_ha=1, ring_ha=1, years_before=1, years_after=1)
    assert found.p_value == pytest.approx(34 / 70)


def test_where_zone_and_ring_change_alike_nothing_is_found():
    found = rule_effect((20, 10, 200, 100), zone_ha=10, ring_ha=100, years_before=10, years_after=10)
    assert found.ratio == pytest.approx(1.0)
    assert found.difference == pytest.approx(0.0)
    assert found.ratio_low < 1 < found.ratio_high


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(8)
    hits = 0
    for counts in rng.poisson((40, 20, 60, 30), (2000, 4)):
        found = rule_effect(tuple(counts.tolist()), zone_ha=1, ring_ha=1, years_before=1, years_after=1)
        hits += found.difference_low <= -20 + 30 <= found.difference_high
    assert hits / 2000 == pytest.approx(0.9, abs=0.025)


def test_none_at_all_and_no_ground():
    empty = rule_effect((0, 0, 0, 0), zone_ha=1, ring_ha=1, years_before=1, years_after=1)
    assert math.isnan(empty.ratio)
    some = rule_effect((4, 0, 4, 4), zone_ha=1, ring_ha=1, years_before=1, years_after=1)
    assert some.ratio == pytest.approx((0.5 / 4.5) / (4.5 / 4.5)), "half a building is added to each"
    with pytest.raises(InputError, match="ring has no extent"):
        rule_effect((1, 1, 1, 1), zone_ha=1, ring_ha=0, years_before=1, years_after=1)
