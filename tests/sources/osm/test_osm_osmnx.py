"""The same ways given to osmnx: the same nodes, the same arcs, the same metres.

osmnx is given XML of the ways that our rules admit, because it does not filter by `highway` itself. Where it would
still differ, the XML says so by construction: ways are broken where the file lacks a node (osmnx raises there) and
where a second way runs along the same two nodes (osmnx keeps both at junctions and one elsewhere). osmnx drops rings
that meet no other street; we keep each as one edge, and the test takes those out. It measures on a sphere of
6,371,009 m, we in the projected plane; the test measures our drawings on its sphere.
"""

import re

import numpy as np
import osmnx as ox
import pytest
from pyproj import Transformer

from urbanplan.sources.osm import read_osm
from urbanplan.sources.osm.access import mode_rules
from urbanplan.sources.osm.reading import read_objects


def write_ways(path, mode, target):
    """Write the ways of a mode as XML that osmnx reads without falling; return how many breaks were made."""
    objects = read_objects(path, point_keys=[], line_keys=["highway"], area_keys=[])
    rules, seen, used, ways, breaks = mode_rules(mode), set(), {}, [], 0
    for row in np.argsort(objects.way_id, kind="stable"):
        tags = objects.way_tags[row]
        if not rules.admits(tags):
            continue
        flat = range(objects.ref_offsets[row], objects.ref_offsets[row + 1])
        run, runs = [], []
        for at in flat:
            ref, lonlat = int(objects.refs[at]), objects.ref_xy[at]
            pair = frozenset((run[-1], ref)) if run else None
            whole = bool(np.isfinite(lonlat[0])) and pair not in seen
            if not whole:
                breaks += 1
                runs.append(run)
                run = []
            if np.isfinite(lonlat[0]):
                run.append(ref)
                used[ref] = lonlat
            if whole and pair is not None:
                seen.add(pair)
        oneway = rules.directions(tags)
        word = {(True, True): "no", (True, False): "yes", (False, True): "-1"}[oneway]
        ways.extend((part, tags["highway"], word) for part in [*runs, run] if len(part) > 1)
    drawn = {ref for refs, *_ in ways for ref in refs}
    nodes = "".join(
        f'<node id="{n}" lat="{y:.7f}" lon="{x:.7f}"/>' for n, (x, y) in used.items() if n in drawn
    )
    lines = (
        f'<way id="{number}">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + f'<tag k="highway" v="{highway}"/><tag k="oneway" v="{word}"/></way>'
        for number, (refs, highway, word) in enumerate(ways, start=1)
    )
    target.write_text(f'<osm version="0.6">{nodes}{"".join(lines)}</osm>', encoding="utf-8")
    return breaks


def great_circle_lengths(net):
    """Measure the drawings on the sphere that osmnx uses."""
    back = Transformer.from_crs(net.crs, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(net.geom_xy[:, 0], net.geom_xy[:, 1])
    step = np.zeros(len(lon))
    step[1:] = ox.distance.great_circle(lat[:-1], lon[:-1], lat[1:], lon[1:])
    step[net.geom_offsets[:-1]] = 0
    return np.add.reduceat(step, net.geom_offsets[:-1])


def lone_rings(net):
    return (net.edge_u == net.edge_v) & (net.component_sizes[net.component[net.edge_u]] == 1)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "mode", "crs", "breaks"),
    [
        ("chiang_mai/osm/chiang_mai.osm.pbf", "drive", "EPSG:32647", 3),
        ("chiang_mai/osm/overpass_drive_3km_2024.json", "walk", "EPSG:32647", 0),
        ("las_palmas/las_palmas_2023.osm.pbf", "drive", "EPSG:32628", 1_480),
        ("porto_alegre/poa_osm.pbf", "drive", "EPSG:32722", 0),
    ],
)
def test_totals_are_those_of_osmnx(shared, tmp_path, file, mode, crs, breaks):
    target = tmp_path / "ways.osm"
    made = write_ways(shared / file, mode, target)
    assert made == breaks
    graph = ox.graph_from_xml(target, bidirectional=mode == "walk", retain_all=True, simplify=True)
    net = read_osm(shared / file, crs=crs, layers=[], modes=[mode]).networks[mode]
    rings = lone_rings(net)
    ring_nodes = set(net.node_id[net.edge_u[rings]].tolist())
    assert set(net.node_id.tolist()) - ring_nodes == set(graph.nodes)
    assert int(net.forward[~rings].sum() + net.backward[~rings].sum()) == graph.number_of_edges()
    sphere = great_circle_lengths(net)
    ours = (sphere * (net.forward.astype(int) + net.backward))[~rings].sum()
    theirs = sum(length for *_, length in graph.edges(data="length"))
    assert ours == pytest.approx(theirs, rel=1e-8)
    assert net.length_m.sum() == pytest.approx(sphere.sum(), rel=3e-3), (
        "the plane and the sphere differ by 0.3 % at most"
    )
    undirected = ox.convert.to_undirected(graph)
    assert len(net.edge_u) - rings.sum() == undirected.number_of_edges()


def osmnx_admits(tags, network_type):
    """Apply osmnx's own Overpass filter, which is a list of regular expressions, to a way's tags."""
    text = ox._overpass._get_network_filter(network_type)
    rules = re.findall(r'\["([^"]+)"!~"([^"]*)"\]', text)
    return all(key not in tags or not re.search(pattern, tags[key]) for key, pattern in rules)


OWN_KEYS = {"walk": ("foot",), "bike": ("bicycle",), "drive": ("motorcar",)}
REASONS = {
    "access=no closes a way here; osmnx leaves out access=private only": lambda tags, _: (
        tags.get("access") == "no"
    ),
    "access or (motor_)vehicle says private, forestry and the like; osmnx looks for `no` in motor_vehicle only": lambda tags, _: (
        {tags.get(key) for key in ("access", "vehicle", "motor_vehicle")}
        & {"no", "private", "military", "emergency", "agricultural", "forestry", "restricted"}
    ),
    "the mode's own key decides before the general ones": lambda tags, mode: any(
        tags.get(key)
        in {"yes", "designated", "permissive", "official", "destination", "private", "customers"}
        for key in OWN_KEYS[mode]
    ),
    "a busway is not a street": lambda tags, _: tags["highway"] == "busway",
}


@pytest.mark.shared
@pytest.mark.parametrize("mode", ["walk", "bike", "drive"])
@pytest.mark.parametrize(
    "file",
    ["chiang_mai/osm/chiang_mai.osm.pbf", "las_palmas/las_palmas_2023.osm.pbf", "porto_alegre/poa_osm.pbf"],
)
def test_every_way_that_only_one_of_us_admits_has_a_reason(shared, file, mode):
    objects = read_objects(shared / file, point_keys=[], line_keys=["highway"], area_keys=[])
    differing = [
        tags for tags in objects.way_tags if mode_rules(mode).admits(tags) != osmnx_admits(tags, mode)
    ]
    unexplained = [tags for tags in differing if not any(reason(tags, mode) for reason in REASONS.values())]
    assert unexplained == []
    assert len(differing) < 0.05 * len(objects.way_tags)
