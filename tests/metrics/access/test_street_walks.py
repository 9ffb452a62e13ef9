"""People on their way to places: a lane worked out by hand, and everybody who sets out arrives."""

import numpy as np
import pytest
from town import frame, lattice, point, streets

from urbanplan.metrics.access.street_walks import street_walks


@pytest.fixture(scope="module")
def lane():
    """Give six streets of 100 m in a row through the middles of the lowest cells."""
    return streets([(100 * c, 50) for c in range(7)], [(c, c + 1) for c in range(6)])


@pytest.fixture
def home(cells):
    """Give the lowest row of cells; ten people live in the first one."""
    row = cells[cells.geometry.centroid.y < cells.geometry.centroid.y.min() + 1]
    return row.assign(population=[10.0, 0, 0, 0, 0, 0])


def shops(*at):
    return frame("places", [point(x, 50) for x in at], category=["food"] * len(at))


def test_who_has_two_places_goes_to_the_nearer_the_likelier(lane, home):
    # ten people stand at the corner of 0 m (half way is the first end): shops at the corners of 200 and 400 m
    table = street_walks(shops(200, 400), lane, home, lane.streets(), half_life_m=200.0)
    near, far = 2**-1, 2**-2
    beyond = 10 * far / (near + far)
    assert table["value"].tolist() == pytest.approx([10, 10, beyond, beyond, 0, 0], rel=1e-5)
    assert (table["low"] == table["value"]).all()
    close = street_walks(shops(200, 400), lane, home, lane.streets(), max_distance_m=399.0)
    assert close["value"].tolist() == pytest.approx([10, 10, 0, 0, 0, 0])


def test_kinds_of_places_and_nobody(lane, home):
    both = shops(200, 400).assign(category=["food", "park"])
    park = street_walks(both, lane, home, lane.streets(), category="park")
    assert park["value"].tolist() == pytest.approx([10, 10, 10, 10, 0, 0])
    assert (
        street_walks(both, lane, home.assign(population=0.0), lane.streets())["value"].tolist() == [0.0] * 6
    )
    assert set(street_walks(both, lane, home, lane.streets(), category="bank")["reason"]) == {"no_places"}


def test_where_people_of_unknown_number_would_pass_nothing_is_known(lane, home):
    unknown = home.assign(population=[10.0, 0, 0, 0, 0, np.nan])
    table = street_walks(shops(200), lane, unknown, lane.streets())
    # who lives at the far end would walk to the shop from there
    assert table["reason"].tolist() == ["", "", *["population_unknown"] * 3, ""]
    assert table["value"].iloc[:2].tolist() == pytest.approx([10, 10])
    unmapped = street_walks(shops(200), lane, unknown.assign(known=[True] * 5 + [False]), lane.streets())
    assert unmapped["reason"].tolist() == [""] * 6
    assert unmapped["coverage"].tolist() == pytest.approx([5 / 6] * 6)


def test_a_sample_holds_the_whole_within_its_bounds(cells):
    net = lattice(7, 5, 100)
    places = shops(0, 300, 600)
    whole = street_walks(places, net, cells, net.streets())
    drawn = street_walks(places, net, cells, net.streets(), samples=12)
    assert ((drawn["low"] <= whole["value"] + 1e-9) & (whole["value"] <= drawn["high"] + 1e-9)).all()
