"""One city file on its own: valid, and with a place, a CRS and dates that can be true together."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from urbanplan.base.errors import CityFileError
from urbanplan.base.faults import Fault
from urbanplan.model.city import Box, Circle, City, Source
from urbanplan.model.city_file import read_city
from urbanplan.model.quality import QualityRecord
from urbanplan.study.source_date import date_fault

_MARKUP = ("<script", "<img", "<iframe", "<svg", "javascript:")
_NULL_ISLAND_DEG = 1e-3
_HIDDEN = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def inspect_city(path: Path) -> QualityRecord:
    """Check a city file without its data.

    Raises
    ------
    CityFileError
        With one line per mistake: file, key, what is wrong and how to mend it.
    """
    if path.suffix.lower() not in {".yml", ".yaml"}:
        raise CityFileError(Fault("city_ending", file=path.name))
    city = read_city(path)
    record = QualityRecord(layer="city", file=path.name, encoding="utf-8", read=len(city.sources))
    for key, source in city.sources.items():
        if fault := _source_fault(source, record, key):
            raise CityFileError(Fault("city_source_fault", file=path.name, key=key, fault=fault))
    _check_place(city, path.name)
    record.kept = record.read
    record.note(
        "city_declares", city=city.id, sources=len(city.sources), layers=", ".join(city.layers) or "-"
    )
    words = [city.name.en, city.name.th or "", *(source.attribution for source in city.sources.values())]
    if any(mark in word.lower() for word in words for mark in _MARKUP):
        record.note("name_markup")
    if any(_HIDDEN.search(word) for word in words):
        record.note("name_hidden")
    return record


def _source_fault(source: Source, record: QualityRecord, key: str) -> Fault | None:
    """Return what is wrong with a source, beginning with its key, or nothing."""
    from urbanplan.base.crs import parse_crs  # noqa: PLC0415 - seconds to import, not needed for a faulty file
    from urbanplan.sources.municipal.encoding import codec_name  # noqa: PLC0415 - seconds to import
    from urbanplan.sources.protocol.guard import is_literal_private  # noqa: PLC0415 - seconds to import

    if fault := date_fault(source.date):
        return Fault("date_wrong", fault=fault)
    if source.encoding is not None and codec_name(source.encoding) is None:
        return Fault("source_encoding", told=source.encoding[:40])
    if source.crs is not None:
        parse_crs(source.crs, where=f"{record.file}: sources.{key}")
    url = source.origin.url
    if url is not None:
        host = urlsplit(url).hostname or ""
        if not host:
            return Fault("url_hostless")
        if is_literal_private(host):
            record.note("origin_private", key=f"sources.{key}.origin.url", host=host)
    return None


def _check_place(city: City, where: str) -> None:
    """Refuse a boundary at 0, 0, beyond all zones, or far outside where the city's CRS is used."""
    from urbanplan.base.crs import utm_for  # noqa: PLC0415 - seconds to import, not needed for a faulty file
    from urbanplan.base.extent import check_extent  # noqa: PLC0415 - seconds to import

    if isinstance(city.boundary, Circle):
        lon, lat = city.boundary.centre
    elif isinstance(city.boundary, Box):
        west, south, east, north = city.boundary.bbox
        lon, lat = (west + east) / 2, (south + north) / 2
    else:
        return
    if max(abs(lon), abs(lat)) < _NULL_ISLAND_DEG:
        raise CityFileError(Fault("city_at_zero", file=where))
    zone = utm_for(lon, lat)
    if city.crs is not None:
        import numpy as np  # noqa: PLC0415

        from urbanplan.base.crs import WGS84, parse_crs, transform_points  # noqa: PLC0415

        system = parse_crs(city.crs, where=f"{where}: crs")
        x, y = transform_points(np.array([lon]), np.array([lat]), WGS84, system, where=f"{where}: boundary")
        try:
            check_extent((x[0], y[0], x[0], y[0]), system, where=f"{where}: boundary")
        except ValueError as error:
            raise CityFileError(
                Fault("city_crs_elsewhere", file=where, crs=city.crs, lon=lon, lat=lat, zone=zone)
            ) from error
