"""One timetable on its own: whether its tables are of one piece, its times are times, and its stops lie together."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.transit.archive import Feed
from urbanplan.sources.transit.stops import read_stops

_ASKED_FOR = ("agency.txt", "routes.txt")
_TABLES = ("stops.txt", "trips.txt", "stop_times.txt", "routes.txt", "calendar.txt", "calendar_dates.txt")
_TIME = r"^(\d{1,3}):([0-5]\d):([0-5]\d)$"
_LATE_S = 48 * 3600
_MAX_ROWS = 300_000
_STATION, _BOARDING = "1", "4"
"""Kinds of location: a station, and a boarding area on one of its platforms."""
_FAR_DEG = 3.0
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_BROKEN = 0.5
_SHOWN = 5


def inspect_gtfs(path: Path) -> QualityRecord:
    """Check a timetable without a city, with the reader that a run uses, and beyond what a run reads of it.

    Parameters
    ----------
    path : Path
        A GTFS zip on this machine.

    Returns
    -------
    QualityRecord
        `read` and `kept` count stops.

    Raises
    ------
    LayerError, MissingFileError
        Each with one sentence that names file, fault and mend.
    """
    with Feed(path) as feed:
        _check_shape(feed)
    stops, record = read_stops(path)
    record.layer = "gtfs"
    with Feed(path) as feed:
        for table in _ASKED_FOR:
            if not feed.has(table):
                record.note("gtfs_lacks", table=table)
        for table in _TABLES:
            if feed.has(table) and (ragged := _ragged(feed, table)):
                record.note("gtfs_ragged", table=table, count=ragged)
        trips = _check_trips(feed, record)
        _check_times(feed, trips, record)
        _check_calendar(feed, record)
        _check_parents(feed, record)
    _check_places(stops, record)
    return record


def _check_shape(feed: Feed) -> None:
    """Refuse tables whose columns cannot be told apart."""
    for table in _TABLES:
        if not feed.has(table):
            continue
        head = next(csv.reader(io.StringIO(_text(feed, table))), [])
        twice = [name for name, count in Counter(word.strip() for word in head).items() if count > 1]
        if twice:
            raise LayerError(Fault("gtfs_columns_twice", file=feed.name, table=table, column=twice[0][:40]))


def _text(feed: Feed, table: str) -> str:
    return feed.raw(table).decode("utf-8-sig", errors="replace")


def _ragged(feed: Feed, table: str) -> int:
    """Count the rows of a table that have another number of fields than its first line."""
    rows = csv.reader(io.StringIO(_text(feed, table)))
    try:
        width = len(next(rows, []))
        return sum(len(row) != width for row in islice(rows, _MAX_ROWS) if row)
    except csv.Error:
        return 1


def _check_trips(feed: Feed, record: QualityRecord) -> pd.DataFrame:
    trips = feed.table("trips.txt", ("trip_id", "service_id"), ("route_id",))
    twice = trips["trip_id"][trips["trip_id"].duplicated()]
    if len(twice):
        raise LayerError(Fault("gtfs_trip_twice", file=feed.name, trip=twice.iloc[0][:40]))
    services: set[str] = set()
    for table in ("calendar.txt", "calendar_dates.txt"):
        if feed.has(table):
            services |= set(feed.table(table, ("service_id",))["service_id"])
    known = {"gtfs_services_unknown": ("service_id", services)}
    if feed.has("routes.txt"):
        known["gtfs_routes_unknown"] = ("route_id", set(feed.table("routes.txt", ("route_id",))["route_id"]))
    for code, (column, names) in known.items():
        strange = int((~trips[column].isin(names)).sum())
        if strange:
            record.note(code, count=strange, total=len(trips))
    return trips


def _check_times(feed: Feed, trips: pd.DataFrame, record: QualityRecord) -> None:
    times = feed.table(
        "stop_times.txt", ("trip_id", "stop_id"), ("departure_time", "arrival_time", "stop_sequence")
    )
    strange = int((~times["trip_id"].isin(trips["trip_id"])).sum())
    if strange:
        record.note("gtfs_trips_unknown", count=strange, total=len(times))
    twice = int(times.duplicated(["trip_id", "stop_sequence"]).sum()) if times["stop_sequence"].any() else 0
    if twice:
        record.note("gtfs_sequence_twice", count=twice)
    text = times["departure_time"].where(times["departure_time"] != "", times["arrival_time"])
    given = text != ""
    if not given.any():
        record.note("gtfs_no_times")
        return
    parts = text.str.extract(_TIME).astype("float64")
    seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
    arrivals = times["arrival_time"]
    broken = int((given & seconds.isna()).sum())
    odd = int(((arrivals != "") & (arrivals != text) & ~arrivals.str.match(_TIME)).sum())
    if broken > _MOST_BROKEN * int(given.sum()):
        example = text[given & seconds.isna()].iloc[0]
        raise LayerError(
            Fault("gtfs_times", file=feed.name, broken=broken, given=int(given.sum()), example=example[:20])
        )
    late = int((seconds > _LATE_S).sum())
    for code, count in (("gtfs_times_broken", broken + odd), ("gtfs_times_late", late)):
        if count:
            record.note(code, count=count)
    _check_order(times.assign(seconds=seconds)[seconds.notna()], record)


def _check_order(times: pd.DataFrame, record: QualityRecord) -> None:
    """Note trips in which a vehicle leaves a later stop earlier."""
    times = times.assign(order=pd.to_numeric(times["stop_sequence"], errors="coerce"))
    times = times.sort_values(["trip_id", "order"], kind="stable")
    back = (times["seconds"].diff() < 0) & (times["trip_id"] == times["trip_id"].shift())
    if back.any():
        record.note("gtfs_times_backwards", count=times.loc[back, "trip_id"].nunique())


def _check_calendar(feed: Feed, record: QualityRecord) -> None:
    if not feed.has("calendar.txt"):
        return
    table = feed.table("calendar.txt", ("service_id", "start_date", "end_date", *_WEEK))
    backwards = int((table["start_date"] > table["end_date"]).sum())
    words = int((~table[list(_WEEK)].isin(["0", "1"])).any(axis=1).sum())
    for code, count in (("gtfs_calendar_backwards", backwards), ("gtfs_calendar_words", words)):
        if count:
            record.note(code, count=count)


def _check_parents(feed: Feed, record: QualityRecord) -> None:
    """Note stops whose station is not there, is no station, or is a stop of theirs in turn."""
    frame = feed.table("stops.txt", ("stop_id",), ("parent_station", "location_type"))
    parents = dict(zip(frame["stop_id"], frame["parent_station"], strict=True))
    kinds = dict(zip(frame["stop_id"], frame["location_type"], strict=True))
    named = {stop: parent for stop, parent in parents.items() if parent}
    unknown = sum(parent not in parents for parent in named.values())
    no_station = sum(
        kinds.get(parent) != _STATION
        for stop, parent in named.items()
        if parent in parents and kinds[stop] != _BOARDING
    )
    for code, count in (("gtfs_parents_unknown", unknown), ("gtfs_parents_no_station", no_station)):
        if count:
            record.note(code, count=count)


def _check_places(stops: pd.DataFrame, record: QualityRecord) -> None:
    """Name the stops that lie far from the others, whose digits were probably exchanged."""
    x, y = stops.geometry.x.to_numpy(), stops.geometry.y.to_numpy()
    away = np.hypot(x - np.median(x), y - np.median(y))
    far = away > _FAR_DEG
    if far.any():
        names = ", ".join(map(str, stops.index[far][:_SHOWN]))
        record.note("gtfs_stops_far", count=int(far.sum()), stops=names)
