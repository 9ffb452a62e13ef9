"""The stops of a GTFS feed that a vehicle really calls at, with how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import LayerError
from urbanplan.base.extent import check_extent
from urbanplan.base.faults import Fault
from urbanplan.base.thai_dates import common_era
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.transit.archive import Feed

if TYPE_CHECKING:
    from collections.abc import Mapping

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_STATION, _ENTRANCE, _NODE, _BOARDING = "1", "2", "3", "4"
_ADDED, _REMOVED = "1", "2"
_NO_PICKUP = "1"
_MAX_DAYS = 36_600
_DATE_DIGITS = 8


@dataclass(frozen=True)
class _Service:
    """When the trips of a feed run."""

    days: Mapping[str, int]
    first: date
    last: date


def read_stops(path: str | Path, *, source: str = "") -> tuple[GeoDataFrame, QualityRecord]:
    """Read the stops of a GTFS zip at which trips of a valid service pick people up.

    Parameters
    ----------
    path : path
        The zip file of the feed, on this machine.
    source : str
        Key of the source, for the record.

    Returns
    -------
    tuple of (GeoDataFrame, QualityRecord)
        One row per served stop in longitude and latitude, as rows of `places` (category "transit", index
        "gtfs/<stop_id>"), with `departures` (all over the feed's dates), `departures_per_day` (mean over the days of
        the feed) and `station` (the stop's parent station, where it has one). The record's notes name the feed's dates.

    Raises
    ------
    MissingFileError
        If there is no such file.
    LayerError
        If it is not a GTFS feed, damaged, or no stop is served.
    """
    path = Path(path)
    record = QualityRecord(layer="transit", file=path.name, source=source, encoding="utf-8 (format)")
    with Feed(path) as feed:
        stops = _stops(feed, record)
        service = _service(feed)
        departures = _departures(feed, service)
    _check_known(departures, stops, record)
    stops["departures"] = departures.reindex(stops.index).fillna(0.0)
    served = stops["departures"] > 0
    record.drop("no_departure", int((~served).sum()))
    stops = stops[served]
    if stops.empty:
        raise LayerError(Fault("gtfs_never_stops", file=path.name, first=service.first, last=service.last))
    days = (service.last - service.first).days + 1
    stops["departures_per_day"] = stops["departures"] / days
    frame = _placed(stops, record)
    record.kept, record.crs, record.crs_from = len(frame), "EPSG:4326", "format"
    record.note("timetable_runs", first=service.first.isoformat(), last=service.last.isoformat())
    return frame, record


def _stops(feed: Feed, record: QualityRecord) -> pd.DataFrame:
    columns = ("stop_id", "stop_lat", "stop_lon")
    frame = feed.table("stops.txt", columns, ("stop_name", "location_type", "parent_station"))
    record.read = len(frame)
    if frame.empty:
        raise LayerError(Fault("gtfs_stops_empty", file=feed.name))
    twice = frame["stop_id"][frame["stop_id"].duplicated()]
    if len(twice):
        raise LayerError(Fault("gtfs_stop_twice", file=feed.name, stop=twice.iloc[0]))
    boarding = ~frame["location_type"].isin([_STATION, _ENTRANCE, _NODE])
    record.drop("not_boarded", int((~boarding).sum()))
    stops = frame[boarding].copy()
    for column in ("stop_lat", "stop_lon"):
        stops[column] = pd.to_numeric(stops[column], errors="coerce")
    stops = _on_station(stops, frame)
    known = stops["stop_lat"].between(-90, 90) & stops["stop_lon"].between(-180, 180)
    known &= (stops["stop_lat"] != 0) | (stops["stop_lon"] != 0)  # how feeds write "not surveyed yet"
    record.drop("no_place", int((~known).sum()))
    if not known.any():
        swapped = stops["stop_lon"].between(-90, 90) & stops["stop_lat"].between(-180, 180)
        mend = Fault("stops_swapped" if swapped.any() else "ask_publisher")
        raise LayerError(Fault("gtfs_stops_nowhere", file=feed.name, mend=mend))
    return stops[known].set_index("stop_id")


def _on_station(stops: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Put boarding areas without coordinates where the platform or station is that they belong to."""
    lacking = stops["stop_lat"].isna() & (stops["location_type"] == _BOARDING)
    if lacking.any():
        parents = frame.set_index("stop_id")
        for column in ("stop_lat", "stop_lon"):
            found = stops.loc[lacking, "parent_station"].map(pd.to_numeric(parents[column], errors="coerce"))
            stops.loc[lacking, column] = found
    return stops


def _service(feed: Feed) -> _Service:
    """Return on how many days each service runs, by the calendar and its exceptions."""
    days: dict[str, set[date]] = {}
    if feed.has("calendar.txt"):
        table = feed.table("calendar.txt", ("service_id", "start_date", "end_date", *_WEEKDAYS))
        for service, start, end, *week in table.to_numpy(dtype=str).tolist():
            days.setdefault(service, set()).update(
                _running(start, end, [run == "1" for run in week], feed.name)
            )
    if feed.has("calendar_dates.txt"):
        table = feed.table("calendar_dates.txt", ("service_id", "date", "exception_type"))
        for service, day, exception in table.to_numpy(dtype=str).tolist():
            if exception == _ADDED:
                days.setdefault(service, set()).add(_day(day, feed.name))
            elif exception == _REMOVED:
                days.setdefault(service, set()).discard(_day(day, feed.name))
    every = set().union(*days.values()) if days else set()
    if not every:
        raise LayerError(Fault("gtfs_no_service", file=feed.name))
    return _Service({key: len(value) for key, value in days.items()}, min(every), max(every))


def _running(start: str, end: str, runs: list[bool], where: str) -> list[date]:
    first, last = _day(start, where), _day(end, where)
    if (last - first).days > _MAX_DAYS:
        raise LayerError(Fault("gtfs_service_long", file=where, first=first, last=last))
    span = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return [day for day in span if runs[day.weekday()]]


def _day(text: str, where: str) -> date:
    try:
        if len(text) != _DATE_DIGITS:
            raise ValueError(text)  # noqa: TRY301 - one sentence for both ways to be wrong
        found = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise LayerError(Fault("gtfs_not_date", file=where, text=text)) from error
    if common_era(found.year) != found.year:
        raise LayerError(
            Fault("gtfs_buddhist", file=where, text=text, year=common_era(found.year), rest=text[4:])
        )
    return found


def _departures(feed: Feed, service: _Service) -> pd.Series:
    """Count how often a vehicle leaves each stop over all dates of the feed."""
    trips = feed.table("trips.txt", ("trip_id", "service_id"))
    runs = trips["service_id"].map(service.days).fillna(0.0).astype("float64").set_axis(trips["trip_id"])
    if feed.has("frequencies.txt"):
        runs = runs * _repeats(feed, runs.index)
    times = feed.table("stop_times.txt", ("trip_id", "stop_id"), ("pickup_type", "stop_sequence"))
    times["runs"] = times["trip_id"].map(runs[~runs.index.duplicated()]).fillna(0.0)
    order = pd.to_numeric(times["stop_sequence"], errors="coerce").fillna(0.0)
    last = order.groupby(times["trip_id"]).transform("max") == order  # nobody boards where a trip ends
    times = times[~last & (times["pickup_type"] != _NO_PICKUP)]
    by_stop: pd.Series = times.groupby("stop_id")["runs"].sum()
    return by_stop


def _repeats(feed: Feed, trips: pd.Index) -> pd.Series:
    """Return how often a trip that is given by its headway runs on a day; other trips run once."""
    table = feed.table("frequencies.txt", ("trip_id", "start_time", "end_time", "headway_secs"))
    headway = pd.to_numeric(table["headway_secs"], errors="coerce")
    span = table["end_time"].map(_seconds) - table["start_time"].map(_seconds)
    repeats = pd.Series(np.ceil(span / headway.where(headway > 0)), index=table.index).clip(lower=0)
    by_trip: pd.Series = repeats.groupby(table["trip_id"]).sum().reindex(trips).fillna(1.0)
    return by_trip.set_axis(trips)


def _seconds(text: str) -> float:
    parts = text.split(":")
    try:
        hours, minutes, seconds = (int(part) for part in parts)
    except ValueError:
        return float("nan")
    return float(hours * 3600 + minutes * 60 + seconds)


def _check_known(departures: pd.Series, stops: pd.DataFrame, record: QualityRecord) -> None:
    called = departures[departures > 0].index
    strange = int((~called.isin(stops.index)).sum())
    if strange and strange < len(called):
        record.note("stops_unknown", count=strange)
    if len(called) and strange == len(called):
        raise LayerError(Fault("gtfs_two_pieces", file=record.file))


def _placed(stops: pd.DataFrame, record: QualityRecord) -> GeoDataFrame:
    frame = GeoDataFrame(
        {
            "name": stops["stop_name"].astype(object).where(stops["stop_name"] != "", None),
            "category": "transit",
            "kind": "stop",
            "departures": stops["departures"],
            "departures_per_day": stops["departures_per_day"],
            "station": stops["parent_station"].astype(object).where(stops["parent_station"] != "", None),
        },
        geometry=gpd.points_from_xy(stops["stop_lon"], stops["stop_lat"]),
        crs="EPSG:4326",
    )
    west, south, east, north = frame.total_bounds
    check_extent((west, south, east, north), frame.crs, where=record.file)
    frame.index = pd.Index([f"gtfs/{stop}" for stop in stops.index], name="unit_id")
    return frame.sort_index()
