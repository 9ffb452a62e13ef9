"""Open spaces joined, urban extent, streets' ground, cover around points: by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from urbanplan.methods.grid import lay_grid
from urbanplan.methods.landscape.surroundings import cover_around
from urbanplan.methods.open_spaces import outside, public_spaces
from urbanplan.methods.street_area import street_areas, street_widths
from urbanplan.methods.urban_extent import urban_extent
from urbanplan.model.land_cover import cover_of
from urbanplan.model.network import StreetNetwork

CRS = "EPSG:32647"


def streets(nodes, edges, **more):
    """Give a network from coordinates and pairs of node numbers."""
    xy, ends = np.array(nodes, dtype=float), np.array(edges)
    return StreetNetwork.assemble(
        mode="walk", crs=CRS, node_id=np.arange(1, len(xy) + 1), node_x=xy[:, 0], node_y=xy[:, 1], edge_u=ends[:, 0],
        edge_v=ends[:, 1], **more,
    )  # fmt: skip


def frame(shapes, **columns):
    """Give polygons."""
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def test_pieces_that_touch_are_one_space_and_closed_ones_none():
    spaces = frame(
        [shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100), shapely.box(120, 0, 160, 100), shapely.box(200, 0, 400, 400)],
        access=[None, "yes", "permissive", "private"],
    )  # fmt: skip
    assert public_spaces(spaces)["area_m2"].tolist() == [10_000, 4_000]
    assert public_spaces(spaces, min_area_m2=10_000)["area_m2"].tolist() == [10_000]
    assert public_spaces(spaces, min_area_m2=10_001).empty
    assert public_spaces(spaces.iloc[:0]).empty


def test_spaces_are_cut_out_of_areas_once_however_often_they_are_drawn():
    areas = np.array(
        [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(0, 200, 50, 250)]
    )
    spaces = frame([shapely.box(50, 0, 150, 50), shapely.box(50, 0, 150, 100), shapely.box(0, 190, 60, 260)])
    left = outside(areas, spaces)
    assert shapely.area(left).tolist() == [5_000, 5_000, 0]
    assert shapely.area(areas).tolist() == [10_000, 10_000, 2_500]
    assert shapely.equals(outside(areas, spaces.iloc[:0]), areas).all()


def test_open_cells_among_built_ones_are_urban_and_farms_at_the_edge_are_not():
    cells = lay_grid(shapely.box(0, 0, 4000, 4000), CRS, cell_m=100)
    town = [
        shapely.box(x, y, x + 50, y + 50) for x in range(0, 1500, 100) for y in range(0, 1500, 100)
        if not (600 <= x < 900 and 600 <= y < 900)
    ]  # fmt: skip
    urban = urban_extent(frame(town), cells)
    at = cells.reset_index().set_index(["row", "col"])["cell_id"]
    found = dict(zip(cells.index, urban, strict=True))
    assert found[at[7, 7]]  # the park in the middle
    assert not found[at[30, 30]]
    assert not urban_extent(frame(town).iloc[:0], cells).any()
    lonely = frame([shapely.box(3000, 3000, 3090, 3090)])
    assert not urban_extent(lonely, cells).any()


def test_streets_take_their_length_times_their_width():
    tags = pd.DataFrame(
        {
            "highway": ["residential", "footway", "primary_link", "tertiary"],
            "lanes": [None, None, "many", "3;2"],
            "width": [None, "999", None, None],
        }
    )
    network = streets([(0, 0), (100, 0), (100, 100), (0, 100)], [(0, 1), (1, 2), (2, 3), (3, 0)], tags=tags)
    widths = street_widths(network)
    assert widths.tolist() == [8, 2, 16, 9.75]
    told = streets([(0, 0), (100, 0)], [(0, 1)] * 3, tags=pd.DataFrame(
        {"highway": ["primary"] * 3, "lanes": ["2"] * 3, "width": ["12.5", "7,5 m", "3 ft"]}
    ))  # fmt: skip
    assert street_widths(told).tolist() == [12.5, 7.5, 6.5]
    units = frame([shapely.box(-50, -50, 50, 150), shapely.box(50, -50, 150, 150)])
    areas = street_areas(network, units)
    assert areas.sum() == pytest.approx(100 * widths.sum())
    assert areas[1] == pytest.approx(50 * 8 + 100 * 2 + 50 * 16)


def test_cover_around_a_point_is_that_of_the_cells_within():
    rng = np.random.default_rng(3)
    table = rng.choice([0, 10, 40], (40, 50)).astype(np.uint8)
    raster = cover_of(table, crs=CRS, west=1000.0, north=2000.0, cell_m=10.0, nodata=0)
    x, y = rng.uniform(980, 1520, 60), rng.uniform(1580, 2020, 60)
    centre_x, centre_y = np.meshgrid(1005 + 10 * np.arange(50), 1995 - 10 * np.arange(40))
    for radius in (9, 30, 105):
        found = cover_around(raster, x, y, (10,), radius_m=radius)
        for k in range(60):
            cx = 1005 + 10 * np.floor((x[k] - 1000) / 10)
            cy = 1995 - 10 * np.floor((2000 - y[k]) / 10)
            near = np.hypot(centre_x - cx, centre_y - cy) <= radius + 1e-9
            assert found.covered[k] == (table[near] == 10).sum()
            assert found.known[k] == (table[near] != 0).sum()
    assert cover_around(raster, x[:1], y[:1], (10,), radius_m=30).cells == 29
    assert len(cover_around(raster, x[:0], y[:0], (10,), radius_m=30).covered) == 0
