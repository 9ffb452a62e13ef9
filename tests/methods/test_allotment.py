"""Features divided between units."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.methods.allotment import allot, lengths_within, units_of_points

CRS = "EPSG:32647"


@pytest.fixture
def zones():
    """Give two zones whose codes are not in the order of the rows."""
    return gpd.GeoDataFrame(
        geometry=[shapely.box(0, 0, 10, 10), shapely.box(10, 0, 30, 10)], index=["b", "a"], crs=CRS
    )


def sums(features, zones):
    """Add up the shares of each unit."""
    _, unit, share = allot(gpd.GeoSeries(features, crs=CRS), zones)
    return np.bincount(unit, weights=share, minlength=len(zones))


def test_polygons_by_area_lines_by_length_points_once(zones):
    assert sums([shapely.box(8, 0, 16, 5)], zones) == pytest.approx([0.25, 0.75])
    assert sums([shapely.LineString([(5, 5), (30, 5)])], zones) == pytest.approx([0.2, 0.8])
    assert sums([shapely.Point(2, 2), shapely.Point(12, 2), shapely.Point(99, 2)], zones).tolist() == [1, 1]
    # on the border: once, in the zone whose code comes first
    assert sums([shapely.Point(10, 5)], zones).tolist() == [0, 1]
    assert sums([shapely.LineString([(10, 0), (10, 10)])], zones) == pytest.approx([0.5, 0.5])
    # what lies outside all zones belongs to none
    assert sums([shapely.box(-10, 0, 10, 10)], zones) == pytest.approx([0.5, 0])
    assert sums([], zones).tolist() == [0, 0]


def test_nothing_counts_more_than_once_where_zones_lap_over_each_other():
    lapping = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 10, 10), shapely.box(0, 0, 10, 10)], crs=CRS)
    assert sums([shapely.box(1, 1, 2, 2), shapely.Point(5, 5)], lapping).sum() == pytest.approx(2)


def test_order_does_not_matter(zones):
    rng = np.random.default_rng(2)
    corners = rng.uniform(-2, 30, (50, 2))
    features = [*shapely.box(*corners.T, *(corners + 3).T), *shapely.points(corners)]
    here = sums(features, zones)
    assert sums(features[::-1], zones.iloc[::-1])[::-1] == pytest.approx(here)
    covered = shapely.area(shapely.intersection(features[:50], zones.union_all())).sum() / 9
    assert here.sum() == pytest.approx(covered + (units_of_points(shapely.points(corners), zones) >= 0).sum())


def test_a_street_along_a_border_counts_half(zones):
    lines = np.array(
        [
            shapely.LineString([(10, 0), (10, 8)]),  # between the zones
            shapely.LineString([(0, 0), (0, 10)]),  # on the outer border
            shapely.LineString([(2, 5), (14, 5)]),  # across
            shapely.LineString([(12, 5), (14, 5)]),  # inside
            shapely.LineString([(30, 4), (40, 4)]),  # touches from outside
        ],
        dtype=object,
    )
    line, unit, share = lengths_within(lines, zones.geometry.to_numpy())
    got = {(int(k), int(u)): float(s) for k, u, s in zip(line, unit, share, strict=True)}
    assert got == pytest.approx(
        {(0, 0): 0.5, (0, 1): 0.5, (1, 0): 0.5, (2, 0): 8 / 12, (2, 1): 4 / 12, (3, 1): 1.0}
    )
