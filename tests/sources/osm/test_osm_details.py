"""What travel depends on, worked out by hand on tiny maps: kinds, crossings, barriers, rules about turning, shores, doors."""

import numpy as np
import pytest
from tiny_osm import CRS, ORIGIN

from urbanplan.model.network import StreetNetwork
from urbanplan.sources.osm import read_osm

STREET = {"highway": "residential"}


def network(path, mode="drive", **more):
    return read_osm(path, crs=CRS, layers=[], modes=[mode], **more).networks[mode]


def met(net):
    """Return what is met as (ids of the edge's ends, word, direction, metres from u, share), sorted."""
    d = net.details
    ids = [(int(net.node_id[net.edge_u[e]]), int(net.node_id[net.edge_v[e]])) for e in d.met_edge]
    words = [d.met_words[w] for w in d.met_word]
    rows = zip(
        ids, words, d.met_way.tolist(), np.round(d.met_offset_m).tolist(), d.met_share.tolist(), strict=True
    )
    return sorted(rows)


def test_an_edge_of_two_ways_has_two_pieces(osm_file):
    nodes = {1: (0, 0), 2: (30, 0), 3: (100, 0), 4: (120, 0)}
    ways = [
        (10, [1, 2], {**STREET, "maxspeed": "20"}),
        (7, [3, 2], {"highway": "tertiary", "name": "Long"}),
        (11, [3, 4], {"highway": "tertiary", "name": "Longer"}),
    ]
    net = network(osm_file(nodes, ways))
    d = net.details
    assert d.piece_edge.tolist() == [0, 0, 0]
    assert d.piece_length_m == pytest.approx([30, 70, 20], abs=0.02)
    assert d.piece_against.tolist() == [False, True, False], (
        "way 7 is drawn from 3 to 2, the edge runs from 1 to 4"
    )
    assert d.kinds.loc[d.piece_kind, "highway"].tolist() == ["residential", "tertiary", "tertiary"]
    assert d.kinds.loc[d.piece_kind, "maxspeed"].tolist() == ["20", None, None]
    assert d.piece_kind[1] == d.piece_kind[2], "a name does not make a kind of street"


PATH = {"highway": "footway"}
CROSSED = {1: (0, -30), 2: (0, 0), 3: (0, 30), 4: (-100, 0), 5: (100, 0)}


def crossed_by_path(osm_file, highway, node_tags=None, road=None, path=None):
    nodes = {**CROSSED, 2: (0, 0, node_tags or {})}
    ways = [(10, [4, 2, 5], {"highway": highway, **(road or {})}), (11, [1, 2, 3], {**PATH, **(path or {})})]
    return network(osm_file(nodes, ways), "walk")


@pytest.mark.parametrize(
    ("highway", "node", "path", "word"),
    [
        ("tertiary", {}, {}, "unmarked_tertiary"),
        ("primary_link", {}, {}, "unmarked_secondary"),
        ("trunk", {}, {}, "unmarked_trunk"),
        ("primary", {"highway": "crossing"}, {}, "marked"),
        ("primary", {"highway": "crossing", "crossing": "zebra"}, {}, "marked"),
        ("primary", {"highway": "crossing", "crossing": "unmarked"}, {}, "unmarked_primary"),
        ("primary", {"highway": "crossing", "crossing": "traffic_signals"}, {}, "signals"),
        ("primary", {"highway": "traffic_signals"}, {}, "signals"),
        ("primary", {}, {"footway": "crossing", "crossing": "traffic_signals"}, "signals"),
        ("primary", {}, {"footway": "crossing", "crossing": "marked"}, "marked"),
    ],
)
def test_who_crosses_a_road_meets_it_by_halves_and_who_walks_along_it_does_not(
    osm_file, highway, node, path, word
):
    net = crossed_by_path(osm_file, highway, node, path=path)
    assert met(net) == [((1, 2), word, 0, 30.0, 0.5), ((2, 3), word, 0, 0.0, 0.5)]


def test_a_quiet_street_is_crossed_without_a_wait(osm_file):
    assert met(crossed_by_path(osm_file, "residential")) == []


def test_a_carriageway_of_one_direction_is_half_a_road(osm_file):
    assert [row[4] for row in met(crossed_by_path(osm_file, "primary", road={"oneway": "yes"}))] == [
        0.25,
        0.25,
    ]


def test_a_road_whose_pavements_are_mapped_apart_is_still_crossed(osm_file):
    net = crossed_by_path(osm_file, "primary", road={"sidewalk": "separate"})
    assert met(net) == [((1, 3), "unmarked_primary", 0, 30.0, 1.0)], (
        "it is no part of the walk, so that the path runs through"
    )


def test_of_two_equal_roads_either_is_crossed_at_a_cross_and_at_a_tee(osm_file):
    road = {"highway": "primary"}
    cross = network(osm_file(CROSSED, [(10, [4, 2, 5], road), (11, [1, 2, 3], road)]), "walk")
    assert sorted(row[1:] for row in met(cross)) == [("unmarked_primary", 0, at, 0.5) for at in (0, 0, 0, 30)]
    tee = network(osm_file(CROSSED, [(10, [4, 2, 5], road), (11, [1, 2], STREET)]), "walk")
    assert met(tee) == [((1, 2), "unmarked_primary", 0, 30.0, 0.5)], (
        "who comes out of the side street waits, who passes it does not"
    )


def test_lights_stop_those_who_drive_through_them(osm_file):
    ways = [(10, [4, 2, 5], {"highway": "primary"}), (11, [1, 2, 3], STREET)]
    lit = {**CROSSED, 2: (0, 0, {"highway": "traffic_signals"})}
    assert {row[1:3] + row[4:] for row in met(network(osm_file(lit, ways)))} == {("signals", 0, 0.5)}
    assert len(met(network(osm_file(lit, ways)))) == 4


def test_lights_and_signs_on_the_way_hold_in_the_direction_that_they_face(osm_file):
    nodes = {
        1: (0, 0),
        2: (40, 0, {"highway": "traffic_signals", "traffic_signals:direction": "backward"}),
        3: (90, 0, {"highway": "stop"}),
        4: (100, 0, {"highway": "give_way", "direction": "forward"}),
        5: (110, 0),
    }
    assert met(network(osm_file(nodes, [(10, [5, 4, 3, 2, 1], STREET)]))) == [
        ((1, 5), "give_way", -1, 100.0, 1.0),
        ((1, 5), "signals", 1, 40.0, 1.0),
        ((1, 5), "stop", 1, 90.0, 1.0),
    ], (
        "the way is drawn from 5 to 1, the edge runs from 1 to 5; the sign without direction faces the nearer end"
    )


@pytest.mark.parametrize(
    ("tags", "mode", "word"),
    [
        ({"barrier": "bollard"}, "drive", "closed"),
        ({"barrier": "bollard"}, "motorcycle", None),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, "drive", None),
        ({"barrier": "bollard", "foot": "no"}, "walk", "closed"),
        ({"barrier": "gate"}, "drive", "gate"),
        ({"barrier": "gate", "access": "private"}, "walk", "private"),
        ({"barrier": "gate", "access": "no"}, "walk", "closed"),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, "walk", "gate"),
        ({"barrier": "gate", "locked": "yes"}, "walk", "closed"),
        ({"barrier": "lift_gate"}, "motorcycle", "lift_gate"),
        ({"barrier": "cycle_barrier"}, "motorcycle", "closed"),
        ({"barrier": "cycle_barrier"}, "bike", "cycle_barrier"),
        ({"barrier": "stile"}, "bike", "closed"),
        ({"barrier": "stile"}, "walk", "stile"),
        ({"barrier": "wall"}, "walk", "closed"),
        ({"barrier": "kerb"}, "walk", None),
        ({"railway": "level_crossing"}, "walk", "level_crossing"),
    ],
)
def test_barriers_by_mode(osm_file, tags, mode, word):
    net = network(osm_file({1: (0, 0), 2: (40, 0, tags), 3: (90, 0)}, [(10, [1, 2, 3], STREET)]), mode)
    assert met(net) == ([] if word is None else [((1, 3), word, 0, 40.0, 1.0)])


def test_a_bollard_at_a_junction_says_not_which_street_it_bars(osm_file):
    nodes = {**CROSSED, 2: (0, 0, {"barrier": "bollard"})}
    assert met(network(osm_file(nodes, [(10, [4, 2, 5], STREET), (11, [1, 2], PATH)]))) == []


def rule(value, start=10, via=("n", 2), end=12, key="restriction", **tags):
    kind = {"n": "node", "w": "way"}
    vias = via if isinstance(via, list) else [via]
    members = [("way", start, "from"), *((kind[what], ref, "via") for what, ref in vias), ("way", end, "to")]
    return (1, members, {"type": "restriction", key: value, **tags})


TURNING = [(10, [4, 2], STREET), (11, [2, 5], STREET), (12, [1, 2], STREET), (13, [2, 3], STREET)]


def banned(net):
    """Return bans as lists of ids of ways."""
    way = net.tags["osm_way"].tolist()
    return sorted([int(way[edge]) for edge in edges] for edges in net.details.bans())


def turned(osm_file, *relations, mode="drive"):
    numbered = [(number, *relation[1:]) for number, relation in enumerate(relations, start=1)]
    return network(osm_file(CROSSED, TURNING, numbered), mode)


def test_a_turn_is_forbidden_and_an_ordered_one_forbids_all_others(osm_file):
    net = turned(osm_file, rule("no_left_turn"))
    assert banned(net) == [[10, 12]]
    assert net.node_id[net.details.ban_node].tolist() == [2]
    assert banned(turned(osm_file, rule("only_straight_on", end=11))) == [[10, 10], [10, 12], [10, 13]]
    assert banned(turned(osm_file, rule("no_u_turn", end=10))) == [[10, 10]]


def test_whom_a_rule_binds(osm_file):
    assert banned(turned(osm_file, rule("no_left_turn"), mode="motorcycle")) == [[10, 12]]
    assert banned(turned(osm_file, rule("no_left_turn"), mode="bike")) == []
    spared = rule("no_left_turn", **{"except": "bus; motorcar"})
    assert banned(turned(osm_file, spared)) == []
    assert banned(turned(osm_file, spared, mode="motorcycle")) == [[10, 12]]
    own = rule("no_left_turn", key="restriction:motorcycle")
    assert banned(turned(osm_file, own)) == []
    assert banned(turned(osm_file, own, mode="motorcycle")) == [[10, 12]]
    assert banned(turned(osm_file, rule("no_left_turn", key="restriction:hgv"))) == []


def notes(path, mode="drive"):
    found = read_osm(path, crs=CRS, layers=[], modes=[mode]).quality("streets")["notes"]
    return {note["code"]: note["facts"] for note in found}


def test_what_holds_at_some_hours_only_is_left_out_and_counted(osm_file):
    relations = [
        (1, *rule("no_left_turn @ (07:00-09:00)", key="restriction:conditional")[1:]),
        (2, *rule("no_left_turn", hour_on="07:00")[1:]),
        (3, *rule("no_right_turn", end=13)[1:]),
        (4, *rule("no_left_turn", end=99)[1:]),
    ]
    path = osm_file(CROSSED, TURNING, relations)
    assert banned(network(path)) == [[10, 13]]
    assert notes(path)["turns_drive"] == {
        "by_node": 1,
        "by_way": 0,
        "conditional": 2,
        "needless": 0,
        "unplaced": 1,
    }


def test_what_one_way_streets_forbid_already_needs_no_rule(osm_file):
    ways = [*TURNING[:2], (12, [1, 2], {**STREET, "oneway": "yes"}), TURNING[3]]
    path = osm_file(CROSSED, ways, [(1, *rule("no_left_turn")[1:])])
    assert banned(network(path)) == []
    assert notes(path)["turns_drive"]["needless"] == 1


DUAL = {
    1: (-100, 0), 2: (0, 0), 3: (100, 0), 4: (100, 20), 5: (0, 20), 6: (-100, 20), 7: (0, -50), 8: (0, 70), 9: (0, 10), 10: (50, 10),
}  # fmt: skip
AVENUE = [
    (20, [1, 2], {**STREET, "oneway": "yes"}), (21, [2, 3], {**STREET, "oneway": "yes"}),
    (22, [4, 5], {**STREET, "oneway": "yes"}), (23, [5, 6], {**STREET, "oneway": "yes"}),
    (24, [2, 9, 5], STREET), (25, [7, 2], STREET), (26, [5, 8], STREET),
]  # fmt: skip


def test_turning_back_by_way_of_the_cross_street_is_forbidden_as_one_sequence(osm_file):
    back = rule("no_u_turn", start=20, via=("w", 24), end=23)
    assert banned(network(osm_file(DUAL, AVENUE, [back]))) == [[20, 24, 23]]
    path = osm_file(DUAL, [*AVENUE, (27, [9, 10], STREET)], [back])
    assert banned(network(path)) == [[20, 24, 24, 23]], (
        "a junction half way makes two edges of the street between"
    )
    assert notes(path)["turns_drive"]["by_way"] == 1
    ordered = rule("only_straight_on", start=20, via=("w", 24), end=26)
    assert banned(network(osm_file(DUAL, AVENUE, [ordered]))) == [
        [20, 20],
        [20, 21],
        [20, 24, 22],
        [20, 24, 23],
        [20, 24, 24],
        [20, 25],
    ]


def test_shores_rails_and_motorways_and_doors_are_read(osm_file):
    nodes = {
        1: (0, 0), 2: (100, 0), 3: (0, 50), 4: (100, 50), 5: (0, 100), 6: (100, 100), 7: (60, 100), 8: (60, 140),
        20: (10, 10, {"entrance": "main"}), 21: (20, 10, {"entrance": "emergency"}), 22: (30, 10, {"barrier": "gate"}),
        23: (40, 10, {"barrier": "gate", "access": "private"}),
    }  # fmt: skip
    ways = [
        (10, [1, 2], STREET), (11, [3, 4], {"railway": "rail"}), (12, [3, 4], {"railway": "rail", "tunnel": "yes"}),
        (13, [3, 4], {"railway": "tram"}), (14, [5, 6], {"waterway": "river"}), (15, [5, 6], {"waterway": "river", "intermittent": "yes"}),
        (16, [1, 3], {"highway": "motorway"}), (17, [2, 4], {"natural": "coastline"}),
        (18, [5, 6, 8, 7, 5], {"natural": "water"}), (19, [7, 8], {"waterway": "stream"}),
    ]  # fmt: skip
    net = network(osm_file(nodes, ways), "walk", surround=True)
    around = net.surroundings
    assert np.bincount(around.cut_kind, minlength=3).tolist() == [3, 1, 1], (
        "river, coast and lake; rails; motorway"
    )
    assert sorted(map(tuple, np.round(around.door_xy - ORIGIN).astype(int).tolist())) == [(10, 10), (30, 10)]
    assert network(osm_file(nodes, ways), "walk").surroundings is None


def test_details_and_surroundings_are_read_as_they_were_saved(osm_file, tmp_path):
    nodes = {**CROSSED, 2: (0, 0, {"highway": "traffic_signals"}), 9: (0, 40, {"entrance": "yes"})}
    path = osm_file(nodes, [*TURNING, (19, [1, 4], {"waterway": "river"})], [rule("no_left_turn")])
    net = network(path, surround=True, driving_side="left")
    net.save(tmp_path / "net")
    back = StreetNetwork.read(tmp_path / "net")
    assert back.details.kinds.equals(net.details.kinds)
    assert back.details.driving_side == "left"
    for part in ("details", "surroundings"):
        for name, value in vars(getattr(net, part)).items():
            if isinstance(value, np.ndarray):
                assert np.array_equal(getattr(getattr(back, part), name), value), name
    assert back.details.bans() == net.details.bans() != []


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "crs", "drive"),
    [
        ("las_palmas/las_palmas_2023.osm.pbf", "EPSG:32628", {"by_node": 702, "by_way": 0}),
        ("chiang_mai/osm/chiang_mai.osm.pbf", "EPSG:32647", {"by_node": 6, "by_way": 0, "conditional": 1}),
    ],
)
def test_real_restrictions_are_placed_on_real_streets(shared, file, crs, drive):
    extract = read_osm(shared / file, crs=crs, layers=[], modes=["drive"])
    said = {note["code"]: note["facts"] for note in extract.quality("streets")["notes"]}["turns_drive"]
    assert {name: said[name] for name in drive} == drive
    net = extract.networks["drive"]
    ends = np.stack([net.edge_u, net.edge_v])
    for start, edges in zip(net.details.ban_node.tolist(), net.details.bans(), strict=True):
        at = start
        assert at in ends[:, edges[0]]
        for edge in edges[1:]:
            assert at in ends[:, edge], "each street of a ban begins where the one before ends"
            at = int(ends[:, edge].sum() - at)
