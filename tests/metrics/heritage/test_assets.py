"""Heritage assets, counted and per square kilometre."""

import numpy as np
import pytest
from town import box, frame, point

from urbanplan.metrics.heritage.asset_density import asset_density
from urbanplan.metrics.heritage.assets import assets


def test_hand_worked(layers):
    table = assets(layers["heritage_assets"], layers["zones"])
    # the wall (240-260 m) is halved by the border at 250 m
    assert table["value"].tolist() == pytest.approx([1.5, 1.5])
    assert table["n"].tolist() == [2, 2]
    dense = asset_density(layers["heritage_assets"], layers["zones"])
    assert dense["value"].tolist() == pytest.approx([1.5 / 0.1, 1.5 / 0.14])


def test_zones_add_up_to_the_city(layers, city):
    rng = np.random.default_rng(8)
    shapes = [point(x, y) for x, y in rng.uniform((0, 0), (600, 400), (60, 2))]
    shapes += [box(x, y, x + 40, y + 15) for x, y in rng.uniform((0, 0), (550, 380), (60, 2))]
    many = frame("heritage_assets", [*shapes, point(250, 100)])
    parts = assets(many, layers["zones"])["value"]
    assert parts.sum() == pytest.approx(121)
    assert assets(many, city)["value"].iloc[0] == pytest.approx(121)
    # the peer: geopandas cuts the polygons and joins the points
    west = layers["zones"].geometry.iloc[0]
    polygons, points = many.iloc[60:120], many.iloc[:60]
    peer = (polygons.intersection(west).area / polygons.area).sum() + points.within(west).sum() + 1
    assert parts.iloc[0] == pytest.approx(peer)


def test_none_here_is_zero_and_none_anywhere_is_unknown(zones):
    here = frame("heritage_assets", [point(10, 10)])
    assert assets(here, zones)["value"].tolist() == [1, 0]
    for metric in (assets, asset_density):
        table = metric(frame("heritage_assets", []), zones)
        assert table["value"].isna().all()
        assert table["reason"].tolist() == ["no_places"] * 2


def test_scaling_the_town_by_two_divides_density_by_four(layers):
    big = {
        name: layers[name].set_geometry(layers[name].scale(2, 2, origin=(0, 0)))
        for name in ("heritage_assets", "zones")
    }
    here = asset_density(layers["heritage_assets"], layers["zones"])["value"].to_numpy()
    assert asset_density(big["heritage_assets"], big["zones"])["value"].to_numpy() == pytest.approx(here / 4)
