"""One file on its own: what it is, whether it will do, and in one sentence how to mend it where it will not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

from urbanplan.base.errors import InputError, UrbanPlanError, UsageError
from urbanplan.model.quality import QualityRecord
from urbanplan.study.file_kinds import KINDS, check_plain, check_size, guess_kind

_LONGEST = 600
_AGAIN = "ask for it again"
_MENDS = {
    "city": "correct it there (`urbanplan init` writes a file with comments)",
    "notebook": "correct that cell and save the notebook in Jupyter",
}
_MENDING = (
    *(
        "did you mean",
        "ask for",
        "ask the",
        "ask again",
        "write ",
        "give ",
        "save ",
        "download",
        "correct",
        "export",
    ),
    *(
        "check ",
        "declare it",
        "or declare",
        "rename",
        "unpack",
        "pack ",
        "choose",
        "say ",
        "leave",
        "cut it",
        "copy it",
        "mend",
        "remove",
    ),
    *(
        "georeference",
        "warp",
        "turn it",
        "compute",
        "close it",
        "clear",
        "convert",
        "split",
        "put quotes",
        "resample",
    ),
    *(
        "swapped",
        "open and save",
        "perhaps",
        "filled in",
        "must have a line",
        "must lie",
        "is at least",
        "use ",
    ),
)
_SHOWN_MISTAKES = 3


def check_file(
    path: str | Path,
    kind: str | None = None,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
) -> QualityRecord:
    """Check one file with the readers that a run uses; nothing is written, and the network is never touched.

    Parameters
    ----------
    path : path
        A file on this machine.
    kind : str, optional
        vector, raster, osm, gtfs, table, city or notebook; by default what its name and content say.
    layer, encoding, crs : str, optional
        What a vector file or table does not tell, or tells wrongly.

    Returns
    -------
    QualityRecord
        What was read, what would be mended or left out, and what a careful reader must know.

    Raises
    ------
    InputError
        If it will not do: one line that names the file, the fault and the mend.
    UsageError
        If there is no such kind.
    """
    path = Path(path)
    if kind is not None and kind not in KINDS:
        raise UsageError(f"--as {kind}: there is no such kind of file; kinds are {', '.join(KINDS)}")
    found = kind or ""
    try:
        check_plain(path)
        found = kind or guess_kind(path)
        check_size(path, found)
        return _check(path, found, layer=layer, encoding=encoding, crs=crs)
    except UrbanPlanError as error:
        raise InputError(_sentence(str(error), path, found)) from error
    except MemoryError as error:
        raise InputError(
            _sentence("needs more memory than a check may take; cut it to the city", path)
        ) from error
    except Exception as error:
        raise InputError(
            _sentence(f"cannot be read ({type(error).__name__}: {error}); ask for it again", path)
        ) from error


def _check(
    path: Path, kind: str, *, layer: str | None, encoding: str | None, crs: str | None
) -> QualityRecord:
    """Hand the file to the reader of its kind."""
    if kind == "vector":
        from urbanplan.sources.municipal.inspection import inspect_vector  # noqa: PLC0415 - seconds to import

        return inspect_vector(path, layer=layer, encoding=encoding, crs=crs)
    if kind == "table":
        from urbanplan.sources.municipal.inspection import inspect_table  # noqa: PLC0415 - seconds to import

        return inspect_table(path, encoding=encoding, crs=crs)
    readers: dict[str, Callable[[Path], QualityRecord]] = {
        "raster": _raster,
        "osm": _osm,
        "gtfs": _gtfs,
        "city": _city,
        "notebook": _notebook,
    }
    return readers[kind](path)


def _raster(path: Path) -> QualityRecord:
    from urbanplan.sources.raster.inspection import inspect_raster  # noqa: PLC0415 - seconds to import

    return inspect_raster(path)


def _osm(path: Path) -> QualityRecord:
    from urbanplan.sources.osm.inspection import inspect_osm  # noqa: PLC0415 - seconds to import

    return inspect_osm(path)


def _gtfs(path: Path) -> QualityRecord:
    from urbanplan.sources.transit.inspection import inspect_gtfs  # noqa: PLC0415 - seconds to import

    return inspect_gtfs(path)


def _city(path: Path) -> QualityRecord:
    from urbanplan.study.check_city import inspect_city  # noqa: PLC0415 - only for city files

    return inspect_city(path)


def _notebook(path: Path) -> QualityRecord:
    from urbanplan.study.check_notebook import inspect_notebook  # noqa: PLC0415 - only for notebooks

    return inspect_notebook(path)


def _with_mend(text: str, kind: str) -> str:
    """Add how to mend it, where the reader of this kind leaves that to whoever knows the file."""
    return text if any(word in text for word in _MENDING) else f"{text}; {_MENDS.get(kind, _AGAIN)}"


def _sentence(text: str, path: Path, kind: str = "") -> str:
    """Return an error as one line that begins with the file's name and gives no folder of this machine away."""
    name = _printable(path.name or str(path))
    mistakes = [line for line in text.replace(path.name or name, name).splitlines() if line.strip()]
    more = f" (and {len(mistakes) - _SHOWN_MISTAKES} more)" if len(mistakes) > _SHOWN_MISTAKES else ""
    line = _with_mend(" ".join("; ".join(mistakes[:_SHOWN_MISTAKES]).split()) + more, kind)
    line = _printable(line.replace(f"{path.parent}/", "") if path.parent.name else line)
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST].rstrip()} …"
    return line if name in line else f"{name}: {line}"


def _printable(text: str) -> str:
    return "".join(
        letter if unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"} else "?" for letter in text
    )
