"""Floor, coverage and open ground against limits: worked by hand, and by drawing walls and storeys a hundred thousand times."""

import math

import geopandas as gpd
import numpy as np
import pytest
from scipy import stats
from shapely import LineString, box

from urbanplan.base.errors import InputError
from urbanplan.methods.compliance.bulk import BULK, bulk_cases, bulk_per_zone
from urbanplan.methods.compliance.grounds import grounds_of
from urbanplan.model.layers import conform

CRS = "EPSG:32647"
NAN = math.nan
EVERYWHERE = box(-500, -500, 500, 500)


def layer(name, shapes, keys, /, **columns):
    return conform(gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS, index=list(keys)), name)


def buildings(*boxes, levels=4.0, **columns):
    shapes = [box(*each) for each in boxes]
    return layer("buildings", shapes, "abcdefgh"[: len(shapes)], levels=levels, **columns)


def plots(*boxes):
    return layer("plots", [box(*each) for each in boxes], [f"P{k}" for k in range(1, len(boxes) + 1)])


def rules(kind, value, ground=EVERYWHERE, **columns):
    return layer("heritage_rules", [ground], ["R1"], zone="Z", kind=kind, value=value, **columns)


ONE = buildings((0, 0, 10, 10))
PLOT = plots((0, 0, 20, 20))
"""A plot of 400 m2 with 100 m2 of ground under four storeys: FAR 1, coverage 0.25, OSR 0.75, open share 0.75."""


def only(kind, value, stock=ONE, ground=PLOT, **knobs):
    (case,) = bulk_cases(stock, rules(kind, value), ground, **knobs)
    return case


@pytest.mark.parametrize(
    ("kind", "limit", "estimate", "used", "allowed", "variance"),
    [
        # storeys 4 +- 0.5; ground 100 m2 with walls 0.5 m off on 40 m of outline: 100 +- 20
        ("max_far", 1.5, 1.0, 400.0, 600.0, (4 * 20) ** 2 + (100 * 0.5) ** 2 + (20 * 0.5) ** 2),
        ("max_bcr", 0.3, 0.25, 100.0, 120.0, 20.0**2),
        ("min_open_space", 0.7, 0.75, 100.0, 120.0, 20.0**2),
        # B + 0.6 F of 400: 100 (1 + 0.6 * 4) = 340, with 3.4 +- 0.3
        ("min_osr", 0.6, 0.75, 340.0, 400.0, (3.4 * 20) ** 2 + (100 * 0.3) ** 2 + (20 * 0.3) ** 2),
    ],
)
def test_each_limit_by_hand(kind, limit, estimate, used, allowed, variance):
    case = only(kind, limit)
    assert case.estimate.tolist() == pytest.approx([estimate])
    sd = math.sqrt(variance)
    peer = stats.truncnorm(-used / sd, np.inf, loc=used, scale=sd)
    assert case.chance[0] == pytest.approx(peer.sf(allowed), abs=1e-12)
    assert case.beyond_m2[0] == pytest.approx(peer.expect(lambda x: max(0.0, x - allowed)), abs=1e-3)


@pytest.mark.parametrize(("kind", "limit"), [("max_far", 1.1), ("max_bcr", 0.27), ("min_osr", 0.7)])
def test_drawn_walls_and_storeys_give_the_same_chance(kind, limit):
    rng = np.random.default_rng(4)
    ground, storeys = rng.normal(100, 20, 200_000), rng.normal(4, 0.5, 200_000)
    with np.errstate(divide="ignore"):
        beyond = {
            "max_far": ground * storeys / 400 > limit,
            "max_bcr": ground / 400 > limit,
            "min_osr": (400 - ground) / (ground * storeys) < limit,
        }[kind]
    assert only(kind, limit).chance[0] == pytest.approx(beyond.mean(), abs=0.015)


def test_storeys_are_whole_and_the_highest_building_counts():
    pair = buildings((0, 0, 10, 10), (12, 12, 18, 18), levels=[4.0, 2.0])
    case = only("max_storeys", 3.0, pair)
    assert case.estimate.tolist() == [4.0]
    # four storeys +- 0.5: more than three begin at 3.5
    assert case.chance[0] == pytest.approx(stats.norm.cdf(1.0), abs=1e-9)
    above = [100 * stats.norm.expect(lambda x: max(0.0, x - 3), loc=4, scale=0.5),
             36 * stats.norm.expect(lambda x: max(0.0, x - 3), loc=2, scale=0.5)]  # fmt: skip
    assert case.beyond_m2[0] == pytest.approx(sum(above), rel=1e-3)
    assert only("max_storeys", 4.0, pair).chance[0] == pytest.approx(stats.norm.sf(1.0), abs=1e-9)
    assert np.isnan(only("max_storeys", 3.0, buildings((0, 0, 10, 10), levels=NAN)).chance).all()


def test_exactly_at_the_limit_without_any_error_is_not_beyond():
    known = {"outline_sd_m": 0.0}
    for kind, at, beyond in (("max_bcr", 0.25, 0.2499), ("min_open_space", 0.75, 0.7501)):
        assert only(kind, at, **known).chance.tolist() == [0.0]
        assert only(kind, beyond, **known).chance.tolist() == [1.0]


def test_a_building_on_two_plots_counts_on_each_with_its_part():
    two = plots((0, 0, 6, 20), (6, 0, 26, 20))
    case = only("max_far", 1.0, ground=two)
    assert case.stock.covered_m2.tolist() == pytest.approx([60.0, 40.0])
    assert case.estimate.tolist() == pytest.approx([60 * 4 / 120, 40 * 4 / 400])
    assert case.stock.covered_m2.sum() == pytest.approx(100.0), "ground is neither lost nor counted twice"


def test_a_wall_drawn_over_the_border_does_not_stand_on_the_neighbours_plot():
    case = only("max_far", 1.0, ground=plots((0, 0, 20, 20), (-20, 0, 0.05, 20)))
    assert case.stock.grounds.frame.index.tolist() == ["P1"]


def test_without_plots_the_nearest_ground_stands_in_and_says_so():
    pair = buildings((0, 0, 10, 10), (20, 0, 30, 10))
    found = grounds_of(pair, None, None, within=EVERYWHERE, reach_m=20)
    assert found.frame["kind"].tolist() == ["nearest_ground"] * 2
    assert found.frame.index.tolist() == ["a", "b"]
    assert found.area_m2[0] == pytest.approx(found.area_m2[1], rel=1e-6)
    round_corners = math.pi * 20**2
    both = 30 * 10 + 2 * 20 * 30 + 2 * 20 * 10 + round_corners
    assert found.area_m2.sum() == pytest.approx(both, rel=0.02), "together all ground within 20 m of either"
    assert found.frame.geometry.iloc[0].bounds[2] == pytest.approx(15.0, abs=0.5), "half way to the neighbour"
    assert found.area_sd_m2.tolist() == pytest.approx((0.3 * found.area_m2).tolist())


def test_the_substitute_makes_the_estimate_less_sure():
    case = only("max_far", 1.0, ground=None)
    area = case.stock.grounds.area_m2[0]
    variance = (4 * 20) ** 2 + 50**2 + 10**2 + (0.3 * area) ** 2
    assert case.chance[0] == pytest.approx(
        stats.norm.sf((area - 400) / math.sqrt(variance)) / stats.norm.cdf(400 / math.sqrt(variance))
    )


def test_a_public_street_bounds_the_substitute():
    lane = gpd.GeoDataFrame(
        {"highway": ["residential"], "lanes": [None]}, geometry=[LineString([(-100, -8), (100, -8)])], crs=CRS
    )
    found = grounds_of(ONE, None, lane, within=EVERYWHERE)
    ground = found.frame.geometry.iloc[0]
    assert ground.distance(LineString([(-50, -8), (50, -8)])) == pytest.approx(3.0, abs=1e-6)
    assert ground.contains(ONE.geometry.iloc[0].buffer(-0.01))


def test_a_building_that_no_plot_holds_has_a_substitute_beside_the_plots():
    pair = buildings((0, 0, 10, 10), (30, 0, 40, 10))
    found = grounds_of(pair, PLOT, None, within=EVERYWHERE)
    assert dict(zip(found.frame.index, found.frame["kind"], strict=True)) == {
        "P1": "plot",
        "b": "nearest_ground",
    }
    assert found.frame.geometry["b"].intersection(PLOT.geometry.iloc[0]).area == pytest.approx(0.0, abs=1e-6)


def test_storeys_that_nobody_knows_are_unknown_but_coverage_is_known():
    dark = buildings((0, 0, 10, 10), levels=NAN)
    assert np.isnan(only("max_far", 1.5, dark).chance).all()
    assert np.isnan(only("min_osr", 0.3, dark).chance).all()
    assert np.isfinite(only("max_bcr", 0.3, dark).chance).all()


def test_a_shed_of_unknown_storeys_is_as_high_as_the_house_and_does_not_hide_it():
    stock = buildings((0, 0, 10, 10), (12, 12, 14, 14), levels=[4.0, NAN])
    case = only("max_far", 1.5, stock)
    assert case.estimate[0] == pytest.approx((400 + 4 * 4) / 400)
    variance = (4 * 20) ** 2 + 50**2 + 10**2 + (4 * 4) ** 2 + (4 * 1) ** 2 + (4 * 1) ** 2
    assert case.chance[0] == pytest.approx(stats.norm.sf((600 - 416) / math.sqrt(variance)), rel=1e-4)
    mostly_dark = buildings((0, 0, 2, 2), (4, 4, 14, 14), levels=[4.0, NAN])
    assert np.isnan(only("max_far", 1.5, mostly_dark).chance[0])


def test_uses_that_are_exempt_are_counted_apart():
    temple = buildings((0, 0, 10, 10), use="religious")
    (case,) = bulk_cases(temple, rules("max_far", 0.1, exempt="religious; school"), PLOT)
    assert (len(case.rows), case.exempt) == (0, 1)


def test_before_and_after_the_rule_came_into_force():
    start = {"in_force_from": "2010-05-14"}
    words = {}
    for name, dates in {
        "old": ["1990", "2001"],
        "mixed": ["1990", "2015"],
        "dark": ["1990", None],
        "same year": ["2010", "1990"],
    }.items():
        stock = buildings((0, 0, 8, 8), (10, 10, 18, 18), built=dates)
        (case,) = bulk_cases(stock, rules("max_far", 1.0, **start), PLOT)
        words[name] = case.built[0]
    assert words == {"old": "before", "mixed": "after", "dark": "unknown", "same year": "unknown"}


def test_a_storey_more_never_makes_it_less_likely():
    for kind, limit in (("max_far", 1.2), ("min_osr", 0.6)):
        chances = [
            only(kind, limit, buildings((0, 0, 10, 10), levels=float(n))).chance[0] for n in range(1, 9)
        ]
        assert chances == sorted(chances)
    wider = [only("max_bcr", 0.4, buildings((0, 0, side, 10))).chance[0] for side in (8, 12, 16, 20)]
    assert wider == sorted(wider)


def test_order_and_place_do_not_matter():
    pair = buildings((0, 0, 10, 10), (30, 0, 40, 20), levels=[4.0, 2.0])
    ground = plots((0, 0, 20, 20), (25, 0, 45, 30))
    here = only("max_far", 0.9, pair, ground)
    back = only("max_far", 0.9, pair.iloc[::-1], ground.iloc[::-1])
    assert dict(zip(here.stock.grounds.frame.index[here.rows], here.chance, strict=True)) == pytest.approx(
        dict(zip(back.stock.grounds.frame.index[back.rows], back.chance, strict=True))
    )
    moved = [frame.set_geometry(frame.translate(1000, -300)) for frame in (pair, ground)]
    (there,) = bulk_cases(moved[0], rules("max_far", 0.9, box(500, -800, 1500, 200)), moved[1])
    assert there.chance.tolist() == pytest.approx(here.chance.tolist())


def test_a_limit_that_is_none_of_ours_is_refused():
    with pytest.raises(InputError, match="far, coverage, osr, open_space, storeys"):
        bulk_per_zone(ONE, rules("max_far", 1.0), ONE, "height", plots=None, drive=None, on_date="")
    assert list(BULK.values()) == ["max_far", "max_bcr", "min_osr", "min_open_space", "max_storeys"]
