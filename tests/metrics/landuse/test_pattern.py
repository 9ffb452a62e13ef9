"""The pattern of land cover by zone and city: the measures of the map within each outline."""

import numpy as np
import pytest
import shapely
from town import COVER_2025, X0, Y0, box, cover, frame

from urbanplan.methods.landscape import pattern as measured
from urbanplan.metrics.landuse.aggregation import aggregation
from urbanplan.metrics.landuse.contagion import contagion
from urbanplan.metrics.landuse.cover_diversity import cover_diversity
from urbanplan.metrics.landuse.edge_density import edge_density
from urbanplan.metrics.landuse.interspersion import interspersion
from urbanplan.metrics.landuse.landscape_shape import landscape_shape
from urbanplan.metrics.landuse.largest_patch import largest_patch
from urbanplan.metrics.landuse.mesh_size import mesh_size
from urbanplan.metrics.landuse.patch_density import patch_density
from urbanplan.metrics.landuse.patch_distance import patch_distance
from urbanplan.metrics.landuse.pattern import pattern

MEASURES = [
    (patch_density, "PD", 1), (edge_density, "ED", 1), (largest_patch, "LPI", 0.01), (landscape_shape, "LSI", 1),
    (cover_diversity, "SHDI", 1), (contagion, "CONTAG", 0.01), (aggregation, "AI", 0.01),
    (interspersion, "IJI", 0.01), (mesh_size, "MESH", 1), (patch_distance, "ENN_MN", 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def noisy():
    """Give land cover whose classes lie like noise, so that no measure is trivial."""
    return np.random.default_rng(8).choice([10, 30, 40, 50], (20, 30)).astype(np.uint8)


@pytest.mark.parametrize(("metric", "name", "scale"), MEASURES, ids=[name for _, name, _ in MEASURES])
def test_each_is_the_measure_of_the_cells_within(metric, name, scale, noisy, zones, city):
    whole = measured(noisy, cell_m=20.0).landscape[name] * scale
    table = metric(cover({2025: noisy}), city)
    assert table["value"].tolist() == pytest.approx([whole])
    assert table["coverage"].tolist() == [1.0]
    # the border of the zones at 250 m runs through cells whose middle, at 250 m, lies to its east
    parts = [noisy[:, :12], noisy[:, 12:]]
    expected = [measured(part, cell_m=20.0).landscape[name] * scale for part in parts]
    assert metric(cover({2025: noisy}), zones)["value"].tolist() == pytest.approx(expected)


def test_a_slanting_outline_takes_the_cells_whose_middle_lies_in_it(noisy):
    shape = shapely.Point(X0 + 311, Y0 + 193).buffer(140)
    x, y = np.meshgrid(X0 + 10 + 20 * np.arange(30), Y0 + 390 - 20 * np.arange(20))
    inside = np.where(shapely.contains_xy(shape, x, y), noisy, 0)
    table = edge_density(cover({2025: noisy}), frame("zones", [shape]))
    assert table["value"].tolist() == pytest.approx([measured(inside, cell_m=20.0, nodata=0).landscape["ED"]])


def test_less_than_half_known_is_unknown(zones):
    half = COVER_2025.copy()
    half[:, 10:] = 0
    table = edge_density(cover({2025: half}), zones)
    assert table["reason"].tolist() == ["", "not_mapped"]
    assert table["coverage"].tolist() == pytest.approx([200 / 250, 0])


def test_a_zone_without_cells_is_unknown():
    table = contagion(cover({2025: COVER_2025}), frame("zones", [box(5000, 0, 5100, 100), shapely.Polygon()]))
    assert table["reason"].tolist() == ["not_mapped", "not_mapped"]


def test_the_listing_has_a_row_for_all_and_for_each_class_at_each_date(layers, city):
    rows = pattern(layers["land_cover"], city)
    assert rows["cover"].tolist() == ["all", "trees", "crops", "built", "water"] * 2
    assert rows["date"].tolist() == ["2025-12-31"] * 5 + ["2015-12-31"] * 5
    latest = rows[:5].set_index("cover")
    assert latest.loc["all", "area_m2"] == 240_000
    assert latest["area_m2"].iloc[1:].sum() == pytest.approx(240_000)
    assert latest["share"].tolist() == pytest.approx([1, 2 / 12, 3 / 12, 5 / 12, 2 / 12])
    whole = measured(COVER_2025, cell_m=20.0)
    assert latest.loc["all", "contagion"] == pytest.approx(whole.landscape["CONTAG"] / 100)
    assert latest.loc["built", "shape_index"] == pytest.approx(whole.classes.loc[50, "LSI"])
    assert latest.loc["trees", "patches"] == 2
    assert np.isnan(latest.loc["built", "diversity"])
    assert rows.crs == city.crs
