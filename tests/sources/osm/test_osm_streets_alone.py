"""Streets alone: read without what only layers, tables and searches need."""

import subprocess
import sys

import pytest
from tiny_osm import CRS

from urbanplan.sources.osm import LAYER_NAMES
from urbanplan.sources.osm.alike import Alike
from urbanplan.sources.osm.layers import BUILDERS

HEAVY = ("geopandas", "numba", "osmium", "pandas", "pyarrow", "ruamel.yaml", "scipy")


@pytest.mark.shared
def test_a_graph_of_streets_loads_little_and_takes_little(shared):
    path = shared / "chiang_mai/osm/chiang_mai.osm.pbf"
    script = (
        "import sys, pathlib\n"
        "from urbanplan.sources.osm import read_osm\n"
        f"net = read_osm(sys.argv[1], crs={CRS!r}, layers=[], modes=['walk']).networks['walk']\n"
        f"print(*[name for name in {HEAVY} if name in sys.modules])\n"
        "status = pathlib.Path('/proc/self/status')\n"
        "text = status.read_text() if status.exists() else 'VmHWM: 0 kB'\n"
        "print(text.split('VmHWM:')[1].split()[0], len(net.node_id))\n"
        "print(len(net.tags.dropna(subset=['name'])), len(net.details.kinds))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True
    )
    loaded, (peak_kb, nodes), (named, kinds) = (line.split() for line in done.stdout.splitlines())
    assert loaded == []
    assert int(nodes) > 5000
    assert int(peak_kb) < 110_000, "osmnx takes 370 MB for the same graph"
    assert int(named) > 1000
    assert int(kinds) > 50


def test_every_layer_has_a_builder():
    assert tuple(BUILDERS) == LAYER_NAMES


def test_ways_that_say_the_same_are_worked_out_once():
    ways = [
        {"highway": "path", "name": "a"},
        {"surface": "wood", "highway": "path"},
        {"name": "b", "highway": "path"},
    ]
    alike = Alike.of(ways, {"highway", "surface"})
    assert alike.said == [{"highway": "path"}, {"surface": "wood", "highway": "path"}]
    assert alike.code.tolist() == [0, 1, 0]
    assert alike.each(len, int).tolist() == [1, 2, 1]
    assert Alike.of([], {"highway"}).each(len, int).tolist() == []
