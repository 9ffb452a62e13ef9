"""Form inside heritage zones and around them: a walled town whose inside was drawn otherwise."""

import numpy as np
import pandas as pd
import pytest
import shapely
from town import box, frame, lattice, streets

from urbanplan.methods.contrast import cliffs_delta
from urbanplan.metrics.heritage.form_contrast import form_contrast


@pytest.fixture(scope="module")
def zone():
    """Give a zone of 800 m in the middle, and one that has ended."""
    shapes = [box(600, 600, 1400, 1400)] * 2
    return frame("heritage_zones", shapes, in_force_to=[None, "2020"]).set_axis(["old", "gone"])


@pytest.fixture(scope="module")
def houses():
    """Give houses on a lattice of 50 m: squares inside the zone, bars of the same area around it."""
    places = [(x, y) for x in range(25, 2000, 50) for y in range(25, 2000, 50)]
    inside = [600 < x < 1400 and 600 < y < 1400 for x, y in places]
    shapes = [
        box(x - 6, y - 6, x + 6, y + 6) if inner else box(x - 12, y - 3, x + 12, y + 3)
        for (x, y), inner in zip(places, inside, strict=True)
    ]
    return frame("buildings", shapes, highest_point_m=np.where(inside, 7.0, 9.0))


def by_measure(table):
    """Give the rows by what they measure."""
    return table.set_index("form_measure")


def test_what_was_drawn_otherwise_is_found_and_what_was_not_is_not(zone, houses):
    found = form_contrast(zone, lattice(21, 21, 100, mode="drive"), houses, around_m=500, block_m=200)
    assert set(found["heritage_zone"]) == {"old"}
    rows = by_measure(found)
    assert rows.loc["building_elongation", "effect"] == 1
    assert rows.loc["building_height", "effect"] == -1
    assert rows.loc["building_area", "effect"] == 0
    assert rows.loc["building_elongation", ["inside_typical", "outside_typical"]].tolist() == pytest.approx(
        [1, 0.25]
    )
    assert rows.loc["building_elongation", "effect_size"] == "large"
    assert rows.loc["building_height", "p_value"] == rows.loc["building_height", "p_step"] == 1e-4
    assert rows.loc["building_area", "p_value"] == 1
    assert rows.loc["building_area", "inside_number"] == 256
    assert rows.loc["streets_per_node", "effect"] == pytest.approx(0)
    # one lattice inside and around: a grid on both sides
    assert rows.loc["orientation_entropy", "effect"] == pytest.approx(0, abs=1e-9)
    assert (rows["p_adjusted"].dropna() >= rows["p_value"].dropna()).all()


def test_streets_alone_and_the_reach_of_the_surroundings(zone):
    rng = np.random.default_rng(3)
    crooked = [
        (100 * c + rng.uniform(-30, 30), 100 * r + rng.uniform(-30, 30))
        if not (600 <= 100 * c <= 1400 and 600 <= 100 * r <= 1400)
        else (100 * c, 100 * r)
        for r in range(21) for c in range(21)
    ]  # fmt: skip
    edges = [(r * 21 + c, r * 21 + c + 1) for r in range(21) for c in range(20)]
    edges += [(r * 21 + c, (r + 1) * 21 + c) for r in range(20) for c in range(21)]
    drive = streets(crooked, edges, mode="drive")
    rows = by_measure(form_contrast(zone, drive, around_m=300, block_m=200))
    assert not set(rows.index) & {"building_area", "plot_area"}
    assert rows.loc["orientation_entropy", "effect"] < -0.5
    assert rows.loc["orientation_entropy", "p_value"] < 0.01
    middle = shapely.line_interpolate_point(drive.lines, 0.5, normalized=True)
    inside = shapely.intersects(zone.geometry.iloc[0], middle)
    near = shapely.dwithin(zone.geometry.iloc[0], middle, 300) & ~inside
    length = rows.loc["street_length"]
    assert (length["inside_number"], length["outside_number"]) == (inside.sum(), near.sum())
    assert length["effect"] == pytest.approx(cliffs_delta(drive.length_m[inside], drive.length_m[near]))


def test_what_is_not_mapped_on_one_side_is_unknown_with_its_reason(zone, houses):
    around = houses[~shapely.intersects(zone.geometry.iloc[0], houses.centroid)]
    rows = by_measure(form_contrast(zone, None, around))
    assert set(rows["unknown_because"]) == {"none_inside"}
    assert rows["effect"].isna().all()
    both = form_contrast(zone, lattice(21, 21, 100, mode="drive"), around)
    compared = both["effect"].notna().tolist()
    assert compared == sorted(compared, reverse=True)
    assert any(compared)
    rows = by_measure(form_contrast(zone, None, houses, block_m=800))
    assert set(rows["unknown_because"]) == {"few_blocks"}
    assert rows.loc["building_elongation", "effect"] == 1
    assert rows["p_value"].isna().all()
    assert form_contrast(zone, None, None).empty
    assert form_contrast(zone.iloc[1:], None, houses).empty
    assert set(form_contrast(zone, None, houses.iloc[:0])["unknown_because"]) == {"none"}


def test_mixed_rows_give_the_same_rows(zone, houses):
    houses = houses.iloc[::4]
    here = form_contrast(zone, None, houses, block_m=200)
    mixed = houses.iloc[np.random.default_rng(1).permutation(len(houses))]
    again = form_contrast(zone.iloc[::-1], None, mixed, block_m=200)
    drop = here.drop(columns="geometry"), again.drop(columns="geometry")
    pd.testing.assert_frame_equal(*drop, check_exact=False, rtol=1e-9)
