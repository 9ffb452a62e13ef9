"""What kind of OpenStreetMap file it is, and whether it is whole, before anything is believed of it."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from typing import TYPE_CHECKING, BinaryIO

from urbanplan.base.errors import MissingFileError, OsmFileError
from urbanplan.base.faults import Fault

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST_HEADER = 64 * 1024
_LARGEST_BLOCK = 32 * 1024 * 1024 + 1024
_MAX_RATIO = 50
"""Maps unpack to two or three times their size."""
_ALWAYS_ALLOWED = 2 * _LARGEST_BLOCK
_BLOB_FIELDS = 8
_HEAD_BYTES = 2048
_VARINT_BYTES = 10
_LENGTH_DELIMITED = 2
_REMARK = re.compile(rb"<remark>(.*?)</remark>", re.DOTALL)
_REMARK_WITHIN = 1 << 20


def file_format(path: Path) -> str:
    """Tell the format of an OpenStreetMap file by its content, and refuse what is not one or not whole.

    Parameters
    ----------
    path : Path
        A `.pbf`, `.osm` (XML, also packed by gzip or bzip2) or an Overpass answer in JSON.

    Returns
    -------
    str
        "pbf", "osm" (XML), "osm.gz", "osm.bz2" or "json".

    Raises
    ------
    MissingFileError
        If there is no such file.
    OsmFileError
        If it is empty, truncated, or something else.
    """
    if not path.is_file():
        raise MissingFileError(Fault("osm_missing", file=path))
    if path.stat().st_size == 0:
        raise OsmFileError(Fault("osm_empty", file=path))
    kind, head = _head(path)
    if kind == "" and _is_pbf(head):
        _check_blocks(path)
        return "pbf"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if kind == "" and text.startswith(b"{"):
        return "json"
    if text.startswith(b"<") and b"<osm" in text:
        if b"<osmChange" in text:
            raise OsmFileError(Fault("osm_changes", file=path))
        if kind == "":
            _check_remark(path)
        return f"osm{kind}"
    if text.startswith(b"<"):
        raise OsmFileError(Fault("osm_page", file=path))
    raise OsmFileError(Fault("osm_not", file=path, head=head[:12]))


def _head(path: Path) -> tuple[str, bytes]:
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    try:
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                return ".gz", packed.read(_HEAD_BYTES)
        if head.startswith(b"BZh"):
            with bz2.open(path) as packed:
                return ".bz2", packed.read(_HEAD_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise OsmFileError(Fault("osm_packed", file=path, error=error)) from error
    return "", head


def _is_pbf(head: bytes) -> bool:
    return b"OSMHeader" in head[:32] and int.from_bytes(head[:4], "big") <= _LARGEST_HEADER


def _check_blocks(path: Path) -> None:
    """Walk from block to block and see that the last one ends where the file ends.

    A file cut inside a block fails in the reader with words about zlib; one cut inside a block's header is read
    as if it were whole. Blocks say how large they are when unpacked, and nobody unpacks more than that.
    """
    size = path.stat().st_size
    again = Fault("cut_on_the_way")
    limit = _MAX_RATIO * size + _ALWAYS_ALLOWED
    with path.open("rb") as stream:
        position, blocks, unpacked = 0, 0, 0
        while position < size:
            stream.seek(position)
            length = int.from_bytes(stream.read(4), "big")
            header = stream.read(length) if length <= _LARGEST_HEADER else b""
            if len(header) != length or length == 0:
                raise OsmFileError(
                    Fault("osm_block_cut", file=path, block=blocks + 1, size=size, again=again)
                )
            data = _data_size(header)
            if data is None or data > _LARGEST_BLOCK:
                raise OsmFileError(Fault("osm_block_damaged", file=path, position=position, again=again))
            unpacked += _unpacked_size(stream, position + 4 + length, min(position + 4 + length + data, size))
            if unpacked > limit:
                raise OsmFileError(Fault("osm_bomb", file=path, limit=limit, again=again))
            position += 4 + length + data
            blocks += 1
    if position != size:
        raise OsmFileError(
            Fault("osm_block_short", file=path, blocks=blocks, lacking=position - size, again=again)
        )
    if blocks == 1:
        raise OsmFileError(Fault("osm_no_data", file=path, again=again))


def _data_size(header: bytes) -> int | None:
    """Read field 3 (`datasize`) of a BlobHeader message."""
    position, found = 0, None
    while position < len(header):
        key, position = _varint(header, position)
        field, wire = key >> 3, key & 7
        if wire not in {0, _LENGTH_DELIMITED}:
            return None
        value, position = _varint(header, position)
        if wire == _LENGTH_DELIMITED:
            position += value
        elif field == 3:  # noqa: PLR2004  (the field's number in the format)
            found = value
    return found


def _unpacked_size(stream: BinaryIO, position: int, stop: int) -> int:
    """Read field 2 (`raw_size`) of a Blob message, or how long its field 1 (data that is not packed) is."""
    for _ in range(_BLOB_FIELDS):
        if position >= stop:
            break
        stream.seek(position)
        head = stream.read(2 * _VARINT_BYTES)
        key, at = _varint(head, 0)
        value, at = _varint(head, at)
        field, wire = key >> 3, key & 7
        if (field, wire) in {(1, _LENGTH_DELIMITED), (2, 0)}:
            return value
        position += at + (value if wire == _LENGTH_DELIMITED else 0)
    return 0


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(_VARINT_BYTES):
        if position >= len(data):
            break
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:  # noqa: PLR2004  (the continuation bit of the format)
            break
    return value, position


def _check_remark(path: Path) -> None:
    """Refuse an answer of Overpass in XML whose server says at its end that it gave up."""
    with path.open("rb") as stream:
        head = stream.read(_REMARK_WITHIN)
        stream.seek(max(path.stat().st_size - _REMARK_WITHIN, 0))
        found = _REMARK.search(head) or _REMARK.search(stream.read())
    if found:
        said = found.group(1)[:200].decode("utf-8", errors="replace").strip()
        raise OsmFileError(Fault("osm_partial", file=path, said=said))
