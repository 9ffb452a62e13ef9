"""Files on this machine, and nothing that only looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.base.errors import LayerError, MissingFileError

if TYPE_CHECKING:
    from pathlib import Path

_ADDRESSES = ("http:", "https:", "ftp:", "file:", "s3:", "gs:", "/vsi")


def check_local(path: Path) -> None:
    """Refuse what is not a plain file here: addresses and file systems of GDAL are opened by nobody but the fetcher.

    Raises
    ------
    LayerError
        If it is an address.
    MissingFileError
        If there is no such file.
    """
    if str(path).startswith(_ADDRESSES):
        raise LayerError(
            f"{path}: addresses are not opened here; give `origin: {{url: …}}` in the city file to have it fetched"
        )
    if not path.is_file():
        raise MissingFileError(f"{path.name}: no such file in {path.parent}")
