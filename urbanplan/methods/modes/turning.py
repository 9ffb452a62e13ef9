"""Turns: what is forbidden, also by way of a street, and what turning costs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.modes.slopes import Floats
from urbanplan.model.network import TurnTable

_STEEP = 13.0
_MIDDLE = 6.5
_BIAS = 1.075
"""How much longer the turn across the oncoming traffic takes to make up its mind."""
_JUNCTION = 3
_PAIR = 2
Word = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Turned:
    """Twins of streets by way of which turns are forbidden, and the turns.

    A twin is its street once more for those who come from where the rule begins: whoever is on it may not make the
    forbidden turn at its end; everybody else stays on the street itself.

    Attributes
    ----------
    twin_of : ndarray of int64
        Edge that each twin is a copy of; twins are numbered after all edges.
    twin_against : ndarray of bool
        Whether a twin is travelled from v to u.
    turns : TurnTable or None
        None where any turn is free.
    """

    twin_of: NDArray[np.int64]
    twin_against: NDArray[np.bool_]
    turns: TurnTable | None


@dataclass(eq=False)
class _Rules:
    """Forbidden words of darts (2 e + 1 travels edge e from v to u), and the prefixes that must be remembered."""

    whole: set[Word] = field(default_factory=set)
    prefixes: dict[Word, int] = field(default_factory=dict)

    @classmethod
    def of(cls, words: list[Word]) -> _Rules:
        whole = set(words)
        # a longer rule that contains a shorter one says nothing new
        needed = {word for word in whole if not any(_within(other, word) for other in whole if other != word)}
        longer = sorted({word[:size] for word in needed for size in range(_PAIR, len(word))})
        return cls(needed, {word: number for number, word in enumerate(longer)})

    def after(self, state: Word, dart: int) -> Word | None:
        """Return the state after one more dart; None where a rule forbids it."""
        word = (*state, dart)
        ends = [word[begin:] for begin in range(len(word) - 1)]
        if any(end in self.whole for end in ends):
            return None
        return next((end for end in ends if end in self.prefixes), (dart,))


def _within(one: Word, other: Word) -> bool:
    return any(other[at : at + len(one)] == one for at in range(len(other) - len(one) + 1))


def turned(
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    opened: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    bearings: tuple[Floats, Floats],
    bans: list[tuple[int, Word]],
    *,
    turn_s: float,
    driving_side: str,
) -> Turned:
    """Work out the turns of a network.

    Parameters
    ----------
    ends : tuple of ndarray of int
        Nodes u and v of each edge.
    opened : tuple of ndarray of bool
        Whether each edge is open from u to v, and from v to u.
    bearings : tuple of ndarray of float
        Direction in radians in which each edge leaves u, and in which it leaves v.
    bans : list of (node, edges)
        Sequences of edges that are forbidden, with the node at which the first is left.
    turn_s : float
        Seconds of a full turn at a junction; 0 makes turning free.
    driving_side : str
        left or right: the turn across the oncoming traffic costs more; equal where not known.
    """
    darts = _Darts(ends, opened) if bans else None
    rules = _Rules.of([word for ban in bans if darts and (word := darts.word(*ban)) is not None])
    states = list(rules.prefixes)
    costs = _Costs(bearings, turn_s, driving_side)
    rows: list[tuple[int, int, int, float]] = []
    ruled = sorted(
        {darts.head(word[at]) for word in rules.whole for at in range(len(word) - 1)} if darts else ()
    )
    for node in ruled:
        rows += _at_junction(node, darts, rules, states, costs) if darts else []
    table = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    plain = _plain_turns(ends, opened, costs, ruled)
    one, at, other, seconds = (np.concatenate(pair) for pair in zip(table, plain, strict=True))
    turns = TurnTable(one.astype(np.int64), at.astype(np.int64), other.astype(np.int64), seconds)
    return Turned(
        np.array([state[-1] >> 1 for state in states], dtype=np.int64),
        np.array([state[-1] & 1 for state in states], dtype=bool),
        turns if len(turns.node) else None,
    )


def _plain_turns(
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    opened: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    costs: _Costs,
    ruled: list[int],
) -> tuple[Floats, ...]:
    """Return every turn that costs something at junctions without rules: from edge, node, to edge, seconds."""
    if costs.turn_s == 0 or not len(ends[0]):
        return tuple(np.zeros((4, 0)))
    tail = np.stack(ends, axis=1).ravel()
    dart = np.flatnonzero(np.stack(opened, axis=1).ravel())
    junction = np.bincount(tail) >= _JUNCTION
    junction[ruled] = False
    leaving = dart[np.argsort(tail[dart], kind="stable")]
    first = np.searchsorted(tail[leaving], np.arange(len(junction) + 1))
    arriving = dart[junction[tail[dart ^ 1]]]
    node = tail[arriving ^ 1]
    many = np.diff(first)[node]
    one = np.repeat(arriving, many)
    step = np.arange(len(one)) - np.repeat(np.cumsum(many) - many, many)
    other = leaving[np.repeat(first[:-1][node], many) + step]
    onward = one != (other ^ 1)
    one, other = one[onward], other[onward]
    return one >> 1, tail[other], other >> 1, costs.seconds(one, other)


class _Darts:
    """Edges by the nodes that they join."""

    def __init__(
        self,
        ends: tuple[NDArray[np.int64], NDArray[np.int64]],
        opened: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    ) -> None:
        self.u, self.v = (side.tolist() for side in ends)
        self.opened = [side.tolist() for side in opened]
        self.edges = len(self.u)
        self.leaving: dict[int, list[int]] = {}
        for edge in range(self.edges):
            for way in (0, 1):
                if self.opened[way][edge]:
                    self.leaving.setdefault(self.tail(2 * edge + way), []).append(2 * edge + way)
        self.arriving: dict[int, list[int]] = {}
        for darts in self.leaving.values():
            for dart in darts:
                self.arriving.setdefault(self.head(dart), []).append(dart)

    def tail(self, dart: int) -> int:
        return int((self.v if dart & 1 else self.u)[dart >> 1])

    def head(self, dart: int) -> int:
        return int((self.u if dart & 1 else self.v)[dart >> 1])

    def word(self, node: int, edges: Word) -> Word | None:
        """Return a sequence of edges as darts; None where it cannot be travelled anyway."""
        first = 2 * edges[0] + (0 if self.v[edges[0]] == node else 1)
        word = [first]
        at = node
        for edge in edges[1:]:
            if at not in (self.u[edge], self.v[edge]):
                return None
            word.append(2 * edge + (0 if self.u[edge] == at else 1))
            at = self.head(word[-1])
        return (
            tuple(word)
            if self.head(first) == node and all(self.opened[d & 1][d >> 1] for d in word)
            else None
        )


class _Costs:
    """Seconds of turns by their angle."""

    def __init__(self, bearings: tuple[Floats, Floats], turn_s: float, driving_side: str) -> None:
        self.leaving = np.stack(bearings, axis=1).ravel()
        self.turn_s = turn_s
        # angles count to the left: who drives on the right turns left across the oncoming traffic
        self.bias = {"right": _BIAS, "left": 1 / _BIAS}.get(driving_side, 1.0)

    def seconds(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> Floats:
        """Return what it costs to go on from one dart to another: little straight on, nearly all of it sharply back."""
        angle = (self.leaving[other] - self.leaving[one ^ 1]) % (2 * np.pi) - np.pi
        bias = np.where(angle >= 0, self.bias, 1 / self.bias)
        rise = _STEEP * bias * np.abs(angle) / np.pi - _MIDDLE / bias
        return np.asarray(self.turn_s / (1.0 + np.exp(-rise)), dtype=np.float64)


def _at_junction(
    node: int, darts: _Darts, rules: _Rules, states: list[Word], costs: _Costs
) -> list[tuple[int, int, int, float]]:
    """Name the turns at a junction: from edge, node, to edge, seconds; a turn that costs nothing and is free has no name."""
    coming: list[tuple[int, Word]] = [(dart >> 1, (dart,)) for dart in darts.arriving.get(node, [])]
    coming += [
        (darts.edges + number, word) for number, word in enumerate(states) if darts.head(word[-1]) == node
    ]
    going = darts.leaving.get(node, [])
    begun = [
        (darts.edges + number, word) for number, word in enumerate(states) if darts.tail(word[-1]) == node
    ]
    rows: list[tuple[int, int, int, float]] = []
    for edge, state in coming:
        entered = set()
        for dart in going:
            after = rules.after(state, dart)
            round_about = dart == (state[-1] ^ 1)
            seconds = 0.0 if round_about else float(costs.seconds(np.array(state[-1]), np.array(dart)))
            # nobody turns round from a twin into the street that it is a copy of
            if after is None or len(after) > 1 or (round_about and edge >= darts.edges):
                rows.append((edge, node, dart >> 1, np.inf))
                if after is not None and len(after) > 1:
                    twin = darts.edges + rules.prefixes[after]
                    entered.add(twin)
                    rows.append((edge, node, twin, seconds))
            elif seconds > 0:
                rows.append((edge, node, dart >> 1, seconds))
        rows += [(edge, node, twin, np.inf) for twin, _ in begun if twin not in entered]
    return rows
