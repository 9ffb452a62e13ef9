"""Find what a city declares on disk, in the cache, or on the network; all ways lead to the same files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import shapely
from shapely.geometry.base import BaseGeometry

from urbanplan.base.errors import FetchError, InputError, LayerError, MissingFileError
from urbanplan.base.io import is_there, sha256
from urbanplan.model.city import City, Source
from urbanplan.study.arrival import check_arrival

Say = Callable[[str], None]
_DEGREE_DECIMALS = 5
NOT_THE_DECLARED = "is not the file that origin.sha256 names; fetch it again or mend the checksum"


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
    area: BaseGeometry | None = None,
) -> Path:
    """Return a source's file; bring it from the cache or its origin where it is not in the data folder.

    Parameters
    ----------
    city : City
        Whose source it is.
    key : str
        Key in the city's `sources`.
    data : Path
        Folder of input files; what is fetched is kept there, and in the cache for other cities.
    offline : bool
        Never touch the network.
    say : callable
        Takes one line of progress.
    area : polygon, optional
        The area that is read, in longitude and latitude, where it is known already.

    Raises
    ------
    InputError
        If the file there is not the one whose checksum is declared.
    MissingFileError
        If the file is not there and has no origin, or the network may not be used.
    FetchError
        If the download fails.
    """
    source = city.sources[key]
    path = source_path(city, key, data)
    if is_there(path):
        if not holds(source, path):
            raise InputError(f"{city.id}: sources.{key}: {source.file} {NOT_THE_DECLARED}")
        return path
    needs_area = source.origin.overpass or source.origin.set or source.origin.window or source.origin.cut
    if not source.origin.reachable or (needs_area and area is None):
        raise MissingFileError(_missing(city, key, source, data, offline=offline))
    if source.origin.postgis is not None:
        return _from_database(city, key, path, area, offline=offline, say=say)
    from urbanplan.sources.protocol.cache import Cache, copied  # noqa: PLC0415 - only where a file is missing

    cache, question = Cache.default(), _question(source, area)
    kept = cache.held(question)
    try:
        if kept is None:
            if offline:
                raise MissingFileError(_missing(city, key, source, data, offline=True))
            say(f"fetching {key}")
            kept = cache.keep(question, lambda draft: _get(city, key, draft, area))
        else:
            say(f"{key}: from the cache")
        if source.origin.cut and area is not None:
            from urbanplan.sources.osm import cut_file  # noqa: PLC0415 - only cities with such a source

            return cut_file(kept, path, shapely.bounds(area).tolist())
        return copied(kept, path)
    except FetchError as error:
        raise FetchError(f"{city.id}: sources.{key}: {error}") from error
    except LayerError as error:
        raise LayerError(f"{city.id}: sources.{key}: {error}") from error


def publisher_words(source: Source) -> dict[str, str]:
    """Return how the publisher of a public set wants to be named, which a city file cannot leave out or shorten.

    Parameters
    ----------
    source : Source
        Of a city.

    Returns
    -------
    dict
        attribution, licence, citation and page (its address), from `data/sources.csv`; nothing for other sources.
    """
    from urbanplan.sources.protocol.registry import registry  # noqa: PLC0415 - only where a set is declared

    key = source.origin.set or ("osm_overpass" if source.origin.overpass else None)
    entry = registry().get(key or "")
    if entry is None:
        return {}
    own = source.attribution
    added = "" if own.lower() in entry.attribution.lower() else f"; {own}"
    return {
        "attribution": f"{entry.attribution}{added}",
        "licence": entry.licence,
        "citation": entry.citation,
        "page": entry.url,
    }


def _from_database(
    city: City, key: str, path: Path, area: BaseGeometry | None, *, offline: bool, say: Say
) -> Path:
    """Bring a table into a city's own file: what a variable of the environment leads to is nobody else's, so no cache."""
    from urbanplan.sources.service import bring  # noqa: PLC0415 - only cities with a database

    source = city.sources[key]
    if offline:
        raise MissingFileError(_missing(city, key, source, path.parent, offline=True))
    say(f"fetching {key}")
    try:
        return bring(source.origin, path, area)
    except (FetchError, InputError) as error:
        raise error.within(f"{city.id}: sources.{key}") from None


def holds(source: Source, path: Path) -> bool:
    """Tell whether a file is the one whose checksum a source declares; of what was cut, that of the whole says nothing."""
    declared = None if source.origin.cut else source.origin.sha256
    return declared is None or sha256(path) == declared


def _question(source: Source, area: BaseGeometry | None) -> dict[str, Any]:
    """Return what is asked for, in plain values: two cities that ask the same get the same file.

    The date of the source is part of it, so that a city file with a newer date asks anew.
    """
    origin = source.origin
    asked: dict[str, Any] = {"date": source.date}
    if origin.url is not None:
        asked |= {"url": origin.url, "sha256": origin.sha256}
    if origin.set is not None:
        asked["set"] = origin.set
    if origin.service is not None:
        asked |= {origin.service: getattr(origin, origin.service), "layer": origin.layer}
    if origin.overpass:
        asked |= {"overpass": True, "attic": origin.attic}
    if area is not None and (origin.set or origin.window or origin.overpass or origin.service):
        asked["bounds"] = [round(edge, _DEGREE_DECIMALS) for edge in shapely.bounds(area).tolist()]
    return asked


def _get(city: City, key: str, target: Path, area: BaseGeometry | None) -> None:
    """Fetch a source from its origin."""
    source, origin = city.sources[key], city.sources[key].origin
    if origin.overpass:
        from urbanplan.sources.osm import fetch_overpass  # noqa: PLC0415 - only where something is fetched

        fetch_overpass(area, target, attic=origin.attic)
        return
    if origin.service is not None:
        from urbanplan.sources.service import bring  # noqa: PLC0415 - only where a service is asked

        bring(origin, target, area)
        return
    if origin.set is not None or origin.window:
        from urbanplan.sources.raster import remote  # noqa: PLC0415

        bounds = shapely.bounds(area).tolist()
        urls = (
            [origin.url]
            if origin.url
            else remote.set_urls(str(origin.set), bounds, source.date[:4], where=f"sources.{key}.origin.set")
        )
        remote.fetch_window(urls, bounds, target)
        return
    from urbanplan.sources.protocol.fetch import fetch  # noqa: PLC0415

    name = urlsplit(str(origin.url)).path if origin.cut else source.file
    fetch(str(origin.url), target, sha256=origin.sha256, validate=lambda draft: check_arrival(draft, name))


def _missing(city: City, key: str, source: Source, data: Path, *, offline: bool) -> str:
    where = f"{city.id}: sources.{key}: {source.file} is not in {data}"
    if source.origin.reachable:
        reason = (
            "nor in the cache, and --offline forbids to fetch it"
            if offline
            else "and cannot be fetched before the boundary is known"
        )
        return f"{where} {reason}; put it there or name its folder with --data"
    note = f" ({source.origin.note})" if source.origin.note else ""
    return f"{where} and has no public origin; put it there or name its folder with --data{note}"
