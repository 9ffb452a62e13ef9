"""Rules about turning: which edges may not be travelled one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from urbanplan.sources.osm.objects import Restriction

_CLASSES: Mapping[str, tuple[str, ...]] = {
    "drive": ("motorcar", "motor_vehicle", "vehicle"),
    "motorcycle": ("motorcycle", "motor_vehicle", "vehicle"),
}
"""Words by which relations name a mode, the most telling first; rules about turning bind only these modes here."""
_LONGEST = 12
"""Edges of a street by way of which a turn may be forbidden."""
_Run = tuple[int, tuple[int, ...], int]
"""Node at which the first edge is left, the edges, the node that they lead to."""
_CONDITIONAL = ("day_on", "day_off", "hour_on", "hour_off")


@dataclass(frozen=True, eq=False)
class Ends:
    """Ends of the edges of a network.

    Attributes
    ----------
    u, v : ndarray of int, shape (m,)
        Node numbers.
    way_u, way_v : ndarray of int64, shape (m,)
        OpenStreetMap ids of the ways of which each edge is at its two ends.
    forward, backward : ndarray of bool, shape (m,)
        Whether each edge may be travelled from u to v, and from v to u.
    ways : sequence of str
        Ids of all the ways of each edge, `;` between.
    node_id : ndarray of int64
        OpenStreetMap ids, by node number.
    """

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    way_u: NDArray[np.int64]
    way_v: NDArray[np.int64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    ways: Sequence[str]
    node_id: NDArray[np.int64]


@dataclass(eq=False)
class Bans:
    """Forbidden sequences of edges with the node at which the first is left, and what became of the relations."""

    sequences: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """Return starts, edges and nodes as `StreetDetails` keeps them, in order and each once."""
        rows = sorted(set(self.sequences))
        sizes = [len(edges) for _, edges in rows]
        start = np.append(0, np.cumsum(sizes, dtype=np.int64)).astype(np.int64)
        edges = np.array([edge for _, row in rows for edge in row], dtype=np.int32)
        return start, edges, np.array([node for node, _ in rows], dtype=np.int32)


def bans(relations: Iterable[Restriction], mode: str, ends: Ends) -> Bans:
    """Find the edges that relations forbid a mode to travel one after the other.

    Parameters
    ----------
    relations : iterable of (id, tags, members)
        As read.
    mode : str
        drive or motorcycle; other modes are bound by none.
    ends : Ends
        Of the mode's network.
    """
    found = Bans()
    if mode not in _CLASSES:
        return found
    relations = sorted(relations)
    streets = _Streets(ends, {ref for *_, members in relations for what, ref, _ in members if what == "w"})
    for _, tags, members in relations:
        kind = _kind(tags, mode)
        if kind is None:
            continue
        if "@" in kind or kind == "conditional":
            found.counts["conditional"] += 1
            continue
        froms, vias, tos = (
            [(what, ref) for what, ref, role in members if role == wanted] for wanted in ("from", "via", "to")
        )
        known = [ref for what, ref in froms + vias + tos if what == "w"]
        if not any(ref in streets.of_way for ref in known):
            found.counts["elsewhere"] += 1
            continue
        rows = [
            row
            for one in froms
            for other in tos
            for row in streets.sequences(one[1], vias, other[1], only=kind.startswith("only_"))
        ]
        found.sequences += rows
        by_way = any(what == "w" for what, _ in vias)
        if rows:
            found.counts["by_way" if by_way else "by_node"] += 1
        else:
            needless = streets.needless([ref for _, ref in froms], vias, [ref for _, ref in tos])
            found.counts["needless" if needless else "unplaced"] += 1
    return found


def _kind(tags: Mapping[str, str], mode: str) -> str | None:
    """Return the rule that binds a mode: no_..., only_..., "conditional", or None."""
    classes = _CLASSES[mode]
    excepted = {word.strip() for word in tags.get("except", "").split(";")}
    if excepted & set(classes):
        return None
    for key in (*(f"restriction:{word}" for word in classes), "restriction"):
        value = tags.get(key)
        if value is not None and value.startswith(("no_", "only_")):
            return "conditional" if any(word in tags for word in _CONDITIONAL) else value
    keys = (f"restriction:{word}:conditional" for word in classes)
    return "conditional" if any(key in tags for key in (*keys, "restriction:conditional")) else None


def _edges_of(ends: Ends, named: set[int]) -> list[int]:
    """Return the edges that are made of ways that rules name, also in part."""
    ways = np.fromiter(named, dtype=np.int64, count=len(named))
    several = np.array([edge for edge, text in enumerate(ends.ways) if ";" in text], dtype=np.int64)
    inner = [edge for edge in several.tolist() if not named.isdisjoint(map(int, ends.ways[edge].split(";")))]
    at_end = np.flatnonzero(np.isin(ends.way_u, ways) | np.isin(ends.way_v, ways))
    return sorted({*at_end.tolist(), *inner})


class _Streets:
    """Edges of the ways that rules name, and the nodes around them."""

    def __init__(self, ends: Ends, named: set[int]) -> None:
        self.node_id = ends.node_id
        self.u, self.v = ends.u, ends.v
        self.by_node = np.argsort(np.concatenate([ends.u, ends.v]), kind="stable")
        self.sorted_nodes = np.concatenate([ends.u, ends.v])[self.by_node]
        self.arriving: dict[tuple[int, int], list[int]] = {}
        self.leaving: dict[tuple[int, int], list[int]] = {}
        self.of_way: dict[int, list[int]] = {}
        for edge in _edges_of(ends, named):
            forward, backward = bool(ends.forward[edge]), bool(ends.backward[edge])
            for node, way, out, home in (
                (int(ends.u[edge]), int(ends.way_u[edge]), forward, backward),
                (int(ends.v[edge]), int(ends.way_v[edge]), backward, forward),
            ):
                if out:
                    self.leaving.setdefault((node, way), []).append(edge)
                if home:
                    self.arriving.setdefault((node, way), []).append(edge)
            for word in dict.fromkeys(ends.ways[edge].split(";")):
                self.of_way.setdefault(int(word), []).append(edge)

    def at(self, node: int) -> set[int]:
        """Return the edges that end at a node."""
        low, high = np.searchsorted(self.sorted_nodes, [node, node + 1])
        return {int(end) % len(self.u) for end in self.by_node[low:high]}

    def node_of(self, number: int) -> int | None:
        """Return the node of an OpenStreetMap id, None where the network has none."""
        at = int(np.searchsorted(self.node_id, number))
        return at if at < len(self.node_id) and self.node_id[at] == number else None

    def nodes_of(self, vias: Sequence[tuple[str, int]]) -> list[int]:
        """Return the nodes among what lies between."""
        found = (self.node_of(ref) for what, ref in vias if what == "n")
        return [node for node in found if node is not None]

    def sequences(
        self, from_way: int, vias: Sequence[tuple[str, int]], to_way: int, *, only: bool
    ) -> list[tuple[int, tuple[int, ...]]]:
        """Return what is forbidden: the node at which the first edge is left, and the edges."""
        nodes = self.nodes_of(vias)
        if nodes and len(vias) == 1:
            path = self._at_node(nodes[0], from_way, to_way)
        else:
            path = self._by_way(from_way, {ref for what, ref in vias if what == "w"}, to_way)
        if path is None:
            return []
        node, edges = path
        return self._all_but(node, edges) if only else [(node, edges)]

    def needless(self, froms: Sequence[int], vias: Sequence[tuple[str, int]], tos: Sequence[int]) -> bool:
        """Say whether a rule forbids what one-way streets forbid already."""
        nodes = self.nodes_of(vias)
        met = {(node, way) for node in nodes for way in (*froms, *tos)}
        touched = all(set(self.of_way.get(way, [])) & self.at(node) for node, way in met)
        shut = any(not self.arriving.get((node, way)) for node in nodes for way in froms)
        shut |= any(not self.leaving.get((node, way)) for node in nodes for way in tos)
        return bool(nodes) and touched and shut

    def _at_node(self, node: int, from_way: int, to_way: int) -> tuple[int, tuple[int, ...]] | None:
        ones, others = self.arriving.get((node, from_way), []), self.leaving.get((node, to_way), [])
        # where a two-way street runs on through the junction as the same way it is not clear which side is meant
        return (node, (ones[0], others[0])) if len(ones) == 1 and len(others) == 1 else None

    def _by_way(self, from_way: int, vias: set[int], to_way: int) -> tuple[int, tuple[int, ...]] | None:
        """Follow the ways between: the shortest run of their edges from the one street to the other."""
        between = {edge for way in vias for edge in self.of_way.get(way, [])}
        met = sorted({int(node) for edge in between for node in (self.u[edge], self.v[edge])})
        starts = [(node, self.arriving.get((node, from_way), [])) for node in met]
        runs: list[_Run] = [(node, (ones[0],), node) for node, ones in starts if len(ones) == 1]
        for _ in range(_LONGEST):
            longer: list[_Run] = []
            for start, edges, at in runs:
                for edge in sorted(self.at(at) & (between - set(edges))):
                    reached = self._other_end(edge, at)
                    others = [one for one in self.leaving.get((reached, to_way), []) if one != edge]
                    if len(others) == 1:
                        return start, (*edges, edge, others[0])
                    longer.append((start, (*edges, edge), reached))
            runs = longer
        return None

    def _other_end(self, edge: int, node: int) -> int:
        return int(self.v[edge] if self.u[edge] == node else self.u[edge])

    def _all_but(self, node: int, edges: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
        """Forbid every way on but the one that is ordered."""
        out: list[tuple[int, tuple[int, ...]]] = []
        at = node
        for step, ordered in enumerate(edges[1:], start=1):
            ways_on = sorted(self.at(at) - {ordered})
            out += [(node, (*edges[:step], edge)) for edge in ways_on]
            at = self._other_end(ordered, at)
        return out
