"""Walled cities drawn by hand: turned rectangles, a bastion that stands out, a moat that is broken and built over."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.affinity import rotate, translate

from urbanplan.methods.walled_city import cores, fit_sides, kind_of_place, stretches, traces_of
from urbanplan.methods.walled_city.fit import side_of
from urbanplan.model.layers import conform

CRS = "EPSG:32647"
X, Y = 500_000.0, 2_077_000.0  # on the central meridian the grid's north is true


def layer(word, shapes, /, **columns):
    """Give a layer of the vocabulary."""
    return conform(gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS), word)


def turned(width, height, clockwise):
    """Give a rectangle turned around its middle."""
    box = shapely.box(X - width / 2, Y - height / 2, X + width / 2, Y + height / 2)
    return rotate(box, -clockwise, origin=(X, Y))


@pytest.mark.parametrize("clockwise", [0.0, 12.0, -31.0, 44.0])
def test_a_turned_rectangle_is_what_it_is(clockwise):
    fit = fit_sides(turned(400, 300, clockwise).exterior, CRS, closed=True)
    assert fit.turned_deg == pytest.approx(clockwise, abs=0.01)
    assert fit.side_m.tolist() == pytest.approx([400, 300, 400, 300])
    assert fit.squareness == pytest.approx(0.75)
    assert fit.corner_error_deg == pytest.approx(0, abs=1e-6)
    assert fit.deviation_max_m == pytest.approx(0, abs=1e-6)
    assert fit.rectangle_share == pytest.approx(1)
    # the ring begins in the north-west and runs clockwise
    xy = np.array(fit.ring.coords)[:4] - [X, Y]
    assert (xy[0, 0] < 0 < xy[1, 0]) or abs(clockwise) > 40
    assert xy[:2, 1].sum() > xy[2:, 1].sum()
    assert not fit.ring.is_ccw


def test_true_north_is_not_the_grids():
    east = translate(turned(400, 400, 0), 200_000, 0)
    # grid convergence: difference of longitude times sine of latitude
    lon, lat = gpd.GeoSeries([east.centroid], crs=CRS).to_crs(4326).get_coordinates().iloc[0]
    expected = (lon - 99) * np.sin(np.radians(lat))
    assert fit_sides(east.exterior, CRS, closed=True).turned_deg == pytest.approx(expected, rel=1e-3)


def test_a_bastion_that_stands_out_does_not_turn_the_sides_and_is_told():
    bastion = shapely.box(X - 200, Y + 140, X - 188, Y + 162)
    fit = fit_sides(turned(400, 300, 0).union(bastion).exterior, CRS, closed=True)
    assert fit.side_m.tolist() == pytest.approx([400, 300, 400, 300])
    assert fit.deviation_max_m == pytest.approx(12)
    assert fit.rectangle_share == pytest.approx((400 * 300 + 12 * 12) / (400 * 312))


def test_corners_that_are_not_square_are_told():
    slanted = shapely.Polygon([(0, 0), (300, 0), (300, 300), (0, 252)])
    fit = fit_sides(translate(slanted, X, Y).exterior, CRS, closed=True)
    assert fit.corner_error_deg == pytest.approx(np.degrees(np.arctan(48 / 300)), abs=0.1)
    assert fit.side_m.tolist() == pytest.approx([np.hypot(300, 48), 300, 300, 252], abs=0.5)


def test_a_wall_of_which_four_corners_stand_still_has_four_sides():
    whole = turned(400, 300, 7).exterior
    ends = shapely.union_all(shapely.buffer(shapely.points(np.array(whole.coords)), 40))
    fit = fit_sides(shapely.intersection(whole, ends), CRS, closed=False)
    assert fit.side_m.tolist() == pytest.approx([400, 300, 400, 300], rel=1e-6)
    assert fit.turned_deg == pytest.approx(7, abs=0.01)
    assert np.isnan(fit.rectangle_share)
    assert [side_of(at, fit) for at in (0, 399, 401, 699, 701, 1399)] == ["north", "north", "east", "east", "south", "west"]  # fmt: skip


def test_a_line_without_breadth_has_no_sides():
    assert fit_sides(shapely.LineString([(X, Y), (X + 100, Y)]), CRS, closed=False) is None


def test_kinds_decide_before_names_and_a_temple_is_no_gate():
    kinds = [
        "historic=city_gate",
        "monument",
        None,
        "temple",
        "historic=bastion",
        "barrier=city_wall",
        None,
        "shop",
    ]
    names = ["ก", "ประตูท่าแพ", "ประตูช้างเผือก", "วัดประตูป่อง", "ข", None, "แจ่งศรีภูมิ", "ประตูทอง"]
    assets = layer("heritage_assets", [shapely.Point(0, 0)] * 8, kind=kinds, name=names)
    assert kind_of_place(assets).tolist() == ["gate", "gate", "gate", "", "corner", "wall", "corner", ""]


def moat(*cuts):
    """Give water 20 m wide around 400 m, less some boxes."""
    ring = turned(440, 440, 0) - turned(400, 400, 0)
    return ring - shapely.union_all([shapely.box(*box) for box in cuts])


def test_a_moat_in_pieces_is_one_ring_and_a_pond_is_none():
    cuts = [(X - 20, Y + 190, X + 20, Y + 230), (X - 20, Y - 230, X + 20, Y - 190)]
    parts = list(moat(*cuts).geoms)
    pond = turned(30, 30, 0) - turned(10, 10, 0)
    water = layer("water", [*parts, pond], kind=["water=moat"] * 3, name=["คูเมือง", None, None])
    zones = layer(
        "heritage_zones",
        [turned(440, 440, 0), turned(300, 300, 0), translate(turned(300, 300, 0), 2000), turned(440, 440, 0)],
        kind=["old_town", "buffer", "core", "old_town"],
        in_force_to=[None, None, None, "2020"],
        proxy=[False, False, True, False],
    ).set_axis(["in", "buffer", "other", "gone"])
    found = cores(zones, water, bridge_m=60)
    assert [(core.name, core.zones) for core in found] == [("คูเมือง", ("in",)), ("other", ("other",))]
    assert found[0].ground.area == pytest.approx(440**2)
    assert found[0].moat.area == pytest.approx(440**2 - 400**2)
    wall = shapely.LineString([(X - 190, Y + 100), (X - 190, Y + 190), (X - 50, Y + 190)])
    assets = layer("heritage_assets", [wall, translate(wall, 900)], kind=["historic=city_wall"] * 2)
    assert [trace.basis for trace in traces_of(found[0], zones, assets)] == [
        "zone",
        "moat_outer",
        "moat_inner",
        "wall",
    ]
    assert [trace.basis for trace in traces_of(found[1], zones, assets)] == ["zone_proxy"]
    # a gap that is wider than a bridge opens the ring
    assert [core.name for core in cores(zones, water, bridge_m=30)] == ["in", "other"]
    assert cores(zones.iloc[:0], None, bridge_m=60) == []


def test_the_edge_of_the_moat_metre_by_metre():
    water = moat((X - 20, Y + 190, X + 20, Y + 230))
    ring = turned(440, 440, 0).exterior
    path = np.array([shapely.LineString([(X + 235, Y - 100), (X + 235, Y + 100)])], dtype=object)
    house = np.array([shapely.box(X - 100, Y - 222, X - 60, Y - 200)], dtype=object)
    found = stretches(ring, water, path, house, shapely.Polygon(), access_m=20, built_m=1)
    length = {
        state: sum(one.length_m for one in found if one.state == state) for state in {s.state for s in found}
    }
    assert length["gap"] == pytest.approx(40 - 2 * 3, abs=4)  # water within 3 m is at the line
    assert length["built"] == pytest.approx(40 + 2, abs=4)
    # beside the path of 200 m, and as far beyond its ends as 20 m reach from 15 m away
    assert length["accessible"] == pytest.approx(200 + 2 * np.sqrt(20**2 - 15**2), abs=4)
    assert sum(length.values()) == pytest.approx(4 * 440)
    assert sum(one.line.length for one in found) == pytest.approx(4 * 440)
    assert [one.state for one in found].count("open") == 3
    dark = stretches(ring, water, path, house, turned(2000, 2000, 0), access_m=20, built_m=1)
    assert {one.state for one in dark} == {"gap", "built", "not_mapped"}
    plain = stretches(ring, moat(), path[:0], house[:0], shapely.Polygon(), access_m=20, built_m=1)
    assert [(one.state, one.length_m) for one in plain] == [("open", 1760)]
