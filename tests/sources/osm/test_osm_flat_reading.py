"""Reading by arrays gives what the reference implementation gives, object by object, or leaves the file to it."""

import itertools
import random

import numpy as np
import osmium
import pbf_file as pbf
import pytest
import shapely
from tiny_osm import osm_xml

from urbanplan.base.errors import OsmFileError
from urbanplan.sources.osm import flat_reading
from urbanplan.sources.osm.flat_reading import read_by_arrays
from urbanplan.sources.osm.objects import Wanted
from urbanplan.sources.osm.osmium_reading import read_by_osmium
from urbanplan.sources.osm.reading import read_objects

EVERYTHING = Wanted(
    points=("amenity", "shop"),
    lines=("barrier", "highway", "waterway"),
    areas=("amenity", "building", "landuse", "natural", "water"),
    streets=True,
)
FILES = [
    "las_palmas/las_palmas_2023.osm.pbf",
    "porto_alegre/poa_osm.pbf",
    "chiang_mai/osm/chiang_mai.osm.pbf",
]


def assert_same(ours, theirs):
    """Compare all objects, whatever the order in which areas stand."""
    for name in ("point_id", "way_id", "ref_offsets", "refs", "points", "ref_xy"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), err_msg=name)
        assert getattr(ours, name).dtype == getattr(theirs, name).dtype, name
    for name in ("point_tags", "way_tags", "restrictions", "street_points"):
        assert getattr(ours, name) == getattr(theirs, name), name
    areas = [
        {
            key: (shape.wkb, tags)
            for key, shape, tags in zip(one.area_key, one.areas, one.area_tags, strict=True)
        }
        for one in (ours, theirs)
    ]
    assert areas[0] == areas[1]
    assert len(ours.area_key) == len(areas[0])
    assert +ours.counts == +theirs.counts


@pytest.mark.shared
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("near", [False, True])
def test_cities_are_the_same(shared, file, near):
    path = shared / file
    box = None
    if near:
        xy = read_by_arrays(path, Wanted((), ("highway",), (), streets=False), None).ref_xy
        low, high = np.nanquantile(xy, [0.3, 0.6], axis=0)
        box = (*low.tolist(), *high.tolist())
    ours, theirs = read_by_arrays(path, EVERYTHING, box), read_by_osmium(path, "pbf", EVERYTHING, box)
    assert len(ours.area_key) > 2
    assert_same(ours, theirs)


def wild_map(seed):
    """Return nodes, ways and relations as careless hands draw them: crossing, touching, doubled, broken."""
    draw = random.Random(seed)  # noqa: S311 - nothing here is secret
    nodes = {}
    for number in draw.sample(range(1, 400), 60):
        tags = draw.choice([{}, {}, {}, {"shop": "yes"}, {"highway": "crossing"}, {"name": "x"}])
        nodes[number] = (draw.randrange(6) * 100, draw.randrange(6) * 100, tags)
    nodes = dict(sorted(nodes.items()))
    there = list(nodes)
    choices = [
        {"highway": "footway"}, {"building": "yes"}, {"landuse": "grass"}, {"natural": "coastline"}, {"area": "no", "building": "yes"},
        {"highway": "service", "building": "yes"}, {"waterway": "river", "natural": "water"}, {"barrier": "wall"}, {},
        {"building": "yes", "barrier": "wall"}, {"landuse": "forest", "highway": "path", "name": "สวน"},
    ]  # fmt: skip
    ways = []
    for number in sorted(draw.sample(range(1, 900), 60)):
        refs = draw.sample(there, draw.randint(1, 7))
        if draw.random() < 0.1:
            refs.insert(draw.randrange(len(refs)), 399 + draw.randrange(3))
        if draw.random() < 0.2:
            refs.insert(draw.randrange(len(refs)), draw.choice(refs))
        ways.append((number, [*refs, refs[0]] if draw.random() < 0.7 else refs, draw.choice(choices)))
    relations = []
    for number in sorted(draw.sample(range(1, 90), 25)):
        some = draw.sample(ways, draw.randint(0, 4))
        members = [("w", way, draw.choice(["outer", "inner", ""])) for way, *_ in some]
        members += [("w", 9999, "outer")] * (draw.random() < 0.1) + [("n", there[0], "via")] * (
            draw.random() < 0.2
        )
        kind = draw.choice(["multipolygon", "multipolygon", "boundary", "restriction", "route"])
        tags = draw.choice(
            [{"landuse": "forest"}, {"natural": "water", "name": "a,b=c %"}, {"restriction": "no_u_turn"}, {}]
        )
        relations.append((number, members, {"type": kind, **tags}))
    return nodes, ways, relations


@pytest.mark.parametrize(
    "options", ["", ",pbf_dense_nodes=false", ",pbf_compression=none", ",add_metadata=false"]
)
@pytest.mark.parametrize("seed", range(12))
def test_wild_maps_are_the_same(tmp_path, seed, options):
    source, target = tmp_path / "wild.osm", tmp_path / "wild.osm.pbf"
    source.write_text(osm_xml(*wild_map(seed)), encoding="utf-8")
    with osmium.SimpleWriter(osmium.io.File(str(target), f"pbf{options}")) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    theirs = read_by_osmium(target, "pbf", EVERYTHING, None)
    assert_same(read_by_arrays(target, EVERYTHING, None), theirs)
    west, south, east, north = shapely.total_bounds(theirs.areas)
    box = (west, south, (west + east) / 2, (south + north) / 2)
    assert_same(read_by_arrays(target, EVERYTHING, box), read_by_osmium(target, "pbf", EVERYTHING, box))
    for part in (
        Wanted((), ("highway",), (), streets=True),
        Wanted(("shop",), (), ("building",), streets=False),
    ):
        assert_same(read_by_arrays(target, part, None), read_by_osmium(target, "pbf", part, None))


def outline_file(tmp_path, places):
    """Write one closed way through places given in ten-millionths of a degree."""
    words = pbf.Words()
    nodes = {number: (x, y, {}) for number, (x, y) in enumerate(places, start=1)}
    way = pbf.ways(words, [(1, [*nodes, 1], {"building": "yes"})])
    path = tmp_path / "outline.osm.pbf"
    path.write_bytes(pbf.header() + pbf.block(words, pbf.dense(words, nodes), way))
    return path


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("back", [1, -1])
@pytest.mark.parametrize(
    "outline",
    [
        [(0, 0), (3, 0), (3, 3), (0, 3)],
        [(0, 0), (2, 0), (4, 0), (4, 4), (2, 3)],
        [(0, 0), (4, 0), (4, 4), (2, 0)],  # a node on another side
        [(0, 0), (7, 3), (7, 9), (3, 5), (14, 6)],  # sides that cross
        [(0, 0), (1_000_000_007, 3), (500_000_003, 1), (5, 9)],  # almost on a side
        [(0, 0), (4, 0), (2, 0), (2, 5)],  # a spike
        [(0, 0), (2, 0), (4, 0)],  # no area
        [(0, 0), (0, 4), (0, 4), (4, 4)],  # a place twice
    ],
)
def test_outlines_are_judged_and_drawn_to_the_last_digit_as_the_reference_does(tmp_path, outline, turn, back):
    corners = [*outline[turn % len(outline) :], *outline[: turn % len(outline)]][::back]
    path = outline_file(tmp_path, corners)
    ours, theirs = (
        read(EVERYTHING) for read in (
            lambda keys: read_by_arrays(path, keys, None), lambda keys: read_by_osmium(path, "pbf", keys, None)
        )
    )  # fmt: skip
    assert_same(ours, theirs)


def test_a_file_with_nodes_off_the_earth_has_them_nowhere(tmp_path):
    words = pbf.Words()
    nodes = {1: (10, 10, {"shop": "yes"}), 2: (20, 20, {}), 3: (1_810_000_000, 0, {"shop": "yes"})}
    nodes |= {4: (0, -900_000_001, {}), 5: (1_800_000_000, 900_000_000, {"shop": "yes"})}
    ways = pbf.ways(words, [(1, [1, 2, 3, 4, 5], {"highway": "path"})])
    path = tmp_path / "off.osm.pbf"
    path.write_bytes(pbf.header() + pbf.block(words, pbf.dense(words, nodes), ways))
    ours = read_by_arrays(path, EVERYTHING, None)
    assert ours.point_id.tolist() == [1, 5]
    assert ours.counts["points_without_place"] == 1
    assert np.isnan(ours.ref_xy[:, 0]).tolist() == [False, False, True, True, False]
    assert_same(ours, read_by_osmium(path, "pbf", EVERYTHING, None))


def test_a_file_out_of_order_is_left_to_the_reference_and_read(tmp_path):
    words = pbf.Words()
    nodes = {2: (10, 10, {"shop": "yes"}), 1: (20, 20, {})}
    ways = pbf.ways(words, [(1, [1, 2], {"highway": "path"})])
    path = tmp_path / "mixed.osm.pbf"
    path.write_bytes(pbf.header() + pbf.block(words, ways, pbf.dense(words, nodes)))
    found = read_objects(path, point_keys=["shop"], line_keys=["highway"], area_keys=[])
    assert found.point_id.tolist() == [2]
    assert found.ref_xy.round(7).tolist() == [[2e-6, 2e-6], [1e-6, 1e-6]]


def test_flipped_bytes_are_read_alike_or_refused(tmp_path, monkeypatch):
    """Where both can read a damaged file (one without checksums: not packed), they read the same."""
    source, path = tmp_path / "wild.osm", tmp_path / "flipped.osm.pbf"
    source.write_text(osm_xml(*wild_map(3)), encoding="utf-8")
    with osmium.SimpleWriter(
        osmium.io.File(str(tmp_path / "w.osm.pbf"), "pbf,pbf_compression=none")
    ) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    content = (tmp_path / "w.osm.pbf").read_bytes()
    alike = refused = 0
    for position, flip in itertools.product(range(4, len(content), 37), (0x01, 0x55)):
        path.write_bytes(content[:position] + bytes([content[position] ^ flip]) + content[position + 1 :])
        try:
            ours = read_by_arrays(path, EVERYTHING, None)
        except flat_reading.UnusualFileError:
            refused += 1
            continue
        try:
            theirs = read_by_osmium(path, "pbf", EVERYTHING, None)
        except OsmFileError:
            continue  # who edited and when, which only the reference implementation looks at
        assert_same(ours, theirs)
        alike += 1
    assert min(alike, refused) > 50
