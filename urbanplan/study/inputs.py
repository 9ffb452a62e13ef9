"""Find what a city declares on disk, or fetch it; both ways lead to the same files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from urbanplan.base.errors import FetchError, MissingFileError
from urbanplan.base.io import is_there
from urbanplan.model.city import City, Source

Say = Callable[[str], None]


def source_path(city: City, key: str, data: Path) -> Path:
    """Return where a source's file lies, or would lie, in the data folder."""
    return data / city.sources[key].file


def find_source(
    city: City,
    key: str,
    data: Path,
    *,
    offline: bool,
    say: Say,
    extent: Callable[[], BaseGeometry] | None = None,
) -> Path:
    """Return a source's file; fetch it from its origin where it is not in the data folder.

    Parameters
    ----------
    city : City
        Whose source it is.
    key : str
        Key in the city's `sources`.
    data : Path
        Folder of input files; what is fetched is kept there.
    offline : bool
        Never touch the network.
    say : callable
        Takes one line of progress.
    extent : callable, optional
        Gives the area to ask OpenStreetMap for, in longitude and latitude.

    Raises
    ------
    MissingFileError
        If the file is not there and has no origin, or the network may not be used.
    FetchError
        If the download fails.
    """
    source = city.sources[key]
    path = source_path(city, key, data)
    if is_there(path):
        return path
    origin = source.origin
    reachable = origin.url is not None or (origin.overpass and extent is not None)
    if offline or not reachable:
        raise MissingFileError(_missing(city, key, source, data, offline=offline))
    say(f"fetching {key}")
    try:
        if origin.url is not None:
            from urbanplan.sources.protocol.fetch import fetch  # noqa: PLC0415 - only where something is fetched

            fetch(origin.url, path, sha256=origin.sha256)
        elif extent is not None:
            from urbanplan.sources.osm import fetch_overpass  # noqa: PLC0415

            fetch_overpass(extent(), path)
    except FetchError as error:
        raise FetchError(f"{city.id}: sources.{key}: {error}") from error
    return path


def _missing(city: City, key: str, source: Source, data: Path, *, offline: bool) -> str:
    where = f"{city.id}: sources.{key}: {source.file} is not in {data}"
    if source.origin.url is not None or source.origin.overpass:
        reason = (
            "and --offline forbids to fetch it"
            if offline
            else "and cannot be fetched before the boundary is known"
        )
        return f"{where} {reason}; put it there or name its folder with --data"
    note = f" ({source.origin.note})" if source.origin.note else ""
    return f"{where} and has no public origin; put it there or name its folder with --data{note}"
