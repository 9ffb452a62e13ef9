"""Files that are either whole or not there: atomic writing and checksums."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STORE = ".zarr"
"""A folder whose name ends so is one dataset, and is treated as one file."""


def is_there(path: Path) -> bool:
    """Tell whether a file, or a dataset that is a folder, is there."""
    return path.is_file() or (path.suffix.lower() == STORE and path.is_dir())


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files of a dataset that is a folder."""
    return sum(part.stat().st_size for part in _files(path))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal; of a dataset that is a folder, that of its names and files."""
    digest = hashlib.sha256()
    for part in _files(path):
        if part != path:
            digest.update(f"{part.relative_to(path).as_posix()}\0{part.stat().st_size}\0".encode())
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    return sorted(part for part in path.rglob("*") if part.is_file()) if path.is_dir() else [path]


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Give a path to write to; it becomes `target` only when the block ends without an error.

    The path lies in a temporary directory beside the target (same file system), because some writers
    (GeoPackage) leave side files next to what they write. A crash leaves the old target or none.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        draft = folder / target.name
        yield draft
        descriptor = os.open(draft, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.replace(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_text(target: Path, text: str) -> None:
    """Write a text file atomically, as UTF-8 with Unix line ends."""
    with atomic_path(target) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def write_json(target: Path, value: Any) -> None:
    """Write a JSON file atomically: sorted keys, readable Thai, the same bytes for the same value."""
    write_text(
        target, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
    )


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
