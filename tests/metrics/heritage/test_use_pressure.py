"""Pressure of use: hotels, bars, balance and busy streets, worked by hand."""

import math

import numpy as np
import pytest
from scipy import stats
from town import box, frame, point, streets

from urbanplan.base.errors import InputError
from urbanplan.methods.use_pressure import shrunk_share
from urbanplan.metrics.heritage.banned_uses import banned_uses
from urbanplan.metrics.heritage.through_movement import through_movement
from urbanplan.metrics.heritage.venue_density import venue_density
from urbanplan.metrics.heritage.venues_per_resident import venues_per_resident
from urbanplan.metrics.heritage.visitor_balance import visitor_balance
from urbanplan.metrics.heritage.visitor_quotient import visitor_quotient

UNITS = frame("heritage_zones", [box(0, 0, 200, 100), box(0, 0, 100, 100), box(400, 0, 500, 100)]).set_axis(
    ["A", "B", "C"]
)


def venues(*uses_at):
    return frame("venues", [point(x, 50) for _, x in uses_at], use=[use for use, _ in uses_at])


STREET = venues(
    ("lodging", 10),
    ("lodging", 20),
    ("bar", 30),
    ("grocery", 40),
    ("nightclub", 150),
    ("health", 450),
    ("fuel", 460),
    ("market", 800),
)


def test_density_counts_in_each_version_of_a_zone():
    assert venue_density(STREET, UNITS)["value"].tolist() == pytest.approx([1.0, 2.0, 0.0])
    assert venue_density(STREET, UNITS, group="nightlife")["value"].tolist() == pytest.approx([1.0, 1.0, 0.0])
    assert venue_density(STREET, UNITS, group="visitor")["n"].tolist() == [4, 3, 0]


def test_per_resident_by_hand(cells):
    city = frame("boundary", [box(0, 0, 600, 400)]).set_axis(["town"])
    table = venues_per_resident(STREET, cells, city)
    assert table["value"].iloc[0] == pytest.approx(1000 * 2 / cells["population"].sum())
    half = cells.assign(known=np.arange(len(cells)) % 6 < 1)
    assert venues_per_resident(STREET, half, city)["reason"].iloc[0] == "not_mapped"


def test_the_balance_is_drawn_to_the_city_where_little_is_known():
    table = visitor_balance(STREET, UNITS)
    # 4 visitor and 3 daily-life businesses in all: the prior is 4/7, worth 10
    prior = 4 / 7
    assert table.loc["A", "value"] == pytest.approx((4 + 10 * prior) / (5 + 10))
    assert table.loc["C", "value"] == pytest.approx((0 + 10 * prior) / (1 + 10))
    peer = stats.beta(4 + 10 * prior, 1 + 10 * (1 - prior))
    assert table.loc["A", ["low", "high"]].tolist() == pytest.approx(peer.ppf([0.05, 0.95]).tolist())
    empty = visitor_balance(STREET.iloc[:1], UNITS)
    assert empty.loc["C", "reason"] == "nothing_to_measure"


def test_shrinking_has_its_limits():
    assert shrunk_share([0, 5], [5, 5], prior=1.0).value.tolist() == pytest.approx([10 / 15, 1.0])
    assert shrunk_share([900], [1000], prior=0.1).value[0] == pytest.approx(0.892, abs=1e-3)
    assert shrunk_share([0], [0], prior=0.0).high[0] == 0.0
    with pytest.raises(InputError, match="no greater"):
        shrunk_share([3], [2], prior=0.5)


def test_the_quotient_is_one_for_the_whole():
    everywhere = frame("zones", [box(-10, -10, 2000, 200)])
    assert visitor_quotient(STREET, everywhere)["value"].iloc[0] == pytest.approx(1.0)
    assert visitor_quotient(STREET, UNITS)["reason"].tolist() == ["", "too_few", "too_few"]
    assert visitor_quotient(STREET, UNITS).loc["A", "value"] == pytest.approx((4 / 5) / (4 / 8))


def test_banned_uses_name_their_clause_and_disputed_ones_their_asset():
    rules = frame(
        "heritage_rules",
        [box(0, 0, 200, 100), box(0, 0, 200, 100)],
        kind="use_ban",
        uses=["bar; nightclub", "lodging"],
        zone="A",
        clause=["7", "3"],
        in_force_to=[None, "2020"],
    ).set_axis(["R", "R-old"])
    assets = frame("heritage_assets", [point(480, 50)], name=["วัดหนึ่ง"])
    rows = banned_uses(STREET, rules, assets)
    assert rows["conflict"].tolist() == ["banned", "banned", "near_asset"]
    assert rows["use"].tolist() == ["bar", "nightclub", "fuel"]
    assert rows["clause"].tolist()[:2] == ["7", "7"]
    assert (rows["asset"].iloc[2], rows["asset_m"].iloc[2]) == ("วัดหนึ่ง", pytest.approx(20.0))
    then = banned_uses(STREET, rules, assets, on_date="2015")
    assert set(then.loc[then["conflict"] == "banned", "use"]) == {"bar", "nightclub", "lodging"}
    assert banned_uses(STREET, rules.iloc[:0], assets.iloc[:0]).empty


def test_the_bridge_is_the_busiest_street():
    # two crosses joined by one street: every way between the two halves runs along it
    nodes = [(0, 0), (0, 100), (100, 50), (300, 50), (400, 0), (400, 100)]
    network = streets(nodes, [(0, 2), (1, 2), (2, 3), (3, 4), (3, 5)], mode="drive")
    assets = frame("heritage_assets", [point(200, 60), point(0, 95), point(900, 900)])
    table = through_movement(assets, network, assets, samples=0)
    assert table["value"].tolist()[0] == pytest.approx(4 / 5), "four of five streets have fewer ways"
    assert table["value"].iloc[1] == 0.0
    assert table["reason"].iloc[2] == "off_network"
    assert math.isnan(table["value"].iloc[2])
