"""Storeys with source and spread; floor areas without double counting, and what a storey more or less does."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.methods.floors import SOURCES, estimate_floors, measure_bulk
from urbanplan.model.layers import conform

CRS = "EPSG:32647"


def houses(rows, **columns):
    """Give houses of 10 x 10 m, 20 m apart."""
    shapes = [shapely.box(20 * k, 0, 20 * k + 10, 10) for k in range(rows)]
    return conform(gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS), "buildings")


def test_the_surest_source_that_is_there_tells():
    nan = np.nan
    table = estimate_floors(
        houses(
            6,
            levels=[4, nan, nan, nan, 0.5, nan],
            height_m=[99, 9, nan, nan, nan, 2],
            wall_top_m=[99, 99, 7.5, 6, nan, nan],
            wall_top_sd_m=[1, 1, 3, 1, nan, nan],
            heights_from=["tag;storeys", "tag", "raster", "storeys", None, "tag"],
        )
    )
    assert table["floors"].tolist() == pytest.approx([4, 3, 2.5, nan, 1, 1], nan_ok=True)
    assert table["floors_from"].tolist() == ["levels", "height", "measured", "", "levels", "height"]
    assert table["floors_sd"].tolist()[:3] == pytest.approx([0.5, np.hypot(1 / 3, 0.39), np.hypot(1, 0.325)])


def test_the_roof_is_not_lived_in():
    table = estimate_floors(houses(1, height_m=[9.0], roof_height_m=[3.0]))
    assert table["floors"].tolist() == [2.0]


def test_the_median_of_the_same_use_and_then_of_all():
    use = ["residential"] * 11 + ["commercial"] * 4
    levels = [2, 2, 2, 2, 3, 2, 2, 2, 2, 9, np.nan, 5, 5, np.nan, 5]
    table = estimate_floors(houses(15, use=use, levels=levels))
    assert table["floors_from"].tolist()[10] == "use"
    assert table["floors_from"].tolist()[13] == "all"
    assert table["floors"].tolist()[10] == 2
    assert table["floors"].tolist()[13] == np.median([2, 2, 2, 2, 3, 2, 2, 2, 2, 9, 5, 5, 5])
    assert table["floors_sd"].tolist()[10] == 1.0
    assert set(table["floors_from"]) <= set(SOURCES)


def test_of_few_buildings_nothing_is_guessed():
    table = estimate_floors(houses(9, levels=[2] * 8 + [np.nan]))
    assert np.isnan(table["floors"].iloc[8])
    assert table["floors_from"].iloc[8] == ""


def test_golden_numbers_of_the_catalogue():
    ground = gpd.GeoSeries([shapely.box(0, 0, 100, 100)], crs=CRS)
    house = conform(
        gpd.GeoDataFrame({"levels": [3.0]}, geometry=[shapely.box(0, 0, 42, 100)], crs=CRS), "buildings"
    )
    bulk = measure_bulk(house, ground)
    assert (bulk.ground_m2[0], bulk.footprint_m2[0], bulk.floor_m2[0]) == pytest.approx(
        (10_000, 4_200, 12_600)
    )
    assert bulk.floor_m2[0] / bulk.ground_m2[0] == pytest.approx(1.26)
    assert pytest.approx(0.460317, abs=1e-6) == (1 - 0.42) / 1.26
    assert (bulk.low_m2[0], bulk.high_m2[0]) == pytest.approx((8_400, 16_800))


def test_ground_under_two_footprints_counts_once_and_borders_divide():
    shapes = [shapely.box(0, 0, 20, 10), shapely.box(10, 0, 30, 10)]
    two = conform(gpd.GeoDataFrame({"levels": [2.0, 5.0]}, geometry=shapes, crs=CRS), "buildings")
    units = gpd.GeoSeries([shapely.box(0, 0, 15, 10), shapely.box(15, 0, 40, 10)], crs=CRS)
    bulk = measure_bulk(two, units)
    assert bulk.footprint_m2.tolist() == pytest.approx([150, 150])
    assert bulk.floor_m2.tolist() == pytest.approx([100 * 2 + 50 * 5, 150 * 5])
    assert bulk.floor_m2.sum() == pytest.approx(
        measure_bulk(two, gpd.GeoSeries([units.union_all()], crs=CRS)).floor_m2[0]
    )


def test_a_single_storey_is_not_less_than_one_and_half_a_block_unknown_is_as_the_rest():
    block = gpd.GeoSeries([shapely.box(0, 0, 100, 100)], crs=CRS)
    bulk = measure_bulk(houses(2, levels=[1.0, 3.0]), block)
    assert (bulk.low_m2[0], bulk.floor_m2[0], bulk.high_m2[0]) == pytest.approx((100 + 200, 400, 600))
    half = measure_bulk(houses(2, levels=[np.nan, 3.0]), block)
    assert half.floor_m2[0] == pytest.approx(600)
    assert (half.known_share[0], half.told_share[0]) == pytest.approx((0.5, 0.5))
    none = measure_bulk(houses(2, levels=[np.nan, np.nan]), block)
    assert np.isnan(none.floor_m2[0])
    empty = measure_bulk(houses(2, levels=[1, 1]), gpd.GeoSeries([shapely.box(500, 500, 600, 600)], crs=CRS))
    assert (empty.floor_m2[0], empty.footprint_m2[0]) == (0, 0)
    assert np.isnan(empty.known_share[0])
