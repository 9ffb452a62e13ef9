"""The doctor names every fault at once, says how to mend it, and never touches the network."""

import shutil

import pytest

from urbanplan.base.errors import InputError, MissingFileError
from urbanplan.base.io import sha256
from urbanplan.base.workspace import project_folder
from urbanplan.sources.sample import write_sample
from urbanplan.study.doctor import examine, table
from urbanplan.study.prepare import prepare


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    folder = tmp_path_factory.mktemp("village")
    write_sample(folder, size="village", seed=1)
    return folder


@pytest.fixture
def copy(village, tmp_path):
    """Give a copy of the sample's files and of its city file, to be spoiled."""
    shutil.copytree(village, tmp_path / "data")
    shutil.copy(project_folder() / "data" / "cities" / "sample.yml", tmp_path / "sample.yml")
    return tmp_path


def spoil(copy, old, new):
    path = copy / "sample.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(copy):
    return {f.subject: f.text for f in examine(copy / "sample.yml", data=copy / "data") if f.state == "wrong"}


def test_the_sample_is_in_order(village):
    findings = examine("sample", data=village)
    assert not [finding for finding in findings if finding.state != "good"]
    subjects = {finding.subject for finding in findings}
    assert {
        "city file",
        "boundary",
        "sources.osm",
        "layers.streets",
        "layers.zones",
        "layers.elevation",
    } <= subjects
    lines = table(findings).splitlines()
    assert len(lines) == len(findings)
    assert all(line.startswith("✓ ") for line in lines)


def test_all_faults_are_found_at_once(copy):
    (copy / "data" / "municipal" / "assets.csv").unlink()
    (copy / "data" / "transit" / "gtfs.zip").write_bytes(b"")
    pbf = copy / "data" / "osm" / "sample.osm.pbf"
    pbf.write_bytes(pbf.read_bytes()[:5000])
    spoil(copy, 'date: "2024-03-01"', 'date: "2567-03-01"')
    found = faults(copy)
    assert "municipal/assets.csv is not in" in found["sources.register"]
    assert "0 bytes" in found["sources.gtfs"]
    assert "Buddhist Era; write 2024-03-01" in found["sources.plan.date"]
    assert "sample.osm.pbf" in found["layers.streets"]
    assert found["layers.streets"] == found["layers.places"]
    assert "layers.zones" not in found
    assert "layers.zoning" not in found


def test_a_file_of_nearly_that_name_is_offered(copy):
    (copy / "data" / "raster" / "population.tif").rename(copy / "data" / "raster" / "Population.TIF")
    assert "did you mean raster/Population.TIF?" in faults(copy)["sources.population"]


def test_a_column_that_is_not_there_is_named_with_the_nearest(copy):
    path = copy / "sample.yml"
    text = path.read_text(encoding="utf-8")
    start = text.index("\n  zones:", text.index("\nlayers:"))
    place = text.index("columns:", start)
    head, tail = text[:place], text[place:]
    old = tail.split("name: ", 1)[1].split(",")[0].split("}")[0]
    path.write_text(head + tail.replace(f"name: {old}", f"name: {old}X", 1), encoding="utf-8")
    assert old in faults(copy)["layers.zones"]


def test_a_layer_that_lies_elsewhere_is_wrong(copy):
    spoil(copy, "crs: EPSG:4326", "crs: EPSG:32748")
    assert "EPSG:32748" in faults(copy)["layers.heritage_assets (2)"]


def test_a_rule_of_a_zone_that_is_not_there_is_found_before_the_run(copy):
    spoil(copy, 'where: {version: "2567"}', 'where: {version: "2553"}')
    spoil(
        copy,
        'columns: {id: id}\n      date: "2024-03-01"',
        'columns: {id: max_height_m}\n      date: "2024-03-01"',
    )
    found = faults(copy)
    assert "H67-" in found["layers.heritage_rules"]
    assert "not among the heritage zones" in found["layers.heritage_rules"]


def test_a_decision_without_a_name_is_found_before_the_run(copy):
    table = copy / "data" / "municipal" / "assessment.csv"
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    table.write_text(
        f"{lines[0]}\nview/V4>T2/visible_share/proposal,magnitude,minor,,2026-01-31,seen on site,,\n",
        encoding="utf-8",
    )
    found = faults(copy)
    assert list(found) == ["sources.assessors"]
    assert "assessment.csv: line 2: by is empty" in found["sources.assessors"]


def test_a_checksum_is_held_to(copy):
    spoil(
        copy,
        "    file: raster/elevation.tif",
        f"    origin: {{sha256: {'f' * 64}}}\n    file: raster/elevation.tif",
    )
    found = faults(copy)
    assert list(found) == ["sources.elevation"]
    assert "origin.sha256" in found["sources.elevation"]
    with pytest.raises(InputError, match=r"sources\.elevation: .*origin\.sha256"):
        prepare(copy / "sample.yml", data=copy / "data", out=copy / "runs", offline=True)


def test_a_checksum_that_holds_is_no_fault_and_needs_no_address(copy, village):
    checksum = sha256(village / "raster" / "elevation.tif")
    text = f"    origin: {{sha256: '{checksum}'}}\n    file: raster/elevation.tif"
    spoil(copy, "    file: raster/elevation.tif", text)
    assert faults(copy) == {}


def test_a_faulty_city_file_ends_it(tmp_path):
    path = tmp_path / "x.yml"
    path.write_text("id: x\nnam: 3\n")
    findings = examine(path)
    assert {finding.subject for finding in findings} == {"city file"}
    assert any("did you mean 'name'?" in finding.text for finding in findings)
    with pytest.raises(MissingFileError):
        examine("no-such-city")


def test_what_will_be_fetched_is_no_fault(tmp_path):
    findings = examine("khon-kaen", data=tmp_path)
    notes = {finding.subject: finding.text for finding in findings if finding.state == "note"}
    assert "Overpass" in notes["sources.osm"]
    assert "boundary" in notes
