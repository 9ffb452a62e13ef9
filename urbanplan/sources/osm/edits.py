"""When the objects of an OpenStreetMap file were last edited, where the file says so."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from urbanplan.model.layers import conform
from urbanplan.sources.osm.container import file_format
from urbanplan.sources.osm.pbf import UnusualFileError, scan_dates

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.sources.osm.extract import OsmExtract

_YEAR_S = 365.2425 * 86_400
_EPOCH_YEAR = 1970.0


def last_edits(path: Path) -> dict[str, float]:
    """Return the year of the last edit of each tagged object, e.g. `{"way/1": 2021.53}`.

    Parameters
    ----------
    path : Path
        A PBF or XML file; answers of Overpass without metadata, and files whose metadata were removed, say nothing.

    Returns
    -------
    dict
        Objects without a date are left out; where the file has none at all, it is empty.
    """
    seconds = _seconds(path)
    return {
        f"{kind}/{number}": _EPOCH_YEAR + when / _YEAR_S
        for kind, (ids, edited) in seconds.items()
        for number, when in zip(ids.tolist(), edited.tolist(), strict=True)
        if when > 0
    }


def _seconds(path: Path) -> Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    kind = file_format(path)
    if kind == "json":
        return {}
    if kind == "pbf":
        with suppress(UnusualFileError):
            return scan_dates(path)
    import osmium  # noqa: PLC0415 - only what arrays cannot read

    names = {"n": "node", "w": "way", "r": "relation"}
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in names.values()}
    kinds = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    tagged = osmium.FileProcessor(osmium.io.File(str(path), kind)).with_filter(
        osmium.filter.EntityFilter(kinds)
    )
    for thing in tagged.with_filter(osmium.filter.EmptyTagFilter()):
        found[names[thing.type_str()]].append((thing.id, thing.timestamp.timestamp()))
    columns = {name: np.array(rows, dtype=np.int64).reshape(-1, 2).T for name, rows in found.items()}
    return {name: (ids, edited) for name, (ids, edited) in columns.items()}


def on_map_since(edited: dict[str, float]) -> dict[str, float]:
    """Return the year by which each object was on the map at the latest, from the years of last edits alone.

    Files say when an object was last edited, not when it came. But ids are given out in order: whatever has a smaller
    id than an object was on the map before it, so no later than the last edit of any object with the same or a larger id.

    Parameters
    ----------
    edited : dict
        As `last_edits` returns it; the more objects, the closer the bound.

    Returns
    -------
    dict
        The same keys; years that are never later than the last edit.

    Examples
    --------
    >>> on_map_since({"way/10": 2022.0, "way/20": 2012.5, "way/30": 2020.0})
    {'way/10': 2012.5, 'way/20': 2012.5, 'way/30': 2020.0}
    """
    since: dict[str, float] = {}
    for kind in ("node/", "way/", "relation/"):
        keys = [key for key in edited if key.startswith(kind)]
        order = np.argsort([int(key.removeprefix(kind)) for key in keys], kind="stable")
        years = np.array([edited[key] for key in keys])[order]
        bound = np.minimum.accumulate(years[::-1])[::-1]
        since |= {keys[at]: float(year) for at, year in zip(order.tolist(), bound, strict=True)}
    return since


def edit_ages(path: Path, extract: OsmExtract, *, date: str) -> GeoDataFrame | None:
    """Return how old the last edit of each object of an extract was at the date of the file.

    Parameters
    ----------
    path : Path
        The file.
    extract : OsmExtract
        What was read from it.
    date : str
        Date of the file, YYYY[-MM[-DD]].

    Returns
    -------
    GeoDataFrame or None
        The layer `osm_edits`: a point, the layer it belongs to (`streets` for the networks), `age_years`,
        `mapped_years` (how long it was on the map at least) and `length_m` of streets; None where the file says nothing
        of edits.
    """
    edited = last_edits(path)
    if not edited:
        return None
    since = on_map_since(edited)
    parts = [
        _aged(name, frame.index, frame.geometry.array, edited, since)
        for name, frame in extract.layers.items()
    ]
    networks = list(extract.networks.values())
    for network in networks[:1]:
        ways = pd.Index([f"way/{str(ways).partition(';')[0]}" for ways in network.tags["osm_way"]])
        parts.append(_aged("streets", ways, network.lines, edited, since))
    table = pd.concat(parts, ignore_index=True)
    table["age_years"] = np.maximum(_year(date) - table.pop("year"), 0.0)
    table["mapped_years"] = np.maximum(_year(date) - table.pop("since"), 0.0)
    crs = networks[0].crs if networks else next(iter(extract.layers.values())).crs
    return conform(gpd.GeoDataFrame(table, geometry="geometry", crs=crs), "osm_edits")


def _aged(
    name: str, keys: pd.Index, shapes: Any, edited: dict[str, float], since: dict[str, float]
) -> pd.DataFrame:
    objects = [str(key).partition(":")[0] for key in keys]
    year = np.array([edited.get(key, np.nan) for key in objects], dtype="float64")
    known = np.isfinite(year)
    drawn = np.asarray(shapes, dtype=object)[known]
    return pd.DataFrame(
        {
            "layer": name,
            "year": year[known],
            "since": np.array([since.get(key, np.nan) for key in objects], dtype="float64")[known],
            "length_m": shapely.length(drawn) if name == "streets" else np.nan,
            "geometry": shapely.point_on_surface(drawn),
        }
    )


def _year(date: str) -> float:
    """Return the end of a year, month or day as a number of years."""
    parts = [int(part) for part in date.split("-")]
    end = pd.Period(date, freq={1: "Y", 2: "M", 3: "D"}[len(parts)]).end_time
    return _EPOCH_YEAR + end.timestamp() / _YEAR_S
