"""How fast OpenStreetMap is read, and by whom: wall seconds, CPU seconds, peak memory, each task in its own process.

Usage: python benchmarks/osm_read.py FILE.osm.pbf [EPSG:32628] [task ...]

Start-up (Python and imports) is measured apart and not counted. What is not installed is skipped by name.
"""

# ruff: noqa: PLC0415 - each task imports only its own library, so that its memory is its own

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KEYS = (
    "highway",
    "building",
    "landuse",
    "amenity",
    "shop",
    "leisure",
    "natural",
    "waterway",
    "public_transport",
)


def osmium_scan(path, _):
    import osmium

    return sum(1 for _ in osmium.FileProcessor(path))


def osmium_tagged_with_areas(path, _):
    import osmium

    keyed = osmium.filter.KeyFilter(*KEYS)
    wkb = osmium.geom.WKBFactory()
    count = 0
    for thing in osmium.FileProcessor(path).with_areas(keyed).with_filter(keyed):
        count += 1
        dict(thing.tags)
        if thing.is_area() and thing.num_rings()[0]:
            wkb.create_multipolygon(thing)
    return count


def gdal(layer):
    def read(path, _):
        import pyogrio

        return len(pyogrio.read_dataframe(path, layer=layer, use_arrow=True))

    return read


def pyrosm_buildings(path, _):
    import pyrosm

    return len(pyrosm.OSM(path).get_buildings())


def pyrosm_walk(path, _):
    import pyrosm

    return len(pyrosm.OSM(path).get_network("walking"))


def osmnx_drive(path, _):
    """Filter the drivable ways to XML with our rules (not counted by osmnx itself), then let osmnx build its graph."""
    import osmium
    import osmnx as ox

    from urbanplan.sources.osm.access import mode_rules

    rules = mode_rules("drive")
    known = set()
    for node in osmium.FileProcessor(path, osmium.osm.NODE):
        known.add(node.id)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "drive.osm"
        with osmium.BackReferenceWriter(str(target), ref_src=path, relation_depth=0) as writer:
            for way in osmium.FileProcessor(path, osmium.osm.WAY).with_filter(
                osmium.filter.KeyFilter("highway")
            ):
                if rules.admits(dict(way.tags)) and all(node.ref in known for node in way.nodes):
                    writer.add(way)
        return len(ox.graph_from_xml(target, retain_all=True))


def ours(layers, modes):
    def read(path, crs):
        from urbanplan.sources.osm import LAYER_NAMES, read_osm

        extract = read_osm(path, crs=crs, layers=LAYER_NAMES if layers == "all" else layers, modes=modes)
        return sum(map(len, extract.layers.values())) + sum(len(n.edge_u) for n in extract.networks.values())

    return read


TASKS = {
    "pyosmium: every object": osmium_scan,
    "pyosmium: tagged objects, areas assembled": osmium_tagged_with_areas,
    "GDAL: points": gdal("points"),
    "GDAL: lines": gdal("lines"),
    "GDAL: multipolygons": gdal("multipolygons"),
    "pyrosm: buildings": pyrosm_buildings,
    "pyrosm: walking network, not simplified": pyrosm_walk,
    "osmnx: drive graph from XML, simplified": osmnx_drive,
    "urbanplan: drive network, simplified": ours([], ["drive"]),
    "urbanplan: networks of four modes": ours([], ["walk", "bike", "motorcycle", "drive"]),
    "urbanplan: all layers": ours("all", []),
    "urbanplan: all layers and four modes": ours("all", ["walk", "bike", "motorcycle", "drive"]),
}
IMPORTS = (
    "osmium",
    "pyogrio",
    "geopandas",
    "pyrosm",
    "osmnx",
    "urbanplan.sources.osm",
    "scipy.sparse.csgraph",
)


def measure(task, path, crs):
    """Run one task in this process and print what it took."""
    for name in IMPORTS:
        if name.split(".")[0] in task.lower() or name in {"geopandas", "osmium", "scipy.sparse.csgraph"}:
            __import__(name)
    if task.startswith("GDAL"):
        __import__("pyogrio")
    before = resource.getrusage(resource.RUSAGE_SELF)
    wall = time.perf_counter()
    count = TASKS[task](path, crs)
    wall = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        json.dumps(
            {"count": count, "wall": wall, "cpu": cpu, "before": before.ru_maxrss, "peak": after.ru_maxrss}
        )
    )


def main(path, crs="EPSG:32628", *tasks):
    print(f"{'task':46}{'things':>10}{'wall s':>9}{'CPU s':>8}{'peak MB':>9}{'of that imports':>17}")
    for task in tasks or TASKS:
        command = [sys.executable, __file__, "--task", task, path, crs]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{task:46}  skipped: {done.stderr.strip().splitlines()[-1][:80]}")
            continue
        took = json.loads(done.stdout.splitlines()[-1])
        memory = f"{took['peak'] / 1024:9.0f}{took['before'] / 1024:17.0f}"
        print(f"{task:46}{took['count']:10,}{took['wall']:9.2f}{took['cpu']:8.2f}{memory}")


if __name__ == "__main__":
    if sys.argv[1] == "--task":
        measure(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
