"""The bus network: lines, stops on the map, and a GTFS feed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from urbanplan.base.io import atomic_path
from urbanplan.sources.sample.places import stop_points
from urbanplan.sources.sample.plan import GATE_X, GATE_Y, RING, to_lonlat
from urbanplan.sources.sample.sites import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from urbanplan.sources.sample.draft import Draft
    from urbanplan.sources.sample.plan import Size

SPACING_M = 340.0
LONGEST_M = 6000.0
FIRST_S, LAST_S, HEADWAY_S = 6 * 3600, 20 * 3600, 20 * 60
SPEED_M_S, DWELL_S = 18 / 3.6, 20
FIXED_DATE = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Line:
    """One bus line: its id, number, names, colour and stops in local metres."""

    route: str
    number: str
    name_th: str
    name_en: str
    colour: str
    stops: NDArray[np.float64]


def bus_lines(size: Size) -> list[Line]:
    """Return the three lines: east-west and north-south through the old town, and around the moat."""
    half_x, half_y = min(size.half_x_m, LONGEST_M), min(size.half_y_m, LONGEST_M)
    east_west = np.array([(-1560.0, GATE_Y), (half_x, GATE_Y)])
    north_south = np.array([(GATE_X, half_y), (GATE_X, -half_y)])
    ring = np.array([(-RING, -RING), (-RING, RING), (RING, RING), (RING, -RING), (-RING, -RING)])
    return [
        Line("R1", "1", "เชิงดอย - ในเวียง - ฝั่งตะวันออก", "Hill - Old Town - East Bank", "C0392B",
             stop_points(east_west, spacing_m=SPACING_M, half_m=half_x)),
        Line("R2", "2", "เหนือ - ในเวียง - ใต้", "North - Old Town - South", "2471A3",
             stop_points(north_south, spacing_m=SPACING_M, half_m=half_y)),
        Line("R3", "3", "รอบคูเวียง", "Moat Circle", "1E8449", stop_points(ring, spacing_m=SPACING_M, half_m=half_x)),
    ]  # fmt: skip


def draw_stops(draft: Draft, lines: Iterable[Line]) -> int:
    """Draw every second stop of each line on the map, as mappers have not yet come to the others; return how many."""
    drawn = 0
    for line in lines:
        for index, (x, y) in enumerate(line.stops.tolist()):
            if index % 2 == 0:
                th, en = stop_name(line, index)
                tags = {"highway": "bus_stop", "public_transport": "platform", "bus": "yes"}
                draft.add_point(x, y, {**tags, "name": th, "name:th": th, "name:en": en})
                drawn += 1
    return drawn


def stop_name(line: Line, index: int) -> tuple[str, str]:
    """Return the Thai and English name of a stop."""
    th, en = PLACES[index % len(PLACES)]
    return f"ป้าย{th} {line.number}-{index + 1}", f"{en} {line.number}-{index + 1}"


def write_gtfs(size: Size, target: Path) -> None:
    """Write the feed as a zip with fixed times, so that the same town gives the same bytes."""
    lines = bus_lines(size)
    tables = {
        "agency.txt": [
            "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
            "WTY,ขนส่งเวียงตัวอย่าง (ข้อมูลสมมุติ),https://example.org/,Asia/Bangkok,th",
        ],
        "calendar.txt": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "daily,1,1,1,1,1,1,1,20260101,20261231",
        ],
        "feed_info.txt": [
            "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date,feed_version",
            "urbanplan synthetic sample,https://example.org/,th,20260101,20261231,1",
        ],
        "routes.txt": ["route_id,agency_id,route_short_name,route_long_name,route_type,route_color"]
        + [f"{line.route},WTY,{line.number},{line.name_th},3,{line.colour}" for line in lines],
        "stops.txt": ["stop_id,stop_name,stop_lat,stop_lon", *_stop_rows(lines)],
        "trips.txt": ["route_id,service_id,trip_id,trip_headsign,direction_id"],
        "stop_times.txt": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"],
    }
    for line in lines:
        for direction in (0, 1):
            _add_trips(tables, line, direction)
    with atomic_path(target) as path, zipfile.ZipFile(path, "w") as archive:
        for name in sorted(tables):
            text = "\r\n".join(tables[name]) + "\r\n"
            info = zipfile.ZipInfo(name, date_time=FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))


def _stop_rows(lines: Iterable[Line]) -> Iterable[str]:
    for line in lines:
        for index, (lon, lat) in enumerate(to_lonlat(line.stops).tolist()):
            yield f"{line.route}-{index + 1:02d},{stop_name(line, index)[0]},{lat:.7f},{lon:.7f}"


def _add_trips(tables: dict[str, list[str]], line: Line, direction: int) -> None:
    order = np.arange(len(line.stops))
    order = order[::-1] if direction else order
    steps = np.hypot(*np.diff(line.stops[order], axis=0).T)
    offset = np.concatenate([[0], np.cumsum(np.ceil(steps * 1.1 / SPEED_M_S) + DWELL_S)]).astype(int)
    sign = line.name_th.split(" - ")[0 if direction else -1]
    for start in range(FIRST_S, LAST_S + 1, HEADWAY_S):
        trip = f"{line.route}-{direction}-{start // 60:04d}"
        tables["trips.txt"].append(f"{line.route},daily,{trip},{sign},{direction}")
        for place, (stop, after) in enumerate(zip(order, offset, strict=True), start=1):
            arrival, departure = (
                _clock(start + after),
                _clock(start + after + (DWELL_S if place < len(order) else 0)),
            )
            tables["stop_times.txt"].append(
                f"{trip},{arrival},{departure},{line.route}-{stop + 1:02d},{place}"
            )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
