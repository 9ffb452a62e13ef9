"""What travel on the edges of a network depends on, out of the ways and nodes that they were made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.notes import Note
from urbanplan.model.network.details import CLOSED, StreetDetails, kinds_of
from urbanplan.model.network.framed import Columns
from urbanplan.model.network.tagging import KIND_COLUMNS
from urbanplan.sources.osm.alike import Alike
from urbanplan.sources.osm.encounters import MET_WORDS, Met, Nodes, met, nearer, street_nodes
from urbanplan.sources.osm.restrictions import Bans, Ends, bans

if TYPE_CHECKING:
    from urbanplan.methods.simplification import Chains
    from urbanplan.sources.osm.access import ModeRules
    from urbanplan.sources.osm.cutting import Segments
    from urbanplan.sources.osm.reading import Objects

_MM = 1000.0


@dataclass(frozen=True, eq=False)
class Known:
    """What holds for all modes: kinds of street by way, and what stands at nodes."""

    kind: NDArray[np.int32]
    kinds: Columns
    nodes: Nodes
    driving_side: str


class Drawn(NamedTuple):
    """A network's segments and the chains that they make.

    Attributes
    ----------
    segment, way : ndarray of int64, shape (s,)
        Row in `Segments` and row of the way of each segment used.
    length : ndarray of float64, shape (s,)
        Metres.
    chained : Chains
        Edges.
    nodes : ndarray of int64
        Point of each node number.
    ways : list of str
        Ids of the ways of each edge.
    """

    segment: NDArray[np.int64]
    way: NDArray[np.int64]
    length: NDArray[np.float64]
    chained: Chains
    nodes: NDArray[np.int64]
    ways: list[str]


def known_of(objects: Objects, segments: Segments, alike: Alike, driving_side: str) -> Known:
    """Work out what holds for all modes."""
    kind, kinds = kinds_of([tuple(map(tags.get, KIND_COLUMNS)) for tags in alike.said])
    return Known(kind[alike.code], kinds, street_nodes(objects, segments, alike), driving_side)


def details_of(
    objects: Objects, segments: Segments, rules: ModeRules, known: Known, drawn: Drawn
) -> tuple[StreetDetails, list[Note]]:
    """Return the details of a mode's network, and remarks on what was found."""
    chained = drawn.chained
    edge = np.repeat(np.arange(len(chained.start)), np.diff(chained.offsets))
    pieces = _pieces(
        edge, known.kind[drawn.way[chained.segment]], drawn.length[chained.segment], chained.reverse
    )
    found = _met(met(objects, segments, known.nodes, rules, drawn.segment), drawn, edge, len(segments.u))
    forbidden = bans(objects.restrictions, rules.mode, _ends(objects, drawn, segments))
    start, banned, node = forbidden.arrays()
    used, kind = np.unique(pieces[1], return_inverse=True)
    kinds: Any = {name: words[used] for name, words in known.kinds.items()}
    details = StreetDetails(
        kinds=kinds,
        piece_edge=pieces[0].astype(np.int32),
        piece_kind=kind.astype(np.int32),
        piece_length_m=pieces[2],
        piece_against=pieces[3],
        met_words=MET_WORDS,
        met_edge=found[0],
        met_word=found[1],
        met_way=found[2],
        met_offset_m=found[3],
        met_share=found[4],
        ban_start=start,
        ban_edge=banned,
        ban_node=node,
        driving_side=known.driving_side,
    )
    return details, _said(details, forbidden, rules.mode)


def _pieces(
    edge: NDArray[np.int64], kind: NDArray[np.int32], length: NDArray[np.float64], against: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.bool_]]:
    """Join segments of one kind that follow each other on an edge."""
    if not len(edge):
        return edge, kind, length, against
    new = np.ones(len(edge), dtype=bool)
    new[1:] = (np.diff(edge) != 0) | (np.diff(kind) != 0) | (against[1:] != against[:-1])
    first = np.flatnonzero(new)
    return edge[first], kind[first], np.add.reduceat(length, first), against[first]


def _met(
    found: Met, drawn: Drawn, edge: NDArray[np.int64], segments: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8], NDArray[np.float64], NDArray[np.float64]]:
    """Place what stands at ends of segments on the edges; the same thing at the same place is one."""
    chained = drawn.chained
    length = drawn.length[chained.segment]
    through = np.cumsum(length)
    before = through - length
    before -= np.repeat(before[chained.offsets[:-1]], np.diff(chained.offsets)) if len(length) else 0.0
    place = np.empty(segments, dtype=np.int64)
    place[drawn.segment[chained.segment]] = np.arange(len(chained.segment))
    at = place[found.segment]
    against = chained.reverse[at]
    offset = before[at] + np.where((found.end == 1) != against, length[at], 0.0)
    way = np.where(against & (np.abs(found.way) == 1), -found.way, found.way).astype(np.int8)
    whole: NDArray[Any] = np.bincount(edge, weights=length, minlength=len(chained.start))
    way = nearer(way, offset, whole[edge[at]])
    key = np.stack([edge[at], np.rint(offset * _MM).astype(np.int64), found.word, way])
    _, first, member = np.unique(key, axis=1, return_index=True, return_inverse=True)
    share: NDArray[Any] = np.bincount(member, weights=found.share, minlength=len(first))
    return (
        edge[at][first].astype(np.int32),
        found.word[first].astype(np.int32),
        way[first],
        offset[first],
        share,
    )


def _ends(objects: Objects, drawn: Drawn, segments: Segments) -> Ends:
    chained, ids = drawn.chained, objects.way_id[drawn.way]
    first, last = chained.segment[chained.offsets[:-1]], chained.segment[chained.offsets[1:] - 1]
    # a network numbers its nodes by id: cuts, whose ids are negative, come first
    node_id = segments.node_id[drawn.nodes]
    rank = np.empty(len(node_id), dtype=np.int64)
    rank[np.argsort(node_id)] = np.arange(len(node_id))
    return Ends(
        u=rank[np.searchsorted(drawn.nodes, chained.start)],
        v=rank[np.searchsorted(drawn.nodes, chained.end)],
        way_u=ids[first],
        way_v=ids[last],
        forward=chained.forward,
        backward=chained.backward,
        ways=drawn.ways,
        node_id=np.sort(node_id),
    )


def _said(details: StreetDetails, forbidden: Bans, mode: str) -> list[Note]:
    """Say how many rules about turning were found, and what closes edges."""
    counts, out = forbidden.counts, []
    facts = {name: counts[name] for name in ("by_node", "by_way", "conditional", "needless", "unplaced")}
    if any(facts.values()):
        out.append(Note(f"turns_{mode}", facts))
    closed = round(details.met_share[details.met_word == MET_WORDS.index(CLOSED)].sum())
    if closed:
        out.append(Note(f"barriers_{mode}", {"count": closed}))
    return out
