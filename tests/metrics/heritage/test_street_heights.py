"""Heights beside streets: twice the distance to the far side, worked by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from town import box, frame, streets

from urbanplan.metrics.heritage.street_heights import MR55, street_heights

RULES = frame(
    "heritage_rules", [box(0, 0, 500, 100)], kind="street_ratio", value=[2.0], clause=["44"]
).set_axis(["S"])


def road(**tags):
    network = streets([(0, 0), (500, 0)], [(0, 1)], mode="drive")
    told = {name: [value] for name, value in tags.items()}
    network.tags[list(told)] = pd.DataFrame(told, index=network.tags.index)
    return network


def house(top, setback, **more):
    columns = {"highest_point_m": [top], "highest_point_sd_m": 0.5, "wall_top_m": [top], "wall_top_sd_m": 0.5}
    return frame("buildings", [box(100, setback, 110, setback + 10)], **(columns | more)).set_axis(["h"])


def test_the_limit_is_twice_the_way_to_the_far_side():
    # residential street of two lanes: 6.4 m wide; a wall 8 m from its middle stands 11.2 m from the far side: 22.4 m allowed
    rows = street_heights(house(30.0, 8.0), road(highway="residential", lanes="2"), RULES)
    row = rows.iloc[0]
    assert (row["far_side_m"], row["allowed_m"]) == (pytest.approx(11.2), pytest.approx(22.4))
    sd = np.hypot(0.5, 2 * np.hypot(0.75, 1.0))
    assert row["chance"] == pytest.approx(stats.norm.sf((22.4 - 30.0) / sd), rel=1e-6)
    assert (row["clause"], row["rule"]) == ("44", "S")
    assert street_heights(house(20.0, 8.0), road(highway="residential", lanes="2"), RULES).empty


def test_a_ridge_set_back_is_held_against_its_own_distance():
    low_wall = house(24.0, 8.0, wall_top_m=[12.0])
    # over the middle, 13 m from the street's: 2 (13 + 3.2) = 32.4 m
    assert street_heights(low_wall, road(highway="residential", lanes="2"), RULES).empty
    assert len(street_heights(house(24.0, 8.0), road(highway="residential", lanes="2"), RULES)) == 1


def test_private_lanes_are_no_streets_and_without_a_rule_nothing_is_said():
    assert street_heights(house(60.0, 8.0), road(highway="service"), RULES).empty
    nothing = RULES.iloc[:0]
    assert street_heights(house(60.0, 8.0), road(highway="primary"), nothing).empty
    rows = street_heights(house(60.0, 8.0), road(highway="primary"), nothing, everywhere_ratio=2.0)
    assert rows["clause"].tolist() == [MR55]
