"""Walking distance to an entrance of a large green space."""

import numpy as np
import pytest
from town import box, frame, streets

from urbanplan.metrics.landuse.green_distance import green_distance

STREET = [(0, 50), (600, 50)]
"""One street along the middle of the lowest row of cells."""


def lane():
    """Give that street as a network."""
    return streets(STREET, [(0, 1)])


def test_along_the_street_to_where_it_crosses_the_outline(cells):
    park = frame("open_space", [box(400, -50, 600, 50)])  # its lower half lies outside the town: 2 ha
    table = green_distance(park, lane(), cells)
    lowest = table.loc[[f for f in table.index if cells.loc[f, "row"] == cells["row"].min()]]
    # middles at 50, 150 … 550; the park begins at 400 and its edge runs along the street: no centre is asked
    assert lowest["value"].tolist() == pytest.approx([350, 250, 150, 50, 0, 0])


def test_a_space_of_exactly_a_hectare_counts_and_a_smaller_one_does_not(cells):
    hectare, less = box(400, 0, 500, 100), box(100, 0, 199, 100)
    found = green_distance(frame("open_space", [hectare, less]), lane(), cells)["value"]
    alone = green_distance(frame("open_space", [hectare]), lane(), cells)["value"]
    assert found.equals(alone)
    nearer = green_distance(frame("open_space", [hectare, less]), lane(), cells, min_area_m2=9_900.0)["value"]
    assert nearer.min() == 0
    assert (nearer <= alone).all()
    assert (nearer < alone).any()


def test_two_pieces_of_half_a_hectare_are_one_space(cells):
    pieces = frame("open_space", [box(400, 0, 450, 100), box(450, 0, 500, 100)])
    whole = frame("open_space", [box(400, 0, 500, 100)])
    assert green_distance(pieces, lane(), cells).equals(green_distance(whole, lane(), cells))


def test_closed_spaces_and_far_cells(cells):
    closed = frame("open_space", [box(400, 0, 500, 100)], access=["private"])
    assert set(green_distance(closed, lane(), cells)["reason"]) == {"no_places"}
    park = frame("open_space", [box(400, 0, 500, 100)])
    far = green_distance(park, lane(), cells, max_off_street_m=150.0)
    off = cells["row"] - cells["row"].min() >= 2
    assert set(far.loc[off, "reason"]) == {"off_network"}
    assert far.loc[~off, "value"].notna().all()


def test_longer_streets_make_longer_ways_and_a_straight_line_is_never_longer(layers):
    table = green_distance(layers["open_space"], layers["walk"], layers["cells"])
    big = layers["open_space"][layers["open_space"].area >= 10_000]
    straight = layers["cells"].centroid.distance(big.union_all()).to_numpy()
    assert (table["value"].to_numpy() >= straight - 1e-6).all()
    assert np.isfinite(table["value"]).all()
