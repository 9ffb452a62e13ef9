"""Sites of the town that are drawn as areas: temples, schools, parks, markets, hospitals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.lane_pattern import PARTS
from urbanplan.sources.sample.outskirts import SUBURB, TOWN
from urbanplan.sources.sample.plan import (
    COLUMNS,
    GATE_X,
    GATE_Y,
    RING,
    ROWS,
    STUBS,
    SUMMIT,
    WEST_QUARTER,
    bend,
    bend_shape,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.draft import Draft, Tags
    from urbanplan.sources.sample.outskirts import Lattice

MARKET_FREE_M = 750.0
"""No other food shop stands nearer to a gate than this, so that the old town's market is the nearest to all in it."""

TEMPLE_NAMES = (
    ("วัดหลวงกลางเวียง", "Wat Luang Klang Wiang"),
    ("วัดศรีบัวเงิน", "Wat Si Bua Ngoen"),
    ("วัดป่ากล้วย", "Wat Pa Kluai"),
    ("วัดหอธรรม", "Wat Ho Tham"),
    ("วัดช่างดอก", "Wat Chang Dok"),
    ("วัดเวียงทอง", "Wat Wiang Thong"),
    ("วัดดอกเอื้อง", "Wat Dok Ueang"),
    ("วัดช่างฆ้อง", "Wat Chang Khong"),
    ("วัดข่วงไม้", "Wat Khuang Mai"),
    ("วัดหอคำ", "Wat Ho Kham"),
    ("วัดแสนฟ้า", "Wat Saen Fa"),
    ("วัดสะหลีเมือง", "Wat Sali Mueang"),
    ("วัดพระธาตุดอยเงิน", "Wat Phra That Doi Ngoen"),
)
BLOCK_SITES = (
    ((2, 7), {"amenity": "school"}, "โรงเรียนเวียงวิทยา", "Wiang Witthaya School"),
    ((8, 2), {"amenity": "school"}, "โรงเรียนหอธรรมศึกษา", "Ho Tham Suksa School"),
    ((5, 6), {"amenity": "townhall"}, "ศาลาว่าการเทศบาลเวียงตัวอย่าง", "Wiang Tua Yang Town Hall"),
    ((4, 6), {"tourism": "museum"}, "พิพิธภัณฑ์เวียง", "Wiang Museum"),
    ((0, 0), {"leisure": "park"}, "สวนบวกน้อย", "Buak Noi Park"),
)
RATES: tuple[tuple[float, Tags, str, str], ...] = (
    (0.13, {"amenity": "school"}, "โรงเรียนบ้าน", "School of Ban"),
    (0.10, {"amenity": "place_of_worship", "religion": "buddhist"}, "วัด", "Wat"),
    (0.09, {"leisure": "park"}, "สวนสาธารณะ", "Park of"),
    (0.05, {"amenity": "marketplace"}, "ตลาด", "Market of"),
    (0.03, {"amenity": "hospital"}, "โรงพยาบาล", "Hospital of"),
    (0.03, {"leisure": "garden", "access": "private"}, "สวนส่วนบุคคล", "Private Garden of"),
    (0.02, {"amenity": "university"}, "วิทยาลัย", "College of"),
)
"""How many sites of a kind there are for each built block, their tags, and how their names begin."""
PLACES = (
    ("น้ำใส", "Nam Sai"),
    ("ดอนจันทน์", "Don Chan"),
    ("สันลมเย็น", "San Lom Yen"),
    ("หนองบัวคำ", "Nong Bua Kham"),
    ("ทุ่งข้าวหอม", "Thung Khao Hom"),
    ("ป่าซางแก้ว", "Pa Sang Kaeo"),
    ("ไร่นาน้อย", "Rai Na Noi"),
    ("ต้นงิ้ว", "Ton Ngio"),
    ("ริมเหมือง", "Rim Mueang"),
    ("ม่วงคำ", "Muang Kham"),
    ("ฮ่อมดี", "Hom Di"),
)


@dataclass(frozen=True)
class Site:
    """One site: its area in local metres, its tags, and its object in the file."""

    area: Any
    tags: Tags
    object: tuple[str, int]

    def is_food(self) -> bool:
        """Tell whether food is sold here."""
        return self.tags.get("amenity") == "marketplace"


def draw_sites(
    draft: Draft, lattice: Lattice, obstacles: NDArray[Any], rng: np.random.Generator
) -> list[Site]:
    """Draw all sites and return them; those outside the moat keep off the obstacles."""
    plans = [*_temples(), *_old_town_blocks(), _riverside_park(), *_outer_sites(lattice, obstacles, rng)]
    return [Site(area, tags, draft.add_area(area, tags)) for area, tags in plans]


def near_gate(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points are so near to a gate that a food shop there would be the nearest to someone inside."""
    gates = ((GATE_X, RING), (GATE_X, -RING), (RING, GATE_Y), (-RING, GATE_Y))
    away = [np.abs(points[:, 0] - x) + np.abs(points[:, 1] - y) for x, y in gates]
    return np.asarray(np.min(away, axis=0) < MARKET_FREE_M)


def _named(tags: Tags, th: str, en: str) -> Tags:
    return {**tags, "name": th, "name:th": th, "name:en": en}


def _temples() -> list[tuple[Any, Tags]]:
    """Return the temples at the ends of the old town's lanes, and the one on the hill."""
    tags = {"amenity": "place_of_worship", "religion": "buddhist", "denomination": "theravada"}
    out = []
    for number, (row, x, length) in enumerate(STUBS):
        area = shapely.box(x - 30, ROWS[row] + length + 2, x + 30, ROWS[row + 1] - 8)
        listed = {"historic": "temple", "heritage": "2"} if number % 2 == 0 else {}
        out.append((area, _named(tags | listed, *TEMPLE_NAMES[number])))
    hill = bend_shape(shapely.Point(SUMMIT).buffer(20, quad_segs=4))
    return [*out, (hill, _named(tags | {"historic": "temple", "heritage": "2"}, *TEMPLE_NAMES[-1]))]


def _old_town_blocks() -> list[tuple[Any, Tags]]:
    return [
        (
            shapely.box(COLUMNS[i] + 9, ROWS[j] + 9, COLUMNS[i + 1] - 9, ROWS[j + 1] - 9),
            _named(tags, th, en),
        )
        for (i, j), tags, th, en in BLOCK_SITES
    ]


def _riverside_park() -> tuple[Any, Tags]:
    """Return the park in zone 0104, whose pond is a hole."""
    outer = shapely.segmentize(shapely.box(1125, 110, 1270, 540), 60)
    pond = shapely.Point(1195, 330).buffer(32, quad_segs=6)
    park = shapely.Polygon(outer.exterior.coords, [list(pond.exterior.coords)[::-1]])
    return shapely.transform(park, bend), _named(
        {"leisure": "park"}, "สวนริมน้ำท่าสะพาน", "Tha Saphan Riverside Park"
    )


def _outer_sites(
    lattice: Lattice, obstacles: NDArray[Any], rng: np.random.Generator
) -> list[tuple[Any, Tags]]:
    """Give sites to quarters of built blocks, in a random order, away from obstacles."""
    built = np.argwhere(np.isin(lattice.kind, (SUBURB, TOWN)))
    part = rng.permutation(len(built) * PARTS * PARTS)
    block, piece = built[part // PARTS**2], part % PARTS**2
    i, j = block[:, 0] * PARTS + piece // PARTS, block[:, 1] * PARTS + piece % PARTS
    plan = shapely.box(lattice.x[i] + 17, lattice.y[j] + 17, lattice.x[i + 1] - 17, lattice.y[j + 1] - 17)
    areas = shapely.transform(shapely.segmentize(plan, 40), bend)
    west_quarter = (lattice.x[i] > WEST_QUARTER - 1) & (lattice.x[i] < -RING) & (np.abs(lattice.y[j]) < RING)
    free = ~west_quarter
    free[shapely.STRtree(areas).query(obstacles, predicate="intersects")[1]] = False
    no_food = near_gate(shapely.get_coordinates(shapely.centroid(areas)))
    queue, food_queue = [list(np.flatnonzero(mask)[::-1]) for mask in (free, free & ~no_food)]
    taken: set[int] = set()
    out = []
    for rate, tags, th, en in RATES:
        for number in range(max(1, round(rate * len(built)))):
            source = food_queue if tags.get("amenity") == "marketplace" else queue
            index = _next_free(source, taken)
            place_th, place_en = PLACES[number % len(PLACES)]
            suffix = f" {number // len(PLACES) + 1}" if number >= len(PLACES) else ""
            out.append((areas[index], _named(tags, f"{th}{place_th}{suffix}", f"{en} {place_en}{suffix}")))
    return out


def _next_free(queue: list[int], taken: set[int]) -> int:
    index = int(queue.pop())
    while index in taken:
        index = int(queue.pop())
    taken.add(index)
    return index
