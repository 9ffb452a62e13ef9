"""The town's plans: zoning with limits, heritage zones in two versions, viewpoints. All instruments are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from urbanplan.sources.sample.plan import GATE_X, GATE_Y, MOAT_OUTER, SUMMIT, bend_shape, square
from urbanplan.sources.sample.zones import zones

if TYPE_CHECKING:
    from urbanplan.sources.sample.plan import Size

Row = dict[str, Any]

CONSERVATION = "อนุรักษ์เพื่อส่งเสริมเอกลักษณ์ศิลปวัฒนธรรมไทย"
LOW, MEDIUM = "ที่อยู่อาศัยหนาแน่นน้อย", "ที่อยู่อาศัยหนาแน่นปานกลาง"
COMMERCE, INDUSTRY = "พาณิชยกรรมและที่อยู่อาศัยหนาแน่นมาก", "อุตสาหกรรมและคลังสินค้า"
RURAL, FOREST = "ชนบทและเกษตรกรรม", "อนุรักษ์ป่าไม้"

LIMITS: dict[str, tuple[float | None, float | None, float | None, float | None, str]] = {
    CONSERVATION: (1.5, 0.6, 12.0, 0.15, "ข้อ ๑๑"),
    LOW: (1.5, 0.5, 12.0, 0.30, "ข้อ ๗"),
    MEDIUM: (3.0, 0.6, 23.0, 0.15, "ข้อ ๘"),
    COMMERCE: (4.0, 0.7, None, 0.08, "ข้อ ๙"),
    INDUSTRY: (1.0, 0.6, 15.0, 0.25, "ข้อ ๑๐"),
    RURAL: (0.6, None, 9.0, 0.50, "ข้อ ๑๒"),
    FOREST: (None, None, None, None, "ข้อ ๑๓"),
}
"""FAR, building coverage, height in metres, open space ratio (all as shares, not percent), and clause; None: not given."""

_CLASS_OF = {
    "0101": CONSERVATION,
    "0102": MEDIUM,
    "0103": LOW,
    "0105": LOW,
    "0107": MEDIUM,
    "0108": FOREST,
    "0109": LOW,
    "0110": RURAL,
}
WALL_LIMIT = 12.0
"""Height of the wall that the setting of the old town allows: three storeys stay below it, four do not."""
WORKS = (1500.0, -1100.0, 1700.0, -700.0)


def zoning(size: Size) -> list[Row]:
    """Return the areas of the zoning plan in local metres: id, class, limits, clause, area."""
    areas: list[tuple[str, str, Any]] = []
    for zone in zones(size):
        if zone.code == "0104":
            north = shapely.box(0, 0, 3000, 3000)
            areas += [("0104-1", COMMERCE, zone.area & north), ("0104-2", MEDIUM, zone.area - north)]
        elif zone.code == "0106":
            works = shapely.box(*WORKS) & zone.area
            areas += [("0106-1", INDUSTRY, works), ("0106-2", RURAL, zone.area - works)]
        else:
            name = _CLASS_OF.get(zone.code, LOW if int(zone.code) % 2 else RURAL)
            areas.append((zone.code, name, zone.area))
    columns = ("max_far", "max_bcr", "max_height_m", "min_osr", "clause")
    return [
        {
            "id": key,
            "class": name,
            **dict(zip(columns, LIMITS[name], strict=True)),
            "area": shapely.normalize(area),
        }
        for key, name, area in areas
    ]


def heritage_zones() -> list[Row]:
    """Return the heritage zones of both versions in local metres."""
    moated = square(MOAT_OUTER)
    avenue = shapely.box(MOAT_OUTER, -330, 1000, 340)
    setting = square(1000) - moated - avenue
    old = {
        "version": "2553",
        "instrument": "ประกาศเขตอนุรักษ์เมืองเก่าเวียงตัวอย่าง พ.ศ. ๒๕๕๓ (สมมุติ)",
        "in_force_from": "2010-05-14",
        "in_force_to": "2024-02-29",
        "status": "superseded",
    }
    new = {
        "version": "2567",
        "instrument": "ประกาศเขตอนุรักษ์เมืองเก่าเวียงตัวอย่าง พ.ศ. ๒๕๖๗ (สมมุติ)",
        "in_force_from": "2024-03-01",
        "in_force_to": None,
        "status": "in_force",
    }
    return [
        {"id": "H53-1", **_name("เขตเมืองเก่าในคูเวียง", "Old town within the moat"), "kind": "old_town", **old,
         "clause": "ข้อ ๔ (๑)", "max_height_m": 12.0, "area": moated},
        {"id": "H67-1", **_name("เขตเมืองเก่าชั้นใน", "Inner old town"), "kind": "old_town", **new,
         "clause": "ข้อ ๕ (๑)", "max_height_m": 9.0, "area": moated},
        {"id": "H67-2", **_name("ย่านถนนท่าสะพาน", "Tha Saphan quarter"), "kind": "conservation_landuse", **new,
         "clause": "ข้อ ๕ (๒)", "max_height_m": 12.0, "area": avenue},
        {"id": "H67-3", **_name("เขตต่อเนื่องเมืองเก่า", "Setting of the old town"), "kind": "buffer", **new,
         "clause": "ข้อ ๕ (๓)", "max_height_m": 15.0, "area": setting},
    ]  # fmt: skip


def heritage_rules() -> list[Row]:
    """Return the rules of the heritage zones: limits to different parts of a building, and uses that are banned."""
    rows: tuple[tuple[str, str, str, float | None, str, str | None, str | None, str], ...] = (
        ("R53-1", "H53-1", "max_height", 12.0, "m", "highest_point", None, "ข้อ ๔ (๑)"),
        ("R67-1", "H67-1", "max_height", 9.0, "m", "highest_point", None, "ข้อ ๕ (๑)"),
        ("R67-1B", "H67-1", "use_ban", None, "", None, "bar; nightclub; fuel; car_repair", "ข้อ ๗ (๑)"),
        ("R67-1C", "H67-1", "max_bcr", 0.6, "1", None, None, "ข้อ ๘ (๑)"),
        ("R67-1F", "H67-1", "max_far", 1.5, "1", None, None, "ข้อ ๘ (๒)"),
        ("R67-2", "H67-2", "max_height", 12.0, "m", "highest_point", None, "ข้อ ๕ (๒)"),
        ("R67-3", "H67-3", "max_height", 15.0, "m", "highest_point", None, "ข้อ ๕ (๓)"),
        ("R67-2S", "H67-2", "street_ratio", 2.0, "1", None, None, "ข้อ ๖"),
        ("R67-3W", "H67-3", "max_height", WALL_LIMIT, "m", "wall_top", None, "ข้อ ๕ (๔)"),
    )
    columns = ("id", "zone", "kind", "value", "unit", "height_reference", "uses", "clause")
    return [
        {
            **dict(zip(columns, row, strict=True)),
            "applies_to": "new",
            "retroactive": "false",
            "exempt": "religious",
        }
        for row in rows
    ]


def viewpoints() -> list[Row]:
    """Return the viewpoints in local metres."""
    rows = (
        (
            "V1",
            "ข่วงประตูท่าสะพาน",
            "Tha Saphan Gate Square",
            (585.0, -55.0),
            "มองดอยเงินจากข่วง ภาพถ่าย พ.ศ. ๒๔๗๐ (สมมุติ)",
        ),
        (
            "V2",
            "กลางสะพานท่าสะพาน",
            "Tha Saphan Bridge",
            (1290.0, GATE_Y),
            "มองเวียงและดอยเงินจากสะพาน ข้อ ๖ (สมมุติ)",
        ),
        (
            "V3",
            "ประตูหัวเวียง",
            "Hua Wiang Gate",
            (GATE_X - 12, 600.0),
            "มองแนวกำแพงและดอยเงิน แผนผัง พ.ศ. ๒๕๕๓ (สมมุติ)",
        ),
        (
            "V4",
            "ลานวัดพระธาตุดอยเงิน",
            "Terrace of the hill temple",
            (SUMMIT[0] + 18, SUMMIT[1]),
            "มองเวียงจากดอย (สมมุติ)",
        ),
    )
    return [
        {
            "id": key,
            **_name(th, en),
            "eye_height_m": 1.6,
            "evidence": evidence,
            "area": bend_shape(shapely.Point(at)),
        }
        for key, th, en, at, evidence in rows
    ]


def plan_borders(size: Size) -> Any:
    """Return all borders of zoning and heritage areas as one geometry of lines."""
    rows = [*zoning(size), *heritage_zones()]
    return shapely.union_all([row["area"].boundary for row in rows])


def _name(th: str, en: str) -> Row:
    return {"name": th, "name_th": th, "name_en": en}
