"""Share of the land in one use."""

import geopandas as gpd
import pytest
from town import box, frame

from urbanplan.metrics.landuse.share import share
from urbanplan.model.layers import LAND_USE_CLASSES


@pytest.fixture
def half():
    """Give 100 x 100 m, of which 60 % are mapped: 15 % housing, 45 % fields."""
    shapes = [box(0, 0, 15, 100), box(15, 0, 60, 100)]
    return frame("land_use", shapes, **{"class": ["residential", "agriculture"]})


def test_of_mapped_land_with_bounds_for_the_rest(half):
    row = share(half, frame("zones", [box(0, 0, 100, 100)]), land_use_class="residential").iloc[0]
    assert row["value"] == pytest.approx(0.25)
    assert row["coverage"] == pytest.approx(0.6)
    assert (row["low"], row["high"]) == pytest.approx((0.15, 0.55))


def test_absent_where_the_class_is_never_mapped_and_zero_where_it_is_elsewhere(half):
    units = frame("zones", [box(20, 0, 60, 100), box(0, 0, 100, 100), box(0, 0, 200, 100)])
    assert share(half, units, land_use_class="forest")["reason"].tolist() == ["no_places"] * 3
    table = share(half, units, land_use_class="residential")
    assert table["value"].iloc[0] == 0.0
    assert table["reason"].iloc[2] == "not_mapped"
    assert table.iloc[2][["value", "low", "high"]].isna().all()


def test_shares_of_all_classes_add_up_to_one_and_agree_with_geopandas(layers):
    uses, zones = layers["land_use"], layers["zones"]
    total = 0.0
    cut = gpd.overlay(uses, zones.reset_index(names="zone")[["zone", "geometry"]])
    for name in LAND_USE_CLASSES:
        got = share(uses, zones, land_use_class=name)["value"]
        areas = cut.area.groupby([cut["zone"], cut["class"]]).sum().unstack(fill_value=0)
        peer = areas[name] / areas.sum(axis=1)
        assert got.to_numpy() == pytest.approx(peer.to_numpy())
        total = total + got
    assert total.to_numpy() == pytest.approx([1.0, 1.0])


def test_order_of_the_areas_does_not_matter(layers):
    here = share(layers["land_use"], layers["zones"], land_use_class="forest")
    there = share(layers["land_use"].iloc[::-1], layers["zones"].iloc[::-1], land_use_class="forest").iloc[
        ::-1
    ]
    assert there["value"].to_numpy() == pytest.approx(here["value"].to_numpy())
