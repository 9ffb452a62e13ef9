"""Files on this machine, and nothing that only looks like one."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from urbanplan.base.errors import LayerError, MissingFileError, UrbanPlanError
from urbanplan.base.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST = 200
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
        raise LayerError(Fault("address_not_opened", file=path))
    if not path.is_file():
        raise MissingFileError(Fault("file_missing_in", file=path.name, folder=path.parent))


@contextmanager
def parsing(path: Path, kind: str) -> Iterator[None]:
    """Turn whatever a parser of somebody else raises on a damaged file into one sentence of ours.

    Raises
    ------
    LayerError
        If the block fails in any way but with an error of ours.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a parser grumbles about is found again in what it returns
            yield
    except (UrbanPlanError, MemoryError):
        raise
    except Exception as error:
        clumsy = isinstance(error, LookupError | NameError | AttributeError | AssertionError)
        text = Fault("contradicts_itself") if clumsy else brief(error, path)
        if isinstance(error, UnicodeDecodeError):
            raise LayerError(Fault("text_not_utf8", file=path.name, kind=kind)) from error
        raise LayerError(Fault("unreadable_as", file=path.name, kind=kind, text=text)) from error


def brief(error: object, path: Path | None = None) -> str:
    """Return the text of an error as part of one line, without the folders of this machine."""
    text = " ".join(str(error).split())
    if path is not None:
        text = text.replace(str(path.resolve()), path.name).replace(str(path), path.name)
    return text[:_LONGEST].rstrip(".;") or type(error).__name__
