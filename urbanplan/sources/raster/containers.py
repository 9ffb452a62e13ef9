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
                raise LayerError(
                    f"{path.name}: the values of {name!r} lie in other files; save it as one file that holds its own values"
                )
            if held.chunks and prod(held.chunks) * held.dtype.itemsize > _LARGEST_BLOCK:
                raise LayerError(
                    f"{path.name}: {name!r} is stored in blocks of {prod(held.chunks):,} values; save it in smaller ones"
                )


def _linked(group: Any, path: Path, above: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Give every object below a group; each must be held by a hard link of this file."""
    import h5py  # noqa: PLC0415 - heavy, only where such a file is read

    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise LayerError(
                f"{path.name}: {above + name!r} is a link to another place; save it as one file that holds its own values"
            )
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
        raise MissingFileError(f"{path.name}: no such file or folder in {path.parent}")
    found = False
    with parsing(path, "Zarr"):
        for name, text in _folder(path) if path.is_dir() else _zipped(path):
            if len(text) > _LARGEST_DOCUMENT:
                raise LayerError(
                    f"{path.name}: its description {name} is too long to be true; ask for it again"
                )
            facts = json.loads(text)
            if isinstance(facts, Mapping):
                found = True
                _check_document(facts, name, path)
    if not found:
        raise LayerError(
            f"{path.name}: is not a Zarr store (no zarr.json, .zgroup or .zarray); ask for it again"
        )


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for count, part in enumerate(sorted(path.rglob("*"))):
        if part.is_symlink():
            raise LayerError(f"{path.name}: {part.name} is a link to another place; copy the store whole")
        if count > _MOST_MEMBERS:
            raise LayerError(f"{path.name}: has more than {_MOST_MEMBERS:,} parts; save it in larger blocks")
        if part.name in _DOCUMENTS and part.is_file():
            with part.open("rb") as stream:
                yield part.name, stream.read(_LARGEST_DOCUMENT + 1)


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    if not zipfile.is_zipfile(path):
        raise LayerError(f"{path.name}: is not a zip file, or was cut off on the way; copy it again")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise LayerError(f"{path.name}: has more than {_MOST_MEMBERS:,} parts; save it in larger blocks")
        for member in members:
            if member.file_size > _LARGEST_BLOCK:
                raise LayerError(
                    f"{path.name}: {member.filename!r} unpacks to {member.file_size:,} bytes; save it in smaller blocks"
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
        raise LayerError(f"{path.name}: holds objects, which can run code; save it with plain numbers")
    for codec in _codecs(facts):
        if codec.removeprefix("numcodecs.") not in _CODECS:
            raise LayerError(
                f"{path.name}: is packed by {codec!r}, which is not read; pack it with zstd or blosc"
            )
    grid = facts.get("chunk_grid")
    chunks = facts.get("chunks") or (
        grid.get("configuration", {}).get("chunk_shape") if isinstance(grid, Mapping) else None
    )
    size = np.dtype(kind).itemsize if kind and not kind.startswith("r") else 8
    if chunks and prod(int(side) for side in chunks) * size > _LARGEST_BLOCK:
        raise LayerError(
            f"{path.name}: its blocks of {chunks} values do not fit into memory; save it in smaller ones"
        )


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
