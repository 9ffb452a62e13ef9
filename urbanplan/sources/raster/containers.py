"""What lies inside NetCDF and Zarr before it is read: nothing that leads elsewhere, runs code or unpacks without end."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from urbanplan.base.errors import LayerError, MissingFileError
from urbanplan.base.faults import Fault
from urbanplan.sources.protocol.local import parsing

_CODECS = {
    "blosc", "zlib", "gzip", "zstd", "lz4", "lzma", "bz2", "shuffle", "delta", "fixedscaleoffset", "quantize", "bitround",
    "packbits", "crc32", "crc32c", "adler32", "fletcher32", "bytes", "transpose", "endian", "sharding_indexed",
}  # fmt: skip
_DOCUMENTS = ("zarr.json", ".zarray", ".zgroup", ".zattrs", ".zmetadata")
_LARGEST_BLOCK = 1 << 29
_LARGEST_DOCUMENT = 10_000_000
_MOST_MEMBERS = 200_000


def check_hdf5(path: Path) -> None:
    """Refuse an HDF5 file whose parts lie in other files, or whose blocks do not fit into memory.

    Raises
    ------
    LayerError
        Each with one sentence that names file, fault and mend.
    """
    import h5py  # noqa: PLC0415 - heavy, only where such a file is read

    with parsing(path, "NetCDF"), h5py.File(path, "r") as file:
        for name, held in _linked(file, path):
            if not isinstance(held, h5py.Dataset):
                continue
            if held.is_virtual or held.external:
                raise LayerError(Fault("array_elsewhere", file=path.name, name=name))
            if held.chunks and prod(held.chunks) * held.dtype.itemsize > _LARGEST_BLOCK:
                raise LayerError(Fault("array_blocks", file=path.name, name=name, count=prod(held.chunks)))


def _linked(group: Any, path: Path, above: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Give every object below a group; each must be held by a hard link of this file."""
    import h5py  # noqa: PLC0415 - heavy, only where such a file is read

    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise LayerError(Fault("array_link", file=path.name, name=above + name))
        held = group[name]
        yield above + name, held
        if isinstance(held, h5py.Group) and depth < 3:  # noqa: PLR2004 - datasets of grids are flat
            yield from _linked(held, path, f"{above}{name}/", depth + 1)


def check_zarr(path: Path) -> None:
    """Refuse a Zarr store that could run code (pickled objects), leads elsewhere or does not fit into memory.

    Raises
    ------
    LayerError, MissingFileError
        Each with one sentence that names file, fault and mend.
    """
    if not path.exists():
        raise MissingFileError(Fault("store_missing", file=path.name, folder=path.parent))
    found = False
    with parsing(path, "Zarr"):
        for name, text in _folder(path) if path.is_dir() else _zipped(path):
            if len(text) > _LARGEST_DOCUMENT:
                raise LayerError(Fault("store_description", file=path.name, name=name))
            facts = json.loads(text)
            if isinstance(facts, Mapping):
                found = True
                _check_document(facts, name, path)
    if not found:
        raise LayerError(Fault("zarr_not", file=path.name))


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for count, part in enumerate(sorted(path.rglob("*"))):
        if part.is_symlink():
            raise LayerError(Fault("store_link", file=path.name, name=part.name))
        if count > _MOST_MEMBERS:
            raise LayerError(Fault("store_parts", file=path.name, most_members=_MOST_MEMBERS))
        if part.name in _DOCUMENTS and part.is_file():
            with part.open("rb") as stream:
                yield part.name, stream.read(_LARGEST_DOCUMENT + 1)


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    if not zipfile.is_zipfile(path):
        raise LayerError(Fault("store_zip", file=path.name))
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise LayerError(Fault("store_parts", file=path.name, most_members=_MOST_MEMBERS))
        for member in members:
            if member.file_size > _LARGEST_BLOCK:
                raise LayerError(
                    Fault("store_bomb", file=path.name, name=member.filename, file_size=member.file_size)
                )
        for member in members:
            if member.filename.rpartition("/")[2] in _DOCUMENTS:
                with archive.open(member) as stream:
                    yield member.filename, stream.read(_LARGEST_DOCUMENT + 1)


def _check_document(facts: Mapping[str, Any], name: str, path: Path) -> None:
    for inner in facts.get("metadata", {}).values() if isinstance(facts.get("metadata"), Mapping) else ():
        if isinstance(inner, Mapping):
            _check_document(inner, name, path)
    if "shape" not in facts:
        return
    kind = str(facts.get("dtype", facts.get("data_type", "")))
    if "O" in kind or "object" in kind:
        raise LayerError(Fault("store_objects", file=path.name))
    for codec in _codecs(facts):
        if codec.removeprefix("numcodecs.") not in _CODECS:
            raise LayerError(Fault("store_codec", file=path.name, codec=codec))
    grid = facts.get("chunk_grid")
    chunks = facts.get("chunks") or (
        grid.get("configuration", {}).get("chunk_shape") if isinstance(grid, Mapping) else None
    )
    size = np.dtype(kind).itemsize if kind and not kind.startswith("r") else 8
    if chunks and prod(int(side) for side in chunks) * size > _LARGEST_BLOCK:
        raise LayerError(Fault("store_blocks", file=path.name, count=chunks))


def _codecs(facts: Mapping[str, Any]) -> Iterator[str]:
    """Give the names of all steps of packing, of both versions of the format, nested ones too."""
    steps = [facts.get("compressor"), *(facts.get("filters") or ()), *(facts.get("codecs") or ())]
    for step in steps:
        if isinstance(step, Mapping):
            yield str(step.get("id") or step.get("name"))
            inner = step.get("configuration")
            if isinstance(inner, Mapping):
                yield from _codecs(
                    {"codecs": [*(inner.get("codecs") or ()), *(inner.get("index_codecs") or ())]}
                )
