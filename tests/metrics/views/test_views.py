"""Views in a street that can be worked out by hand: flat ground, one viewpoint, one chedi, one house between."""

import geopandas as gpd
import numpy as np
import pytest
import xarray as xr
from shapely import LineString
from town import CRS, X0, Y0, box, frame, point

from urbanplan.methods.grid import lay_grid
from urbanplan.methods.visibility.scene import HOLDS
from urbanplan.metrics.views.blocked_share import blocked_share
from urbanplan.metrics.views.blockers import blockers
from urbanplan.metrics.views.ceiling import ceiling
from urbanplan.metrics.views.composition import composition
from urbanplan.metrics.views.exposure import exposure
from urbanplan.metrics.views.ground_share import ground_share
from urbanplan.metrics.views.plots import plots
from urbanplan.metrics.views.routes import routes
from urbanplan.metrics.views.sight_lines import sight_lines
from urbanplan.metrics.views.unprotected_height import unprotected_height
from urbanplan.metrics.views.visible_share import visible_share

EYE = 1.6


def flat(cell_m=20.0, side_m=1600.0, height=100.0, **attrs):
    at = np.arange(cell_m / 2, side_m, cell_m)
    x, y = X0 - 400 + at, Y0 + 800 - at
    values = np.full((len(y), len(x)), height)
    return xr.DataArray(values, coords={"y": y, "x": x}, dims=("y", "x"), attrs={"crs": CRS, **attrs})


def street(house_m=8.0, *, more=(), more_m=(), viewpoint=None, known=True, **elevation):
    """Give the layers: the eye at 0, a house from 100 to 110 m, the chedi's cell from 400 to 402 m, seen from 20 m upward."""
    shapes = [box(100, -6, 110, 6), *more]
    cells = lay_grid(box(-100, -100, 500, 100), CRS, cell_m=100)
    return {
        "elevation": flat(**elevation),
        "buildings": frame("buildings", shapes, highest_point_m=[house_m, *more_m]).set_axis(
            ["house", *(f"b{k}" for k in range(len(more)))]
        ),
        "viewpoints": frame("viewpoints", [viewpoint or point(0.5, 0.5)], eye_height_m=[EYE]).set_axis(["v"]),
        "view_targets": frame("view_targets", [point(401, 0.5)], base_m=[20.0], top_m=[30.0]).set_axis(
            ["chedi"]
        ),
        "cells": cells.assign(known=known),
    }


def over(distance_m, target_m):
    """Give the height of the line to a height of the chedi, by the rule of three; the Earth's curve takes 2 mm off."""
    return EYE + (target_m - EYE) * (distance_m - 0.5) / 400.5


def test_a_low_house_takes_nothing_and_a_high_one_what_the_rule_of_three_says():
    view = street(4.0)
    assert visible_share(**view, units=view["viewpoints"])["value"].tolist() == pytest.approx([1.0])
    assert blocked_share(**view, units=view["buildings"])["value"].tolist() == [0.0]
    view = street(8.0)
    # the roof's edge at 100 m is seen at (8 - 1.6) / 99.5, the chedi's face stands at 399.5 m
    hidden_up_to = EYE + (8 - EYE) / 99.5 * 399.5
    share = visible_share(**view, units=view["viewpoints"])
    assert share["value"].tolist() == pytest.approx([(30 - hidden_up_to) / 10], rel=0.02)
    # of the five points at 20, 22.5 … 30 m, those whose line passes under 8 m
    under = sum(over(100, z) < 8 for z in np.linspace(20, 30, 5))
    taken = blocked_share(**view, units=view["buildings"])
    assert taken["value"].tolist() == pytest.approx([under / 5])
    assert taken["n"].tolist() == [under]


def test_two_in_one_line_share_it():
    view = street(8.0, more=[box(120, -6, 130, 6), box(200, 50, 210, 60)], more_m=[40.0, 40.0])
    taken = blocked_share(**view, units=view["buildings"])["value"]
    under = sum(over(100, z) < 8 for z in np.linspace(20, 30, 5))
    assert taken["house"] == pytest.approx(under / 5 / 2)
    assert taken["b0"] == pytest.approx(under / 5 / 2 + (5 - under) / 5)
    assert taken["b1"] == 0.0
    listed = blockers(**view).set_index("building")
    assert set(listed.index) == {"house", "b0"}
    assert listed.loc["b0", "over_m"] == pytest.approx(40 - over(120, 20), abs=0.01)
    assert listed.loc["b0", "distance_m"] == pytest.approx(119.5, abs=1e-6)
    assert listed["role"].to_dict() == {"house": "shared", "b0": "shared"}
    assert listed.loc["b0", "sole_lines"] == pytest.approx((5 - under) / 5)


def test_the_ceiling_is_the_line_to_the_lowest_part_that_must_be_seen():
    view = street(4.0)
    keeps = ceiling(**view, units=view["buildings"])
    assert keeps["value"].tolist() == pytest.approx([over(100, 20)], abs=0.01)
    assert ceiling(**view, units=view["buildings"], kind="restoration")["reason"].tolist() == ["no_view_over"]
    high = street(8.0)
    reopens = ceiling(**high, units=high["buildings"], kind="restoration")
    assert reopens["value"].tolist() == pytest.approx([over(100, 20)], abs=0.01)
    cells = ceiling(**view, units=view["cells"])
    under = cells["value"].notna().to_numpy()
    assert under.sum() == 4  # the squares of 100 m between the eye and the chedi
    assert cells["value"].min() == pytest.approx(over(2, 20), abs=0.02)  # the cell beside the eye's own


def test_building_to_the_ceiling_keeps_the_view_and_a_little_more_takes_of_it():
    keeps = ceiling(**street(4.0), units=street(4.0)["buildings"])["value"].iloc[0]
    view = street(keeps - 1e-3)
    assert visible_share(**view, units=view["viewpoints"])["value"].tolist() == pytest.approx([1.0], abs=1e-6)
    view = street(keeps + 0.05)
    assert sight_lines(**view)["state"].tolist() == ["partly"]
    assert blocked_share(**view, units=view["buildings"])["value"].tolist() == pytest.approx([0.2])


def test_a_house_of_unknown_height_leaves_bounds_not_a_value():
    view = street(np.nan)
    share = visible_share(**view, units=view["viewpoints"]).iloc[0]
    assert np.isnan(share["value"])
    assert (share["low"], share["high"], share["reason"]) == (0.0, 1.0, "heights_unknown")
    assert sight_lines(**view)["state"].tolist() == ["uncertain"]
    taken = blocked_share(**view, units=view["buildings"])
    assert taken["reason"].tolist() == ["heights_unknown"]
    # the careful ceiling protects what may be open
    assert ceiling(**view, units=view["buildings"])["value"].tolist() == pytest.approx(
        [over(100, 20)], abs=0.01
    )
    assert blockers(**view).empty


def test_where_buildings_are_not_mapped_what_stands_is_unknown():
    view = street(4.0)
    middle = view["cells"].geometry.contains(point(250, 20))
    view["cells"]["known"] = ~middle
    share = visible_share(**view, units=view["viewpoints"]).iloc[0]
    assert (share["low"], share["high"], share["reason"]) == (0.0, 1.0, "heights_unknown")


def test_slack_compares_the_plans_with_the_view_and_never_takes_no_limit_for_zero():
    view = street(4.0, more=[box(200, -6, 210, 6), box(300, 60, 310, 70)], more_m=[4.0, 4.0])
    plan = {
        "zoning": frame(
            "zoning", [box(0, -100, 150, 100)], max_height_m=[12.0], name=["Zone 1"], clause=["7"]
        ),
        "heritage_rules": frame("heritage_rules", [], kind=[], value=[]),
    }
    more = unprotected_height(**view, **plan, units=view["buildings"])
    assert more.loc["house", "value"] == pytest.approx(12 - over(100, 20), abs=0.01)
    assert more["reason"].to_dict() == {"house": "", "b0": "not_regulated", "b1": "no_view_over"}
    stricter = {
        **plan,
        "heritage_rules": frame("heritage_rules", [box(0, -100, 150, 100)], kind=["max_height"], value=[5.0]),
    }
    assert unprotected_height(**view, **stricter, units=view["buildings"]).loc["house", "value"] == 0.0
    listed = plots(**view, **stricter).set_index("building")
    assert listed["protection"].to_dict() == {"house": "plans_keep_it", "b0": "no_limit_in_data"}
    assert listed.loc["house", "slack_m"] == pytest.approx(5 - over(100, 20), abs=0.01)
    assert listed.loc["house", ["viewpoint", "target"]].tolist() == ["v", "chedi"]
    assert np.isnan(listed.loc["b0", "limit_m"])
    ended = stricter["heritage_rules"].assign(in_force_to="2024-02-29")
    ended_plan = {**stricter, "heritage_rules": ended}
    assert unprotected_height(**view, **ended_plan, units=view["buildings"]).loc["house", "value"] > 0
    back = unprotected_height(**view, **ended_plan, units=view["buildings"], on_date="2020-01-01")
    assert back.loc["house", "value"] == 0.0


def test_a_house_fills_the_part_of_the_sphere_that_its_face_has():
    view = street(8.0)
    taken = composition(**view, units=view["viewpoints"], part="building")["value"].iloc[0]
    azimuth = np.linspace(-np.arctan(6 / 99.5), np.arctan(6 / 99.5), 2001)
    away = 99.5 / np.cos(azimuth)
    face = np.trapezoid(np.sin(np.arctan((8 - EYE) / away)) + np.sin(np.arctan(EYE / away)), azimuth)
    assert taken == pytest.approx(face * 1000, rel=0.05)
    sky = composition(**view, units=view["viewpoints"], part="sky")
    assert 4 * np.pi * 1000 / 2 * 0.8 < sky["value"].iloc[0] < 4 * np.pi * 1000 / 2


def test_a_route_counts_its_eyes_and_tells_where_the_chedi_shows():
    # walking north past a house that hides the chedi while it stands in the line
    way = LineString([(X0 + 0.5, Y0 - 99.5), (X0 + 0.5, Y0 + 100.5)])
    view = street(40.0, viewpoint=way)
    listed = routes(**view).iloc[0]
    assert listed["length_m"] == 200.0
    assert listed["first_sight_m"] == 0.0
    assert listed["interruptions"] == 1
    assert listed["seen_share"] == pytest.approx(0.9)  # one eye of eleven, which stands for 20 m of 200
    share = visible_share(**view, units=view["viewpoints"])["value"].iloc[0]
    assert share == pytest.approx(10 / 11)  # one eye of eleven, the one in front of the house


def test_what_is_seen_lies_in_front_of_the_house():
    view = street(40.0, more=[box(160, -5, 170, 5)], more_m=[6.0])
    seen = exposure(**view, units=view["buildings"])
    # from below, a level roof shows its nearest edge only: one row of cells in five
    assert seen["value"].to_dict() == pytest.approx({"house": 0.2, "b0": 0.0})
    cells = exposure(**view, units=view["cells"])["value"]
    at = view["cells"].geometry
    assert cells[at.contains(point(50, 20))].iloc[0] == pytest.approx(1.0, abs=0.01)
    assert cells[at.contains(point(150, 20))].iloc[0] < 0.97


def test_the_reason_is_told_where_the_ground_cannot_carry_a_street():
    for elevation, reason in (
        ({"cell_m": 160.0}, "ground_too_coarse"),
        ({HOLDS: "surface"}, "not_bare_ground"),
    ):
        view = street(8.0, **elevation)
        share = visible_share(**view, units=view["viewpoints"])
        assert share["reason"].tolist() == [reason]
        assert blockers(**view).attrs["reason"] == reason
        assert sight_lines(**view)["state"].tolist() == ["open_over_ground"]
        far = ground_share(view["elevation"], view["view_targets"], view["viewpoints"])
        assert far["value"].tolist() == [1.0]
    outside = street(8.0, viewpoint=point(5000, 0))
    assert visible_share(**outside, units=outside["viewpoints"])["reason"].tolist() == ["outside_raster"]


def test_a_ridge_hides_what_stands_behind_it():
    view = street(4.0)
    ridge = view["elevation"].copy()
    ridge[:, 32:34] += 60.0  # between 240 and 280 m
    view["elevation"] = ridge
    assert visible_share(**view, units=view["viewpoints"])["reason"].tolist() == ["no_view"]
    assert sight_lines(**view)["state"].tolist() == ["hidden_by_ground"]
    assert ceiling(**view, units=view["buildings"])["reason"].tolist() == ["no_view_over"]
    assert ground_share(ridge, view["view_targets"], view["viewpoints"])["value"].tolist() == [0.0]


def test_raising_a_house_never_shows_more_and_a_viewpoint_more_never_allows_more():
    rng = np.random.default_rng(4)
    shapes = [box(x, y, x + 12, y + 12) for x, y in rng.uniform((20, -80), (380, 70), (25, 2))]
    heights = rng.uniform(3, 14, 25)
    before = street(5.0, more=shapes, more_m=heights)
    after = street(5.0, more=shapes, more_m=heights + rng.uniform(0, 9, 25))
    assert visible_share(**after, units=after["viewpoints"])["value"].iloc[0] <= (
        visible_share(**before, units=before["viewpoints"])["value"].iloc[0] + 1e-12
    )
    more = gpd.GeoDataFrame(
        {**before["viewpoints"].iloc[[0, 0]].drop(columns="geometry")},
        geometry=[point(0.5, 0.5), point(30.5, 40.5)], crs=CRS,
    ).set_axis(["v", "w"])  # fmt: skip
    one = ceiling(**before, units=before["cells"])
    two = ceiling(**{**before, "viewpoints": more}, units=before["cells"])
    both = one["value"].notna() & two["value"].notna()
    # a line that only buildings block asks nothing of protection, so that more viewpoints add lines and take none away
    assert (two["value"][both] <= one["value"][both] + 1e-9).all()
    assert two["value"].notna().sum() >= one["value"].notna().sum()
