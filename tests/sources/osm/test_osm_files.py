"""Files as they come: packed, out of order, cut off, empty, something else."""

import bz2
import gzip
import json
import os
import subprocess
import sys

import osmium
import pytest
from tiny_osm import CRS, osm_xml

from urbanplan.base.errors import MissingFileError, OsmFileError
from urbanplan.sources.osm import read_osm

NODES = {
    1: (0, 0),
    2: (100, 0),
    3: (200, 0),
    9: (50, 50, {"shop": "bakery", "name": 'ร้าน "<&>" กาแฟ, = @ %41'}),
}
WAYS = [(10, [1, 2, 3], {"highway": "residential", "name": "ถนนท่าแพ"})]


def read(path):
    return read_osm(path, crs=CRS, layers=["places"], modes=["walk"])


def facts(extract):
    net = extract.networks["walk"]
    return (
        extract.places["name"].to_dict(),
        net.node_id.tolist(),
        net.length_m.round(2).tolist(),
        net.tags["name"].tolist(),
    )


@pytest.fixture
def xml():
    return osm_xml(NODES, WAYS)


@pytest.fixture
def pbf(tmp_path, xml):
    source, target = tmp_path / "source.osm", tmp_path / "tiny.osm.pbf"
    source.write_text(xml, encoding="utf-8")
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return target


def as_json(**extra):
    """Return the tiny map as Overpass answers it, ways before nodes."""
    from tiny_osm import _TO_DEGREES, ORIGIN  # noqa: PLC0415

    elements = [{"type": "way", "id": number, "nodes": refs, "tags": tags} for number, refs, tags in WAYS]
    for number, (x, y, *tags) in NODES.items():
        lon, lat = _TO_DEGREES.transform(ORIGIN[0] + x, ORIGIN[1] + y)
        elements.append(
            {"type": "node", "id": number, "lon": round(lon, 7), "lat": round(lat, 7)}
            | ({"tags": tags[0]} if tags else {})
        )
    return {"version": 0.6, "elements": elements, **extra}


def test_all_formats_say_the_same(tmp_path, xml, pbf):
    names, nodes, lengths, streets = facts(read(pbf))
    assert names == {"node/9": 'ร้าน "<&>" กาแฟ, = @ %41'}
    assert (nodes, streets) == ([1, 3], ["ถนนท่าแพ"])
    assert lengths == pytest.approx([200], abs=0.02)
    contents = {
        "a.osm": xml.encode(),
        "a.osm.gz": gzip.compress(xml.encode()),
        "a.osm.bz2": bz2.compress(xml.encode()),
        "a.json": json.dumps(as_json()).encode(),
        "wrongly_named.pbf": xml.encode(),
        "no_ending": json.dumps(as_json(), ensure_ascii=False).encode(),
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert facts(read(path)) == facts(read(pbf)), name


def test_nodes_after_ways_and_objects_twice_are_put_in_order(tmp_path, xml, pbf):
    lines = xml.splitlines()
    head, body = lines[:2], lines[2:-1]
    for name, pack in (("mixed.osm", bytes), ("mixed.osm.gz", gzip.compress)):
        path = tmp_path / name
        path.write_bytes(pack("\n".join([*head, *reversed(body), *body, "</osm>"]).encode()))
        assert facts(read(path)) == facts(read(pbf))


def test_outlines_before_their_nodes_are_put_in_order(osm_file, tmp_path):
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
    whole = osm_file(nodes, [(7, [1, 2, 3, 4, 1], {"landuse": "forest"})])
    lines = whole.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "ways_first.osm"
    path.write_text("\n".join([*lines[:2], lines[-2], *lines[2:-2], lines[-1]]), encoding="utf-8")
    one, other = (read_osm(p, crs=CRS, layers=["land_use"], modes=[]).land_use for p in (whole, path))
    assert len(one) == 1
    assert one.equals(other)


def test_overpass_out_geom_needs_no_nodes(tmp_path, pbf):
    answer = as_json()
    places = {e["id"]: {"lat": e["lat"], "lon": e["lon"]} for e in answer["elements"] if e["type"] == "node"}
    for element in answer["elements"]:
        if element["type"] == "way":
            element["geometry"] = [places[ref] for ref in element["nodes"]]
    answer["elements"] = [e for e in answer["elements"] if e["type"] == "way" or e["id"] == 9]
    path = tmp_path / "geom.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    assert facts(read(path)) == facts(read(pbf))


def block_ends(content):
    """Return the sizes at which a PBF may be cut and still be a PBF."""
    position, found = 0, []
    while position < len(content):
        length = int.from_bytes(content[position : position + 4], "big")
        header = content[position + 4 : position + 4 + length]
        data, at = 0, header.rindex(b"\x18") + 1
        for shift, byte in enumerate(header[at:]):
            data |= (byte & 0x7F) << (7 * shift)
        position += 4 + length + data
        found.append(position)
    return found


def test_a_pbf_cut_inside_a_block_is_refused_and_one_cut_between_blocks_is_suspected(tmp_path, pbf):
    whole = pbf.read_bytes()
    ends = block_ends(whole)
    assert ends[-1] == len(whole)
    assert len(ends) == 3
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: ends[1]])
    assert "no street lies in the area read" in " ".join(read(path).report["notes"])
    for size in set(range(1, len(whole))) - {ends[1]}:
        path.write_bytes(whole[:size])
        with pytest.raises(OsmFileError) as caught:
            read(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_pbf_with_a_flipped_byte_is_never_a_traceback(tmp_path, pbf):
    whole = pbf.read_bytes()
    path = tmp_path / "flipped.osm.pbf"
    refused = 0
    for position in range(4, len(whole), 7):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        try:
            read(path)
        except OsmFileError:
            refused += 1
    assert refused > len(whole) / 7 * 0.5


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.osm.pbf", b"", "is empty"),
        ("text.osm.pbf", b"this is not a map\n" * 100, "is not an OpenStreetMap file"),
        ("zeros.osm.pbf", bytes(5000), "is not an OpenStreetMap file"),
        (
            "page.osm",
            b"<!DOCTYPE html><html><body>503</body></html>",
            "not OpenStreetMap; perhaps a server's error page",
        ),
        ("change.osm", b"<osmChange version='0.6'><osm/></osmChange>", "holds changes"),
        (
            "cut.osm",
            b"<?xml version='1.0'?><osm version='0.6'><node id='1' lat='1' lon=",
            "cannot be read to its end",
        ),
        (
            "partial.osm",
            b"<osm version='0.6'><node id='1' lat='1' lon='1'/><remark>runtime error: timed out</remark></osm>",
            "partial answer, the server says: runtime error: timed out",
        ),
        ("cut.osm.gz", gzip.compress(b"<osm version='0.6'></osm>" * 200, mtime=0)[:40], "cannot be unpacked"),
        ("cut.json", b'{"elements": [{"type": "node"', "is not whole JSON"),
        ("list.json", b'{"features": []}', "no list of `elements`"),
        ("none.json", b'{"elements": []}', "without any element"),
        ("odd.json", b'{"elements": [{"type": "node", "id": 1}]}', "not as OpenStreetMap's are"),
        ("odd2.json", b'{"elements": ["a"]}', "not as OpenStreetMap's are"),
    ],
)
def test_other_things_are_refused_in_one_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(OsmFileError, match=words) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_partial_answer_of_overpass_is_refused(tmp_path):
    path = tmp_path / "partial.json"
    path.write_text(json.dumps(as_json(remark="runtime error: Query timed out")), encoding="utf-8")
    with pytest.raises(OsmFileError, match="partial answer, the server says: runtime error: Query timed out"):
        read(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"gone\.osm\.pbf is not there"):
        read(tmp_path / "gone.osm.pbf")


def test_a_history_is_refused(tmp_path, xml):
    source, target = tmp_path / "source.osm", tmp_path / "history.osh.pbf"
    source.write_text(xml, encoding="utf-8")
    header = osmium.io.Header()
    file = osmium.io.File(str(target), "pbf")
    file.has_multiple_object_versions = True
    with osmium.SimpleWriter(file, header=header) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    with pytest.raises(OsmFileError, match="history of versions"):
        read(target)


def test_the_network_is_saved_to_the_same_bytes_in_another_process(tmp_path, pbf):
    script = (
        "import sys; from pathlib import Path; from urbanplan.sources.osm import read_osm\n"
        f"e = read_osm(Path(sys.argv[1]), crs={CRS!r}, layers=[], modes=['walk'])\n"
        "e.networks['walk'].save(Path(sys.argv[2]))\n"
    )
    for seed, folder in (("1", "a"), ("2", "b")):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-c", script, str(pbf), str(tmp_path / folder)], check=True, env=environment
        )
    for name in ("network.npz", "tags.parquet"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
