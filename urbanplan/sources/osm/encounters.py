"""What travel meets on the way: lights, crossings of roads, gates and walls, at the nodes of streets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.model.network.details import AGAINST, ALONG, BOTH, CLOSED
from urbanplan.sources.osm.alike import Alike
from urbanplan.sources.osm.rules import read_rules

if TYPE_CHECKING:
    from urbanplan.sources.osm.access import ModeRules
    from urbanplan.sources.osm.cutting import Segments
    from urbanplan.sources.osm.reading import Objects

_RANKS = 7
_WAITED = 2
"""Roads from this rank on are crossed with a wait."""
_MID_WAY = 2
"""Ends of streets at a node that only lies on one: there a barrier stands across it."""
_SIGNALS = frozenset({"traffic_signals", "pelican", "toucan", "puffin"})
_CROSSED = {
    2: "unmarked_tertiary",
    3: "unmarked_secondary",
    4: "unmarked_primary",
    5: "unmarked_trunk",
    6: "unmarked_motorway",
}
_HALTS = frozenset({"traffic_signals", "stop", "give_way"})
_LEVEL_CROSSINGS = frozenset({"level_crossing", "crossing"})
_WAYS = {"forward": ALONG, "backward": AGAINST}
MET_WORDS: tuple[str, ...] = (
    "signals", "marked", *_CROSSED.values(), "stop", "give_way", "level_crossing", "gate", "lift_gate", "toll_booth",
    "checkpoint", "stile", "turnstile", "cycle_barrier", "private", CLOSED,
)  # fmt: skip
"""Everything that can be met; `urbanplan.methods.modes.delays` says how long each takes."""
_CODE = {word: code for code, word in enumerate(MET_WORDS)}
_CROSSED_CODE = np.array([_CODE.get(_CROSSED.get(rank, ""), 0) for rank in range(_RANKS)])
ENCOUNTER_KEYS = frozenset({"highway", "oneway", "junction", "crossing"})
"""Keys of ways that say what is met on them."""
_NEARER = 2
"""Direction of a stop sign that does not say it: towards the junction that is nearer."""


class Met(NamedTuple):
    """What stands at nodes of segments: segment, which of its ends (0: u), what, direction along the segment, share."""

    segment: NDArray[np.int64]
    end: NDArray[np.int64]
    word: NDArray[np.int32]
    way: NDArray[np.int8]
    share: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Nodes:
    """What is known of the nodes of all streets, whoever may use them.

    Attributes
    ----------
    tags : dict of int to dict
        Tags of the nodes that stand for something, by node number.
    degree : ndarray of int, shape (n,)
        Ends of streets at each node.
    rank : ndarray of int8, shape (s,)
        Rank of each segment's road; 0 is a path.
    count : ndarray of int16, shape (n, ranks)
        Ends of streets at each node, by rank.
    oneway : ndarray of bool, shape (n, ranks)
        Whether a carriageway of one direction is among them.
    crossing : ndarray of bool
        By row of the way: whether it says itself how it crosses.
    """

    tags: Mapping[int, Mapping[str, str]]
    degree: NDArray[np.int64]
    rank: NDArray[np.int8]
    count: NDArray[np.int16]
    oneway: NDArray[np.bool_]
    crossing: NDArray[np.bool_]


@cache
def _rules() -> Any:
    return read_rules("encounters")


def street_nodes(objects: Objects, segments: Segments, alike: Alike) -> Nodes:
    """Gather what is known of the nodes of all streets."""
    ranks: Mapping[str, int] = _rules()["rank"]
    n = len(segments.node_id)
    way_rank = alike.each(lambda tags: ranks.get(tags.get("highway", ""), 0), np.int8)
    oneway = alike.each(_is_oneway, np.bool_)
    rank = way_rank[segments.way]
    count = np.zeros((n, _RANKS), dtype=np.int16)
    single = np.zeros((n, _RANKS), dtype=bool)
    for end in (segments.u, segments.v):
        np.add.at(count, (end, rank), 1)
        single[end[oneway[segments.way]], rank[oneway[segments.way]]] = True
    ids = np.fromiter(objects.street_points, dtype=np.int64, count=len(objects.street_points))
    known = segments.node_id[: int((segments.node_id >= 0).sum())]
    at = np.minimum(np.searchsorted(known, ids), max(len(known) - 1, 0))
    found = known[at] == ids if len(known) else np.zeros(len(ids), dtype=bool)
    words = [objects.street_points[number][2] for number in ids[found].tolist()]
    tags = dict(zip(at[found].tolist(), words, strict=True))
    crossing = alike.each(lambda tags: "crossing" in tags, np.bool_)
    return Nodes(tags, count.sum(axis=1), rank, count, single, crossing)


def _is_oneway(tags: Mapping[str, str]) -> bool:
    return tags.get("oneway") in {"yes", "1", "-1", "true"} or tags.get("junction") == "roundabout"


def met(objects: Objects, segments: Segments, nodes: Nodes, rules: ModeRules, used: NDArray[np.int64]) -> Met:
    """Return what a mode meets at the ends of its segments.

    Parameters
    ----------
    objects, segments, nodes
        All streets.
    rules : ModeRules
        Of the mode.
    used : ndarray of int64
        Rows of its segments.

    Notes
    -----
    Everything is counted by halves, one for each street end at its node, so that who passes through bears the whole.
    Whoever crosses a road waits for it, whoever enters it bears half of that (it may be the near side that he wants), and
    whoever stays on it, or on a busier one, does not wait. A carriageway of one direction is half a road.
    """
    known = np.zeros(len(nodes.degree), dtype=bool)
    known[list(nodes.tags)] = True
    # most nodes with tags are bus stops, lamps and crossings that do not stop this mode
    halting = np.zeros(len(nodes.degree), dtype=bool)
    halting[[node for node, tags in nodes.tags.items() if _may_halt(tags, rules.mode)]] = True
    busy = nodes.count[:, _WAITED:].any(axis=1) & (nodes.degree > _MID_WAY) & _waits(rules)
    plain: list[tuple[NDArray[Any], ...]] = []
    rest: list[tuple[int, int, int, int, float]] = []
    for end, ends in enumerate((segments.u[used], segments.v[used])):
        at = np.flatnonzero(halting[ends] | busy[ends])
        rows, node = used[at], ends[at]
        crossed, halved = _crossed(nodes, node, nodes.rank[rows])
        crossed = np.where(busy[node], crossed, 0)
        told = known[node] | nodes.crossing[segments.way[rows]]
        here = np.flatnonzero((crossed > 0) & ~told)
        words = _CROSSED_CODE[crossed[here]]
        zero = np.zeros(len(here))
        plain.append((rows[here], zero + end, words, zero, np.where(halved[here], 0.25, 0.5)))
        for place in np.flatnonzero(halting[node] | ((crossed > 0) & told)).tolist():
            row, rank = int(rows[place]), int(crossed[place])
            for word, way, share in _at_node(
                nodes, int(node[place]), rank, objects.way_tags[segments.way[row]], rules
            ):
                half = halved[place] and word.startswith(("unmarked", "signals"))
                rest.append((row, end, _CODE[word], way, share * (0.5 if half else 1.0)))
    columns = [*plain, tuple(np.array(rest, dtype=np.float64).reshape(-1, 5).T)]
    table = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    return Met(
        table[0].astype(np.int64),
        table[1].astype(np.int64),
        table[2].astype(np.int32),
        table[3].astype(np.int8),
        table[4],
    )


def _may_halt(tags: Mapping[str, str], mode: str) -> bool:
    """Say whether a node may matter to a mode that crosses no road at it."""
    if "barrier" in tags or tags.get("railway") in _LEVEL_CROSSINGS:
        return True
    return mode != "walk" and not _HALTS.isdisjoint(tags.get("highway", "").split(";"))


def _waits(rules: ModeRules) -> bool:
    return rules.mode in {"walk", "bike"}


def _crossed(
    nodes: Nodes, node: NDArray[np.int64], rank: NDArray[np.int8]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the rank of the road that a street end meets across its way (0: none), and whether it has one direction.

    Of the other street ends one of the same rank is the street's own continuation.
    """
    others = nodes.count[node].copy()
    rows = np.arange(len(node))
    others[rows, rank] -= 1
    onward = (rank > 0) & (others[rows, rank] > 0)
    others[rows[onward], rank[onward]] -= 1
    top = np.where(others > 0, np.arange(_RANKS), 0).max(axis=1)
    top = np.where((top >= _WAITED) & (top >= rank), top, 0)
    return top, nodes.oneway[node, top] & (top > 0)


def _at_node(
    nodes: Nodes, node: int, crossed: int, way_tags: Mapping[str, str], rules: ModeRules
) -> list[tuple[str, int, float]]:
    """Return what one street end meets at its node: word, direction along the segment, share."""
    tags = nodes.tags.get(node, {})
    out: list[tuple[str, int, float]] = []
    kinds = set(tags.get("highway", "").split(";"))
    crossing = tags.get("crossing") or (way_tags.get("crossing") if crossed else None) or ""
    lights = "traffic_signals" in kinds or crossing in _SIGNALS or tags.get("crossing:signals") == "yes"
    if crossed and _waits(rules):
        marked = crossing in {"marked", "zebra", "uncontrolled"} or (
            "crossing" in kinds and crossing in {"", "yes"}
        )
        out.append(("signals" if lights else "marked" if marked else _CROSSED[crossed], BOTH, 0.5))
    elif "traffic_signals" in kinds and rules.mode != "walk":
        out.append(("signals", _WAYS.get(tags.get("traffic_signals:direction", ""), BOTH), 0.5))
    if rules.mode != "walk":
        given = tags.get("direction", tags.get("stop", ""))
        out += [
            (word, BOTH if given in {"both", "all"} else _WAYS.get(given, _NEARER), 0.5)
            for word in ("stop", "give_way")
            if word in kinds
        ]
    if tags.get("railway") in _LEVEL_CROSSINGS:
        out.append(("level_crossing", BOTH, 0.5))
    if "barrier" in tags and nodes.degree[node] <= _MID_WAY:
        barred = _barrier(tags, rules)
        out += [(barred, BOTH, 0.5)] if barred else []
    return out


def _barrier(tags: Mapping[str, str], rules: ModeRules) -> str | None:
    """Return the word of a barrier for a mode, None where it does not matter."""
    content = _rules()
    value = tags["barrier"]
    permission = rules.permission(tags)
    if permission == "refused":
        return "private" if rules.private(tags) else CLOSED
    shut = value in content["closed"][rules.mode] or tags.get("locked") == "yes"
    if permission == "silent" and shut:
        return CLOSED
    word: str | None = content["barriers"].get(value)
    return word


def nearer(
    way: NDArray[np.int8], offset: NDArray[np.float64], length: NDArray[np.float64]
) -> NDArray[np.int8]:
    """Give a direction to what does not say it: towards the end that is nearer."""
    towards = np.where(offset <= length / 2, AGAINST, ALONG)
    return np.where(way == _NEARER, towards, way).astype(np.int8)
