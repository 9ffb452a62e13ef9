"""The ground of buildings: divided by hand, as momepy divides it, and where momepy's own division fails."""

import geopandas as gpd
import momepy
import numpy as np
import pytest
import shapely

from urbanplan.methods.tessellation import tessellation

CRS = "EPSG:32647"


def frame(shapes):
    """Give buildings."""
    return gpd.GeoDataFrame(geometry=list(shapes), crs=CRS)


def row_of_shophouses(count, turned=0.0, far=0.0):
    """Give buildings of 4 m that share walls, with other depths."""
    rng = np.random.default_rng(8)
    boxes = [shapely.box(4 * k, 0, 4 * k + 4, rng.uniform(8, 16)) for k in range(count)]
    turned_boxes = [shapely.affinity.rotate(box, turned, origin=(0, 0)) for box in boxes]
    return frame(shapely.affinity.translate(box, far, far) for box in turned_boxes)


def overlap(cells):
    """Tell how many square metres belong to more than one cell."""
    made = cells.dropna().to_numpy()
    return shapely.area(made).sum() - shapely.union_all(made).area


def test_two_buildings_share_the_ground_between_them():
    pair = frame([shapely.box(0, 0, 10, 10), shapely.box(30, 0, 40, 10)])
    cells = tessellation(pair, reach_m=20)
    whole = shapely.union_all(shapely.buffer(pair.geometry.to_numpy(), 20))
    assert shapely.area(cells.to_numpy()).tolist() == pytest.approx([whole.area / 2] * 2, rel=1e-6)
    assert cells[0].bounds[2] == pytest.approx(20)
    # what the library's own function makes of these two: cells that overlap by nearly a half
    peer = momepy.morphological_tessellation(pair, clip=whole, simplify=False)
    assert peer.area.sum() > 1.2 * whole.area


def test_a_lone_building_has_all_ground_within_reach():
    lone = frame([shapely.Point(500, 500).buffer(5)])
    assert tessellation(lone, reach_m=50)[0].area == pytest.approx(lone.buffer(50).area[0], rel=1e-9)


@pytest.mark.parametrize(("turned", "far"), [(0.0, 0.0), (33.0, 0.0), (12.0, 2_000_000.0)])
def test_cells_divide_all_ground_and_hold_their_own_buildings(turned, far):
    row = row_of_shophouses(40, turned, far)
    cells = tessellation(row, reach_m=30)
    whole = shapely.union_all(shapely.buffer(row.geometry.to_numpy(), 30)).area
    assert cells.area.sum() == pytest.approx(whole, rel=1e-5)
    assert abs(overlap(cells)) < 1e-6 * whole
    assert row.geometry.difference(cells).area.max() < 1e-6


def test_a_quarter_is_divided_as_momepy_divides_it():
    rng = np.random.default_rng(7)
    plots = [(40 * c, 40 * r) for r in range(6) for c in range(6)]
    sides = rng.uniform(8, 30, (36, 2))
    boxes = [shapely.box(x, y, x + w, y + h) for (x, y), (w, h) in zip(plots, sides, strict=True)]
    peer = momepy.morphological_tessellation(frame(boxes), clip="bounding_box", simplify=False).geometry
    inner = [7, 8, 9, 10, 13, 14, 15, 16, 19, 20, 21, 22, 25, 26, 27, 28]
    own = tessellation(frame(boxes), segment_m=0.5).iloc[inner].to_numpy()
    apart = shapely.area(shapely.symmetric_difference(own, peer.loc[inner].to_numpy()))
    assert (apart < 0.02 * shapely.area(own)).all()


def test_a_real_quarter_is_divided_as_momepy_divides_it():
    real = gpd.read_file(momepy.datasets.get_path("bubenec"), layer="buildings")
    limit = momepy.buffered_limit(real, 100)
    peer = momepy.morphological_tessellation(real, clip=limit, simplify=False).geometry
    own = tessellation(real, segment_m=0.5)
    known = own.notna().to_numpy()
    assert known.sum() == len(real)
    assert own.area.sum() == pytest.approx(limit.area, rel=1e-3)
    # where a cell holds its building whole, both are the same but for the corners of segments
    apart = own.symmetric_difference(peer.reindex(real.index)).area / own.area
    assert (apart < 0.03).mean() > 0.9
    assert real.geometry.difference(own).area.max() < 1e-6


def test_overlapping_tiny_and_broken_footprints_do_no_harm():
    rng = np.random.default_rng(4)
    corner, sides = rng.uniform(0, 200, (60, 2)), rng.uniform(5, 25, (60, 2))
    boxes = [shapely.box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corner, sides, strict=True)]
    bow = shapely.Polygon([(300, 0), (320, 20), (320, 0), (300, 20)])
    odd = [shapely.box(10, 10, 10.4, 10.4), boxes[0], bow, shapely.Polygon(), shapely.box(400, 0, 440, 0.5)]
    buildings = frame([*boxes, *odd])
    cells = tessellation(buildings)
    assert cells.index.equals(buildings.index)
    assert cells.iloc[[60, 61, 63, 64]].isna().all()
    made = cells.dropna().to_numpy()
    assert set(shapely.get_type_id(made)) <= {3, 6}
    assert abs(overlap(cells)) < 1e-6 * shapely.area(made).sum()
    again = tessellation(buildings.iloc[rng.permutation(len(buildings))]).loc[buildings.index]
    assert shapely.area(again.dropna().to_numpy()) == pytest.approx(shapely.area(made))
    assert tessellation(buildings.iloc[:0]).empty
    assert tessellation(frame([shapely.Polygon()])).isna().all()
