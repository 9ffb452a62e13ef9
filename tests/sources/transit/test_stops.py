"""Stops count only where a vehicle really calls, on days when it really runs."""

import io
import zipfile

import pandas as pd
import pytest

from urbanplan.base.errors import LayerError, MissingFileError
from urbanplan.sources.transit import archive, read_stops

STOPS = """stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
A,ประตูท่าแพ,18.7877,98.9933,0,
B,ช้างเผือก,18.7960,98.9860,,S
C,ไม่มีรถ,18.7970,98.9870,0,
S,สถานี,18.7961,98.9861,1,
E,ทางเข้า,18.7962,98.9862,2,S
Z,ยังไม่สำรวจ,0,0,0,
"""
CALENDAR = """service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date
WK,1,1,1,1,1,0,0,20240101,20240107
"""
TRIPS = "route_id,service_id,trip_id\nR,WK,T1\nR,WK,T2\nR,XX,T3\n"
TIMES = """trip_id,arrival_time,departure_time,stop_id,stop_sequence
T1,08:00:00,08:00:00,A,1
T1,08:10:00,08:10:00,B,2
T2,25:00:00,25:00:00,B,1
T2,25:10:00,25:10:00,A,2
T3,09:00:00,09:00:00,C,1
T3,09:10:00,09:10:00,A,2
"""
FEED = {"stops.txt": STOPS, "calendar.txt": CALENDAR, "trips.txt": TRIPS, "stop_times.txt": TIMES}


def save(path, tables, folder="", encoding="utf-8"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in tables.items():
            out.writestr(folder + name, text if isinstance(text, bytes) else text.encode(encoding))
    return path


def test_only_served_stops_are_places(tmp_path):
    stops, record = read_stops(save(tmp_path / "g.zip", FEED))
    assert list(stops.index) == ["gtfs/A", "gtfs/B"]
    assert list(stops["name"]) == ["ประตูท่าแพ", "ช้างเผือก"]
    assert set(stops["category"]) == {"transit"}
    assert stops["departures"].tolist() == [5.0, 5.0]  # T1 leaves A, T2 leaves B, on five weekdays each
    assert stops["departures_per_day"].tolist() == pytest.approx(
        [1.0, 1.0]
    )  # Monday to Friday are days with service
    assert stops.loc["gtfs/B", "station"] == "S"
    assert stops.geometry.x.tolist() == [98.9933, 98.9860]
    assert (record.read, record.kept) == (6, 2)
    assert record.dropped == {
        "not_boarded": 2,
        "no_place": 1,
        "no_departure": 1,
    }
    assert list(map(str, record.notes)) == ["the timetable runs from 2024-01-01 to 2024-01-05"]


def test_a_byte_mark_a_folder_and_spaces_do_not_matter(tmp_path):
    plain, _ = read_stops(save(tmp_path / "a.zip", FEED))
    odd = {name: text.replace(",", ", ").replace("\n", "\r\n") for name, text in FEED.items()}
    odd["__MACOSX/stops.txt"] = "junk"
    marked, _ = read_stops(save(tmp_path / "b.zip", odd, folder="gtfs/", encoding="utf-8-sig"))
    assert marked.drop(columns="geometry").equals(plain.drop(columns="geometry"))


def test_exceptions_add_and_remove_days(tmp_path):
    dates = "service_id,date,exception_type\nWK,20240101,2\nWK,20240106,1\nXX,20240107,1\n"
    stops, record = read_stops(save(tmp_path / "g.zip", FEED | {"calendar_dates.txt": dates}))
    assert stops["departures"].to_dict() == {"gtfs/A": 5.0, "gtfs/B": 5.0, "gtfs/C": 1.0}
    assert "from 2024-01-02 to 2024-01-07" in str(record.notes[0])
    only, _ = read_stops(
        save(
            tmp_path / "d.zip",
            {k: v for k, v in FEED.items() if k != "calendar.txt"} | {"calendar_dates.txt": dates},
        )
    )
    assert only["departures"].to_dict() == {"gtfs/A": 1.0, "gtfs/B": 1.0, "gtfs/C": 1.0}


def test_headways_multiply_and_no_pickup_is_no_departure(tmp_path):
    headways = (
        "trip_id,start_time,end_time,headway_secs\nT1,06:00:00,08:00:00,600\nT1,08:00:00,09:00:00,1800\n"
    )
    stops, _ = read_stops(save(tmp_path / "g.zip", FEED | {"frequencies.txt": headways}))
    assert stops["departures"].to_dict() == {"gtfs/A": 5.0 * 14, "gtfs/B": 5.0}
    times = TIMES.replace("stop_sequence\n", "stop_sequence,pickup_type\n").replace("A,1\n", "A,1,1\n")
    times = "\n".join(line if line.count(",") == 5 else f"{line}," for line in times.splitlines())
    stops, _ = read_stops(save(tmp_path / "h.zip", FEED | {"stop_times.txt": times}))
    assert list(stops.index) == ["gtfs/B"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stops.txt": None}, r"has no stops\.txt"),
        ({"stop_times.txt": None}, r"has no stop_times\.txt"),
        ({"calendar.txt": None}, "no day of service"),
        ({"stops.txt": STOPS.replace("stop_lat", "latitude")}, "no column 'stop_lat'"),
        ({"stops.txt": STOPS + "A,again,18.7,98.9,0,\n"}, "'A' twice"),
        ({"stops.txt": STOPS.split("\n", maxsplit=1)[0] + "\n"}, "lists no stop"),
        ({"stops.txt": "stop_id,stop_lat,stop_lon\nA,98.99,18.78\n"}, "are swapped"),
        ({"stops.txt": STOPS.encode("cp874")}, "not a table in UTF-8"),
        ({"stops.txt": b""}, "not a table"),
        ({"calendar.txt": CALENDAR.replace("20240101", "2024-01-01")}, "not a date"),
        ({"calendar.txt": CALENDAR.replace("20240101", "18240101")}, "hundred years"),
        ({"calendar.txt": CALENDAR.replace("1,1,1,1,1,0,0", "0,0,0,0,0,0,0")}, "no day of service"),
        ({"stop_times.txt": TIMES.replace(",A,", ",Q,").replace(",B,", ",R,")}, "no stop in common"),
        (
            {
                "stops.txt": STOPS.replace("18.7877,98.9933", "98.9933,18.7877").replace(
                    "18.7960,98.9860", "98.9860,18.7960"
                )
            },
            "no stop in common",
        ),
    ],
)
def test_broken_feeds_are_refused_in_one_sentence(tmp_path, change, words):
    tables = {name: text for name, text in (FEED | change).items() if text is not None}
    with pytest.raises(LayerError, match=words) as caught:
        read_stops(save(tmp_path / "g.zip", tables))
    assert str(caught.value).startswith("g.zip: ")


def test_damaged_archives_are_refused(tmp_path):
    path = save(tmp_path / "g.zip", FEED)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(LayerError, match="cut off"):
        read_stops(path)
    flipped = bytearray(raw)
    at = raw.index(b"stops.txt") + 40
    flipped[at : at + 8] = bytes(8)
    path.write_bytes(flipped)
    with pytest.raises(LayerError, match=r"damaged|not a table"):
        read_stops(path)
    with pytest.raises(MissingFileError):
        read_stops(tmp_path / "none.zip")


def test_bombs_and_double_feeds_are_refused(tmp_path, monkeypatch):
    bomb = STOPS.encode() + b"\n" * 20_000_000
    with pytest.raises(LayerError, match="no timetable"):
        read_stops(save(tmp_path / "bomb.zip", FEED | {"stops.txt": bomb}))
    monkeypatch.setattr(archive, "MAX_TABLE_BYTES", 100)
    with pytest.raises(LayerError, match="no timetable"):
        read_stops(save(tmp_path / "large.zip", FEED))
    buffer = {f"{city}/stops.txt": STOPS for city in ("a", "b")}
    with pytest.raises(LayerError, match="2 feeds"):
        read_stops(save(tmp_path / "two.zip", buffer))


@pytest.mark.shared
@pytest.mark.parametrize(
    "feed", ["las_palmas/gtfs_guaguas_2023.zip", "porto_alegre/poa_eptc.zip", "porto_alegre/poa_trensurb.zip"]
)
def test_real_feeds_agree_with_a_count_by_hand(shared, feed):
    stops, record = read_stops(shared / feed)
    with zipfile.ZipFile(shared / feed) as archive_file:
        tables = {
            name: pd.read_csv(io.BytesIO(archive_file.read(name)), dtype=str)
            for name in archive_file.namelist()
            if "shapes" not in name
        }
    calendar = tables["calendar.txt"].set_index("service_id")
    weekdays = calendar[["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]]
    running = {}
    for service, row in calendar.iterrows():
        days = pd.date_range(row["start_date"], row["end_date"])
        week = weekdays.loc[service].to_numpy() == "1"
        running[service] = set(days[week[days.day_of_week]])
    exceptions = tables.get(
        "calendar_dates.txt", pd.DataFrame(columns=["service_id", "date", "exception_type"])
    )
    for row in exceptions.itertuples():
        change = running.setdefault(row.service_id, set())
        (change.add if row.exception_type == "1" else change.discard)(pd.Timestamp(row.date))
    trips = tables["trips.txt"].set_index("trip_id")["service_id"].map(lambda key: len(running.get(key, ())))
    times = tables["stop_times.txt"]
    times["order"] = times["stop_sequence"].astype(int)
    times = times.sort_values(["trip_id", "order"])
    times = times[times.duplicated("trip_id", keep="last")]
    truth = times["trip_id"].map(trips).groupby(times["stop_id"]).sum()
    truth = truth[truth > 0]
    truth.index = "gtfs/" + truth.index
    assert stops["departures"].to_dict() == truth.to_dict()
    assert record.kept == len(truth)
