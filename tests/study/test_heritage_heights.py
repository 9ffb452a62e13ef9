"""Heights are estimated when a city is prepared: from tags in the sample, from rasters where they are fine enough."""

import json

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin
from shapely import box

from urbanplan.model.heights import HeightModel
from urbanplan.model.layers import conform
from urbanplan.study.drawn import Drawn
from urbanplan.study.heritage_heights import add_heights
from urbanplan.study.prepare import prepare


def drawn(folder, name, values, cell_m):
    with rasterio.open(
        folder / f"{name}_2023.tif", "w", driver="GTiff", width=values.shape[1], height=values.shape[0],
        count=1, dtype="float32", crs="EPSG:32647", transform=from_origin(0, values.shape[0] * cell_m, cell_m, cell_m),
    ) as target:  # fmt: skip
        target.write(values.astype("float32"), 1)
    return Drawn(files={"2023": f"{name}_2023.tif"}, dates=["2023"])


def houses(*boxes, **columns):
    frame = gpd.GeoDataFrame(columns, geometry=[box(*each) for each in boxes], crs="EPSG:32647")
    return Drawn(frame=conform(frame, "buildings"), quality=[{}])


def test_surface_less_ground_tells_a_height(tmp_path):
    ground, top = np.full((50, 50), 310.0), np.full((50, 50), 310.0)
    top[10:20, 10:20] = 322.0
    seen = np.zeros((50, 50))
    seen[10:20, 10:20] = 0.9
    layers = {
        "elevation": drawn(tmp_path, "elevation", ground, 2.0),
        "surface": drawn(tmp_path, "surface", top, 2.0),
        "buildings_seen": drawn(tmp_path, "buildings_seen", seen, 2.0),
        "buildings": houses((20, 60, 40, 80), (60, 60, 80, 80), levels=[np.nan, np.nan]),
    }
    add_heights(layers, tmp_path)
    frame = layers["buildings"].frame
    assert frame["highest_point_m"].iloc[0] == pytest.approx(12.0)
    assert frame["heights_from"].iloc[0] == "surface"
    assert np.isnan(frame["highest_point_m"].iloc[1]), "no roof above the ground: not a height of zero"
    assert frame["stood_before"].tolist() == pytest.approx([0.9, 0.0])


def test_coarse_rasters_are_not_used_and_it_is_said(tmp_path):
    layers = {
        "elevation": drawn(tmp_path, "elevation", np.zeros((3, 3)), 1000.0),
        "surface": drawn(tmp_path, "surface", np.full((30, 30), 20.0), 30.0),
        "building_heights": drawn(tmp_path, "building_heights", np.full((30, 30), 20.0), 90.0),
        "buildings": houses((20, 60, 120, 180), levels=[2.0]),
    }
    add_heights(layers, tmp_path, HeightModel(storey_m=3.0))
    assert layers["buildings"].frame["heights_from"].tolist() == ["storeys"]
    assert layers["buildings"].frame["wall_top_m"].tolist() == [6.0]
    assert [(note["code"], note["facts"]["layer"]) for note in layers["buildings"].quality[0]["notes"]] == [
        ("raster_too_coarse", "elevation"),
        ("raster_too_coarse", "building_heights"),
    ]


def test_the_sample_town_has_heights_for_every_building_that_tells_one(village, tmp_path):
    area = prepare("sample", data=village, out=tmp_path, offline=True)
    truth = json.loads((village / "truth.json").read_text(encoding="utf-8"))
    frame = area.layer("buildings")
    told = frame["height_m"].notna() | frame["levels"].notna()
    wide, known = set(truth["roofs"]["height_m"]), set(frame.index[frame["highest_point_m"].notna()])
    assert wide
    assert set(frame.index[told]) | wide <= known
    # beside them only houses under the flight that are too narrow to be promised
    narrow = frame.loc[sorted(known - wide - set(frame.index[told]))]
    flight = shapely.box(*np.add(truth["roofs"]["box"], 2 * truth["origin"]))
    assert narrow.within(flight).all()
    assert (narrow.buffer(-4.0).area == 0).all()
    for entry in truth["heights"]["heritage_zones"]:
        for key, height in entry["exceeding_ids"].items():
            assert abs(frame.loc[key, "highest_point_m"] - height) < 1.0, key
            assert frame.loc[key, "highest_point_sd_m"] <= 1.0
    rules = area.layer("heritage_rules")
    assert set(rules["zone"]) <= set(area.layer("heritage_zones").index)
    assert rules.index.is_unique
