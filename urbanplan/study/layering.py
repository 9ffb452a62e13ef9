"""Read each declared layer with the reader that fits its source, and join what several sources say of it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from urbanplan.base.crs import WGS84, to_crs
from urbanplan.base.errors import InputError, LayerError
from urbanplan.model.city import LayerEntry
from urbanplan.model.layers import LAYERS, MODES, conform
from urbanplan.study.cut_rasters import cut_rasters
from urbanplan.study.drawn import Drawn
from urbanplan.study.ground import write_networks
from urbanplan.study.joining import joined_layer
from urbanplan.study.tagged import tagged_part

if TYPE_CHECKING:
    from urbanplan.model.quality import QualityRecord
    from urbanplan.study.prepare import Preparation

OSM_ENDINGS = (".pbf", ".osm", ".osm.xml", ".osm.bz2", ".osm.gz", ".json")
FAR_LAYERS = ("elevation", "view_targets")
"""Layers that are read as far as `views.reach_m` says: a view ends at the mountain, not at the boundary."""
OSM_LAYERS = ("places", "buildings", "land_use", "open_space", "water", "heritage_assets", "venues")

BEFORE: dict[str, str] = {f"{name}_before": name for name in ("buildings", "water", "heritage_assets")}
"""Layers of an earlier date, and the layers of today that they are read like: from OpenStreetMap as it was on a past day."""


def read_layers(job: Preparation, clip: BaseGeometry, crs: str, folder: Path) -> dict[str, Drawn]:
    """Read every declared layer but population and built-up ground, which belong to the cells."""
    layers: dict[str, Drawn] = {}
    osm = _read_osm_sources(job, crs, layers)
    for name, entries in job.city.layers.items():
        if name in {"streets", "transit", "heritage_rules", "plan_rules"}:
            continue
        started = time.perf_counter()
        reach = clip.buffer(job.city.views.reach_m) if name in FAR_LAYERS else clip
        if LAYERS[name].kind == "raster":
            layers[name] = cut_rasters(job, name, entries, reach, crs, folder)
        else:
            parts = [read_part(job, name, entry, osm, reach, crs) for entry in entries]
            layers[name] = joined_layer(job, name, entries, parts)
        job.say(
            f"{name}  {layers[name].record(job.city, None)['rows'] or ''}  {time.perf_counter() - started:.1f} s"
        )
    if "transit" in job.city.layers:
        _add_stops(job, clip, crs, layers)
    networks = {mode: network for extract in osm.values() for mode, network in extract.networks.items()}
    write_networks(networks, layers, clip.bounds, crs, folder)
    return layers


def read_table(
    job: Preparation, name: str, entry: LayerEntry, crs: str | None = None
) -> tuple[GeoDataFrame, QualityRecord]:
    """Read one entry from a vector file or table, in a CRS or in the file's own."""
    from urbanplan.sources.municipal import read_vector  # noqa: PLC0415 - only cities with municipal layers

    source = job.city.sources[entry.source]
    try:
        frame, record = read_vector(
            job.path(entry.source),
            name=name,
            layer=entry.layer,
            where=entry.where,
            columns=entry.columns,
            values=entry.values,
            constants=entry.constants,
            units=entry.units,
            encoding=source.encoding,
            crs=source.crs,
            near=job.middle,
            target=crs,
            source=entry.source,
            scheme=job.scheme,
        )
    except InputError as error:
        raise error.within(f"{job.city.id}: layers.{name}") from error
    job.records.append(record)
    return frame, record


def is_osm(job: Preparation, entry: LayerEntry) -> bool:
    """Tell whether an entry's source is an OpenStreetMap file."""
    return job.city.sources[entry.source].file.lower().endswith(OSM_ENDINGS)


def osm_layers(names: Iterable[str]) -> list[str]:
    """Return the layers to read from an OpenStreetMap file for layers of a city, those of an earlier date like today's."""
    wanted = {BEFORE.get(name, name) for name in names}
    return [name for name in OSM_LAYERS if name in wanted]


def _read_osm_sources(job: Preparation, crs: str, layers: dict[str, Drawn]) -> dict[str, Any]:
    """Read each OpenStreetMap file once for all that is wanted from it."""
    wanted: dict[str, set[str]] = {}
    for name, entries in job.city.layers.items():
        for entry in entries:
            if is_osm(job, entry) and not entry.tags:
                wanted.setdefault(entry.source, set()).add(name)
    extracts: dict[str, Any] = {}
    for key, names in wanted.items():
        from urbanplan.sources.osm import read_osm  # noqa: PLC0415 - only cities with an OpenStreetMap source

        started = time.perf_counter()
        path = job.path(key)
        extract = read_osm(
            path,
            clip=job.area,
            crs=crs,
            layers=osm_layers(names),
            modes=MODES if "streets" in names else (),
            driving_side=job.city.side_driven,
            surround="streets" in names,
            classes=job.scheme,
        )
        extracts[key] = extract
        if not names <= set(BEFORE):  # how old the edits of a past day are says nothing of today's map
            _add_edits(job, key, path, extract, layers)
        job.say(f"OpenStreetMap  {path.name}  {time.perf_counter() - started:.1f} s")
        for mode, network in extract.networks.items():
            layers[mode] = Drawn(
                rows=len(network.edge_u), sources=[key], quality=[_osm_quality(extract, "streets")]
            )
    return extracts


def _add_edits(job: Preparation, key: str, path: Path, extract: Any, layers: dict[str, Drawn]) -> None:
    """Note when what was read was last edited, where the file says so."""
    from urbanplan.sources.osm import edit_ages  # noqa: PLC0415 - only cities with an OpenStreetMap source

    source = job.city.sources[key]
    found = edit_ages(path, extract, date=source.date)
    if found is None:
        return
    drawn = layers.setdefault("osm_edits", Drawn())
    frames = [frame for frame in (drawn.frame, found) if frame is not None]
    drawn.frame = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=found.crs)
    drawn.sources = sorted({*drawn.sources, key})
    drawn.dates.append(source.date)


def _osm_quality(extract: Any, name: str) -> dict[str, Any]:
    record: dict[str, Any] = extract.quality(name)
    return record


def read_part(
    job: Preparation, name: str, entry: LayerEntry, osm: dict[str, Any], clip: BaseGeometry, crs: str
) -> tuple[GeoDataFrame, dict[str, Any]]:
    """Return one entry's rows in the city's CRS, those that lie in the area read."""
    if entry.tags:
        if not is_osm(job, entry):
            raise LayerError(
                f"{job.city.id}: layers.{name}: tags are asked of OpenStreetMap files, and {entry.source} is none; use `where`"
            )
        return tagged_part(job, name, entry, crs)
    if is_osm(job, entry):
        what = BEFORE.get(name, name)
        if what not in OSM_LAYERS:
            raise LayerError(
                f"{job.city.id}: layers.{name}: cannot be read from OpenStreetMap ({entry.source}); name a municipal file"
            )
        frame = _where(getattr(osm[entry.source], what), entry, job.city.id, name)
        return frame.assign(source=entry.source), {**_osm_quality(osm[entry.source], what), "layer": name}
    frame, record = read_table(job, name, entry, crs)
    near = shapely.intersects(clip, frame.geometry.array)
    if not near.any():
        raise LayerError(
            f"{job.city.id}: layers.{name}: nothing in {job.city.sources[entry.source].file} lies in the city;"
            f" it covers {_extent(frame)}, the city {_extent(GeoSeries([clip], crs=crs))} (longitude, latitude)"
        )
    return frame[near].assign(source=entry.source), record.to_dict()


def _extent(frame: GeoDataFrame | GeoSeries) -> str:
    west, south, east, north = to_crs(frame.geometry, WGS84).total_bounds
    return f"{west:.3f}-{east:.3f} E, {south:.3f}-{north:.3f} N"


def _where(frame: GeoDataFrame, entry: LayerEntry, city: str, name: str) -> GeoDataFrame:
    for column, wanted in entry.where.items():
        if column not in frame.columns:
            valid = ", ".join(map(str, frame.columns.drop("geometry")))
            raise LayerError(
                f"{city}: layers.{name}.where: OpenStreetMap layer has no column {column!r}; it has {valid}"
            )
        frame = frame[frame[column].isin(wanted if isinstance(wanted, list) else [wanted])]
    return frame


def _add_stops(job: Preparation, clip: BaseGeometry, crs: str, layers: dict[str, Drawn]) -> None:
    """Add the stops of timetables to the places; they replace OpenStreetMap's, which are the same stops again."""
    from urbanplan.sources.transit import read_stops  # noqa: PLC0415 - only cities with a timetable

    places = layers.setdefault("places", Drawn())
    for entry in job.city.layers["transit"]:
        stops, record = read_stops(job.path(entry.source), source=entry.source)
        stops = to_crs(stops, crs)
        stops = stops[shapely.intersects(clip, stops.geometry.array)].assign(source=entry.source)
        others = places.frame
        if others is not None:
            others = others[~((others["category"] == "transit") & ~others.index.str.startswith("gtfs/"))]
        frames = [frame for frame in (others, conform(stops, "places")) if frame is not None]
        places.frame = gpd.GeoDataFrame(pd.concat(frames), geometry="geometry", crs=crs)
        places.frame.index.name = "unit_id"
        places.sources = sorted({*places.sources, entry.source})
        places.dates.append(entry.date or job.city.sources[entry.source].date)
        places.quality.append(record.to_dict())
        job.say(f"transit  {len(stops):,} stops")
