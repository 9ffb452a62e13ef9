"""Places that people share: supply is conserved on streets too, and unknown people make values unknown."""

import numpy as np
import pytest
from town import frame, point, streets

from urbanplan.metrics.access.catchment_e2sfca import SHARED, catchment_e2sfca
from urbanplan.metrics.access.catchment_e2sfca_mean import catchment_e2sfca_mean
from urbanplan.metrics.access.spatial_availability import spatial_availability


@pytest.fixture
def lane():
    """Give a lane along y = 50 m, from x = 0 to 600 m."""
    return streets([(0, 50), (600, 50)], [(0, 1)])


@pytest.fixture
def row(cells):
    """Give the six cells along the lane, with 10 to 15 people."""
    return cells.iloc[:6]


@pytest.fixture
def clinics():
    """Give two clinics at the ends of the lane, at 50 and 550 m."""
    return frame("places", [point(50, 50), point(550, 50)], category=["health"] * 2)


RINGS = {"near_m": 100.0, "middle_m": 200.0, "max_distance_m": 300.0}


def test_rings_by_hand(lane, row, clinics):
    table = catchment_e2sfca(clinics, lane, row, row, **RINGS)
    west = 10 + 11 + 0.68 * 12 + 0.22 * 13
    east = 15 + 14 + 0.68 * 13 + 0.22 * 12
    expected = [1 / west, 1 / west, 0.68 / west + 0.22 / east, 0.22 / west + 0.68 / east, 1 / east, 1 / east]
    assert table["value"].tolist() == pytest.approx([1000 * value for value in expected])
    assert table["coverage"].tolist() == [1] * 6


def test_over_people_it_adds_up_to_the_places(layers):
    cells = layers["cells"]
    for category in SHARED:
        table = catchment_e2sfca(layers["places"], layers["walk"], cells, cells, category=category)
        assert (table["value"] * cells["population"]).sum() / 1000 == pytest.approx(4)
        parts = spatial_availability(
            layers["places"], layers["walk"], cells, layers["boundary"], category=category
        )
        assert parts["value"].tolist() == pytest.approx([4])


def test_parts_of_zones_by_hand(lane, row, zones, city, clinics):
    asked = {"half_life_m": 100.0, "max_distance_m": 200.0}
    table = spatial_availability(clinics, lane, row, zones, **asked)
    west, east = 10 + 11 / 2 + 12 / 4, 15 + 14 / 2 + 13 / 4
    # the border between the zones halves the third cell
    part = (12 / 4) / west
    assert table["value"].tolist() == pytest.approx([(10 + 5.5) / west + part / 2, part / 2 + 1])
    assert table["n"].tolist() == [3, 4]
    assert east > west
    assert spatial_availability(clinics, lane, row, city, **asked)["value"].tolist() == pytest.approx([2])


def test_twice_the_people_have_half_each_and_the_same_parts(layers):
    cells, asked = layers["cells"], (layers["places"], layers["walk"])
    twice = cells.assign(population=2 * cells["population"])
    one, two = (catchment_e2sfca(*asked, c, c)["value"].to_numpy() for c in (cells, twice))
    assert two == pytest.approx(one / 2)
    one, two = (spatial_availability(*asked, c, layers["zones"])["value"].to_numpy() for c in (cells, twice))
    assert two == pytest.approx(one)


def test_unknown_people_make_unknown_what_they_compete_for(lane, row, city, clinics):
    people = row.assign(population=[np.nan, 11, 12, 13, 14, 15])
    table = catchment_e2sfca(clinics, lane, people, people, **RINGS)
    assert table["reason"].tolist() == ["population_unknown"] * 4 + ["", ""]
    parts = spatial_availability(clinics, lane, people, city, half_life_m=100.0, max_distance_m=200.0)
    # of 65 people, those of the last three cells share the eastern clinic
    assert parts["value"].tolist() == pytest.approx([1])
    assert parts["coverage"].tolist() == pytest.approx([42 / 65])


def test_nobody_and_nothing(lane, row, city, clinics):
    nobody = row.assign(population=0.0)
    assert set(catchment_e2sfca(clinics, lane, nobody, nobody)["reason"]) == {"no_people"}
    assert spatial_availability(clinics, lane, nobody, city)["reason"].tolist() == ["no_people"]
    assert set(catchment_e2sfca(clinics, lane, row, row, category="school")["reason"]) == {"no_places"}
    assert spatial_availability(clinics, lane, row, city, category="school")["reason"].tolist() == [
        "no_places"
    ]
    # empty houses beside a clinic of others: what one who moved in would share is known
    some = row.assign(population=[0.0, 11, 12, 13, 14, 15])
    assert (catchment_e2sfca(clinics, lane, some, some, **RINGS)["value"] > 0).all()
    # out of reach of all: none, and that is known
    far = catchment_e2sfca(clinics.iloc[:1], lane, row, row, **RINGS)
    assert far["value"].tolist()[4:] == [0, 0]


def test_where_nothing_is_mapped_nothing_is_told_of_the_cell(lane, row, city, clinics):
    partly = row.assign(known=[True, True, False, True, True, True])
    table = catchment_e2sfca(clinics, lane, partly, partly, **RINGS)
    assert table["reason"].tolist() == ["", "", "not_mapped", "", "", ""]
    assert table["coverage"].tolist() == [1, 1, 0, 1, 1, 1]
    whole = catchment_e2sfca(clinics, lane, row, row, **RINGS)["value"]
    assert table["value"].drop(table.index[2]).tolist() == whole.drop(whole.index[2]).tolist()
    parts = spatial_availability(clinics, lane, partly, city)
    assert parts["coverage"].tolist() == pytest.approx([63 / 75])
    little = row.assign(known=[True] + [False] * 5)
    assert spatial_availability(clinics, lane, little, city)["reason"].tolist() == ["not_mapped"]


def test_the_mean_is_over_people_and_says_whose_number_is_unknown(lane, row, city, zones, clinics):
    cells = catchment_e2sfca(clinics, lane, row, row, **RINGS)["value"].to_numpy()
    table = catchment_e2sfca_mean(clinics, lane, row, city, **RINGS)
    assert table["value"].tolist() == pytest.approx([cells @ row["population"] / 75])
    assert table["value"].tolist() == pytest.approx([1000 * 2 / 75])
    people = row.assign(population=[np.nan, 11, 12, 13, 14, 15])
    parts = catchment_e2sfca_mean(clinics, lane, people, zones, **RINGS)
    # the western half of the third cell and the second cell compete with the first, and so does the fourth
    assert parts["reason"].tolist() == ["population_unknown", ""]
    assert parts["coverage"].tolist() == pytest.approx([0, 29 / 48])
    assert parts["value"].iloc[1] == pytest.approx(cells[5])
    none = catchment_e2sfca_mean(clinics, lane, row, city, category="school")
    assert none["reason"].tolist() == ["no_places"]
