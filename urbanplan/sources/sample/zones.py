"""The zones of the invented town, their names, and the lines that no building crosses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.plan import OLD_TOWN, WEST_QUARTER, bend, river_centre

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.plan import Size

CORE = 2000.0
SMALLEST_M2 = 1e4


@dataclass(frozen=True)
class Zone:
    """One administrative zone: its code (a text with leading zeros), names and area in local metres."""

    code: str
    name_th: str
    name_en: str
    area: Any


_STEMS = (
    ("บ้าน", "Ban"),
    ("หนอง", "Nong"),
    ("สัน", "San"),
    ("ทุ่ง", "Thung"),
    ("ดอน", "Don"),
    ("ป่า", "Pa"),
    ("ร่อง", "Rong"),
    ("ต้น", "Ton"),
    ("วัง", "Wang"),
    ("ห้วย", "Huai"),
    ("เหมือง", "Mueang"),
)
_ENDINGS = (
    ("คำหลวง", "Kham Luang"),
    ("แก้วงาม", "Kaeo Ngam"),
    ("สักทอง", "Sak Thong"),
    ("ไผ่ขาว", "Phai Khao"),
    ("ดอกงิ้ว", "Dok Ngio"),
    ("ม่วงคำ", "Muang Kham"),
    ("ฮ่อมดี", "Hom Di"),
    ("จันทน์หอม", "Chan Hom"),
    ("ลานนก", "Lan Nok"),
    ("น้ำใส", "Nam Sai"),
    ("ข่วงใหม่", "Khuang Mai"),
)


def zones(size: Size) -> list[Zone]:
    """Return the zones of a size; together they are the city.

    The borders between the old town and its neighbours lie on multiples of 100 m, the river is the border of the
    zones on its banks, and the outer border goes in and out by less than 100 m.
    """
    city = outline(size)
    half_y = min(CORE, size.half_y_m)
    west = _west_of_river(size)
    core = [
        ("0101", "ในเวียง", "Nai Wiang", _box(-OLD_TOWN, -OLD_TOWN, OLD_TOWN, OLD_TOWN)),
        ("0102", "หัวเวียง", "Hua Wiang", _box(-OLD_TOWN, OLD_TOWN, CORE, half_y) & west),
        ("0103", "ท้ายเวียง", "Thai Wiang", _box(-OLD_TOWN, -half_y, CORE, -OLD_TOWN) & west),
        ("0104", "ท่าสะพาน", "Tha Saphan", _box(OLD_TOWN, -OLD_TOWN, CORE, OLD_TOWN) & west),
        ("0105", "หนองบัวคำ", "Nong Bua Kham", _box(OLD_TOWN, 0, CORE, half_y) - west),
        ("0106", "ทุ่งข้าวหอม", "Thung Khao Hom", _box(OLD_TOWN, -half_y, CORE, 0) - west),
        ("0107", "สวนขวัญ", "Suan Khwan", _box(WEST_QUARTER, -OLD_TOWN, -OLD_TOWN, OLD_TOWN)),
        ("0108", "เชิงดอยเงิน", "Choeng Doi Ngoen", _box(-CORE, -OLD_TOWN, WEST_QUARTER, OLD_TOWN)),
        ("0109", "ป่าซางแก้ว", "Pa Sang Kaeo", _box(-CORE, OLD_TOWN, -OLD_TOWN, half_y)),
        ("0110", "ไร่นาน้อย", "Rai Na Noi", _box(-CORE, -half_y, -OLD_TOWN, -OLD_TOWN)),
    ]
    named = [Zone(code, th, en, shapely.normalize(area & city)) for code, th, en, area in core]
    return named + [
        Zone(f"02{number:03d}", *_outer_name(number), shapely.normalize(tile & city))
        for number, tile in enumerate(_tiles(size), start=1)
    ]


def outline(size: Size) -> Any:
    """Return the city's outline on the ground; its box is exactly that of the size."""
    x, y = size.half_x_m, size.half_y_m

    def side(length: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        at = np.arange(-length, length, 125.0)
        dent = 51 + 30 * np.sin(at / 190 + 0.8) + 20 * np.sin(at / 83)
        return at, dent * np.minimum((length - np.abs(at)) / 400, 1)

    (u, du), (v, dv) = side(x), side(y)
    points = np.vstack(
        [
            np.column_stack([u, -y + du]),
            np.column_stack([x - dv, v]),
            np.column_stack([-u, y - du]),
            np.column_stack([-x + dv, -v]),
        ]
    )
    return shapely.Polygon(points)


def borders(size: Size) -> Any:
    """Return all borders of zones as one geometry of lines."""
    return shapely.union_all([zone.area.boundary for zone in zones(size)])


def _box(west: float, south: float, east: float, north: float) -> Any:
    return shapely.box(west, south, east, north)


def _west_of_river(size: Size) -> Any:
    y = np.arange(-size.half_y_m - 300, size.half_y_m + 301, 50.0)
    line = bend(np.column_stack([river_centre(y), y]))
    return shapely.Polygon([(-9e4, -9e4), (line[0, 0], -9e4), *line, (line[-1, 0], 9e4), (-9e4, 9e4)])


def _tiles(size: Size) -> list[Any]:
    """Return the square zones around the core, from south to north and west to east."""
    first = CORE if size.tile_m <= 2 * CORE else size.tile_m / 2
    outer = np.arange(first, size.half_x_m + 1, size.tile_m)
    inner = np.arange(-first + size.tile_m, first, size.tile_m)
    lines = np.unique(np.concatenate([-outer, inner, outer, [-size.half_x_m, size.half_x_m]]))
    core = _box(-CORE, -CORE, CORE, CORE)
    tiles = [
        _box(west, south, east, north) for south, north in pairwise(lines) for west, east in pairwise(lines)
    ]
    return [tile for tile in tiles if size.half_y_m > CORE and (tile & core).area < SMALLEST_M2]


def _outer_name(number: int) -> tuple[str, str]:
    stem_th, stem_en = _STEMS[number % len(_STEMS)]
    end_th, end_en = _ENDINGS[(number // len(_STEMS) + number) % len(_ENDINGS)]
    return f"{stem_th}{end_th}", f"{stem_en} {end_en}"
