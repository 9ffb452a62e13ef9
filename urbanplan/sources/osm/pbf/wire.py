"""The wire format of protocol buffers, many messages at a time: numbers in seven bits a byte, and fields by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import OsmFileError

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

PADDING = 16
"""Zero bytes behind a buffer, so that no number can be read past its end."""
VARINT, FIXED64, DELIMITED, FIXED32 = 0, 1, 2, 5
_CONTINUED = 0x80
_SEVEN = 0x7F
_LONGEST = 10
_LARGEST_LENGTH = 1 << 31
_LARGEST_NUMBER = (1 << 29) - 1
_MOST_FIELDS = 64
"""Fields of one message; OpenStreetMap's have at most ten."""


class UnusualFileError(OsmFileError):
    """A file that is damaged, or written in a way that few are: the reference implementation has to decide."""


class Spans(NamedTuple):
    """Where a field stands in each message, or its number: `start` and `stop` are equal where it is not there."""

    start: Ints
    stop: Ints

    def take(self, rows: Ints) -> Spans:
        """Return those of some of the messages."""
        return Spans(self.start[rows], self.stop[rows])


def padded(data: bytes) -> Bytes:
    """Return bytes as an array with zeros behind."""
    return np.frombuffer(data + bytes(PADDING), dtype=np.uint8)


def varint(data: bytes, at: int, stop: int) -> tuple[int, int]:
    """Read one number; return it and where it ends.

    Raises
    ------
    UnusualFileError
        If it does not end before `stop`.
    """
    value = 0
    for shift in range(0, 7 * _LONGEST, 7):
        if at >= stop:
            break
        byte = data[at]
        at += 1
        value |= (byte & _SEVEN) << shift
        if byte < _CONTINUED:
            return value, at
    raise UnusualFileError("a number does not end where it should")


def walk(data: bytes, at: int, stop: int) -> list[tuple[int, int, int, int]]:
    """Return the fields of one message: number, wire type, and start and stop of its content (or its number twice)."""
    out = []
    while at < stop:
        key, at = varint(data, at, stop)
        wire = key & 7
        if not 0 < key >> 3 <= _LARGEST_NUMBER:
            raise UnusualFileError("a field has a number that fields never have")
        if wire == VARINT:
            value, at = varint(data, at, stop)
            out.append((key >> 3, wire, value, value))
            continue
        if wire == DELIMITED:
            size, at = varint(data, at, stop)
        elif wire in {FIXED64, FIXED32}:
            size = 8 if wire == FIXED64 else 4
        else:
            raise UnusualFileError(f"wire type {wire} is not of this format")
        if at + size > stop:
            raise UnusualFileError("a field is longer than what it stands in")
        out.append((key >> 3, wire, at, at + size))
        at += size
    return out


def repeated(data: bytes, at: int, stop: int, key: int) -> tuple[list[int], list[int], int]:
    """Return starts and stops of the messages that follow each other under one key, and where the first other one begins."""
    starts, stops = [], []
    while at < stop and data[at] == key:
        at += 1
        if at >= stop:
            raise UnusualFileError("a message has no length")
        size = data[at]
        at += 1
        if size >= _CONTINUED:
            size, at = varint(data, at - 1, stop)
        starts.append(at)
        at += size
        stops.append(at)
    if at > stop:
        raise UnusualFileError("a message is longer than what it stands in")
    return starts, stops, at


def fields(data: Bytes, start: Ints, stop: Ints, wanted: Sequence[tuple[int, int]]) -> list[Spans]:
    """Read the same fields of many messages at once, a field of each in every step.

    Parameters
    ----------
    data : ndarray of uint8
        Padded.
    start, stop : ndarray of int64, shape (n,)
        Where the messages stand.
    wanted : sequence of (number, wire type)
        Fields to return. Of one that stands twice the last holds; one of another wire type is passed over.

    Returns
    -------
    list of Spans
        One for each wanted field: where its content stands; of numbers (`VARINT`) where the number itself stands.
    """
    out = [Spans(np.zeros(len(start), np.int64), np.zeros(len(start), np.int64)) for _ in wanted]
    place = start.copy()
    rows = np.flatnonzero(place < stop)
    for _ in range(_MOST_FIELDS):
        if not len(rows):
            return out
        key, at = _numbers_at(data, place[rows])
        wire = key & 7
        if (key >> 3 < 1).any() or (key >> 3 > _LARGEST_NUMBER).any():
            raise UnusualFileError("a field has a number that fields never have")
        value, after = _numbers_at(data, at)
        begin, end = at, after
        long = wire == DELIMITED
        if long.any():
            if (value[long] > _LARGEST_LENGTH).any() or (value[long] < 0).any():
                raise UnusualFileError("a field is longer than what it stands in")
            begin = np.where(long, after, at)
            end = np.where(long, after + value, after)
        if not (long | (wire == VARINT)).all():
            fixed = (wire == FIXED64) | (wire == FIXED32)
            if not (fixed | long | (wire == VARINT)).all():
                raise UnusualFileError("a wire type is not of this format")
            end = np.where(fixed, at + np.where(wire == FIXED64, 8, 4), end)
        if (end > stop[rows]).any():
            raise UnusualFileError("a field is longer than what it stands in")
        for spans, (number, kind) in zip(out, wanted, strict=True):
            here = key == (number << 3 | kind)
            spans.start[rows[here]], spans.stop[rows[here]] = begin[here], end[here]
        place[rows] = end
        rows = rows[end < stop[rows]]
    raise UnusualFileError("a message has more fields than OpenStreetMap's have")


def numbers(data: Bytes, spans: Spans) -> Ints:
    """Return the number that stands at each span, 0 where none does."""
    value, _ = _numbers_at(data, spans.start)
    return np.where(spans.stop > spans.start, value, 0)


def packed(data: Bytes, spans: Spans) -> tuple[Ints, Ints]:
    """Read packed numbers of many messages.

    Returns
    -------
    tuple of (ndarray of int64, ndarray of int64, shape (n + 1,))
        All numbers, and where those of each message begin.
    """
    size = spans.stop - spans.start
    region = data[spans.start[0] : spans.stop[0]] if len(size) == 1 else data[ranges(spans.start, size)]
    last = np.flatnonzero(region < _CONTINUED)
    edges = np.concatenate([[0], np.cumsum(size)])
    filled = edges[1:][size > 0]
    offsets = np.searchsorted(last, edges)
    # every message must end with the last byte of a number
    if len(filled) and (
        not len(last) or last[-1] != len(region) - 1 or (region[filled - 1] >= _CONTINUED).any()
    ):
        raise UnusualFileError("packed numbers do not end where they should")
    return _decoded(region, last), offsets


def signed(values: Ints) -> Ints:
    """Return numbers of which the lowest bit holds the sign."""
    turned: Ints = (values >> 1 & np.int64(0x7FFFFFFFFFFFFFFF)) ^ -(values & 1)
    return turned


def summed(values: Ints, offsets: Ints) -> Ints:
    """Add up differences anew from the beginning of each message."""
    if len(offsets) <= 2:  # noqa: PLR2004  (one message)
        return np.cumsum(values, dtype=np.int64)
    total: Ints = np.concatenate([[0], np.cumsum(values)])
    return total[1:] - np.repeat(total[offsets[:-1]], np.diff(offsets))


def ranges(start: Ints, size: Ints) -> Ints:
    """Return start, start + 1, ... of each size, one after the other."""
    before = np.cumsum(size) - size
    return np.repeat(start - before, size) + np.arange(int(size.sum()))


def _decoded(region: Bytes, last: NDArray[np.intp]) -> Ints:
    first = np.empty_like(last)
    first[:1] = 0
    first[1:] = last[:-1] + 1
    width = last - first
    values = (region[first] & _SEVEN).astype(np.uint64)
    rows = np.flatnonzero(width)
    for step in range(1, int(width.max(initial=0)) + 1):
        if step >= _LONGEST:
            raise UnusualFileError("a number is longer than 64 bits")
        values[rows] |= (region[first[rows] + step] & _SEVEN).astype(np.uint64) << np.uint64(7 * step)
        rows = rows[width[rows] > step]
    return values.view(np.int64)


def _numbers_at(data: Bytes, at: Ints) -> tuple[Ints, Ints]:
    """Read one number at each place; return them and where they end."""
    byte = data[at]
    value = (byte & _SEVEN).astype(np.uint64)
    after = at + 1
    rows = np.flatnonzero(byte >= _CONTINUED)
    step = 1
    while len(rows):
        if step >= _LONGEST:
            raise UnusualFileError("a number is longer than 64 bits")
        byte = data[at[rows] + step]
        value[rows] |= (byte & _SEVEN).astype(np.uint64) << np.uint64(7 * step)
        after[rows] += 1
        rows = rows[byte >= _CONTINUED]
        step += 1
    return value.view(np.int64), after
