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
from urbanplan.base.faults import Fault
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
            raise LayerError(Fault("gtfs_zip", file=path.name, error=brief(error))) from error
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
            raise LayerError(Fault("gtfs_lacks", file=self.name, table=table))
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
                raise LayerError(Fault("gtfs_no_column", file=self.name, table=table, column=lacking[0]))
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
                Fault("gtfs_not_table", file=self.name, table=table, error=brief(error))
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
                Fault("gtfs_several", file=self.name, count=len(folders), folders=", ".join(folders))
            )
        if not folders:
            raise LayerError(Fault("gtfs_no_stops", file=self.name))
        return {
            PurePosixPath(info.filename).name: info
            for info in members
            if str(PurePosixPath(info.filename).parent) == folders[0]
        }

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > MAX_TABLE_BYTES or (ratio > MAX_RATIO and info.file_size > _SMALL):
            raise LayerError(Fault("gtfs_bomb", file=self.name, name=info.filename, file_size=info.file_size))
        try:
            with self._zip.open(info) as stream:
                raw = stream.read(info.file_size + 1)
        except _DAMAGE as error:
            raise LayerError(
                Fault("gtfs_damaged", file=self.name, name=info.filename, error=brief(error))
            ) from error
        if len(raw) > info.file_size:
            raise LayerError(Fault("gtfs_larger", file=self.name, name=info.filename))
        return raw
