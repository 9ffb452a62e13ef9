"""Nodes, ways and relations of one block as flat arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.sources.osm.pbf.wire import (
    DELIMITED,
    VARINT,
    Bytes,
    Ints,
    Spans,
    UnusualFileError,
    fields,
    numbers,
    packed,
    padded,
    repeated,
    signed,
    summed,
    walk,
)

NODE, DENSE, WAY, RELATION = 1, 2, 3, 4
_STRINGS, _GROUP, _GRANULARITY, _DATES, _LAT, _LON = 1, 2, 17, 18, 19, 20
_RESOLUTION_NANODEGREES = 100
"""OpenStreetMap's places are whole ten-millionths of a degree."""
_STRING_KEY = 1 << 3 | DELIMITED


class Tagged(NamedTuple):
    """Numbers of the strings of tags: those of object i are `keys[offsets[i]:offsets[i + 1]]`, `values` likewise."""

    offsets: Ints
    keys: Ints
    values: Ints


class Elements(NamedTuple):
    """Objects of one kind in a group: ids, tags and the seconds since 1970 of their last edit (0: not said)."""

    kind: int
    ids: Ints
    tags: Tagged
    edited: Ints
    x: Ints
    y: Ints
    refs: Spans
    roles: Spans
    types: Spans


@dataclass(frozen=True, eq=False)
class Block:
    """One block: its strings, and where its groups stand."""

    raw: bytes
    data: Bytes
    strung: list[tuple[int, int]]
    groups: list[tuple[int, int]]
    scale: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: bytes) -> Block:
        """Read the frame of a block."""
        strung: list[tuple[int, int]] = []
        groups: list[tuple[int, int]] = []
        scale = {_GRANULARITY: 100, _DATES: 1000, _LAT: 0, _LON: 0}
        for number, wire, start, stop in walk(raw, 0, len(raw)):
            if (number, wire) == (_STRINGS, DELIMITED):
                strung.append((start, stop))
            elif (number, wire) == (_GROUP, DELIMITED):
                groups.append((start, stop))
            elif number in scale and wire == VARINT:
                scale[number] = int(np.array([start], dtype=np.uint64).view(np.int64)[0])
        return cls(raw, padded(raw), strung, groups, scale)

    @cached_property
    def strings(self) -> list[bytes]:
        """Texts of tags and roles, which objects name by number."""
        if len(self.strung) != 1:
            raise UnusualFileError("the strings of a block are not one list")
        start, stop = self.strung[0]
        begins, ends, at = repeated(self.raw, start, stop, _STRING_KEY)
        if at != stop:
            raise UnusualFileError("the strings of a block are not one list")
        return [self.raw[begin:end] for begin, end in zip(begins, ends, strict=True)]

    def elements(self, *, dates: bool = False, only: int | None = None) -> list[Elements]:
        """Return the objects of all groups, or those of one kind, in the order in which they stand."""
        return [
            part for start, stop in self.groups for part in self._group(start, stop, dates=dates, only=only)
        ]

    def refs(self, spans: Spans) -> tuple[Ints, Ints]:
        """Return the nodes of ways, or the members of relations, and where those of each begin."""
        values, offsets = packed(self.data, spans)
        return summed(signed(values), offsets), offsets

    def _group(self, at: int, stop: int, *, dates: bool, only: int | None) -> list[Elements]:
        out = []
        read = {NODE: self._nodes, DENSE: self._dense, WAY: self._ways, RELATION: self._ways}
        while at < stop:
            kind = self.raw[at] >> 3
            if self.raw[at] & 7 != DELIMITED or kind not in read:
                raise UnusualFileError("a group holds what is neither node, way nor relation")
            starts, stops, at = repeated(self.raw, at, stop, self.raw[at])
            if only is None or kind == only:
                spans = Spans(np.array(starts, dtype=np.int64), np.array(stops, dtype=np.int64))
                out.append(read[kind](kind, spans, dates))
        return out

    def _ways(self, kind: int, spans: Spans, dates: bool) -> Elements:
        wanted = [(1, VARINT), (2, DELIMITED), (3, DELIMITED), (4, DELIMITED), (8, DELIMITED)]
        wanted += [(9, DELIMITED), (10, DELIMITED)]
        ids, keys, values, info, first, second, third = fields(self.data, *spans, wanted)
        if kind == WAY and (second.stop.any() or third.stop.any()):
            raise UnusualFileError("ways carry places of their own")
        roles, refs, types = (Spans(*first), first, third) if kind == WAY else (first, second, third)
        return Elements(
            kind,
            numbers(self.data, ids),
            self._tags(keys, values),
            self._edited(info) if dates else np.zeros(len(ids.start), np.int64),
            np.empty(0, np.int64),
            np.empty(0, np.int64),
            refs,
            roles,
            types,
        )

    def _nodes(self, kind: int, spans: Spans, dates: bool) -> Elements:
        wanted = [(1, VARINT), (2, DELIMITED), (3, DELIMITED), (4, DELIMITED), (8, VARINT), (9, VARINT)]
        ids, keys, values, info, lat, lon = fields(self.data, *spans, wanted)
        self._check_visible(info)
        x, y = self._places(signed(numbers(self.data, lon)), signed(numbers(self.data, lat)))
        none = Spans(np.zeros(0, np.int64), np.zeros(0, np.int64))
        edited = self._edited(info) if dates else np.zeros(len(x), np.int64)
        own = signed(numbers(self.data, ids))
        return Elements(kind, own, self._tags(keys, values), edited, x, y, none, none, none)

    def _dense(self, kind: int, spans: Spans, dates: bool) -> Elements:
        if len(spans.start) != 1:
            raise UnusualFileError("a group holds several lists of nodes")
        wanted = [(1, DELIMITED), (5, DELIMITED), (8, DELIMITED), (9, DELIMITED), (10, DELIMITED)]
        ids, info, lat, lon, tags = fields(self.data, *spans, wanted)
        own, x, y = (np.cumsum(signed(packed(self.data, part)[0])) for part in (ids, lon, lat))
        if not len(own) == len(x) == len(y):
            raise UnusualFileError("a list of nodes has not as many places as ids")
        times, visible = fields(self.data, *info, [(2, DELIMITED), (6, DELIMITED)])
        if (packed(self.data, visible)[0] == 0).any():
            raise UnusualFileError("nodes are marked as deleted")
        edited = np.zeros(len(own), np.int64)
        if dates and times.stop.any():
            edited = self._seconds(np.cumsum(signed(packed(self.data, times)[0])))
        if len(edited) != len(own):
            raise UnusualFileError("a list of nodes has not as many dates as ids")
        none = Spans(np.zeros(0, np.int64), np.zeros(0, np.int64))
        return Elements(
            kind, own, self._dense_tags(tags, len(own)), edited, *self._places(x, y), none, none, none
        )

    def _places(self, x: Ints, y: Ints) -> tuple[Ints, Ints]:
        """Return whole ten-millionths of a degree, cut towards zero as the reference implementation does."""
        scaled = []
        for values, offset in ((x, self.scale[_LON]), (y, self.scale[_LAT])):
            nano = values * self.scale[_GRANULARITY] + offset
            scaled.append(np.sign(nano) * (np.abs(nano) // _RESOLUTION_NANODEGREES))
        return scaled[0], scaled[1]

    def _tags(self, keys: Spans, values: Spans) -> Tagged:
        key, offsets = packed(self.data, keys)
        value, others = packed(self.data, values)
        if not np.array_equal(offsets, others):
            raise UnusualFileError("an object has not as many keys as values")
        return self._checked(Tagged(offsets, key, value))

    def _dense_tags(self, spans: Spans, count: int) -> Tagged:
        flat, _ = packed(self.data, spans)
        if not len(flat):
            nothing = np.zeros(0, np.int64)
            return Tagged(np.zeros(count + 1, np.int64), nothing, nothing)
        ends = np.flatnonzero(flat == 0)
        size = np.diff(ends, prepend=-1) - 1
        if len(ends) != count or ends[-1] != len(flat) - 1 or (size & 1).any():
            raise UnusualFileError("tags of nodes are not in pairs")
        words = flat[flat != 0]
        return self._checked(Tagged(np.concatenate([[0], np.cumsum(size >> 1)]), words[0::2], words[1::2]))

    def _checked(self, tags: Tagged) -> Tagged:
        for words in (tags.keys, tags.values):
            if len(words) and not (words.min() >= 0 and words.max() < len(self.strings)):
                raise UnusualFileError("a tag names a string that is not there")
        return tags

    def _edited(self, info: Spans) -> Ints:
        (time,) = fields(self.data, *info, [(2, VARINT)])
        return self._seconds(numbers(self.data, time))

    def _seconds(self, times: NDArray[np.int64]) -> Ints:
        return times * self.scale[_DATES] // 1000

    def _check_visible(self, info: Spans) -> None:
        (visible,) = fields(self.data, *info, [(6, VARINT)])
        said = visible.stop > visible.start
        if (numbers(self.data, visible)[said] == 0).any():
            raise UnusualFileError("nodes are marked as deleted")
