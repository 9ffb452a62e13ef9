"""Share of people near green or open space, by four rules."""

import numpy as np
import pytest
from town import box, frame, streets

from urbanplan.metrics.landuse.green_access import RULES, green_access

STREET = streets([(0, 50), (600, 50)], [(0, 1)])


def people(cells, chosen):
    """Give the people of the lowest row in chosen columns."""
    lowest = cells[cells["row"] == cells["row"].min()].sort_values("col")
    return lowest["population"].to_numpy()[chosen].sum()


def row(space, cells, city, rule):
    """Give what is measured for cells of the lowest row alone: the others hold nobody."""
    lowest = cells["row"] == cells["row"].min()
    lived = cells.assign(population=np.where(lowest, cells["population"], 0.0))
    return green_access(frame("open_space", [space]), STREET, lived, city, rule=rule).iloc[0]


def test_the_rules_are_the_published_ones():
    assert RULES == {
        "who": (5_000, 300),
        "hectare": (10_000, 300),
        "sdg": (0, 400),
        "large": (15_000, 500),
    }


@pytest.mark.parametrize(
    ("space", "rule", "reached"),
    [
        (
            box(400, 0, 450, 100),
            "who",
            [1, 2, 3, 4, 5],
        ),  # 0.5 ha; middles at 150 … 550 are 250, 150, 50, 0, 100 away
        (box(400, 0, 449, 100), "who", None),  # less than 0.5 ha
        (box(400, 0, 450, 100), "hectare", None),
        (box(400, 0, 500, 100), "hectare", [1, 2, 3, 4, 5]),
        (box(500, 40, 510, 60), "sdg", [1, 2, 3, 4, 5]),  # any size, 400 m: 350 and 450 from the first two
        (box(550, -100, 600, 200), "large", [0, 1, 2, 3, 4, 5]),  # 1.5 ha, 500 m exactly from the first
        (box(551, -100, 601, 200), "large", [1, 2, 3, 4, 5]),
    ],
)
def test_hand_worked(cells, city, space, rule, reached):
    found = row(space, cells, city, rule)
    if reached is None:
        assert found["reason"] == "no_places"
        return
    everybody = people(cells, slice(None))
    assert found["value"] == pytest.approx(people(cells, reached) / everybody)
    assert (found["coverage"], found["low"], found["high"]) == pytest.approx(
        (1, found["value"], found["value"])
    )
    assert found["n"] >= len(reached)


def test_people_of_whom_nothing_is_known_make_the_interval(cells, city):
    east = cells["col"] - cells["col"].min() >= 4
    half = cells.assign(known=~east)
    park = frame("open_space", [box(0, 0, 100, 100)])
    found = green_access(park, STREET, half, city, rule="hectare").iloc[0]
    everybody, known = cells["population"].sum(), cells.loc[~east, "population"].sum()
    assert found["coverage"] == pytest.approx(known / everybody)
    assert found["low"] == pytest.approx(found["value"] * known / everybody)
    assert found["high"] - found["low"] == pytest.approx(1 - known / everybody)


def test_a_larger_space_a_longer_walk_or_more_spaces_never_take_access_away(layers):
    spaces, walk = layers["open_space"], layers["walk"]
    cells, zones = layers["cells"], layers["zones"]
    who, hectare = (
        green_access(spaces, walk, cells, zones, rule=rule)["value"] for rule in ("who", "hectare")
    )
    assert (who >= hectare).all()
    fewer = green_access(spaces.iloc[:1], walk, cells, zones, rule="sdg")["value"]
    assert (green_access(spaces, walk, cells, zones, rule="sdg")["value"] >= fewer).all()
