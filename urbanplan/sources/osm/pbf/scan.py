"""The objects of a PBF file that carry given keys, gathered block by block into flat arrays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from urbanplan.sources.osm.pbf.blobs import blocks
from urbanplan.sources.osm.pbf.elements import DENSE, NODE, RELATION, WAY, Block, Elements, Tagged
from urbanplan.sources.osm.pbf.wire import Ints, UnusualFileError, packed, ranges

Tags = dict[str, str]
Keys = Collection[str] | None
"""Keys that make an object worth reading; None: any."""

_NAMES = {NODE: "node", WAY: "way", RELATION: "relation"}
_MEMBER_LETTERS = "nwr"
_HALF_TURN, _QUARTER_TURN = 1_800_000_000, 900_000_000
_TENTH_MICRODEGREES = 1e7


@dataclass(eq=False)
class Found:
    """Objects of one kind that were asked for.

    Attributes
    ----------
    ids : ndarray of int64, shape (n,)
        Ascending.
    tags : list of dict
        As mapped.
    edited : ndarray of int64, shape (n,)
        Seconds since 1970; 0 where not said, or not asked for.
    offsets : ndarray of int64, shape (n + 1,)
        Nodes of way i, or members of relation i, are `refs[offsets[i]:offsets[i + 1]]`.
    refs : ndarray of int64
        Ids of nodes or members.
    members : list of (str, str)
        Of relations: n, w or r, and the role of each member.
    """

    ids: Ints
    tags: list[Tags]
    edited: Ints
    offsets: Ints
    refs: Ints
    members: list[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Scan:
    """What one pass over a file found.

    Attributes
    ----------
    node_id : ndarray of int64
        All nodes of the file, ascending.
    node_x, node_y : ndarray of int32
        Their places in ten-millionths of a degree.
    nodes, ways, relations : Found
        Those that carry one of the keys asked for.
    """

    node_id: Ints
    node_x: NDArray[np.int32]
    node_y: NDArray[np.int32]
    nodes: Found
    ways: Found
    relations: Found

    def places(self, refs: Ints) -> NDArray[np.float64]:
        """Return longitude and latitude of nodes, NaN where the file lacks them or they lie off the Earth."""
        out = np.full((len(refs), 2), np.nan)
        if len(self.node_id):
            at = np.minimum(np.searchsorted(self.node_id, refs), len(self.node_id) - 1)
            x, y = self.node_x[at], self.node_y[at]
            there = (self.node_id[at] == refs) & (np.abs(x) <= _HALF_TURN) & (np.abs(y) <= _QUARTER_TURN)
            out[there, 0], out[there, 1] = x[there] / _TENTH_MICRODEGREES, y[there] / _TENTH_MICRODEGREES
        return out


def scan(path: Path, *, nodes: Keys, ways: Keys, relations: Keys, dates: bool = False) -> Scan:
    """Read a PBF file once.

    Parameters
    ----------
    path : Path
        The file.
    nodes, ways, relations : collection of str or None
        Keys that make an object of a kind worth reading; None: any tag does, an empty one reads none.
    dates : bool
        Whether to read when objects were last edited.

    Raises
    ------
    UnusualFileError
        If the file is damaged, its objects are not in order, each once, or it needs more than is read here.
    """
    gathering = _Gathering()
    wanted = {NODE: nodes, WAY: ways, RELATION: relations}
    keys = {
        kind: None if words is None else {word.encode() for word in words} for kind, words in wanted.items()
    }
    for raw in blocks(path):
        block = Block.of(raw)
        texts = _Texts(block, gathering.words)
        for part in block.elements(dates=dates):
            gathering.add(block, part, keys[NODE if part.kind == DENSE else part.kind], texts)
    return gathering.found()


def scan_ways(path: Path, numbers: Ints) -> Found:
    """Read the ways of a PBF file that have one of the given numbers, without their tags."""
    parts = _Parts()
    for raw in blocks(path):
        block = Block.of(raw)
        for part in block.elements(only=WAY):
            rows = np.flatnonzero(np.isin(part.ids, numbers))
            refs, offsets = block.refs(part.refs.take(rows))
            parts.ids.append(part.ids[rows])
            parts.refs.append(refs)
            parts.sizes.append(np.diff(offsets))
    return parts.found()


def scan_dates(path: Path) -> dict[str, tuple[Ints, Ints]]:
    """Return, by kind of object, ids of the tagged ones and the seconds since 1970 of their last edit; 0: not said."""
    parts: dict[str, tuple[list[Ints], list[Ints]]] = {name: ([], []) for name in _NAMES.values()}
    for raw in blocks(path):
        for part in Block.of(raw).elements(dates=True):
            rows = np.flatnonzero(np.diff(part.tags.offsets))
            ids, edited = parts[_NAMES[NODE if part.kind == DENSE else part.kind]]
            ids.append(part.ids[rows])
            edited.append(part.edited[rows])
    return {name: (_joined(ids), _joined(edited)) for name, (ids, edited) in parts.items()}


class _Texts:
    """The strings of a block as text, each made when it is first wanted and shared with other blocks."""

    def __init__(self, block: Block, words: dict[bytes, str]) -> None:
        self.strings, self.words = block.strings, words
        self.text = [""] * len(self.strings)
        self.known = np.zeros(len(self.strings), dtype=bool)

    def of(self, numbers: Ints) -> list[str]:
        wanted = np.zeros(len(self.strings), dtype=bool)
        wanted[numbers] = True
        try:
            for number in np.flatnonzero(wanted & ~self.known).tolist():
                raw = self.strings[number]
                text = self.words.get(raw)
                if text is None:
                    text = self.words[raw] = raw.decode()
                self.text[number] = text
        except UnicodeDecodeError as error:
            raise UnusualFileError(f"a text is not UTF-8 ({error})") from error
        self.known |= wanted
        return list(map(self.text.__getitem__, numbers.tolist()))

    def carrying(self, tags: Tagged, keys: set[bytes] | None) -> Ints:
        """Return the rows of the objects that carry one of the keys."""
        if keys is None:
            return np.flatnonzero(np.diff(tags.offsets))
        wanted = np.fromiter(map(keys.__contains__, self.strings), dtype=bool, count=len(self.strings))
        if not wanted.any():
            return np.zeros(0, np.int64)
        before = np.concatenate([[0], np.cumsum(wanted[tags.keys])])
        return np.flatnonzero(np.diff(before[tags.offsets]))

    def tags(self, tags: Tagged, rows: Ints) -> list[Tags]:
        size = np.diff(tags.offsets)[rows]
        flat = ranges(tags.offsets[rows], size)
        keys, values = self.of(tags.keys[flat]), self.of(tags.values[flat])
        ends = np.concatenate([[0], np.cumsum(size)]).tolist()
        return [
            dict(zip(keys[start:stop], values[start:stop], strict=True)) for start, stop in pairwise(ends)
        ]


@dataclass(eq=False)
class _Parts:
    ids: list[Ints] = field(default_factory=list)
    tags: list[Tags] = field(default_factory=list)
    edited: list[Ints] = field(default_factory=list)
    sizes: list[Ints] = field(default_factory=list)
    refs: list[Ints] = field(default_factory=list)
    members: list[tuple[str, str]] = field(default_factory=list)

    def found(self) -> Found:
        return Found(
            _joined(self.ids),
            self.tags,
            _joined(self.edited),
            np.concatenate([[0], np.cumsum(_joined(self.sizes))]),
            _joined(self.refs),
            self.members,
        )


class _Gathering:
    """What the blocks read so far hold."""

    def __init__(self) -> None:
        self.words: dict[bytes, str] = {}
        self.kind, self.last = NODE, -1
        self.places: tuple[list[Ints], list[NDArray[np.int32]], list[NDArray[np.int32]]] = ([], [], [])
        self.parts = {NODE: _Parts(), WAY: _Parts(), RELATION: _Parts()}

    def add(self, block: Block, part: Elements, keys: set[bytes] | None, texts: _Texts) -> None:
        kind = NODE if part.kind == DENSE else part.kind
        self._check_order(kind, part.ids)
        if kind == NODE:
            self.places[0].append(part.ids)
            # the reference implementation keeps 32 bits as well
            self.places[1].append(part.x.astype(np.int32))
            self.places[2].append(part.y.astype(np.int32))
        if keys is not None and not keys:
            return
        rows = texts.carrying(part.tags, keys)
        if not len(rows):
            return
        into = self.parts[kind]
        into.ids.append(part.ids[rows])
        into.tags += texts.tags(part.tags, rows)
        into.edited.append(part.edited[rows])
        if kind == NODE:
            return
        refs, offsets = block.refs(part.refs.take(rows))
        into.refs.append(refs)
        into.sizes.append(np.diff(offsets))
        if kind == RELATION:
            into.members += _members(block, part, rows, offsets, texts)

    def found(self) -> Scan:
        ids, x, y = self.places
        return Scan(
            _joined(ids),
            np.concatenate([np.zeros(0, np.int32), *x]),
            np.concatenate([np.zeros(0, np.int32), *y]),
            *(self.parts[kind].found() for kind in (NODE, WAY, RELATION)),
        )

    def _check_order(self, kind: int, ids: Ints) -> None:
        if kind < self.kind:
            raise UnusualFileError("nodes, ways and relations are mixed")
        if kind > self.kind:
            self.kind, self.last = kind, -1
        if len(ids) and (ids[0] <= self.last or (np.diff(ids) <= 0).any()):
            raise UnusualFileError("objects do not stand in the order of their ids, each once")
        self.last = int(ids[-1]) if len(ids) else self.last


def _members(block: Block, part: Elements, rows: Ints, offsets: Ints, texts: _Texts) -> list[tuple[str, str]]:
    roles, role_offsets = packed(block.data, part.roles.take(rows))
    types, type_offsets = packed(block.data, part.types.take(rows))
    if not (np.array_equal(offsets, role_offsets) and np.array_equal(offsets, type_offsets)):
        raise UnusualFileError("a relation has not as many roles as members")
    if len(types) and not (
        types.min() >= 0
        and types.max() < len(_MEMBER_LETTERS)
        and roles.min() >= 0
        and roles.max() < len(block.strings)
    ):
        raise UnusualFileError("a member of a relation is of no known kind")
    return list(zip((_MEMBER_LETTERS[kind] for kind in types.tolist()), texts.of(roles), strict=True))


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *parts])
