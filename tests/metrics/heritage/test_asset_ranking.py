"""Which assets press most: criteria by hand, ranks with their intervals, and nothing said of what is unknown."""

import numpy as np
import pytest
from town import box, frame, point

from urbanplan.methods import asset_criteria as press
from urbanplan.metrics.heritage.asset_ranking import COLUMNS, asset_ranking
from urbanplan.model.listing import LISTINGS, conform_listing

ASSETS = frame(
    "heritage_assets",
    [point(50, 50), point(1050, 50), point(2050, 50)],
    name=["a", "b", "c"],
    registered=[1.0, 0.0, np.nan],
).set_axis(["a", "b", "c"])
ZONES = frame("heritage_zones", [box(0, 0, 3000, 100)], kind=["old_town"], status=["in_force"]).set_axis(
    ["Z"]
)
RULES = frame(
    "heritage_rules",
    [box(-500, -500, 1500, 600)],
    kind=["max_height"],
    value=[9.0],
    status=["in_force"],
    zone=["Z"],
)


def houses(at, heights, sds=None, **columns):
    shapes = [box(x, 0, x + 10, 10) for x in at]
    return frame(
        "buildings", shapes, highest_point_m=heights, highest_point_sd_m=[0.0] * len(at) if sds is None else sds, **columns
    ).set_axis([f"w{k}" for k in range(len(at))])  # fmt: skip


NOW = houses([0, 20, 40, 1000, 1020], [20.0, 20.0, 5.0, 5.0, 9.0], stood_before=[0.0, 1.0, np.nan, 0.0, 1.0])
BEFORE = frame("buildings_before", [box(40, 0, 50, 10)])
VENUES = frame("venues", [point(60, 60), point(70, 60), point(1060, 60)], use=["lodging", "bar", "grocery"])


def test_buildings_above_a_limit_by_hand():
    found = press.too_high(ASSETS, NOW, RULES, near_m=100)
    # two of 20 m over 9 m beside a; b has none above 9 m, and 9 m itself is not above; no limit holds beside c
    assert found.mean.tolist() == pytest.approx([2, 0, np.nan], nan_ok=True)
    assert found.sd.tolist() == pytest.approx([0, 0, np.nan], nan_ok=True)
    unsure = houses([0, 20], [9.0, 9.0], [1.0, 1.0])
    found = press.too_high(ASSETS, unsure, RULES, near_m=100)
    assert found.mean[0] == pytest.approx(1)
    assert found.sd[0] == pytest.approx(np.sqrt(0.5))
    half = houses([0, 20], [20.0, np.nan])
    assert press.too_high(ASSETS, half, RULES, near_m=100).mean[0] == pytest.approx(
        2
    )  # taken for as likely as the other
    fewer = houses([0, 20, 40], [20.0, np.nan, np.nan])
    assert np.isnan(press.too_high(ASSETS, fewer, RULES, near_m=100).mean[0])


def test_buildings_since_the_earlier_date_by_hand():
    found = press.new_buildings(ASSETS, NOW, BEFORE, near_m=100, outline_sd_m=0.5)
    # beside a: one surely new, one that stood, one on the earlier map; beside b: one new; beside c nothing on either map
    assert found.mean.tolist() == pytest.approx([1, 1, np.nan], nan_ok=True)
    perhaps = houses([0], [5.0], stood_before=[np.nan])
    found = press.new_buildings(ASSETS, perhaps, BEFORE, near_m=100, outline_sd_m=0.5)
    assert (found.mean[0], found.sd[0]) == (0.5, 0.5)


def test_layers_of_protection_that_are_lacking():
    found = press.unprotected(ASSETS, ZONES, RULES, near_m=100)
    # a lacks the gazetted ground; b the register too; of c's register nothing is known, and no limit of height holds
    assert found.mean.tolist() == pytest.approx([1, 2, 2.5])
    assert found.sd[:2].tolist() == [0, 0]
    assert found.sd[2] == pytest.approx(np.sqrt(1 / 12))


def ranked(**given):
    layers = {
        "heritage_zones": ZONES, "heritage_rules": RULES, "buildings": NOW, "buildings_before": BEFORE, "venues": VENUES,
    } | given  # fmt: skip
    knobs = {name: layers.pop(name) for name in list(layers) if name in {"weights", "seed", "first", "draws"}}
    rows = asset_ranking(ASSETS, **layers, **{"first": 1, "draws": 400, **knobs})
    return conform_listing(rows, LISTINGS["heritage.asset_ranking"], ASSETS.crs).set_index("asset")


def test_the_most_pressing_is_first_and_each_rank_has_its_interval():
    found = ranked()
    assert found.index[0] == "a"
    assert (found["rank_low"] <= found["rank_median"]).all()
    assert (found["rank_median"] <= found["rank_high"]).all()
    assert found["among_first"].sum() == pytest.approx(1)
    assert found["visitors"].to_dict() == {"a": 2, "b": 0, "c": 0}
    assert found.loc["c", "criteria_known"] == 0.5
    width = found["rank_high"] - found["rank_low"]
    assert width["c"] >= width["b"]
    assert not any("score" in column for column in COLUMNS)


def test_a_layer_that_the_city_lacks_leaves_its_criterion_out_for_all():
    found = ranked(venues=None, buildings_before=None)
    assert found["visitors"].isna().all()
    assert found["new_buildings"].isna().all()
    assert found.loc["a", "criteria_known"] == 1  # of those that are compared


def test_one_criterion_alone_is_no_ranking():
    rows = asset_ranking(ASSETS, venues=VENUES)
    assert rows.empty
    assert rows.attrs["reason"] == "too_few"


def test_declared_weights_and_seeds():
    heavy = dict.fromkeys(("too_high", "new_buildings", "unprotected"), (0.0, 0.0)) | {"visitors": (1.0, 1.0)}
    found = ranked(weights=heavy, seed=3)
    assert found.loc["a", "rank_median"] == 1
    same, again = ranked(seed=5), ranked(seed=5)
    assert same["among_first"].tolist() == again["among_first"].tolist()
