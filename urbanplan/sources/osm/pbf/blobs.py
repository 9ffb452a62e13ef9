"""Blocks of a PBF file: what its header demands, and the unpacked data one block after the other."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from urbanplan.sources.osm.pbf.wire import DELIMITED, VARINT, UnusualFileError, walk

_KNOWN = frozenset({b"OsmSchema-V0.6", b"DenseNodes"})
"""What a file may demand; histories of versions are refused by who reads the rest."""
_LARGEST_HEADER = 64 * 1024
_LARGEST_BLOB = 32 * 1024 * 1024
_TYPE, _DATA_SIZE = (1, DELIMITED), (3, VARINT)
_RAW, _RAW_SIZE, _ZLIB = (1, DELIMITED), (2, VARINT), (3, DELIMITED)
_REQUIRED, _OPTIONAL = (4, DELIMITED), (5, DELIMITED)
_ON_WAYS = b"LocationsOnWays"


def blocks(path: Path) -> Iterator[bytes]:
    """Give the data of each block, unpacked; nothing but one block is held in memory.

    Raises
    ------
    UnusualFileError
        If the file is damaged, or needs what is not read here: other compressions, places on ways.
    """
    with path.open("rb") as stream:
        while head := stream.read(4):
            size = int.from_bytes(head, "big")
            header = stream.read(size) if size <= _LARGEST_HEADER else b""
            if len(header) != size:
                raise UnusualFileError("a block has no header")
            said = {(number, wire): (start, stop) for number, wire, start, stop in walk(header, 0, size)}
            if _TYPE not in said or _DATA_SIZE not in said or said[_DATA_SIZE][0] > 2 * _LARGEST_BLOB:
                raise UnusualFileError("a block does not say what it is or how long")
            blob = stream.read(said[_DATA_SIZE][0])
            if len(blob) != said[_DATA_SIZE][0]:
                raise UnusualFileError("the file ends inside a block")
            kind = header[slice(*said[_TYPE])]
            if kind == b"OSMHeader":
                _check_features(_unpacked(blob))
            elif kind == b"OSMData":
                yield _unpacked(blob)
            else:
                raise UnusualFileError("a block is neither a header nor data")


def _check_features(data: bytes) -> None:
    """Refuse files that need more of a reader than there is here."""
    for number, wire, start, stop in walk(data, 0, len(data)):
        needed = (number, wire) == _REQUIRED and data[start:stop] not in _KNOWN
        if needed or ((number, wire) == _OPTIONAL and data[start:stop] == _ON_WAYS):
            raise UnusualFileError("the file needs features that are not read here")


def _unpacked(blob: bytes) -> bytes:
    said = {(number, wire): (start, stop) for number, wire, start, stop in walk(blob, 0, len(blob))}
    if _RAW in said and _ZLIB not in said:
        data = blob[slice(*said[_RAW])]
        if len(data) > _LARGEST_BLOB:
            raise UnusualFileError("a block is larger than blocks may be")
        return data
    size = said.get(_RAW_SIZE, (-1, -1))[0]
    if _ZLIB not in said or not 0 <= size <= _LARGEST_BLOB:
        raise UnusualFileError("a block is packed in another way")
    unpack = zlib.decompressobj()
    try:
        # one byte more than was declared, and never another: a bomb ends here
        data = unpack.decompress(blob[slice(*said[_ZLIB])], size + 1)
    except zlib.error as error:
        raise UnusualFileError(f"a block cannot be unpacked ({error})") from error
    if len(data) != size or not unpack.eof:
        raise UnusualFileError("a block unpacks to another size than it declares")
    return data
