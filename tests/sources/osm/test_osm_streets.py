"""Streets worked out by hand: what becomes an edge, in which direction, how long, how fast."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tiny_osm import CRS, ORIGIN, degrees

from urbanplan.base.notes import sentence
from urbanplan.model.layers import MODES
from urbanplan.sources.osm import read_osm
from urbanplan.sources.osm.access import mode_rules

CROSS = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 100), 5: (100, -100)}


def network(path, mode="drive", clip=None):
    return read_osm(path, crs=CRS, clip=clip, layers=[], modes=[mode]).networks[mode]


def ends(net):
    """Return edges as (id of u, id of v, forward, backward), sorted."""
    rows = zip(net.node_id[net.edge_u], net.node_id[net.edge_v], net.forward, net.backward, strict=True)
    return sorted((int(u), int(v), bool(f), bool(b)) for u, v, f, b in rows)


def test_a_crossing_of_two_streets_makes_four_edges_of_a_hundred_metres(osm_file):
    ways = [(10, [1, 2, 3], {"highway": "residential"}), (11, [4, 2, 5], {"highway": "residential"})]
    net = network(osm_file(CROSS, ways))
    assert ends(net) == [(1, 2, True, True), (2, 3, True, True), (2, 4, True, True), (2, 5, True, True)]
    assert net.length_m == pytest.approx([100] * 4, abs=0.02)  # nodes are written to a centimetre
    assert net.seconds_forward == pytest.approx(net.length_m / (30 / 3.6))
    assert net.component_sizes.tolist() == [5]
    assert net.street_count.tolist() == [1, 4, 1, 1, 1]
    assert sorted(net.tags["osm_way"]) == ["10", "10", "11", "11"]


def test_a_bend_is_no_node_but_stays_in_the_drawing(osm_file):
    nodes = {1: (0, 0), 2: (30, 40), 3: (60, 0)}
    net = network(osm_file(nodes, [(10, [1, 2, 3], {"highway": "residential"})]))
    assert ends(net) == [(1, 3, True, True)]
    assert net.length_m == pytest.approx([100], abs=0.02)
    assert net.geom_xy - ORIGIN == pytest.approx(np.array([[0, 0], [30, 40], [60, 0]]), abs=0.02)


def test_two_ways_that_meet_end_to_end_are_one_edge_with_the_words_of_the_longer(osm_file):
    nodes = {1: (0, 0), 2: (30, 0), 3: (100, 0)}
    ways = [
        (10, [1, 2], {"highway": "residential", "name": "Short", "surface": "gravel"}),
        (7, [3, 2], {"highway": "tertiary", "name": "Long"}),
    ]
    net = network(osm_file(nodes, ways))
    assert ends(net) == [(1, 3, True, True)]
    assert net.tags.loc[0, ["osm_way", "name", "highway", "surface"]].tolist() == [
        "10;7",
        "Long",
        "tertiary",
        None,
    ]
    assert net.seconds_forward == pytest.approx([30 / (30 / 3.6) + 70 / (40 / 3.6)], rel=1e-3)


def test_one_way_streets_run_as_they_are_driven(osm_file):
    ways = [
        (10, [1, 2], {"highway": "residential", "oneway": "yes"}),
        (11, [3, 2], {"highway": "residential", "oneway": "-1"}),
        (12, [4, 2], {"highway": "residential"}),
    ]
    net = network(osm_file(CROSS, ways))
    assert ends(net) == [(1, 2, True, False), (2, 3, True, False), (2, 4, True, True)]
    assert np.isinf(net.seconds_backward[:2]).all()
    assert net.heads[net.indptr[0] : net.indptr[1]].tolist() == [1]  # from node 1 one may only go to node 2
    assert net.indptr[3] == net.indptr[2], "nothing leaves node 3"
    assert ends(network(osm_file(CROSS, ways), "walk")) == [
        (1, 2, True, True),
        (2, 3, True, True),
        (2, 4, True, True),
    ]


def test_the_direction_ends_where_a_one_way_street_turns_two_way_or_faces_another(osm_file):
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0), 5: (400, 0)}
    ways = [
        (10, [1, 2], {"highway": "residential", "oneway": "yes"}),
        (11, [2, 3], {"highway": "residential", "oneway": "yes"}),
        (12, [3, 4], {"highway": "residential"}),
        (13, [5, 4], {"highway": "residential", "oneway": "yes"}),
    ]
    net = network(osm_file(nodes, ways))
    assert ends(net) == [(1, 3, True, False), (3, 4, True, True), (5, 4, True, False)]
    facing = [
        (10, [1, 2], {"highway": "primary", "oneway": "yes"}),
        (11, [3, 2], {"highway": "primary", "oneway": "yes"}),
    ]
    assert ends(network(osm_file(nodes, facing))) == [(1, 2, True, False), (3, 2, True, False)]


def test_a_loop_and_parallel_streets_are_kept(osm_file):
    nodes = {1: (0, 0), 2: (100, 0), 3: (150, 50), 4: (150, -50), 5: (0, 50), 6: (100, 50), 7: (-80, 0)}
    ways = [
        (10, [7, 1, 2], {"highway": "residential"}),
        (11, [2, 3, 4, 2], {"highway": "residential"}),
        (12, [1, 5, 6, 2], {"highway": "residential"}),
    ]
    net = network(osm_file(nodes, ways))
    assert ends(net) == [(1, 2, True, True), (1, 2, True, True), (1, 7, True, True), (2, 2, True, True)]
    assert sorted(net.length_m) == pytest.approx([80, 100, 200, 100 + 2 * 50 * 2**0.5], abs=0.05)
    graph = net.to_networkx()
    assert graph.number_of_edges() == 8
    assert graph.nodes[2]["street_count"] == 4


def test_a_roundabout_is_one_way_and_meets_its_streets(osm_file):
    nodes = {1: (0, 0), 2: (20, 20), 3: (40, 0), 4: (20, -20), 5: (-50, 0), 6: (90, 0)}
    ways = [
        (10, [1, 4, 3, 2, 1], {"highway": "residential", "junction": "roundabout"}),
        (11, [5, 1], {"highway": "residential"}),
        (12, [3, 6], {"highway": "residential"}),
    ]
    net = network(osm_file(nodes, ways))
    assert ends(net) == [(1, 3, True, False), (1, 5, True, True), (3, 1, True, False), (3, 6, True, True)]
    south = net.geom_xy[net.geom_offsets[:-1][net.edge_u == 0][0] :][1] - ORIGIN
    assert south == pytest.approx([20, -20], abs=0.02), "traffic leaves node 1 towards the south"


def test_a_ring_that_meets_nothing_is_one_edge(osm_file):
    nodes = {3: (0, 0), 8: (50, 0), 5: (50, 50), 9: (0, 50)}
    net = network(osm_file(nodes, [(10, [8, 5, 9, 3, 8], {"highway": "residential"})]))
    assert ends(net) == [(3, 3, True, True)]
    assert net.length_m == pytest.approx([200], abs=0.05)
    assert net.component_sizes.tolist() == [1]


def test_a_lane_that_meets_nothing_is_a_part_of_its_own(osm_file):
    nodes = {**CROSS, 20: (500, 0), 21: (550, 0)}
    ways = [(10, [1, 2, 3], {"highway": "residential"}), (11, [20, 21], {"highway": "service"})]
    net = network(osm_file(nodes, ways), "walk")
    assert net.component_sizes.tolist() == [2, 2]
    assert net.component.tolist() == [0, 0, 1, 1]


def test_stairs_are_kept_and_flagged_on_foot_and_left_out_by_car(osm_file):
    nodes = {1: (0, 0), 2: (60, 0), 3: (80, 0)}
    path = osm_file(
        nodes, [(10, [1, 2], {"highway": "footway", "lit": "yes"}), (11, [2, 3], {"highway": "steps"})]
    )
    walk = network(path, "walk")
    assert walk.tags.loc[0, ["highway", "stairs", "lit"]].tolist() == ["footway", True, "yes"]
    assert walk.tags["stairs_m"].tolist() == pytest.approx([20], abs=0.02)
    assert walk.seconds_forward == pytest.approx(walk.length_m / (4.8 / 3.6))
    for mode in ("bike", "motorcycle", "drive"):
        assert len(network(path, mode).edge_u) == 0


def test_a_way_that_lacks_a_node_ends_before_it(osm_file):
    nodes = {1: (0, 0), 2: (100, 0), 4: (300, 0), 5: (400, 0)}
    path = osm_file(nodes, [(10, [1, 2, 3, 4, 5], {"highway": "residential"})])
    extract = read_osm(path, crs=CRS, layers=[], modes=["drive"])
    assert ends(extract.networks["drive"]) == [(1, 2, True, True), (4, 5, True, True)]
    assert extract.report["objects"]["ways_with_missing_nodes"] == 1
    assert extract.report["objects"]["missing_nodes"] == 1
    assert "perhaps cut off" in extract.report["notes"][0], "most of its ways are broken: the file is suspect"
    assert any("2 segments lead to a node" in sentence(note) for note in extract.quality("streets")["notes"])


def test_a_street_mapped_twice_is_one_street(osm_file):
    ways = [
        (11, [2, 1], {"highway": "residential", "oneway": "yes", "name": "Second"}),
        (10, [1, 2], {"highway": "residential", "oneway": "yes", "name": "First"}),
    ]
    net = network(osm_file(CROSS, ways))
    assert ends(net) == [(1, 2, True, True)]
    assert net.tags["name"].tolist() == ["First"]


def test_streets_are_cut_at_the_clip_with_a_node_there(osm_file):
    ways = [
        (10, [1, 2, 3], {"highway": "residential"}),
        (11, [4, 2, 5], {"highway": "residential", "oneway": "yes"}),
    ]
    clip = degrees(shapely.box(50, -50, 150, 200))
    net = network(osm_file(CROSS, ways), clip=clip)
    assert net.length_m.sum() == pytest.approx(50 + 50 + 100 + 50, abs=0.05)
    assert (net.node_id < 0).sum() == 3
    assert sorted(net.node_id[net.node_id > 0]) == [2, 4]
    cuts = np.stack([net.node_x, net.node_y], axis=1)[net.node_id < 0] - ORIGIN
    assert sorted(map(tuple, np.round(cuts).astype(int).tolist())) == [(50, 0), (100, -50), (150, 0)]
    assert (net.forward != net.backward).sum() == 2


def test_a_street_that_leaves_the_clip_and_comes_back_is_two_pieces(osm_file):
    nodes = {1: (0, 0), 2: (300, 0)}
    ring = shapely.difference(shapely.box(-10, -50, 310, 50), shapely.box(100, -20, 200, 60))
    net = network(osm_file(nodes, [(10, [1, 2], {"highway": "residential"})]), clip=degrees(ring))
    assert sorted(net.length_m) == pytest.approx([100, 100], abs=0.05)
    assert len(net.component_sizes) == 2


def test_the_network_is_the_same_whatever_the_order_of_the_file(osm_file):
    rng = np.random.default_rng(3)
    nodes = {int(i): (float(x), float(y)) for i, (x, y) in enumerate(rng.uniform(0, 500, (60, 2)), start=1)}
    ways = [
        (
            w,
            rng.choice(60, 5, replace=False) + 1,
            {"highway": "residential", "oneway": "yes" if w % 3 == 0 else "no"},
        )
        for w in range(100, 130)
    ]
    one = network(osm_file(nodes, ways))
    other = network(osm_file(dict(reversed(nodes.items())), list(reversed(ways))))
    for name in ("node_id", "edge_u", "edge_v", "length_m", "forward", "backward", "geom_xy", "heads"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert one.tags.equals(other.tags)


@pytest.mark.parametrize(
    ("tags", "open_to"),
    [
        ({"highway": "residential"}, "walk bike motorcycle drive"),
        ({"highway": "motorway"}, "drive"),
        ({"highway": "motorway", "motorcycle": "yes"}, "motorcycle drive"),
        ({"highway": "service"}, "walk bike motorcycle"),
        ({"highway": "service", "service": "parking_aisle"}, "walk bike"),
        ({"highway": "footway"}, "walk"),
        ({"highway": "footway", "bicycle": "designated"}, "walk bike"),
        ({"highway": "path"}, "walk bike"),
        ({"highway": "path", "motorcycle": "yes"}, "walk bike motorcycle"),
        ({"highway": "pedestrian"}, "walk bike"),
        ({"highway": "pedestrian", "area": "yes"}, ""),
        ({"highway": "cycleway"}, "bike"),
        ({"highway": "cycleway", "foot": "designated"}, "walk bike"),
        ({"highway": "steps"}, "walk"),
        ({"highway": "residential", "access": "private"}, ""),
        ({"highway": "residential", "access": "no", "foot": "yes"}, "walk"),
        ({"highway": "residential", "motor_vehicle": "no"}, "walk bike"),
        ({"highway": "residential", "motor_vehicle": "no", "motorcycle": "yes"}, "walk bike motorcycle"),
        ({"highway": "residential", "motor_vehicle": "destination"}, "walk bike motorcycle drive"),
        ({"highway": "residential", "sidewalk": "separate"}, "bike motorcycle drive"),
        ({"highway": "residential", "foot": "use_sidepath"}, "walk bike motorcycle drive"),
        ({"highway": "footway", "bicycle": "dismount"}, "walk"),
        ({"highway": "residential", "vehicle": "no"}, "walk"),
        ({"highway": "construction"}, ""),
        ({"highway": "proposed", "access": "yes"}, ""),
        ({"railway": "rail"}, ""),
    ],
)
def test_who_may_use_a_way(tags, open_to):
    assert [mode for mode in MODES if mode_rules(mode).admits(tags)] == open_to.split()


@pytest.mark.parametrize(
    ("mode", "tags", "directions"),
    [
        ("drive", {"highway": "motorway"}, (True, False)),
        ("drive", {"highway": "motorway", "oneway": "no"}, (True, True)),
        ("drive", {"highway": "primary", "oneway": "reverse"}, (False, True)),
        ("drive", {"highway": "primary", "junction": "roundabout"}, (True, False)),
        ("drive", {"highway": "primary", "oneway": "reversible"}, (True, True)),
        ("bike", {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"}, (True, True)),
        ("bike", {"highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"}, (True, True)),
        ("bike", {"highway": "residential", "oneway": "yes"}, (True, False)),
        ("motorcycle", {"highway": "residential", "oneway": "yes", "oneway:motorcycle": "no"}, (True, True)),
        ("walk", {"highway": "residential", "oneway": "yes", "junction": "roundabout"}, (True, True)),
        ("walk", {"highway": "steps", "oneway:foot": "yes"}, (True, False)),
    ],
)
def test_in_which_direction(mode, tags, directions):
    assert mode_rules(mode).directions(tags) == directions


@pytest.mark.parametrize(
    ("mode", "tags", "kmh"),
    [
        ("walk", {"highway": "residential", "maxspeed": "50"}, 4.8),
        ("bike", {"highway": "residential", "maxspeed": "10"}, 15),
        ("drive", {"highway": "residential"}, 30),
        ("drive", {"highway": "residential", "maxspeed": "40"}, 40),
        ("drive", {"highway": "residential", "maxspeed": "20 mph"}, 32.18688),
        ("drive", {"highway": "motorway", "maxspeed": "none"}, 100),
        ("drive", {"highway": "motorway", "maxspeed": "180"}, 120),
        ("motorcycle", {"highway": "trunk", "maxspeed": "110"}, 80),
        ("drive", {"highway": "road"}, 30),
    ],
)
def test_how_fast(mode, tags, kmh):
    assert mode_rules(mode).metres_per_second(tags) == pytest.approx(kmh / 3.6)


@pytest.mark.shared
def test_a_real_network_is_cut_as_geopandas_cuts_it(shared):
    path = shared / "chiang_mai/osm/chiang_mai.osm.pbf"
    star = shapely.Polygon(
        [(98.965, 18.78), (98.985, 18.785), (99.005, 18.775), (98.995, 18.79), (99.0, 18.81), (98.98, 18.795)]
    )
    whole, part = (
        read_osm(path, crs=CRS, clip=clip, layers=[], modes=["walk"]).networks["walk"]
        for clip in (None, star)
    )
    ground = gpd.GeoSeries([star], crs="EPSG:4326").to_crs(CRS)
    cut = whole.edges()[["geometry"]].clip(ground.iloc[0])
    assert part.length_m.sum() == pytest.approx(cut.length.sum(), rel=1e-9)
    inside = shapely.covers(ground.iloc[0].buffer(1e-6), part.lines)
    assert inside.all()
    cuts = shapely.points(part.node_x, part.node_y)[part.node_id < 0]
    assert len(cuts) > 50
    assert shapely.distance(ground.iloc[0].exterior, cuts).max() < 1e-6
    assert (part.street_count[part.node_id < 0] == 1).all()
