"""PBF files as arrays: every way in which the format may be written, and every way in which it may be broken."""

import tracemalloc
import zlib

import numpy as np
import pbf_file as pbf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.base.errors import OsmFileError
from urbanplan.sources.osm.container import file_format
from urbanplan.sources.osm.pbf import UnusualFileError, loose_points, scan, scan_ways
from urbanplan.sources.osm.pbf.wire import Spans, fields, packed, padded, repeated, signed, summed, walk

STREET = {"highway": "residential", "name": "ถนนท่าแพ"}
NODES = {3: (1000, 2000, {}), 5: (-1001, 999, {"shop": "bakery"}), 1 << 40: (7, 8, {"highway": "crossing"})}
WAYS = [(10, [3, 5, 1 << 40], STREET), (11, [3, 5], {"building": "yes"})]
RELATIONS = [(20, [("w", 10, "from"), ("n", 5, "via"), ("w", 11, "to")], {"type": "restriction"})]


@pytest.fixture
def written(tmp_path):
    def write(*blobs, name="made.osm.pbf"):
        path = tmp_path / name
        path.write_bytes(b"".join(blobs))
        return path

    return write


def read(path, *, nodes=None, ways=None, relations=None, dates=False):
    return scan(path, nodes=nodes, ways=ways, relations=relations, dates=dates)


def whole(*, node_writer=pbf.dense, split=False, **extra):
    words = pbf.Words()
    groups = [
        node_writer(words, NODES),
        pbf.ways(words, WAYS),
        pbf.relations(words, RELATIONS),
    ]
    if not split:
        return pbf.header() + pbf.block(words, *groups, **extra)
    return pbf.header() + b"".join(pbf.block(words, group, **extra) for group in groups)


@pytest.mark.parametrize("node_writer", [pbf.dense, pbf.plain_nodes])
@pytest.mark.parametrize("split", [False, True])
def test_ids_places_tags_and_members_come_out_as_they_went_in(written, node_writer, split):
    found = read(written(whole(node_writer=node_writer, split=split)))
    assert found.node_id.tolist() == list(NODES)
    assert found.node_x.tolist() == [1000, -1001, 7]
    assert found.node_y.tolist() == [2000, 999, 8]
    assert found.nodes.ids.tolist() == [5, 1 << 40]
    assert found.nodes.tags == [{"shop": "bakery"}, {"highway": "crossing"}]
    assert found.ways.ids.tolist() == [10, 11]
    assert found.ways.tags == [tags for *_, tags in WAYS]
    assert found.ways.offsets.tolist() == [0, 3, 5]
    assert found.ways.refs.tolist() == [3, 5, 1 << 40, 3, 5]
    assert found.relations.refs.tolist() == [10, 5, 11]
    assert found.relations.members == [("w", "from"), ("n", "via"), ("w", "to")]
    np.testing.assert_array_equal(
        found.places(np.array([5, 4, 3])), [[-1001e-7, 999e-7], [np.nan, np.nan], [1e-4, 2e-4]]
    )


def test_only_what_carries_a_key_is_kept(written):
    path = written(whole())
    found = read(path, nodes=["highway"], ways=["building"], relations=[])
    assert found.nodes.tags == [{"highway": "crossing"}]
    assert found.ways.ids.tolist() == [11]
    assert found.ways.refs.tolist() == [3, 5]
    assert len(found.relations.ids) == 0
    assert len(found.node_id) == len(NODES), "every node is a place that ways may name"
    assert scan_ways(path, np.array([11, 12])).refs.tolist() == [3, 5]


def test_granularity_and_offsets_are_cut_towards_zero_as_the_reference_does(written):
    scale = pbf.number(17, 250) + pbf.number(19, 1_000_000_130) + pbf.number(20, -2_000_000_070)
    found = read(written(whole(extra=scale)))
    # nanodegrees: 1000 * 250 - 2,000,000,070 = -1,999,750,070 -> -19,997,500.70 ten-millionths
    assert found.node_x.tolist() == [-19_997_500, -20_002_503, -19_999_983]
    assert found.node_y.tolist() == [10_005_001, 10_002_498, 10_000_021]


def test_dates_are_read_where_they_are_asked_for(written):
    words = pbf.Words()
    stamps = pbf.part(5, pbf.part(2, pbf.deltas([1_600_000_000, 1_600_000_007, 1_500_000_000])))
    nodes = pbf.dense(words, NODES, extra=stamps)
    streets = pbf.ways(words, WAYS, extra=pbf.part(4, pbf.number(1, 3) + pbf.number(2, 1_700_000_000)))
    path = written(pbf.header(), pbf.block(words, nodes, streets))
    found = read(path, dates=True)
    assert found.nodes.edited.tolist() == [1_600_000_007, 1_500_000_000]
    assert found.ways.edited.tolist() == [1_700_000_000] * 2
    assert read(path).ways.edited.tolist() == [0, 0]


def test_blocks_that_are_not_packed_are_read(written):
    words = pbf.Words()
    group = pbf.dense(words, NODES)
    raw = words.table() + pbf.part(2, group)
    plain = pbf.blob(b"OSMData", b"", content=pbf.part(1, raw))
    found = read(written(pbf.header(), plain))
    assert found.node_id.tolist() == list(NODES)


def test_fields_that_nobody_knows_are_passed_over(written):
    unknown = pbf.number(900, 5) + pbf.part(901, b"abc") + pbf.varint(902 << 3 | 1) + bytes(8)
    unknown += pbf.varint(903 << 3 | 5) + bytes(4)
    words = pbf.Words()
    streets = pbf.ways(words, WAYS, extra=unknown)
    found = read(written(pbf.header(), pbf.block(words, pbf.dense(words, NODES), streets, extra=unknown)))
    assert found.ways.refs.tolist() == [3, 5, 1 << 40, 3, 5]


def odd_files():
    def made(*groups, table=True, extra=b""):
        words = pbf.Words()
        parts = [group(words) for group in groups]
        return pbf.header() + (pbf.block(words, *parts, extra=extra) if table else b"")

    nodes = lambda given: lambda words: pbf.dense(words, given)  # noqa: E731
    streets = lambda given, **more: lambda words: pbf.ways(words, given, **more)  # noqa: E731
    simple = {number: (number, number, {}) for number in (1, 2)}
    data = b"x" * 1000
    bomb = zlib.compress(bytes(50_000_000))
    yield "needs a feature", pbf.header(b"OsmSchema-V0.6", b"Sort.Geographic")
    yield "a history", pbf.header(b"OsmSchema-V0.6", b"HistoricalInformation")
    yield "places on ways", pbf.header(b"OsmSchema-V0.6", optional=[b"LocationsOnWays"])
    yield "ids out of order", made(nodes({2: (1, 1, {}), 1: (2, 2, {})}))
    yield "an id twice", made(nodes(simple)) + made(nodes(simple))[len(pbf.header()) :]
    yield "ids below zero", made(nodes({-2: (1, 1, {}), 1: (2, 2, {})}))
    yield "nodes after ways", made(streets(WAYS), nodes(simple))
    yield "ways carry places", made(streets(WAYS, extra=pbf.part(9, pbf.deltas([1]))))
    yield "lz4", pbf.header() + pbf.blob(b"OSMData", b"", content=pbf.number(2, 9) + pbf.part(6, data))
    yield "zstd", pbf.header() + pbf.blob(b"OSMData", b"", content=pbf.number(2, 9) + pbf.part(7, data))
    for name, size in (("a bomb", 100), ("a bomb that says so", 1 << 40), ("too small", 60_000_000)):
        content = pbf.number(2, size) + pbf.part(3, bomb)
        yield name, pbf.header() + pbf.blob(b"OSMData", b"", content=content)
    yield "not zlib", pbf.header() + pbf.blob(b"OSMData", b"", content=pbf.number(2, 9) + pbf.part(3, data))
    yield "a block of another kind", whole() + pbf.blob(b"Note", b"anything")
    yield "a field without a number", made(nodes(simple), extra=b"\x00\x01")
    yield "cut inside", whole()[:-20]
    yield "a header without an end", pbf.header() + b"\0\0\0\x50abc"
    yield "a wire type that is not", made(nodes(simple), extra=pbf.varint(17 << 3 | 3))
    yield "a field too long", made(nodes(simple), extra=pbf.varint(90 << 3 | 2) + pbf.varint(1 << 20))
    yield (
        "a way's field too long",
        made(streets([(1, [1], {})], extra=pbf.varint(90 << 3 | 2) + pbf.varint(1 << 62))),
    )
    yield "a way's wire type", made(streets([(1, [1], {})], extra=pbf.varint(90 << 3 | 4)))
    yield "a way of many fields", made(streets([(1, [1], {})], extra=pbf.number(90, 1) * 100))
    yield (
        "a string that is not there",
        made(streets([(1, [1], {})], extra=pbf.part(2, b"\x70") + pbf.part(3, b"\x70"))),
    )
    yield (
        "a key without value",
        made(streets([(1, [1], {})], extra=pbf.part(2, b"\0\0") + pbf.part(3, b"\0"))),
    )
    yield "not UTF-8", made(lambda words: pbf.ways(words, [(1, [1], {"highway": b"\xff\xfe"})]))
    for name, refs in (
        ("a number of 11 bytes", b"\xff" * 11 + b"\x01"),
        ("a number without an end", b"\xff"),
    ):
        one = pbf.number(1, 1), pbf.part(8, refs)
        yield name, made(lambda words, one=one: pbf.part(3, pbf.tag_parts(words, STREET).join(one)))
    yield "a change set", made(lambda _: pbf.part(5, b""))
    yield (
        "no pairs",
        made(
            lambda _: pbf.part(
                2, pbf.part(1, b"\x02") + pbf.part(8, b"\0") + pbf.part(9, b"\0") + pbf.part(10, b"\x01\0")
            )
        ),
    )
    yield (
        "fewer places than ids",
        made(lambda _: pbf.part(2, pbf.part(1, b"\x02\x02") + pbf.part(8, b"\0") + pbf.part(9, b"\0"))),
    )
    gone = pbf.part(5, pbf.part(6, b"\x01\0"))
    yield "deleted nodes", made(lambda words: pbf.dense(words, simple, extra=gone))
    gone = pbf.part(4, pbf.number(6, 0))
    yield "deleted plain nodes", made(lambda words: pbf.plain_nodes(words, simple, extra=gone))


@pytest.mark.parametrize(("content"), [pytest.param(content, id=name) for name, content in odd_files()])
def test_what_is_odd_or_broken_is_left_to_the_reference_implementation(written, content):
    path = written(content)
    tracemalloc.start()
    with pytest.raises(UnusualFileError):
        read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.parametrize("size_first", [True, False])
def test_a_file_of_bombs_is_refused_before_it_is_unpacked(written, size_first):
    size = 30_000_000
    fields = pbf.number(2, size), pbf.part(3, zlib.compress(bytes(size)))
    content = b"".join(fields if size_first else fields[::-1])
    path = written(pbf.header(), *[pbf.blob(b"OSMData", b"", content=content)] * 4)
    tracemalloc.start()
    with pytest.raises(OsmFileError, match=r"unpacks to more than [\d,]+ bytes, which maps never do"):
        file_format(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000, "not one block was unpacked"


def test_loose_points_are_those_that_no_way_names(written):
    assert loose_points(written(whole())) == (0, 1)
    words = pbf.Words()
    nodes = {number: (number, number, {}) for number in range(1, 9)}
    made = pbf.block(words, pbf.dense(words, nodes), pbf.ways(words, [(1, [2, 3], {}), (2, [3, 9], {})]))
    assert loose_points(written(pbf.header(), made)) == (6, 8)


@given(st.lists(st.lists(st.integers(-(1 << 63), (1 << 63) - 1), max_size=5), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_packed_numbers_are_those_that_were_written(rows):
    texts = [b"".join(map(pbf.zigzag, row)) for row in rows]
    ends = np.cumsum([len(text) for text in texts]) + 1
    starts = ends - [len(text) for text in texts]
    values, offsets = packed(padded(b"\xff" + b"".join(texts)), Spans(starts, ends))
    assert signed(values).tolist() == [value for row in rows for value in row]
    assert np.diff(offsets).tolist() == [len(row) for row in rows]


@given(st.lists(st.lists(st.integers(-(1 << 40), 1 << 40), max_size=6), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_differences_add_up_anew_in_each_message(rows):
    flat = np.array([b - a for row in rows for a, b in zip([0, *row], row, strict=False)], dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    assert summed(flat, offsets).tolist() == [value for row in rows for value in row]


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 30), st.binary(max_size=300)), max_size=6), min_size=1, max_size=9
    )
)
@settings(max_examples=50, deadline=None)
def test_many_messages_are_read_as_one_by_one(messages):
    raw = b"".join(pbf.part(3, b"".join(pbf.part(*each) for each in message)) for message in messages)
    starts, stops, at = repeated(raw, 0, len(raw), 3 << 3 | 2)
    assert at == len(raw)
    assert len(starts) == len(messages)
    found = fields(padded(raw), np.array(starts), np.array(stops), [(number, 2) for number in range(1, 31)])
    for row, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        single = {number: raw[begin:end] for number, _, begin, end in walk(raw, start, stop)}
        assert single == dict(messages[row])
        assert {n: raw[f.start[row] : f.stop[row]] for n, f in enumerate(found, 1) if f.stop[row]} == single
