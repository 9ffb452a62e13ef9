"""Trees and green ground in views: worked by hand, beside buildings of the same shape, and in sum."""

import numpy as np
import pytest
from shapely import LineString
from test_views import EYE, street
from town import X0, Y0, box, cover, frame

from urbanplan.methods.visibility.greenery import PARTS, TREE_M, TREE_SD_M, greened_views, greenery_of
from urbanplan.methods.visibility.outlook import outlook_of
from urbanplan.metrics.views.composition import composition
from urbanplan.metrics.views.route_sequence import route_sequence

GRASS, TREES, WATER, CROPS = 30, 10, 80, 40
SPHERE = 4 * np.pi * 1000


def ground(*blocks, base=WATER):
    """Give land cover in cells of 10 m over the scene's 1,600 m, water where no block lies: (west, south, east, north, class)."""
    table = np.full((160, 160), base)
    for west, south, east, north, number in blocks:
        rows = slice((800 - north) // 10, (800 - south) // 10)
        table[rows, (west + 400) // 10 : (east + 400) // 10] = number
    one = cover({2025: table}, cell_m=10.0, north=800.0)
    (raster,) = one.rasters
    return type(one).of(type(raster)(**{**vars(raster), "west": X0 - 400}))


def scene(house_m=1.0, *, trees_m=8.0, sd_m=0.0, **more):
    view = street(house_m, **more)
    view["elevation"].attrs.update({TREE_M: trees_m, TREE_SD_M: sd_m})
    return view


def part(view, word, **green):
    found = composition(**view, units=view["viewpoints"], part=word, **green)
    return found.iloc[0]


BLOCK = (100, -30, 130, 30)


def test_trees_take_what_a_building_of_their_shape_would():
    house = scene(more=[box(*BLOCK)], more_m=[8.0])
    house["buildings"] = house["buildings"].drop("house")
    without = scene()
    without["buildings"] = frame("buildings", [box(-90, -90, -88, -88)], highest_point_m=[0.01])
    alone = part(without, "green", land_cover=ground((*BLOCK, TREES)))
    built = part(house, "building")
    assert alone["value"] == pytest.approx(built["value"], rel=1e-6)


def test_a_wood_by_the_rule_of_sines():
    # 8 m high from 100 m on, 2 m of grid either side: the face rises from -1.6 to 6.4 m at 99.5 m, over +-16.7 degrees
    without = scene()
    without["buildings"] = frame("buildings", [box(-90, -90, -88, -88)], highest_point_m=[0.01])
    value = part(without, "green", land_cover=ground((*BLOCK, TREES)))["value"]
    angles = np.linspace(-np.arctan2(30.5, 99.5), np.arctan2(29.5, 99.5), 20_001)
    near = 99.5 / np.cos(angles)
    rise = np.sin(np.arctan2(8 - EYE, near)) - np.sin(np.arctan2(-EYE, near))
    far = 129.5 / np.cos(angles)  # the roof of leaves is not seen from below
    assert (far > near).all()
    assert value == pytest.approx(1000 * rise.mean() * (angles[-1] - angles[0]), rel=0.02)


@pytest.mark.parametrize("solid", [True, False])
def test_the_parts_add_up_to_the_whole_sphere(solid):
    view = scene(12.0, sd_m=2.0)
    layers = {name: view[name] for name in ("elevation", "buildings", "viewpoints", "view_targets", "cells")}
    outlook = outlook_of(**layers, cell_m=2.0)
    found = greened_views(
        outlook,
        view["elevation"],
        ground((*BLOCK, TREES), (-50, -50, 50, 50, GRASS)),
        None,
        None,
        solid_trees=solid,
    ).middle
    whole = found.classes.sum(axis=1) + found.sky + found.unknown + found.beyond
    assert whole == pytest.approx(4 * np.pi, abs=1e-9)
    assert found.classes.shape[1] == len(PARTS)


def test_higher_trees_take_sky_and_the_interval_tells_how_much():
    woods = ground((*BLOCK, TREES))
    skies = [part(scene(trees_m=metres), "sky", land_cover=woods)["value"] for metres in (2, 6, 10, 20)]
    assert skies == sorted(skies, reverse=True)
    unsure = part(scene(trees_m=8.0, sd_m=3.0), "sky", land_cover=woods)
    at = [part(scene(trees_m=8.0 + k * 1.6448536 * 3.0), "sky", land_cover=woods)["value"] for k in (1, -1)]
    assert unsure["low"] - unsure["value"] == pytest.approx(at[0] - unsure["value"], rel=0.05)
    assert unsure["high"] - unsure["value"] == pytest.approx(at[1] - unsure["value"], rel=0.05)
    assert np.isnan(part(scene(sd_m=0.0), "sky", land_cover=woods)["low"]), "sure trees leave nothing open"


def test_what_trees_hide_is_hidden_and_trees_that_are_not_solid_hide_nothing():
    house = scene(12.0)
    grove = ground((60, -30, 90, 30, TREES))
    plain = part(house, "building")["value"]
    hidden = part(house, "building", land_cover=grove)["value"]
    shown = part(house, "building", land_cover=grove, solid_trees=False)["value"]
    assert hidden < plain
    assert shown == pytest.approx(plain)


def test_one_looks_out_from_under_the_trees_that_one_stands_below():
    house = scene(12.0)
    around = ground((-10, -10, 10, 10, TREES))
    assert part(house, "building", land_cover=around)["value"] == pytest.approx(
        part(house, "building")["value"], rel=0.05
    )
    assert part(house, "green", land_cover=around)["value"] > 1000, "what one stands on is green"


def test_trees_drawn_over_a_building_leave_it_standing():
    house = scene(12.0)
    assert part(house, "building", land_cover=ground((100, -10, 110, 10, TREES)))["value"] == pytest.approx(
        part(house, "building")["value"], rel=0.1
    )


def test_lawns_parks_and_fields_are_green_ground_without_height():
    view = scene()
    park = frame("open_space", [box(-50, -50, 50, 50)])
    fields = frame("land_use", [box(-50, -50, 50, 50)], **{"class": ["agriculture"]})
    sky = part(view, "sky")["value"]
    for green in (
        {"land_cover": ground((-50, -50, 50, 50, GRASS))},
        {"open_space": park},
        {"land_use": fields},
    ):
        assert part(view, "sky", **green)["value"] == pytest.approx(sky)
    lawn = part(view, "green", land_cover=ground((-50, -50, 50, 50, GRASS)))["value"]
    under = 2 * np.pi * 1000 * (1 - EYE / np.hypot(EYE, 50))
    assert lawn == pytest.approx(under, rel=0.02), "the cone below the eye down to the lawn's edge"
    pond = ground((-50, -50, 50, 50, WATER))
    assert part(view, "green", land_cover=pond, open_space=park)["value"] == 0.0, "a park's pond is no lawn"


def test_where_nothing_says_what_the_ground_is_green_is_unknown():
    view = scene()
    none = part(view, "green")
    assert none["reason"] == "layer_missing"
    near = part(view, "green", open_space=frame("open_space", [box(-20, -20, 20, 20)]))
    assert near["high"] > near["value"], "the rest of the ground may be green or not"
    far = part(view, "green", open_space=frame("open_space", [box(300, 50, 340, 90)]))
    assert (far["reason"], np.isnan(far["value"])) == ("not_mapped", True)
    assert np.isfinite(
        part(view, "building", open_space=frame("open_space", [box(300, 50, 340, 90)]))["value"]
    )


def test_woods_by_land_use_count_as_trees():
    view = scene()
    outlook = outlook_of(
        view["elevation"],
        view["buildings"],
        view["viewpoints"],
        view["view_targets"],
        view["cells"],
        cell_m=2.0,
    )
    wood = frame("land_use", [box(*BLOCK), box(0, 40, 20, 60)], **{"class": ["forest", "residential"]})
    green = greenery_of(outlook.scene.surface, None, wood, None, height_m=8, height_sd_m=0)
    assert green.trees.sum() * 4 == 60 * 30
    assert (green.mapped & ~green.trees).sum() * 4 == 20 * 20
    assert not green.low.any()


def test_a_walk_is_told_step_by_step_and_its_mean_is_the_composition():
    route = LineString([(X0 + 0.5, Y0 + 0.5), (X0 + 60.5, Y0 + 0.5)])
    view = scene(12.0, viewpoint=route)
    green = {"land_cover": ground((-50, -50, 80, 50, GRASS))}
    steps = route_sequence(**view, **green)
    assert steps["walked_m"].tolist() == pytest.approx([0, 20, 40, 60])
    assert (np.diff(steps["building_share"]) > 0).all(), "the house grows as one walks towards it"
    told = steps[
        ["building_share", "landmark_share", "trees_share", "low_green_share", "sky_share", "dark_share"]
    ]
    assert (told.sum(axis=1) <= 1 + 1e-9).all()
    mean = part(view, "building", **green)["value"]
    assert steps["building_share"].mean() * SPHERE == pytest.approx(mean)
    assert steps["mountain_share"].tolist() == [0.0] * 4
    assert steps["building_per_mountain"].isna().all()
    assert route_sequence(**scene(12.0)).empty, "a point is no route"
    unknown = route_sequence(**view)
    assert unknown["trees_share"].isna().all()
