"""From an OpenStreetMap file to a simplified walking graph: ours and osmnx's.

Usage: python benchmarks/graph.py [FILE.osm.pbf ...] [--repeat 3]

Both give a graph of junctions and dead ends with the drawing, length and tags of every street, by the same ways: osmnx reads
XML only, so that the ways that are open on foot by our rules are written to it beforehand, which costs osmnx nothing here.
Ours is read from the file as it is, and projected as well; a second line of ours (`searchable`) is the same made ready for
searches by the routing engine, which osmnx's is not. Each tool runs in a process of its own, in turn within every repetition;
its imports, and reading the engine's machine code from disk, are not counted in the seconds, and are in the memory. Lines that
begin with RATIO are `RATIO task peer value`: how many times the CPU seconds, or the memory, of ours osmnx takes.
"""

# ruff: noqa: PLC0415 - each tool imports only its own libraries, so that its memory is its own

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "harness")]

from inputs import osm_files  # noqa: E402 - the path comes first
from question import Clock, peak_mb  # noqa: E402
from xml_files import open_ways  # noqa: E402

TOOLS = ("urbanplan", "searchable", "osmnx")
RATIOS = (("cpu", "graph"), ("peak_mb", "graph-memory"))


def urbanplan(path, _, epsg):
    from urbanplan.sources.osm import read_osm

    with Clock() as clock:
        network = read_osm(path, crs=epsg, layers=[], modes=["walk"]).networks["walk"]
    return clock, len(network.node_id)


def searchable(path, _, epsg):
    from urbanplan.methods.engine import Engine
    from urbanplan.model.network import StreetNetwork
    from urbanplan.sources.osm import read_osm

    street = {"node_id": [1, 2], "node_x": [0, 9], "node_y": [0, 0], "edge_u": [0], "edge_v": [1]}
    Engine.build(StreetNetwork.assemble(mode="walk", crs=epsg, **street))
    with Clock() as clock:
        network = read_osm(path, crs=epsg, layers=[], modes=["walk"]).networks["walk"]
        Engine.build(network)
    return clock, len(network.node_id)


def osmnx(_, xml, __):
    import osmnx as ox

    with Clock() as clock:
        graph = ox.graph_from_xml(xml, simplify=True, retain_all=True)
    return clock, graph.number_of_nodes()


def measure(tool, path, xml, epsg):
    """Run one tool in this process and print what it took."""
    clock, nodes = {"urbanplan": urbanplan, "searchable": searchable, "osmnx": osmnx}[tool](path, xml, epsg)
    took = {"cpu": clock.cpu, "wall": clock.wall, "peak_mb": peak_mb(), "nodes": nodes}
    sys.stdout.write("\n" + json.dumps(took) + "\n")


def compare(path, repeat):
    """Run both tools on a file; print what they took and the ratios."""
    runs = {tool: [] for tool in TOOLS}
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "walk.osm"
        open_ways(path, "walk", xml)
        from graphs import utm_zone  # loads more than any tool shall have loaded

        epsg = f"EPSG:{utm_zone(path)}"
        for _ in range(repeat):
            for tool in TOOLS:
                words = [
                    sys.executable,
                    __file__,
                    str(path),
                    "--tool",
                    tool,
                    "--xml",
                    str(xml),
                    "--epsg",
                    epsg,
                ]
                done = subprocess.run(words, capture_output=True, text=True, check=False)
                if done.returncode:
                    print(f"{tool}: {(done.stderr.strip().splitlines() or ['no word of why'])[-1]}")
                    return
                runs[tool].append(json.loads(done.stdout.splitlines()[-1]))
    middle = {
        tool: {key: float(np.median([one[key] for one in took])) for key in took[0]}
        for tool, took in runs.items()
    }
    print(f"\n{path.name}\n{'tool':12}{'nodes':>10}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}")
    for tool, took in middle.items():
        print(
            f"{tool:12}{took['nodes']:10,.0f}{took['cpu']:9.2f}{took['wall']:9.2f}{took['peak_mb']:9.0f}",
            flush=True,
        )
    for what, task in RATIOS:
        print(f"RATIO {task} osmnx {middle['osmnx'][what] / middle['urbanplan'][what]:.1f}")
        print(
            f"RATIO {task}-searchable osmnx {middle['osmnx'][what] / middle['searchable'][what]:.1f}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tool", choices=TOOLS, help=argparse.SUPPRESS)
    parser.add_argument("--xml", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--epsg", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tool:
        measure(options.tool, options.files[0], options.xml, options.epsg)
        return
    with tempfile.TemporaryDirectory() as folder:
        for file in options.files or osm_files(Path(folder)):
            compare(file, options.repeat)


if __name__ == "__main__":
    main()
