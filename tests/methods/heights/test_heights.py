"""Heights from several sources: hand-worked fusions, invariances, and rasters read inside footprints."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, affinity, box

from urbanplan.base.errors import InputError
from urbanplan.methods.heights import calibrate, estimate_heights, fuse, values_in_footprints
from urbanplan.model.heights import HeightModel
from urbanplan.model.layers import conform

NAN = math.nan


def buildings(*rows, side=10.0):
    frame = gpd.GeoDataFrame(
        pd.DataFrame(list(rows)),
        geometry=[box(20 * i, 0, 20 * i + side, 2 * side) for i in range(len(rows))],
        crs="EPSG:32647",
    )
    return conform(frame, "buildings")


def test_two_equal_measurements_halve_the_variance_and_disagreement_restores_it():
    agreeing = fuse([[10.0, 10.0]], [1.0, 1.0])
    assert (agreeing.mean[0], agreeing.sd[0]) == (10.0, pytest.approx(math.sqrt(0.5)))
    apart = fuse([[8.0, 12.0]], [1.0, 1.0])
    # chi2 = 4 + 4 = 8 on one degree of freedom: variance 1/2 times 8
    assert (apart.mean[0], apart.sd[0], apart.disagreement[0]) == (10.0, 2.0, 8.0)


def test_weights_are_precisions_and_biases_are_taken_off():
    fused = fuse([[11.0, 20.0]], [1.0, 3.0], biases=[1.0, 0.0])
    assert fused.mean[0] == pytest.approx((10.0 + 20.0 / 9) / (1 + 1 / 9))
    scaled = fuse([[110.0, 200.0]], [10.0, 30.0], biases=[10.0, 0.0])
    assert scaled.mean[0] == pytest.approx(10 * fused.mean[0])
    assert scaled.sd[0] == pytest.approx(10 * fused.sd[0])


def test_fusion_does_not_depend_on_the_order_and_a_silent_source_changes_nothing():
    rng = np.random.default_rng(7)
    values, sds = rng.normal(12, 3, (50, 4)), rng.uniform(0.5, 4, (50, 4))
    one = fuse(values, sds)
    other = fuse(values[:, ::-1], sds[:, ::-1])
    assert np.allclose(one.mean, other.mean)
    silent = fuse(np.column_stack([values, np.full(50, NAN)]), np.column_stack([sds, np.ones(50)]))
    assert np.allclose(one.sd, silent.sd)
    nothing = fuse([[NAN, NAN]], [1.0, 1.0])
    assert (math.isnan(nothing.mean[0]), math.isnan(nothing.sd[0]), nothing.sources[0]) == (True, True, 0)
    with pytest.raises(InputError, match="not above zero"):
        fuse([[1.0]], [0.0])


def test_a_tag_tells_the_highest_point_and_storeys_the_wall():
    found = estimate_heights(buildings({"height_m": 12.0}, {"levels": 3.0}, {}))
    assert found["highest_point_m"].tolist()[:2] == [12.0, pytest.approx(3 * 3.2 + 1.0)]
    assert found["wall_top_m"].tolist()[:2] == [11.0, pytest.approx(9.6)]
    assert found["highest_point_sd_m"].iloc[0] == 1.0
    assert found["highest_point_sd_m"].iloc[1] == pytest.approx(math.hypot(0.12 * 9.6, 1.0))
    assert found["wall_top_sd_m"].iloc[1] == pytest.approx(1.152)
    assert found["heights_from"].tolist()[:2] == ["tag", "storeys"]
    assert found.iloc[2].isna().all()


def test_the_legal_reference_matters_for_a_lanna_roof():
    # span 10 m: a hip roof at 0.45 rises 2.25 m above the wall, a flat one has a parapet of 0.7 m
    found = estimate_heights(
        buildings({"levels": 3.0, "roof_shape": "hipped"}, {"levels": 3.0, "roof_shape": "flat"})
    )
    assert (found["highest_point_m"] - found["wall_top_m"]).tolist() == [
        pytest.approx(2.25),
        pytest.approx(0.7),
    ]
    assert found["roof_deck_m"].tolist() == found["wall_top_m"].tolist()
    given = estimate_heights(buildings({"height_m": 15.0, "roof_height_m": 4.0, "roof_shape": "gabled"}))
    assert given["wall_top_m"].iloc[0] == 11.0


def test_rasters_join_in_and_coarse_ones_count_less():
    rows = buildings({"height_m": 10.0}, {})
    fine = estimate_heights(rows, above_ground_m=np.array([14.0, 14.0]))
    coarse = estimate_heights(rows, above_ground_m=np.array([14.0, 14.0]), surface_cell_m=30.0)
    assert fine["highest_point_m"].iloc[0] > coarse["highest_point_m"].iloc[0] > 10.0
    assert fine["heights_from"].tolist() == ["tag;surface", "surface"]
    assert fine["highest_point_sd_m"].iloc[1] == 1.5
    assert coarse["highest_point_sd_m"].iloc[1] == pytest.approx(math.hypot(1.5, 4.0))
    biased = estimate_heights(
        rows, above_ground_m=np.array([14.0, 14.0]), model=HeightModel(surface_bias_m=2.0)
    )
    assert biased["highest_point_m"].iloc[1] == 12.0
    with pytest.raises(InputError, match="give one each"):
        estimate_heights(rows, raster_m=np.array([1.0]))


def test_heights_do_not_change_when_the_town_is_moved_or_turned():
    rows = buildings({"levels": 4.0, "roof_shape": "gabled"}, {"levels": 2.0, "use": "religious"})
    turned = rows.set_geometry(
        [affinity.translate(affinity.rotate(shape, 33, origin=(0, 0)), 5e5, 2e6) for shape in rows.geometry],
        crs=rows.crs,
    )
    one, other = estimate_heights(rows), estimate_heights(turned)
    assert np.allclose(one["highest_point_m"], other["highest_point_m"], atol=1e-6)


def test_values_inside_footprints_ignore_the_street():
    raster = np.full((10, 10), 2.0)
    raster[2:6, 3:7] = 12.0
    raster[3, 4] = 13.0
    whole = box(3, 4, 7, 8)
    shifted = box(2.6, 4, 7, 8)  # covers 40 % of a column of street: less than half, left out
    small = box(3.1, 4.1, 3.7, 4.9)
    outside = box(50, 50, 60, 60)
    shapes = np.array([whole, shifted, small, outside], dtype=object)
    found = values_in_footprints(shapes, raster, west=0, north=10, cell_m=1.0, quantile=0.5)
    assert found[:2].tolist() == [12.0, 12.0]
    assert np.isnan(found[2:]).all()
    top = values_in_footprints(shapes[:1], raster, west=0, north=10, cell_m=1.0, quantile=1.0)
    assert top[0] == 13.0
    raster[2:6, 3:7] = NAN
    assert math.isnan(values_in_footprints(shapes[:1], raster, west=0, north=10, cell_m=1.0)[0])


def test_values_inside_footprints_equal_a_plain_loop():
    rng = np.random.default_rng(3)
    raster = rng.uniform(0, 30, (2300, 60))
    shapes = np.array(
        [Point(*rng.uniform([5, 5], [55, 2295])).buffer(rng.uniform(3, 6)) for _ in range(40)], dtype=object
    )
    found = values_in_footprints(shapes, raster, west=0, north=2300, cell_m=1.0, quantile=0.9)
    for shape, value in zip(shapes, found, strict=True):
        x0, y0, x1, y1 = (int(edge) for edge in shape.bounds)
        inside = [
            raster[2299 - y, x]
            for x in range(x0, x1 + 1)
            for y in range(y0, y1 + 1)
            if shape.intersection(box(x, y, x + 1, y + 1)).area >= 0.999
        ]
        assert value == pytest.approx(np.quantile(inside, 0.9))


def test_calibration_is_robust_and_says_when_it_knows_nothing():
    truth = np.arange(20.0) + 5
    errors = np.array([2.0, 3.0, 1.0, 2.0] * 5)
    table = pd.DataFrame({"tag": truth + errors, "raster": [NAN] * 15 + [9.0] * 5})
    table.loc[0, "tag"] = 900.0
    found = calibrate(table, truth)
    assert found.loc["tag", "bias_m"] == 2.0
    assert found.loc["tag", "sd_m"] < 1.5
    assert math.isnan(found.loc["raster", "bias_m"])
