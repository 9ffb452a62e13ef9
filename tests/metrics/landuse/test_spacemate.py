"""Density of the zones in the plane of Spacemate."""

import pytest
import shapely
from block import grid, houses, zones
from town import X0, box, streets

from urbanplan.metrics.landuse.spacemate import spacemate
from urbanplan.model.listing import LISTINGS, conform_listing
from urbanplan.model.spacemate import type_of, types
from urbanplan.report.words import words


def test_golden_numbers_of_the_catalogue_and_streets_on_a_border_count_half():
    roads = streets([(0, 0), (100, 0), (50, 0), (50, 100)], [(0, 2), (2, 1), (2, 3)], mode="drive")
    area = zones(box(0, 0, 100, 100))
    rows = conform_listing(
        spacemate(area, houses((0, 0, 42, 100, 3)), roads, grid(100, 100)),
        LISTINGS["landuse.spacemate"],
        area.crs,
    )
    row = rows.iloc[0]
    assert (row["coverage"], row["far"], row["storeys"]) == pytest.approx((0.42, 1.26, 3.0))
    assert row["osr"] == pytest.approx(0.460317, abs=1e-6)
    assert row["network_density"] == pytest.approx((100 + 100 / 2) / 10_000)
    assert (row["far_low"], row["far_high"]) == pytest.approx((0.84, 1.68))


def test_a_zone_that_is_mostly_unmapped_is_left_out():
    roads = streets([(0, 0), (300, 0)], [(0, 1)], mode="drive")
    cells = grid(300, 100)
    cells["known"] = cells.geometry.centroid.x < X0 + 100
    rows = spacemate(
        zones(box(0, 0, 150, 100), box(50, 0, 300, 100)), houses((0, 0, 10, 10, 1)), roads, cells
    )
    assert rows["known_share"].tolist() == pytest.approx([2 / 3])


def test_the_published_types_cover_the_plane_once_and_have_words():
    polygons = types()
    for lang in ("en", "th"):
        assert set(polygons) <= set(words(lang).tree["codes"]["density_type"])
    whole = shapely.union_all(list(polygons.values()))
    for coverage in (0.01, 0.1, 0.25, 0.5, 0.9):
        for storeys in (1, 2.9, 3.1, 6.9, 7.1, 20):
            assert whole.covers(shapely.Point(coverage, coverage * storeys)), (coverage, storeys)
    assert type_of([0.15, 0.15, 0.15, 0.6], [0.3, 0.8, 2.0, 5.0]).tolist() == [
        "low_open",
        "mid_open",
        "high_open",
        "high_compact",
    ]
    assert type_of([float("nan")], [1.0]).tolist() == [""]
