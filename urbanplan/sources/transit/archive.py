"""The tables inside a GTFS zip, opened with bounds on what may come out of it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self

import pandas as pd

from urbanplan.base.errors import InputError, LayerError
from urbanplan.sources.protocol.local import brief, check_local

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TABLE_BYTES = 4_000_000_000
"""More than the largest national feeds unpack to."""
MAX_RATIO = 500
"""Timetables shrink twenty- to forty-fold in a zip; a bomb a thousand-fold."""
_SMALL = 10_000_000
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    EOFError,
)
"""What the zip library raises on damaged archives, by and by."""
_UTF8_BOM = "utf-8-sig"


class Feed:
    """An open GTFS zip: gives its tables by name, wherever in the archive they lie."""

    def __init__(self, path: Path) -> None:
        check_local(path)
        self.name = path.name
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGE as error:
            raise LayerError(
                f"{path.name}: is not a zip file or was cut off ({brief(error)}); download the feed again"
            ) from error
        self._members = self._found()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def has(self, table: str) -> bool:
        """Tell whether the feed has a table."""
        return table in self._members

    def raw(self, table: str) -> bytes:
        """Return a table as it stands.

        Raises
        ------
        LayerError
            If it is not there, or the archive is damaged.
        """
        if table not in self._members:
            raise LayerError(f"{self.name}: has no {table}; it is not a GTFS feed, or an incomplete one")
        return self._unpacked(self._members[table])

    def table(self, table: str, columns: Sequence[str], optional: Sequence[str] = ()) -> pd.DataFrame:
        """Return columns of a table, all as text, empty where nothing stands.

        Raises
        ------
        LayerError
            If the table or a column is not there, or the archive is damaged.
        """
        raw = self.raw(table)
        try:
            head = pd.read_csv(io.BytesIO(raw), nrows=0, encoding=_UTF8_BOM, skipinitialspace=True)
            names = {name.strip(): name for name in head.columns}
            lacking = [name for name in columns if name not in names]
            if lacking:
                raise LayerError(
                    f"{self.name}: {table} has no column {lacking[0]!r}; ask the publisher for a valid feed"
                )
            wanted = [names[name] for name in (*columns, *optional) if name in names]
            frame = pd.read_csv(
                io.BytesIO(raw),
                usecols=wanted,
                dtype=str,
                encoding=_UTF8_BOM,
                keep_default_na=False,
                skipinitialspace=True,
            )
        except (ValueError, pd.errors.ParserError) as error:
            if isinstance(error, InputError):
                raise
            raise LayerError(
                f"{self.name}: {table} is not a table in UTF-8: {brief(error)}; ask the publisher for a valid feed"
            ) from error
        frame = frame.rename(columns=str.strip)
        for name in optional:
            if name not in frame.columns:
                frame[name] = ""
        out: pd.DataFrame = frame[[*columns, *optional]].apply(lambda column: column.str.strip())
        return out

    def _found(self) -> dict[str, zipfile.ZipInfo]:
        """Return the tables by name; they may lie in one folder of the archive, but not in several."""
        members = [
            info for info in self._zip.infolist() if not info.is_dir() and "__MACOSX" not in info.filename
        ]
        folders = sorted(
            {
                str(PurePosixPath(info.filename).parent)
                for info in members
                if PurePosixPath(info.filename).name == "stops.txt"
            }
        )
        if len(folders) > 1:
            raise LayerError(
                f"{self.name}: holds {len(folders)} feeds ({', '.join(folders)}); give each as a zip of its own"
            )
        if not folders:
            raise LayerError(f"{self.name}: has no stops.txt; it is not a GTFS feed, or an incomplete one")
        return {
            PurePosixPath(info.filename).name: info
            for info in members
            if str(PurePosixPath(info.filename).parent) == folders[0]
        }

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > MAX_TABLE_BYTES or (ratio > MAX_RATIO and info.file_size > _SMALL):
            raise LayerError(
                f"{self.name}: {info.filename} would unpack to {info.file_size:,} bytes; this is no timetable"
            )
        try:
            with self._zip.open(info) as stream:
                raw = stream.read(info.file_size + 1)
        except _DAMAGE as error:
            raise LayerError(
                f"{self.name}: {info.filename} is damaged or locked ({brief(error)}); download the feed again"
            ) from error
        if len(raw) > info.file_size:
            raise LayerError(
                f"{self.name}: {info.filename} is larger than the archive states; download the feed again"
            )
        return raw
