"""prepare: the sample's truths come through its real file formats; each broken input gets one clear sentence."""

import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from urbanplan.base.errors import (
    InputError,
    LayerError,
    MissingFileError,
    NoCrsError,
    NotPreparedError,
    OsmFileError,
    UrbanPlanError,
)
from urbanplan.model.study_area import StudyArea
from urbanplan.study.prepare import prepare

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "cities" / "sample.yml"


@pytest.fixture(scope="module")
def prepared(village, tmp_path_factory) -> StudyArea:
    return prepare("sample", data=village, out=tmp_path_factory.mktemp("runs"), offline=True)


@pytest.fixture(scope="module")
def truth(village) -> dict:
    return json.loads((village / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture
def broken(village, tmp_path):
    """Give a copy of the village and its city file, for a test to break."""
    data = tmp_path / "data"
    shutil.copytree(village, data)
    city = tmp_path / "sample.yml"
    shutil.copy(SAMPLE, city)

    def run(**changes: str) -> StudyArea:
        text = city.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text, f"{old!r} is not in the sample's city file"
            text = text.replace(old, new)
        city.write_text(text, encoding="utf-8")
        return prepare(city, data=data, out=tmp_path / "runs", offline=True)

    run.data = data
    run.out = tmp_path / "runs"
    return run


def test_people_buildings_zones_and_area_are_the_truth(prepared, truth):
    assert prepared.cells["population"].sum() == pytest.approx(truth["people"]["city"], rel=1e-9)
    assert len(prepared.layer("buildings")) == truth["buildings"]["in_city"]
    zones = prepared.zones
    assert sorted(zones.index) == sorted(truth["zones"])
    for code, facts in truth["zones"].items():
        assert zones.loc[code, "name_th"] == facts["name_th"]
        assert zones.loc[code].geometry.area == pytest.approx(facts["area_m2"], rel=1e-4)
    assert prepared.boundary.area.sum() == pytest.approx(truth["city_area_m2"], rel=1e-5)


def test_streets_are_the_truth(prepared, truth):
    for mode in ("walk", "drive"):
        network = prepared.network(mode)
        facts = truth["streets"][mode]
        assert len(network.component_sizes) == facts["components"]
        nodes = shapely.points(network.node_x, network.node_y)[network.street_count >= 3]
        for code, expected in facts["junctions_by_zone"].items():
            # a street runs along one border; the file's seven decimals put its junctions on either side by chance
            inside = prepared.zones.geometry[code].buffer(-1)
            assert shapely.intersects(inside, nodes).sum() == expected, (mode, code)


def test_the_datum_is_the_named_operation(prepared):
    zones = prepared.manifest["layers"]["zones"]["quality"][0]
    assert "206" in zones["pipeline"]
    assert zones["operation"]


def test_a_missing_layer_is_named_in_the_manifest(broken):
    area = broken(**{"  viewpoints:\n    source: plan\n    layer: viewpoints\n    columns: {id: id}\n": ""})
    assert area.missing["viewpoints"] == "not_declared"
    assert area.layer("viewpoints").empty


def test_what_was_read_twice_has_the_same_bytes(broken, prepared):
    area = broken()
    ours = sorted(path for path in (area.folder / "layers").rglob("*") if path.is_file())
    assert len(ours) > 15
    for path in ours:
        other = prepared.folder / "layers" / path.relative_to(area.folder / "layers")
        assert path.read_bytes() == other.read_bytes(), path.name


def complaint(run, kind: type[UrbanPlanError], **changes: str) -> str:
    with pytest.raises(kind) as caught:
        run(**changes)
    text = str(caught.value)
    assert "\n" not in text
    assert not list(run.out.glob("*/.layers.*")), "a failed run leaves no debris"
    return text


def test_a_truncated_pbf(broken):
    path = broken.data / "osm" / "sample.osm.pbf"
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    assert "sample.osm.pbf" in complaint(broken, OsmFileError)


def test_a_missing_file_names_source_and_folder(broken):
    (broken.data / "raster" / "population.tif").unlink()
    text = complaint(broken, MissingFileError)
    assert re.search(r"sources\.population: raster/population\.tif is not in .*--data", text)


def test_a_layer_without_crs(broken):
    plan = broken.data / "municipal" / "plan.gpkg"
    frame = gpd.read_file(plan, layer="viewpoints")
    plan.unlink()
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        frame.set_crs(None, allow_override=True).to_file(plan, layer="viewpoints", driver="GPKG")
    keep = "layer: viewpoints"
    yml = SAMPLE.read_text(encoding="utf-8")
    zoning = yml[yml.index("  heritage_zones:\n") : yml.index("  viewpoints:\n")]
    text = complaint(broken, NoCrsError, **{zoning: ""})
    assert "plan.gpkg" in text
    assert keep in yml


def test_an_empty_layer(broken):
    plan = broken.data / "municipal" / "plan.gpkg"
    frame = gpd.read_file(plan, layer="viewpoints")
    frame.iloc[:0].to_file(plan, layer="viewpoints", driver="GPKG")
    assert "viewpoints" in complaint(broken, LayerError)


def test_a_self_crossing_polygon_is_mended_and_said_so(broken):
    plan = broken.data / "municipal" / "plan.gpkg"
    frame = gpd.read_file(plan, layer="zoning")
    west, south, east, north = frame.geometry.iloc[0].bounds
    frame.loc[0, "geometry"] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    frame.to_file(plan, layer="zoning", driver="GPKG")
    area = broken()
    assert area.layer("zoning").is_valid.all()
    record = area.manifest["layers"]["zoning"]["quality"][0]
    assert record["repaired"] == 1


def test_a_boundary_outside_the_data(broken):
    text = complaint(
        broken, InputError, **{"boundary:\n  source: zones": "boundary:\n  bbox: [2.0, 48.0, 2.1, 48.1]"}
    )
    assert "sample" in text


def test_a_broken_run_leaves_the_layers_of_the_last_good_one(broken):
    area = broken()
    before = (area.folder / "layers" / "manifest.json").read_bytes()
    (broken.data / "osm" / "sample.osm.pbf").write_bytes(b"")
    complaint(broken, OsmFileError)
    assert (area.folder / "layers" / "manifest.json").read_bytes() == before


def test_a_city_that_was_not_prepared_names_the_command(tmp_path):
    with pytest.raises(NotPreparedError, match="urbanplan prepare nowhere"):
        StudyArea.read("nowhere", out=tmp_path)


def test_layers_of_another_version_are_not_read(tmp_path):
    folder = tmp_path / "town" / "layers"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(NotPreparedError, match="another version"):
        StudyArea.read("town", out=tmp_path)
