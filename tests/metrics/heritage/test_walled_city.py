"""The walled city as lists: outline, gates, corners, and the moat's edges."""

import numpy as np
import pytest
import shapely
from town import box, frame, point, streets

from urbanplan.methods.grid import lay_grid
from urbanplan.metrics.heritage.gates_and_corners import gates_and_corners
from urbanplan.metrics.heritage.moat_edges import moat_edges
from urbanplan.metrics.heritage.moat_gaps import moat_gaps
from urbanplan.metrics.heritage.walled_city import walled_city


@pytest.fixture
def zones():
    """Give an old town of 400 m by 300 m."""
    return frame("heritage_zones", [box(100, 100, 500, 400)], kind=["old_town"], proxy=[True]).set_axis(["z"])


@pytest.fixture
def assets():
    """Give three gates, one of them of another town, and one bastion."""
    shapes = [point(300, 405), point(500, 200), point(900, 200), point(495, 395)]
    kinds = ["historic=city_gate"] * 3 + ["historic=bastion"]
    return frame("heritage_assets", shapes, kind=kinds, name=["เหนือ", "ตะวันออก", "ไกล", "แจ่ง"])


def test_outline_gates_and_corners_by_hand(zones, assets):
    outline = walled_city(zones, assets)
    assert outline["trace"].tolist() == ["zone_proxy"]
    assert outline[["north_m", "east_m", "squareness"]].iloc[0].tolist() == pytest.approx([400, 300, 0.75])
    assert np.isnan(outline["remains_share"].iloc[0])
    rows = gates_and_corners(zones, assets)
    assert rows["place_kind"].tolist() == ["corner_unmapped", "gate", "corner", "gate", "corner_unmapped", "corner_unmapped"]  # fmt: skip
    assert rows["along_m"].tolist() == pytest.approx([0, 200, 400, 600, 700, 1100])
    gates = rows[rows["place_kind"] == "gate"].set_index("name")
    assert gates["wall_side"].to_dict() == {"เหนือ": "north", "ตะวันออก": "east"}
    assert gates["from_line_m"].tolist() == pytest.approx([5, 0])
    assert gates["from_middle_m"].tolist() == pytest.approx([0, 50])
    assert gates["next_m"].tolist() == pytest.approx([400, 1000])
    corner = rows[rows["place_kind"] == "corner"].iloc[0]
    assert (corner["wall_side"], corner["from_corner_m"]) == (
        "north_east",
        pytest.approx(np.hypot(5, 5), abs=0.05),
    )


def test_a_wall_on_one_side_only_does_not_stand_for_the_whole(zones, assets):
    wall = shapely.LineString(np.array(box(110, 380, 480, 390).exterior.coords)[1:4])
    more = frame("heritage_assets", [*assets.geometry, wall], kind=[*assets["kind"], "city_wall"])
    assert set(gates_and_corners(zones, more)["trace"]) == {"zone_proxy"}
    outline = walled_city(zones, more).set_index("trace")
    assert outline.loc["wall", "line_m"] == pytest.approx(380)


def test_a_city_without_walls_has_no_rows_and_says_why(zones, assets):
    nothing = gates_and_corners(zones.iloc[:0], assets)
    assert nothing.empty
    assert nothing.attrs["reason"] == "nothing_to_measure"
    assert walled_city(zones.iloc[:0], assets).empty
    none = moat_edges(
        frame("water", []), streets([(0, 0), (9, 0)], [(0, 1)]), frame("buildings", []), _cells()
    )
    assert none.empty
    assert none.attrs["reason"] == "no_places"


def _cells():
    cells = lay_grid(box(0, 0, 600, 500), "EPSG:32647", cell_m=100)
    return cells.assign(known=True)


def test_edges_of_the_moat_and_its_gaps():
    ring = box(80, 80, 520, 420) - box(100, 100, 500, 400) - box(290, 390, 330, 430)
    water = frame("water", [ring], kind=["water=moat"], name=["คูเมือง"])
    walk = streets([(70, 80), (70, 420)], [(0, 1)])
    houses = frame("buildings", [box(200, 60, 230, 79), box(300, 110, 310, 120)])
    rows = moat_edges(water, walk, houses, _cells()).set_index(["edge", "edge_state"])
    assert rows.groupby("edge")["edge_share"].sum().tolist() == pytest.approx([1, 1])
    assert rows.loc[("outer", "built"), "length_m"] == pytest.approx(30 + 2 * np.sqrt(3**2 - 1), abs=4)
    assert rows.loc[("outer", "accessible"), "longest_m"] == pytest.approx(340 + 15 + 2 * np.sqrt(25**2 - 10**2) - 10, abs=30)  # fmt: skip
    assert ("inner", "built") not in rows.index
    gaps = moat_gaps(water, walk, houses, _cells())
    assert gaps["edge_state"].tolist() == ["built", "gap", "gap"]
    assert gaps["wall_side"].tolist() == ["south", "north", "north"]
    assert gaps["length_m"].tolist()[1:] == pytest.approx([34, 34], abs=2)
    outer = gaps[(gaps["edge_state"] == "gap") & (gaps["edge"] == "outer")].iloc[0]
    assert outer["along_m"] == pytest.approx(210 + 3, abs=2)
    dark = moat_edges(water, walk, houses, _cells().assign(known=False))
    assert set(dark["edge_state"]) == {"not_mapped", "built", "gap"}
