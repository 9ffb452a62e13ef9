"""What stood in the invented town in 2010: planted changes, each of a kind that a comparison of dates must tell apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import shapely
from shapely import affinity

from urbanplan.base.io import atomic_path
from urbanplan.sources.sample.plan import CRS, to_utm

if TYPE_CHECKING:
    from pathlib import Path

    from urbanplan.sources.sample.buildings import Buildings

SURVEY_DATE = "2010-01-31"
EVERY = 37
ADDED, HEIGHTENED, ENLARGED, REALIGNED = 0, 5, 9, 13
"""Which of every 37 houses changed since, and how."""
_STOREYS_ADDED = 2
_TALLEST_RAISED = 5
_ENLARGED_FROM = 0.6
_SHIFT = (2.0, -1.5)
_DATED_FROM = 3
_DATES = ("1998", "2018", "2024-06", None)
GONE = (
    ("G1", shapely.box(-575, -570, -563, -558)),
    ("G2", shapely.box(-540, -570, -526, -561)),
)
"""Two houses that stood where a park of the old town is now: id and footprint in local metres."""


@dataclass
class Past:
    """The survey of 2010, and what changed since.

    Attributes
    ----------
    rows : list of (str, Polygon, int or None, float or None)
        Id, footprint, storeys and height (m) of each building that stood then.
    changes : dict of str to list of str
        Ids of buildings by what happened to them: built_since, mapped_since, heightened, enlarged, realigned, removed.
    """

    rows: list[tuple[str, Any, int | None, float | None]] = field(default_factory=list)
    changes: dict[str, list[str]] = field(default_factory=dict)


def date_buildings(buildings: Buildings) -> None:
    """Give tall houses and those that are new on the map a date, as mappers write it; every fourth has none."""
    for number, (tags, storeys) in enumerate(zip(buildings.tags, buildings.storeys, strict=True)):
        if buildings.objects[number][0] != "way" or tags["building"] in _ON_SITES:
            continue
        if _kind(buildings, number) == ADDED:
            tags["start_date"] = "1985" if number // EVERY % 2 else "2018"
        elif storeys >= _DATED_FROM and (date := _DATES[number % len(_DATES)]) is not None:
            tags["start_date"] = date


_ON_SITES = {"temple", "school", "hospital", "university", "government"}


def _kind(buildings: Buildings, number: int) -> int:
    """Return which of every 37 a house is; a building of a site, or of odd tags, never changed."""
    tags, storeys = buildings.tags[number], buildings.storeys[number]
    if not storeys or tags["building"] in _ON_SITES or buildings.objects[number][0] != "way":
        return -1
    kind = number % EVERY
    told = {"height", "building:levels"} & set(tags)
    raised = kind == HEIGHTENED and _STOREYS_ADDED < storeys <= _TALLEST_RAISED and told
    return kind if kind in {ADDED, ENLARGED, REALIGNED} or raised else -1


def past(buildings: Buildings, storey_m: float) -> Past:
    """Return what stood in 2010 and what changed since; all that is not named is as it was."""
    out = Past(changes={word: [] for word in _WORDS})
    for number, footprint in enumerate(buildings.areas):
        area = footprint
        key = "/".join(map(str, buildings.objects[number]))
        tags, kind = buildings.tags[number], _kind(buildings, number)
        levels, height = _number(tags.get("building:levels")), _number(tags.get("height"))
        if kind == ADDED:
            out.changes["mapped_since" if tags["start_date"] == "1985" else "built_since"].append(key)
            continue
        if kind == HEIGHTENED:
            levels = levels and levels - _STOREYS_ADDED
            height = height and round(height - _STOREYS_ADDED * storey_m, 1)
            out.changes["heightened"].append(key)
        elif kind == ENLARGED:
            area = affinity.scale(footprint, _ENLARGED_FROM, _ENLARGED_FROM)
            out.changes["enlarged"].append(key)
        elif kind == REALIGNED:
            area = affinity.translate(footprint, *_SHIFT)
            out.changes["realigned"].append(key)
        out.rows.append((key, area, None if levels is None else int(levels), height))
    for key, area in GONE:
        out.rows.append((key, area, 1, None))
        out.changes["removed"].append(key)
    return out


_WORDS = ("built_since", "mapped_since", "heightened", "enlarged", "realigned", "removed")


def _number(text: str | None) -> float | None:
    """Return a plain number; what only a mapper understands was not in the survey."""
    return (
        float(text)
        if text is not None and text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit()
        else None
    )


def write_past(found: Past, target: Path, file_date: str) -> None:
    """Write the survey as a GeoPackage, with the columns of a town hall."""
    import geopandas as gpd  # noqa: PLC0415  # heavy, only needed here
    import pyogrio  # noqa: PLC0415

    keys, areas, levels, heights = zip(*found.rows, strict=True)
    frame = gpd.GeoDataFrame(
        {"รหัส": keys, "ชั้น": [None if n is None else str(n) for n in levels], "สูง_ม": heights},
        geometry=[to_utm(area) for area in areas],
        crs=CRS,
    )
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": file_date})
    try:
        with atomic_path(target) as path:
            pyogrio.write_dataframe(frame, path, layer="buildings_2553", driver="GPKG")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
