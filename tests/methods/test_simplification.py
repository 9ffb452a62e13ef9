"""Chains of street segments: nothing lost, nothing left to join, the same for any order."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.methods.simplification import chains, distinct

BOTH, ON, BACK = (True, True), (True, False), (False, True)


def chained(segments, count):
    u, v, direction = (np.array(column) for column in zip(*segments, strict=True))
    return chains(count, u, v, direction[:, 0], direction[:, 1])


def test_a_line_of_two_way_segments_is_one_chain():
    out = chained([(0, 1, BOTH), (2, 1, BOTH), (2, 3, BOTH)], 4)
    assert (out.start.tolist(), out.end.tolist()) == ([0], [3])
    assert out.segment.tolist() == [0, 1, 2]
    assert out.reverse.tolist() == [False, True, False]
    assert (out.forward[0], out.backward[0]) == BOTH


def test_a_one_way_chain_runs_as_it_is_travelled():
    out = chained([(0, 1, BACK), (2, 1, ON)], 3)
    assert (out.start.tolist(), out.end.tolist()) == ([2], [0])
    assert out.segment.tolist() == [1, 0]
    assert (out.forward[0], out.backward[0]) == ON


def test_a_ring_begins_at_its_lowest_point():
    out = chained([(5, 3, BOTH), (3, 4, BOTH), (4, 5, BOTH)], 6)
    assert (out.start.tolist(), out.end.tolist()) == ([3], [3])
    assert sorted(out.segment.tolist()) == [0, 1, 2]


def test_a_ring_on_a_stalk_begins_at_the_stalk():
    out = chained([(0, 4, BOTH), (4, 1, BOTH), (1, 2, BOTH), (2, 4, BOTH)], 5)
    assert sorted(zip(out.start.tolist(), out.end.tolist(), strict=True)) == [(0, 4), (4, 4)]


def test_no_segments_make_no_chains():
    none = np.empty(0, dtype=np.int64)
    out = chains(0, none, none, none.astype(bool), none.astype(bool))
    assert len(out.start) == 0
    assert out.offsets.tolist() == [0]


def test_a_chain_of_a_hundred_thousand_segments_is_one_chain():
    n = 100_000
    u = np.arange(n)
    out = chains(n + 1, u, u + 1, np.ones(n, dtype=bool), np.ones(n, dtype=bool))
    assert out.segment.tolist() == list(range(n))


def test_repeated_segments_are_kept_once_and_opened_wherever_one_is_open():
    u, v = np.array([1, 2, 1, 3, 3]), np.array([2, 1, 2, 3, 1])
    kept, forward, backward = distinct(u, v, np.array([1, 1, 0, 1, 1], bool), np.array([0, 0, 0, 1, 0], bool))
    assert kept.tolist() == [0, 4]
    assert forward.tolist() == [True, True]
    assert backward.tolist() == [True, False]


@st.composite
def networks(draw):
    count = draw(st.integers(2, 14))
    pairs = draw(
        st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] < p[1]))
    )
    flipped = draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    directions = draw(
        st.lists(st.sampled_from([BOTH, BOTH, ON, BACK]), min_size=len(pairs), max_size=len(pairs))
    )
    ordered = [(b, a) if flip else (a, b) for (a, b), flip in zip(sorted(pairs), flipped, strict=True)]
    return count, [(a, b, d) for (a, b), d in zip(ordered, directions, strict=True)]


@settings(max_examples=300, deadline=None)
@given(networks())
def test_every_segment_is_in_one_chain_and_nothing_is_left_to_join(network):
    count, segments = network
    if not segments:
        return
    out = chained(segments, count)
    assert sorted(out.segment.tolist()) == list(range(len(segments)))
    raw = nx.Graph([(a, b) for a, b, _ in segments])
    simple = nx.MultiGraph()
    ends = []
    for row in range(len(out.start)):
        part = slice(out.offsets[row], out.offsets[row + 1])
        path = [int(out.start[row])]
        for number, reverse in zip(out.segment[part], out.reverse[part], strict=True):
            a, b, (onward, back) = segments[number]
            tail, head = (b, a) if reverse else (a, b)
            assert path[-1] == tail, "the segments of a chain follow one another"
            assert (
                (back, onward) == (out.forward[row], out.backward[row])
                if reverse
                else (onward, back)
                == (
                    out.forward[row],
                    out.backward[row],
                )
            )
            path.append(head)
        assert path[-1] == out.end[row]
        simple.add_edge(path[0], path[-1], directions=(out.forward[row], out.backward[row]))
        ends += [path[0], path[-1]]
        assert all(raw.degree(node) == 2 for node in path[1:-1])
    parts = {min(part) for part in nx.connected_components(raw)}
    assert len(parts) == nx.number_connected_components(simple)
    for node in simple:
        meeting = [(k, data) for k, data in raw[node].items()]
        if simple.degree(node) != 2 or any(a == b == node for a, b in simple.edges(node)):
            continue
        one, two = (direction(segments, node, other) for other, _ in meeting)
        assert (one[1], one[0]) != two, f"{node} joins two segments of one direction and should not be an end"


def direction(segments, node, other):
    """Return whether one may go from node to other, and from other to node."""
    for a, b, (onward, back) in segments:
        if (a, b) == (node, other):
            return onward, back
        if (a, b) == (other, node):
            return back, onward
    raise AssertionError


@settings(max_examples=100, deadline=None)
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_and_drawing_of_segments_do_not_matter(network, random):
    count, segments = network
    if not segments:
        return
    shuffled = [(b, a, (d[1], d[0])) if random.random() < 0.5 else (a, b, d) for a, b, d in segments]
    random.shuffle(shuffled)
    one, other = chained(segments, count), chained(shuffled, count)
    assert one.start.tolist() == other.start.tolist()
    assert one.end.tolist() == other.end.tolist()
    assert one.forward.tolist() == other.forward.tolist()
    assert one.offsets.tolist() == other.offsets.tolist()
    as_pairs = [
        [tuple(sorted(source[number][:2])) for number in out.segment]
        for source, out in ((segments, one), (shuffled, other))
    ]
    assert as_pairs[0] == as_pairs[1]


def test_it_agrees_with_osmnx_on_a_random_network():
    import osmnx as ox  # noqa: PLC0415  (heavy)

    rng = np.random.default_rng(11)
    n = 400
    places = rng.uniform(0, 1000, (n, 2))
    pairs = {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(420)}
    segments = [(a, b, [BOTH, BOTH, ON, BACK][rng.integers(4)]) for a, b in sorted(pairs)]
    graph = nx.MultiDiGraph(crs="EPSG:32647")
    graph.add_nodes_from((i, {"x": x, "y": y}) for i, (x, y) in enumerate(places))
    for number, (a, b, (onward, back)) in enumerate(segments):
        for tail, head, is_open in ((a, b, onward), (b, a, back)):
            if is_open:
                graph.add_edge(tail, head, osmid=number, length=float(np.hypot(*(places[a] - places[b]))))
    graph.remove_nodes_from([node for node, degree in dict(graph.degree).items() if degree == 0])
    theirs = ox.simplify_graph(graph)
    out = chained(segments, n)
    alone = (out.start == out.end) & (
        np.bincount(np.concatenate([out.start, out.end]), minlength=n)[out.start] == 2
    )
    nodes = set(out.start[~alone].tolist()) | set(out.end[~alone].tolist())
    assert nodes == set(theirs.nodes)
    assert int(out.forward[~alone].sum() + out.backward[~alone].sum()) == theirs.number_of_edges()
    length = np.array([np.hypot(*(places[a] - places[b])) for a, b, _ in segments])
    chain = np.add.reduceat(length[out.segment], out.offsets[:-1])
    ours = (chain * (out.forward.astype(int) + out.backward))[~alone].sum()
    assert ours == pytest.approx(sum(d for *_, d in theirs.edges(data="length")), rel=1e-12)
