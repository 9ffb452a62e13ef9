"""How fast OpenStreetMap is read, and by whom: CPU and wall seconds, peak memory, each task in its own process.

Usage: python benchmarks/osm_read.py FILE.osm.pbf [EPSG:32628] [task ...]

A task is a name of the table, or its beginning. Start-up (Python and imports) is not counted in the seconds, and told in the
memory. pyrosm runs in an environment of its own, made at the first time; osmnx reads XML only, which is written beforehand
and not counted. What cannot be installed or fails is named.

Lines that begin with RATIO are `RATIO task peer value`: how many times the CPU seconds, or the memory, of our whole file
(all layers and the networks of four modes) the peer takes for what it offers of the same:

- osmnx: features by the same keys, and simplified graphs of the same four modes;
- pyrosm: buildings, land use, natural ground and points of interest, and its networks on foot, by bicycle and by car, not simplified.
"""

# ruff: noqa: PLC0415 - each task imports only its own library, so that its memory is its own

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "harness")]

from question import Clock, peak_mb  # noqa: E402 - the path comes first

MODES = ("walk", "bike", "motorcycle", "drive")
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


def osmium_scan(path, *_):
    import osmium

    return sum(1 for _ in osmium.FileProcessor(path))


def osmium_tagged_with_areas(path, *_):
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
    def read(path, *_):
        import pyogrio

        return len(pyogrio.read_dataframe(path, layer=layer, use_arrow=True))

    return read


def pyrosm_buildings(path, *_):
    import pyrosm

    return len(pyrosm.OSM(path).get_buildings())


def pyrosm_walk(path, *_):
    import pyrosm

    return len(pyrosm.OSM(path).get_network("walking"))


def pyrosm_layers(path, *_):
    import pyrosm

    osm = pyrosm.OSM(path)
    layers = [osm.get_buildings(), osm.get_landuse(), osm.get_natural(), osm.get_pois()]
    networks = [osm.get_network(kind) for kind in ("walking", "cycling", "driving")]
    return sum(len(found) for found in [*layers, *networks] if found is not None)


def osmnx_drive(_, __, folder):
    import osmnx as ox

    return len(ox.graph_from_xml(Path(folder) / "drive.osm", retain_all=True))


def osmnx_layers(_, __, folder):
    import osmnx as ox

    tags = dict.fromkeys(json.loads((Path(folder) / "keys.json").read_text()), True)
    count = len(ox.features_from_xml(Path(folder) / "whole.osm", tags=tags))
    return count + sum(
        len(ox.graph_from_xml(Path(folder) / f"{mode}.osm", retain_all=True)) for mode in MODES
    )


def ours(layers, modes):
    def read(path, crs, _):
        from urbanplan.sources.osm import LAYER_NAMES, read_osm

        extract = read_osm(path, crs=crs, layers=LAYER_NAMES if layers == "all" else layers, modes=modes)
        return sum(map(len, extract.layers.values())) + sum(len(n.edge_u) for n in extract.networks.values())

    return read


OURS, PYROSM, OSMNX = (
    "urbanplan: all layers and four modes",
    "pyrosm: its layers and three networks",
    "osmnx: features and four graphs, from XML",
)
TASKS = {
    "pyosmium: every object": osmium_scan,
    "pyosmium: tagged objects, areas assembled": osmium_tagged_with_areas,
    "GDAL: points": gdal("points"),
    "GDAL: lines": gdal("lines"),
    "GDAL: multipolygons": gdal("multipolygons"),
    "pyrosm: buildings": pyrosm_buildings,
    "pyrosm: walking network, not simplified": pyrosm_walk,
    PYROSM: pyrosm_layers,
    "osmnx: drive graph from XML, simplified": osmnx_drive,
    OSMNX: osmnx_layers,
    "urbanplan: drive network, simplified": ours([], ["drive"]),
    "urbanplan: networks of four modes": ours([], MODES),
    "urbanplan: all layers": ours("all", []),
    OURS: ours("all", MODES),
}
IMPORTS = {
    "pyosmium": ("osmium",),
    "GDAL": ("pyogrio", "geopandas"),
    "pyrosm": ("pyrosm", "geopandas"),
    "osmnx": ("osmnx",),
    "urbanplan: all": ("urbanplan.sources.osm.layers", "urbanplan.sources.osm.extract", "osmium", "pandas"),
    "urbanplan": ("urbanplan.sources.osm.extract",),
}


def measure(task, path, crs, folder):
    """Run one task in this process and print what it took."""
    for name in next(names for tool, names in IMPORTS.items() if task.startswith(tool)):
        __import__(name)
    before = peak_mb()
    with Clock() as clock:
        count = TASKS[task](path, crs, folder)
    took = {"count": count, "wall": clock.wall, "cpu": clock.cpu, "before": before, "peak": peak_mb()}
    sys.stdout.write("\n" + json.dumps(took) + "\n")


def prepare(path, tasks, folder):
    """Write what osmnx reads, where it is asked."""
    from xml_files import open_ways, whole

    from urbanplan.sources.osm import LAYER_NAMES
    from urbanplan.sources.osm.extract import wanted_keys

    if OSMNX in tasks:
        whole(path, folder / "whole.osm")
        keys = wanted_keys(list(LAYER_NAMES), [])
        (folder / "keys.json").write_text(json.dumps(sorted(keys["point_keys"] | keys["area_keys"])))
    for mode in (
        MODES if OSMNX in tasks else ["drive"] if any(task.startswith("osmnx") for task in tasks) else []
    ):
        open_ways(path, mode, folder / f"{mode}.osm")


def run(task, python, words):
    """Run one task in its own process; return what it took, or nothing where it failed, which is then said."""
    if python is None:
        print(f"{task:46}  not measured: pyrosm cannot be installed here")
        return None
    done = subprocess.run(
        [python, __file__, "--task", task, *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
        print(f"{task:46}  failed: {why[:80]}", flush=True)
        return None
    took = json.loads(done.stdout.splitlines()[-1])
    memory = f"{took['peak']:9.0f}{took['before']:17.0f}"
    print(f"{task:46}{took['count']:10,}{took['wall']:9.2f}{took['cpu']:8.2f}{memory}", flush=True)
    return took


def main(path, crs="EPSG:32628", *asked):
    from environment import peers_python

    tasks = [task for task in TASKS if not asked or any(task.startswith(word) for word in asked)]
    took = {}
    with tempfile.TemporaryDirectory() as folder:
        prepare(path, tasks, Path(folder))
        print(f"{'task':46}{'things':>10}{'wall s':>9}{'CPU s':>8}{'peak MB':>9}{'of that imports':>17}")
        for task in tasks:
            python = peers_python("pyrosm") if task.startswith("pyrosm") else sys.executable
            took[task] = run(task, python, [path, crs, folder])
    for task, peer in ((OSMNX, "osmnx"), (PYROSM, "pyrosm")):
        if took.get(task) and took.get(OURS):
            print(f"RATIO layers {peer} {took[task]['cpu'] / took[OURS]['cpu']:.1f}")
            print(f"RATIO layers-memory {peer} {took[task]['peak'] / took[OURS]['peak']:.1f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "--task":
        measure(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
