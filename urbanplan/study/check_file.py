"""One file on its own: what it is, whether it will do, and in one sentence how to mend it where it will not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanplan.base.errors import InputError, UrbanPlanError, UsageError
from urbanplan.base.faults import Fault
from urbanplan.model.city_layer import MAPPED
from urbanplan.model.quality import QualityRecord
from urbanplan.study.file_kinds import KINDS, check_plain, check_size, guess_kind
from urbanplan.study.refusal import refusal


@dataclass(frozen=True)
class Told:
    """What the reader says of a file that the file does not tell, or tells wrongly.

    Attributes
    ----------
    layer, encoding, crs : str, optional
        Of a vector file or table.
    to : str, optional
        The layer of urbanplan that it is to be.

    Raises
    ------
    UsageError
        If there is no such layer, or its columns are not mapped.
    """

    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    to: str | None = None

    def __post_init__(self) -> None:
        if self.to is not None and self.to not in MAPPED:
            raise UsageError(Fault("no_such_layer", to=self.to, layers=", ".join(MAPPED)))


@dataclass(frozen=True)
class Checked:
    """A file that will do.

    Attributes
    ----------
    record : QualityRecord
        What was read, what would be mended or left out.
    proposal : dict or None
        How its columns may be mapped, see `propose`; None for kinds without columns of their own.
    """

    record: QualityRecord
    proposal: dict[str, Any] | None = None


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
    return examine_file(path, kind, Told(layer, encoding, crs), propose=False).record


def examine_file(path: str | Path, kind: str | None, told: Told, *, propose: bool = True) -> Checked:
    """Check one file as `check_file` does, and propose how its columns are mapped.

    Parameters
    ----------
    path : path
        A file on this machine.
    kind : str or None
        Its kind, where its name and content do not say it.
    told : Told
        What the reader says of it.
    propose : bool
        Whether to look for a mapping.

    Raises
    ------
    InputError, UsageError
        As `check_file` does.
    """
    path = Path(path)
    check_kind(kind)
    found = kind or ""
    try:
        check_plain(path)
        found = kind or guess_kind(path)
        check_size(path, found)
        return _check(path, found, told, propose=propose)
    except UrbanPlanError as error:
        raise refusal(error, path, found) from error
    except MemoryError as error:
        raise refusal(InputError(Fault("needs_memory")), path) from error
    except Exception as error:
        kind_of_error = type(error).__name__
        raise refusal(InputError(Fault("cannot_be_read", kind=kind_of_error, error=error)), path) from error


def check_kind(kind: str | None) -> None:
    """Refuse a word for a kind of file that is none.

    Raises
    ------
    UsageError
        If there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(Fault("no_such_kind", kind=kind, kinds=", ".join(KINDS)))


def _check(path: Path, kind: str, told: Told, *, propose: bool) -> Checked:
    """Hand the file to the reader of its kind."""
    if kind in {"vector", "table"}:
        return _municipal(path, kind, told, propose=propose)
    readers: dict[str, Callable[[Path], QualityRecord]] = {
        "raster": _raster,
        "osm": _osm,
        "gtfs": _gtfs,
        "city": _city,
        "notebook": _notebook,
    }
    return Checked(readers[kind](path))


def _municipal(path: Path, kind: str, told: Told, *, propose: bool) -> Checked:
    from urbanplan.sources.municipal import inspection  # noqa: PLC0415 - seconds to import

    if kind == "vector":
        found = inspection.inspect_vector(path, layer=told.layer, encoding=told.encoding, crs=told.crs)
    else:
        found = inspection.inspect_table(path, encoding=told.encoding, crs=told.crs)
    if found.table is None or not propose:
        return Checked(found.record)
    from urbanplan.sources.municipal import attribute_table, proposal  # noqa: PLC0415 - only where one is asked for

    titles = [title for title in (path.stem, told.layer) if title]
    by_columns = path.suffix.lower() in attribute_table.TABLE_ENDINGS
    proposed = proposal.propose(found.table, found.frame, titles, by_columns=by_columns, to=told.to)
    return Checked(found.record, proposed)


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
