"""The files are real ones: other people's programs open them and find what was drawn."""

import csv
import hashlib
import io
import zipfile
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pandas as pd
import pyogrio
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from ruamel.yaml import YAML

from urbanplan.base.crs import to_crs
from urbanplan.base.errors import UsageError
from urbanplan.model.city import DECLARABLE, City
from urbanplan.sources.sample import write_sample
from urbanplan.sources.sample.draft import MISSING_NODE, MISSING_WAY, Draft
from urbanplan.sources.sample.lane_pattern import PARTS, lane_pattern
from urbanplan.sources.sample.outskirts import draw_lattice, lay_lattice
from urbanplan.sources.sample.plan import ORIGIN, size_named
from urbanplan.sources.sample.roads import draw_roads
from urbanplan.sources.sample.shapefile import to_indian_1975
from urbanplan.sources.sample.zones import zones

CITY_FILE = Path(__file__).resolve().parents[3] / "data" / "cities" / "sample.yml"
CRS = "EPSG:32647"
INDIAN_1975_TO_WGS84 = (
    "+proj=pipeline +step +inv +proj=utm +zone=47 +ellps=evrst30 +step +proj=cart +ellps=evrst30 "
    "+step +proj=helmert +x=206 +y=837 +z=295 +step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=utm +zone=47 +ellps=WGS84"
)
"""Indian 1975 / UTM 47N to WGS 84 / UTM 47N by the Royal Thai Survey Department's translation, written by hand."""


def checksums(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def city():
    return City.model_validate(YAML(typ="safe").load(CITY_FILE))


def test_the_same_seed_gives_the_same_bytes(village, tmp_path):
    write_sample(tmp_path, size="village")
    assert checksums(tmp_path) == checksums(village.folder)
    assert len(checksums(tmp_path)) == 22


def test_another_seed_gives_another_town(village, tmp_path):
    write_sample(tmp_path, size="village", seed=7)
    one, other = checksums(tmp_path), checksums(village.folder)
    assert one.keys() == other.keys()
    assert one["osm/sample.osm.pbf"] != other["osm/sample.osm.pbf"]
    assert one["municipal/zones.dbf"] == other["municipal/zones.dbf"]


def test_an_unknown_size_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"'hamlet' is not known; sizes .* village, town, city, metro"):
        write_sample(tmp_path, size="hamlet")
    assert list(tmp_path.iterdir()) == []


def test_the_city_file_declares_every_layer_and_names_files_that_exist(village):
    declared = city()
    others = {"view_targets", "plots", "heritage_assets_before", "water_before"}
    assert set(declared.layers) | others == set(DECLARABLE)
    assert declared.synthetic
    assert "synthetic" in declared.name.en
    assert "สมมุติ" in declared.name.th
    assert [
        name for name, source in declared.sources.items() if not (village.folder / source.file).exists()
    ] == []


@pytest.mark.parametrize("layer", ["zones", "zoning", "heritage_zones", "viewpoints", "heritage_assets"])
def test_the_city_file_maps_columns_and_values_that_are_in_the_files(village, layer):
    declared = city()
    for entry in declared.layers[layer]:
        source = declared.sources[entry.source]
        if source.file.endswith(".pbf"):
            continue
        path = village.folder / source.file
        if path.suffix == ".csv":
            frame = pd.read_csv(path, encoding=source.encoding)
        else:
            frame = pyogrio.read_dataframe(path, layer=entry.layer, encoding=source.encoding)
        assert set(entry.columns.values()) <= set(frame.columns)
        for column, mapping in entry.values.items():  # noqa: PD011  # a field of the city file, not an array
            assert set(frame[entry.columns[column]]) <= set(mapping)
        for column, wanted in entry.where.items():
            assert wanted in set(frame[column])


def test_the_dbf_is_cp874_and_says_nothing_true_about_it(village):
    raw = (village.folder / "municipal" / "zones.dbf").read_bytes()
    assert "ในเวียง".encode("cp874") in raw
    assert raw[29] == 0
    assert (village.folder / "municipal" / "zones.cpg").read_text() == "OEM 874"
    path = village.folder / "municipal" / "zones.shp"
    read = pyogrio.read_dataframe(path, encoding="cp874")
    assert read["Z_CODE"].tolist()[:2] == ["0101", "0102"]
    assert read["Z_NAME"].tolist() == [zone.name_th for zone in zones(village.size)]
    assert read["REV_DATE"].str.contains("พ.ศ. ๒๕").all()
    plain = pyogrio.read_dataframe(path)
    assert plain["Z_NAME"].tolist() != read["Z_NAME"].tolist()


def test_zones_land_on_the_town_within_a_centimetre(village):
    read = gpd.read_file(village.folder / "municipal" / "zones.shp", encoding="cp874")
    assert read.crs.ellipsoid.semi_major_metre == pytest.approx(6377276.345)
    landed = to_crs(read, CRS).geometry
    drawn = gpd.GeoSeries([zone.area for zone in zones(village.size)], crs=CRS).translate(*ORIGIN)
    assert landed.hausdorff_distance(drawn).max() < 0.01
    assert landed.is_valid.all()
    naive = read.set_crs(CRS, allow_override=True).geometry
    assert naive.hausdorff_distance(drawn).min() > 400


def test_indian_1975_is_the_exact_inverse_of_the_named_shift():
    points = np.array([[503000.0, 2021000.0], [527000.0, 2045000.0]])
    indian = to_indian_1975(points)
    east, north, _ = Transformer.from_pipeline(INDIAN_1975_TO_WGS84).transform(*indian.T, np.zeros(2))
    assert np.abs(np.column_stack([east, north]) - points).max() < 1e-6
    assert np.hypot(*(indian - points).T) == pytest.approx(452, abs=8)


def test_osm_file_has_what_was_drawn_and_the_broken_things(village):
    counts = {"n": 0, "w": 0, "r": 0}
    nodes, broken_ways, broken_relations, tags = set(), [], [], {}
    for entry in osmium.FileProcessor(str(village.folder / "osm" / "sample.osm.pbf")):
        counts[entry.type_str()] += 1
        if entry.is_node():
            nodes.add(entry.id)
        elif entry.is_way():
            if any(node.ref not in nodes for node in entry.nodes):
                broken_ways.append((entry.id, entry.nodes[-1].ref))
            tags[entry.id] = dict(entry.tags)
        elif any(member.ref == MISSING_WAY for member in entry.members):
            broken_relations.append(entry.id)
    truth = village.truth
    assert broken_ways == [(truth["broken"]["way_with_missing_node"], MISSING_NODE)]
    assert broken_relations == [truth["broken"]["relation_with_missing_member"]]
    assert (
        sum("building" in each for each in tags.values()) + len(truth["buildings"]["with_courtyard"]) == 400
    )
    kinds = {each.get("highway") for each in tags.values()}
    assert {"steps", "cycleway", "footway", "motorway", "motorway_link", "living_street", "service"} <= kinds
    streets = truth["streets"]
    assert tags[streets["steps"]]["highway"] == "steps"
    assert tags[streets["private_drive"]]["access"] == "private"
    assert tags[streets["no_motorcycle"]]["motorcycle"] == "no"
    assert any(each.get("junction") == "roundabout" for each in tags.values())


def test_rasters_lie_on_the_cells(village):
    with rasterio.open(village.folder / "raster" / "population.tif") as file:
        assert (file.driver, file.crs.to_epsg(), file.nodata, file.res) == ("GTiff", 32647, -1, (100, 100))
        assert file.transform.c % 100 == 0
        assert file.transform.f % 100 == 0
        people = file.read(1)
    assert set(np.unique(people[people < 0])) == {-1}
    assert people[people >= 0].sum() == village.truth["people"]["city"]
    with rasterio.open(village.folder / "raster" / "elevation.tif") as file:
        heights = file.read(1)
        hill = next(file.sample([(ORIGIN[0] - 3400, ORIGIN[1] + 300)]))[0]
        plain = next(file.sample([(ORIGIN[0], ORIGIN[1])]))[0]
    assert heights.min() > 280
    assert hill - plain > 350
    for year, cells in village.truth["land_cover_cells"].items():
        with rasterio.open(village.folder / "raster" / f"land_cover_{year}.tif") as file:
            classes, count = np.unique(file.read(1), return_counts=True)
        assert dict(zip(map(str, classes), count, strict=True)) == cells
    cover = village.truth["land_cover_cells"]
    assert cover["2025"]["50"] > 1.2 * cover["2015"]["50"]


def test_gtfs_is_whole(village):
    with zipfile.ZipFile(village.folder / "transit" / "gtfs.zip") as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        table = {name: pd.read_csv(io.BytesIO(archive.read(name)), dtype=str) for name in archive.namelist()}
    times, trips, stops = table["stop_times.txt"], table["trips.txt"], table["stops.txt"]
    assert set(times["trip_id"]) == set(trips["trip_id"])
    assert set(times["stop_id"]) == set(stops["stop_id"])
    assert set(trips["route_id"]) == set(table["routes.txt"]["route_id"])
    assert set(trips["service_id"]) == set(table["calendar.txt"]["service_id"])
    assert stops["stop_id"].is_unique
    assert len(stops) == village.truth["transit"]["stops"]
    assert (times["arrival_time"] <= times["departure_time"]).all()
    assert times.groupby("trip_id")["arrival_time"].agg(lambda column: column.is_monotonic_increasing).all()
    assert stops["stop_lat"].astype(float).between(18.2, 18.4).all()


def test_register_reads_as_a_spreadsheet_saved_it(village):
    path = village.folder / "municipal" / "assets.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert len(rows) == village.truth["heritage_assets"]["register"]
    assert sum(row["ขึ้นทะเบียน"] == "1" for row in rows) == village.truth["heritage_assets"]["registered"]
    assert rows[0]["รหัส"] == "0001"
    assert all(98.9 < float(row["lon"]) < 99.2 for row in rows)


def test_plan_has_its_layers_and_two_versions(village):
    path = village.folder / "municipal" / "plan.gpkg"
    layers = ["heritage_rules", "heritage_zones", "proposal", "proposal_2"]
    layers += ["view_targets", "viewpoints", "zoning"]
    assert sorted(pyogrio.list_layers(path)[:, 0]) == layers
    heritage = gpd.read_file(path, layer="heritage_zones")
    assert heritage.groupby("version")["status"].agg(set).to_dict() == {
        "2553": {"superseded"},
        "2567": {"in_force"},
    }
    areas = heritage.dissolve("version").area
    assert areas["2567"] == pytest.approx(4_000_000)
    assert areas["2553"] == pytest.approx(1290**2)
    zoning = gpd.read_file(path, layer="zoning")
    assert zoning["ความสูงไม่เกิน_ม"].isna().sum() == 2
    assert zoning.union_all().area == pytest.approx(village.truth["city_area_m2"])
    assert zoning.area.sum() == pytest.approx(village.truth["city_area_m2"])


@pytest.mark.parametrize("size", ["village", "town", "city"])
def test_streets_of_every_size_are_two_parts_and_the_stairs_are_short(size):
    preset, draft = size_named(size), Draft()
    lattice = lay_lattice(preset, np.random.default_rng(5))
    draw_lattice(draft, lattice, preset, np.random.default_rng(6))
    roads = draw_roads(draft, lattice, preset)
    steps = draft.coordinates()[np.array(draft.ways[roads.steps - 1].nodes) - 1]
    assert 60 < np.hypot(*np.diff(steps, axis=0).T).sum() < 300
    graph = nx.Graph()
    for way in draft.ways:
        nx.add_path(graph, way.nodes)
    assert sorted(map(len, nx.connected_components(graph)))[:-1] == [3]


@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_lanes_of_a_block_all_lead_to_its_rim(seed, extra):
    across, up = lane_pattern(np.random.default_rng(seed), extra)
    graph = nx.Graph()
    graph.add_edges_from(((i, j + 1), (i + 1, j + 1)) for i, j in np.argwhere(across))
    graph.add_edges_from(((i + 1, j), (i + 1, j + 1)) for i, j in np.argwhere(up))
    rim = {node for node in graph if not (0 < node[0] < PARTS and 0 < node[1] < PARTS)}
    assert all(part & rim for part in nx.connected_components(graph))
    assert len(graph) - len(rim) == 9


def test_a_full_pattern_is_a_grid():
    across, up = lane_pattern(np.random.default_rng(1), 1.0)
    assert across.sum() + up.sum() == 24


def test_a_metro_has_a_million_street_nodes():
    size, draft, rng = size_named("metro"), Draft(), np.random.default_rng(1)
    draw_lattice(draft, lay_lattice(size, rng), size, rng)
    assert 1_000_000 < len(draft.coordinates()) < 1_300_000
