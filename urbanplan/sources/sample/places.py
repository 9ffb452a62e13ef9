"""Places drawn as points: shops, clinics, stops and monuments along the streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.plan import MARKET, OLD_TOWN, SUMMIT, bend, square
from urbanplan.sources.sample.sites import PLACES, near_gate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.draft import Draft, Tags

OLD_TOWN_SHARE = 0.35
KINDS: tuple[tuple[int, Tags, str, str], ...] = (
    (24, {"shop": "convenience"}, "ร้านสะดวกซื้อทุกยาม", "Thuk Yam Store"),
    (4, {"shop": "supermarket"}, "ซูเปอร์มาร์เก็ตรวงข้าว", "Ruang Khao Supermarket"),
    (2, {"amenity": "marketplace"}, "กาด", "Kat"),
    (8, {"amenity": "pharmacy"}, "ร้านยา", "Pharmacy"),
    (8, {"amenity": "clinic"}, "คลินิก", "Clinic"),
    (3, {"amenity": "doctors"}, "คลินิกเวชกรรม", "Doctors of"),
    (3, {"amenity": "dentist"}, "คลินิกทันตกรรม", "Dentist of"),
    (5, {"amenity": "kindergarten"}, "โรงเรียนอนุบาล", "Kindergarten of"),
    (40, {"amenity": "restaurant"}, "ร้านข้าวซอย", "Khao Soi"),
    (22, {"amenity": "cafe"}, "ร้านกาแฟ", "Coffee"),
    (6, {"amenity": "bank"}, "ธนาคารตัวอย่าง สาขา", "Sample Bank,"),
    (4, {"amenity": "fuel"}, "ปั๊มน้ำมัน", "Fuel"),
    (10, {"tourism": "hotel"}, "โรงแรม", "Hotel"),
    (12, {"tourism": "guest_house"}, "เฮือนพัก", "Guest House"),
    (10, {"shop": "clothes"}, "ร้านผ้าฝ้าย", "Cotton Shop"),
    (8, {"shop": "hairdresser"}, "ร้านตัดผม", "Barber"),
    (4, {"shop": "car_repair"}, "อู่ซ่อมรถ", "Garage"),
    (4, {"amenity": "bar"}, "บาร์", "Bar"),
    (2, {"amenity": "police"}, "ป้อมตำรวจ", "Police Post"),
    (2, {"amenity": "post_office"}, "ไปรษณีย์", "Post Office"),
    (2, {"leisure": "playground"}, "สนามเด็กเล่น", "Playground"),
)
"""Number in the town (the city has more), tags, and how the names begin."""
FOOD: tuple[Tags, ...] = ({"shop": "supermarket"}, {"amenity": "marketplace"})
_ALONG = {"residential", "tertiary", "secondary", "primary", "living_street"}
INSIDE = 560.0


@dataclass
class Kerbs:
    """Pieces of street along which places, stops and buildings stand.

    Attributes
    ----------
    start, end : ndarray
        Ends in local metres; shape (n, 2).
    highway : ndarray of str
        Class of the street.
    """

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    highway: NDArray[np.str_]

    def lines(self) -> NDArray[Any]:
        """Return the pieces as lines."""
        return np.asarray(shapely.linestrings(np.stack([self.start, self.end], axis=1)))


def kerbs(draft: Draft, within_m: float, *, stride: int = 1) -> Kerbs:
    """Return the pieces of all built-up streets within a square around the centre, from every so many'th node to the next."""
    ways = [way for way in draft.ways if way.tags.get("highway") in _ALONG and "bridge" not in way.tags]
    xy = draft.coordinates()
    chains = [[*way.nodes[:-1:stride], way.nodes[-1]] for way in ways]
    lengths = np.array([len(chain) - 1 for chain in chains])
    nodes = np.concatenate([np.array(chain) for chain in chains]) - 1
    last = np.cumsum(lengths + 1) - 1
    starts = np.delete(np.arange(len(nodes)), last)
    highway = np.repeat([way.tags["highway"] for way in ways], lengths)
    start, end = xy[nodes[starts]], xy[nodes[starts + 1]]
    kept = (np.abs((start + end) / 2) < within_m - 90).all(axis=1)
    return Kerbs(start[kept], end[kept], highway[kept])


def draw_places(
    draft: Draft, streets: Kerbs, built: NDArray[np.bool_], scale: float, rng: np.random.Generator
) -> None:
    """Draw the points; `built` tells along which pieces of street there is town."""
    _draw_landmarks(draft)
    middle = (streets.start + streets.end) / 2
    inside = (np.abs(middle) < INSIDE).all(axis=1)
    outside = built & ~(np.abs(middle) < OLD_TOWN).all(axis=1)
    no_food = near_gate(middle)
    for count, tags, th, en in KINDS:
        food = tags in FOOD
        number = max(1, round(count * scale))
        first = 0 if food else round(count * OLD_TOWN_SHARE)
        rest = outside & ~no_food if food else outside
        pieces = np.concatenate(
            [
                rng.choice(np.flatnonzero(inside), first),
                rng.choice(np.flatnonzero(rest), max(number - first, 1)),
            ]
        )
        for index, (x, y) in enumerate(_beside(streets, pieces, rng).tolist()):
            place_th, place_en = PLACES[index % len(PLACES)]
            suffix = f" {index // len(PLACES) + 1}" if index >= len(PLACES) else ""
            name = f"{th}{place_th}{suffix}"
            named = {"name": name, "name:th": name, "name:en": f"{en} {place_en}{suffix}"}
            draft.add_point(x, y, {**tags, **(named if index % 7 else {"name": name})})


def _beside(streets: Kerbs, pieces: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    start, step = streets.start[pieces], streets.end[pieces] - streets.start[pieces]
    along = rng.uniform(0.2, 0.8, (len(pieces), 1))
    side = rng.choice([-1.0, 1.0], (len(pieces), 1)) * rng.uniform(6, 11, (len(pieces), 1))
    across = step[:, ::-1] * [-1, 1] / np.hypot(*step.T)[:, None]
    return np.asarray(start + step * along + across * side)


def _draw_landmarks(draft: Draft) -> None:
    market = {
        "amenity": "marketplace",
        "name": "กาดหลวง",
        "name:th": "กาดหลวง",
        "name:en": "Kat Luang Market",
    }
    draft.add_point(*MARKET, market)
    for x, y, th, en, tags in (
        (22.0, -31.0, "อนุสาวรีย์พญาตัวอย่าง", "Phaya Tua Yang Monument", {"historic": "monument"}),
        (-188.0, 120.0, "เสาหลักเวียง", "Wiang Pillar", {"historic": "memorial"}),
        (300.0, 230.0, "กู่ช้างน้อย", "Ku Chang Noi", {"historic": "ruins", "ruins": "stupa"}),
    ):
        draft.add_point(x, y, {**tags, "name": th, "name:th": th, "name:en": en})
    for x, y, th, en, tags in (
        (820.0, -1010.0, "เวียงกุมน้อย", "Wiang Kum Noi", {"historic": "archaeological_site"}),
        (SUMMIT[0] + 16, SUMMIT[1] - 28, "จุดชมวิวดอยเงิน", "Doi Ngoen Viewpoint", {"tourism": "viewpoint"}),
    ):
        east, north = bend(np.array([[x, y]]))[0].tolist()
        draft.add_point(east, north, {**tags, "name": th, "name:th": th, "name:en": en})


def stop_points(line: NDArray[np.float64], *, spacing_m: float, half_m: float) -> NDArray[np.float64]:
    """Return the stops along a line of the plan: evenly spaced, 7 m to its left, on the ground."""
    shape = shapely.segmentize(shapely.LineString(line), 20)
    ground: Any = shapely.transform(shape, bend) & square(half_m - 60)
    ground = max(shapely.get_parts(ground), key=lambda part: part.length)
    beside = shapely.offset_curve(ground, 7.0)
    count = max(round(beside.length / spacing_m), 1)
    at = (np.arange(count) + 0.5) / count
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(beside, at, normalized=True)))
