"""Green space per person."""

import numpy as np
import pytest
from town import box, frame

from urbanplan.metrics.landuse.green_per_person import green_per_person


def test_hand_worked(cells, city, zones):
    parks = frame(
        "open_space",
        [box(0, 0, 100, 100), box(50, 0, 150, 100), box(200, 0, 300, 200), box(0, 300, 50, 400)],
        access=["yes", None, None, "private"],
    )
    people = cells["population"].sum()
    assert green_per_person(parks, cells, city)["value"].iloc[0] == pytest.approx((15_000 + 20_000) / people)
    west = np.arange(10.0, 34.0).reshape(4, 6)
    west = west[:, :2].sum() + west[:, 2].sum() / 2
    table = green_per_person(parks, cells, zones)
    assert table["value"].tolist() == pytest.approx([25_000 / west, 10_000 / (people - west)])
    assert table["n"].tolist() == [3, 1]


def test_where_parks_are_not_mapped_neither_parks_nor_people_count(cells, city, zones):
    parks = frame("open_space", [box(150, 0, 250, 100), box(500, 0, 600, 100)])
    partly = cells.assign(known=np.arange(24) % 6 < 4)
    people = np.arange(10.0, 34.0).reshape(4, 6)
    row = green_per_person(parks, partly, city).iloc[0]
    assert row["value"] == pytest.approx(10_000 / people[:, :4].sum())
    assert row["coverage"] == pytest.approx(people[:, :4].sum() / people.sum())
    assert green_per_person(parks, partly, zones)["reason"].tolist() == ["", "not_mapped"]


def test_reasons(cells, city):
    park = frame("open_space", [box(0, 0, 10, 10)])
    closed = frame("open_space", [box(0, 0, 10, 10)], access=["no"])
    assert green_per_person(closed, cells, city)["reason"].tolist() == ["no_places"]
    assert green_per_person(park, cells.assign(population=0.0), city)["reason"].tolist() == ["no_people"]
    assert green_per_person(park, cells.assign(population=np.nan), city)["reason"].tolist() == [
        "population_unknown"
    ]
    few = cells.assign(population=0.01)
    assert green_per_person(park, few, city)["reason"].tolist() == ["no_people"]
    assert green_per_person(park, few, city, min_people=0.1)["value"].iloc[0] == pytest.approx(100 / 0.24)


def test_half_the_people_have_twice_the_green_each(layers):
    here = green_per_person(layers["open_space"], layers["cells"], layers["zones"])["value"].to_numpy()
    fewer = layers["cells"].assign(population=layers["cells"]["population"] / 2)
    assert green_per_person(layers["open_space"], fewer, layers["zones"])[
        "value"
    ].to_numpy() == pytest.approx(2 * here)
    # the peer: geopandas unites and cuts
    union = layers["open_space"].union_all()
    areas = layers["zones"].intersection(union).area.to_numpy()
    people = np.arange(10.0, 34.0).reshape(4, 6)
    west = people[:, :2].sum() + people[:, 2].sum() / 2
    assert here == pytest.approx(areas / [west, people.sum() - west])
