"""One layer by a driver of GDAL that is named, never guessed, and only on a file of this machine."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import shapely

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.sources.municipal.raw import RawLayer
from urbanplan.sources.protocol.local import parsing

_MAGIC_BYTES = 16
_FLATGEOBUF = b"fgb\x03fgb"


def check_magic(path: Path, magic: bytes, name: str) -> None:
    """Refuse a file that does not begin as one of its kind.

    Raises
    ------
    LayerError
        If it does not.
    """
    with path.open("rb") as stream:
        if not stream.read(_MAGIC_BYTES).startswith(magic):
            raise LayerError(Fault("not_this_format", file=path.name, name=name))


def read_ogr(path: Path, layer: str | None, kind: str, **options: str) -> RawLayer:
    """Read a layer as it stands.

    Parameters
    ----------
    path : Path
        A file whose first bytes were checked.
    layer : str, optional
        The layer, where it has several.
    kind : str
        What the sentence of an error calls its format.
    **options : str
        Options of the driver.
    """
    import pyogrio  # noqa: PLC0415 - heavy, only where a file is read

    with parsing(path, kind):
        meta, _, wkb, columns = pyogrio.raw.read(
            path.resolve(), layer=layer, datetime_as_string=True, **options
        )
        table = pd.DataFrame(dict(zip(map(str, meta["fields"]), columns, strict=True)))
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    return RawLayer(table, geometry, meta["crs"], "file", "utf-8 (format)")


def read_flatgeobuf(path: Path) -> RawLayer:
    """Read a FlatGeobuf file.

    Raises
    ------
    LayerError
        If it is none, or was cut off.
    """
    check_magic(path, _FLATGEOBUF, "FlatGeobuf")
    return read_ogr(path, None, "FlatGeobuf")
