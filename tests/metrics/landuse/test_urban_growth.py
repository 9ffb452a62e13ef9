"""Growth of the town between 2015 and 2025, worked by hand from its tables."""

import numpy as np
import pytest
from town import COVER_2015, COVER_2025, cover

from urbanplan.metrics.landuse.built_up_per_person import built_up_per_person
from urbanplan.metrics.landuse.built_up_share import built_up_share
from urbanplan.metrics.landuse.canopy_share import canopy_share
from urbanplan.metrics.landuse.cover_change import cover_change
from urbanplan.metrics.landuse.cover_transitions import cover_transitions
from urbanplan.metrics.landuse.expansion_share import expansion_share
from urbanplan.metrics.landuse.land_consumption_rate import land_consumption_rate
from urbanplan.metrics.landuse.land_consumption_ratio import land_consumption_ratio
from urbanplan.metrics.landuse.new_development import new_development
from urbanplan.metrics.landuse.population_growth_rate import population_growth_rate
from urbanplan.metrics.landuse.urban_centres import urban_centres
from urbanplan.metrics.landuse.urban_growth import urban_growth

BLOCK = 20_000.0
"""A block of the town's land cover: 100 by 200 m."""


@pytest.fixture(scope="module")
def both():
    """Give land cover at both dates."""
    return cover({2015: COVER_2015, 2025: COVER_2025})


def test_shares_of_cover(both, city, zones, cells):
    assert canopy_share(both, city)["value"].tolist() == pytest.approx([2 / 12])
    assert built_up_share(both, city)["value"].tolist() == pytest.approx([5 / 12])
    # the zones meet at 250 m, in the middle of the third column of blocks and of a column of cells
    assert built_up_share(both, zones)["value"].tolist() == pytest.approx([2.5 / 5, 2.5 / 7])
    by_cell = canopy_share(both, cells)["value"].to_numpy().reshape(4, 6)
    assert by_cell.tolist() == [[0, 0, 0, 0, 1, 0]] * 2 + [[1, 0, 0, 0, 0, 0]] * 2


def test_low_and_high_where_part_is_unknown(city):
    some = COVER_2025.copy()
    some[:, :5] = 0
    row = built_up_share(cover({2025: some}), city).iloc[0]
    assert (row["coverage"], row["value"]) == pytest.approx((10 / 12, 4 / 10))
    assert (row["low"], row["high"]) == pytest.approx((4 / 12, 6 / 12))


def test_rates_and_ratio(both, cells, city):
    lcr, pgr = np.log(5 / 2) / 10, np.log(np.arange(10, 34).sum() / np.arange(8, 32).sum()) / 10
    assert land_consumption_rate(both, cells, city)["value"].tolist() == pytest.approx([lcr])
    assert land_consumption_rate(both, cells, city, rate="simple")["value"].tolist() == pytest.approx([0.15])
    assert population_growth_rate(cells, city)["value"].tolist() == pytest.approx([pgr])
    assert land_consumption_ratio(both, cells, city)["value"].tolist() == pytest.approx([lcr / pgr])
    simple = land_consumption_ratio(both, cells, city, rate="simple")
    assert simple["value"].tolist() == pytest.approx([0.15 / pgr])
    each = built_up_per_person(both, cells, city)["value"]
    assert each.tolist() == pytest.approx([5 * BLOCK / np.arange(10, 34).sum()])


def test_one_date_and_people_that_do_not_grow_are_unknown(both, cells, city):
    once = cover({2025: COVER_2025})
    assert land_consumption_rate(once, cells, city)["reason"].tolist() == ["layer_missing"]
    assert land_consumption_ratio(once, cells, city)["reason"].tolist() == ["layer_missing"]
    still = cells.assign(population_before=cells["population"])
    assert land_consumption_ratio(both, still, city)["reason"].tolist() == ["not_interpretable"]
    fewer = cells.assign(population_before=2 * cells["population"])
    assert land_consumption_ratio(both, fewer, city)["reason"].tolist() == ["not_interpretable"]
    assert population_growth_rate(fewer, city)["value"].iloc[0] == pytest.approx(-np.log(2) / 10)
    unknown = cells.drop(columns=["population_before", "years_between"])
    assert population_growth_rate(unknown, city)["reason"].tolist() == ["population_unknown"]


def test_the_listing_reads_the_ratio(both, cells, zones, city):
    rows = urban_growth(both, cells, zones, city)
    assert rows["name"].tolist() == ["Town", "west", "east"]
    first = rows.iloc[0]
    assert (first["built_before_m2"], first["built_m2"]) == pytest.approx((2 * BLOCK, 5 * BLOCK))
    assert first["reading"] == "faster"
    assert rows["built_m2"].iloc[1:].sum() == pytest.approx(first["built_m2"])
    assert (first["people_before"], first["people"]) == pytest.approx(
        (np.arange(8, 32).sum(), np.arange(10, 34).sum())
    )
    assert rows["people"].iloc[1:].sum() == pytest.approx(first["people"])
    fewer = urban_growth(both, cells.assign(population_before=99.0), zones, city)
    assert set(fewer["reading"]) == {"people_fewer"}
    assert fewer["ratio"].iloc[0] < 0
    still = urban_growth(both, cells.assign(population_before=cells["population"] * 0.999), zones, city)
    assert set(still["reading"]) == {"people_still"}
    nobody = urban_growth(both, cells.assign(population=np.nan), zones, city)
    assert set(nobody["reading"]) == {"unknown"}
    assert nobody["land_consumption_rate"].notna().all()
    assert urban_growth(cover({2025: COVER_2025}), cells, zones, city).empty


def test_what_each_class_gained(both, city):
    rows = cover_change(both, city).set_index("cover")
    assert rows.loc["built", ["before_m2", "after_m2", "gain_m2", "loss_m2"]].tolist() == [
        2 * BLOCK, 5 * BLOCK, 3 * BLOCK, 0
    ]  # fmt: skip
    assert rows.loc["trees", ["gain_m2", "loss_m2", "swap_m2"]].tolist() == [BLOCK, 2 * BLOCK, 2 * BLOCK]
    assert rows.loc["water", "pace"] == "dormant"
    assert rows.loc["built", "pace"] == "active"
    assert rows["net_m2"].sum() == pytest.approx(0)
    pairs = cover_transitions(both, city)
    assert pairs["area_m2"].sum() == pytest.approx(12 * BLOCK)
    assert pairs["share"].sum() == pytest.approx(1)
    pair = pairs.set_index(["cover_before", "cover"]).loc[("trees", "crops")]
    assert (pair["area_m2"], pair["share_of_before"]) == pytest.approx((BLOCK, 1 / 3))
    once = cover({2025: COVER_2025})
    assert cover_change(once, city).empty
    assert cover_transitions(once, city).empty


def test_where_the_town_grew(both, city, zones):
    # in the east two new blocks, at the edge; in the west one, with 10 of 16
    rows = new_development(both, city)
    assert rows["area_m2"].tolist() == pytest.approx([2 * BLOCK, BLOCK])
    assert rows["growth"].tolist() == ["edge", "infill"]
    assert rows["expansion_index"].tolist()[1] == pytest.approx(10 / 16)
    assert new_development(both, city, min_area_m2=3.5 * BLOCK).empty
    assert new_development(cover({2025: COVER_2025}), city).empty
    shares = {
        kind: expansion_share(both, city, zones, growth=kind)["value"]
        for kind in ("infill", "edge", "leapfrog")
    }
    assert sum(shares.values()).tolist() == pytest.approx([1, 1])
    assert shares["edge"].tolist() == [0, 1]
    assert expansion_share(cover({2025: COVER_2025}), city, city)["reason"].tolist() == ["layer_missing"]


def test_urban_centres_of_the_town(cells):
    assert urban_centres(cells).empty
    many = cells.assign(population=5_000.0)
    rows = urban_centres(many)
    assert rows["people"].tolist() == pytest.approx([120_000])
    assert rows["density"].tolist() == pytest.approx([120_000 / 0.24])
