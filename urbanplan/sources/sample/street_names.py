"""Names and tags of the streets outside the old town; every name is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from urbanplan.sources.sample.draft import Tags

FIRST = (
    ("ดอยเงิน", "Doi Ngoen"),
    ("แม่น้ำใส", "Mae Nam Sai"),
    ("ทุ่งข้าวหอม", "Thung Khao Hom"),
    ("สวนสัก", "Suan Sak"),
    ("หนองบัวคำ", "Nong Bua Kham"),
    ("ป่าซางแก้ว", "Pa Sang Kaeo"),
    ("เวียงละกอนใหม่", "Wiang Lakon Mai"),
    ("ต้นโพธิ์งาม", "Ton Pho Ngam"),
    ("สันลมเย็น", "San Lom Yen"),
    ("ช้างเผือกน้อย", "Chang Phueak Noi"),
    ("น้ำบ่อทิพย์", "Nam Bo Thip"),
    ("ดอนจันทน์", "Don Chan"),
    ("เหมืองแก้วใต้", "Mueang Kaeo Tai"),
)
LANES = (
    ("ลำไย", "Lamyai"),
    ("ดอกแก้ว", "Dok Kaeo"),
    ("มะลิซ้อน", "Mali Son"),
    ("ราชพฤกษ์น้อย", "Ratchaphruek Noi"),
    ("ไผ่เขียว", "Phai Khiao"),
    ("กาสะลอง", "Kasalong"),
    ("สารภี", "Saraphi"),
    ("จำปาทอง", "Champa Thong"),
)
NAMED_SHARE, LIT_SHARE = 0.7, 0.55
_HIGHWAY = {2: "tertiary", 3: "secondary", 4: "primary"}
_MAXSPEED = {2: "50", 3: "60", 4: "80"}
_LANE_KINDS = ("residential",) * 17 + ("living_street", "service", "footway")
_LANE_SURFACES = ("asphalt", "concrete", "concrete", "concrete", "unpaved", "gravel")


def street_tags(street: int, *, axis: int, line: int, number: int, rng: np.random.Generator) -> Tags:
    """Return the tags of one way of the lattice.

    Parameters
    ----------
    street : int
        Its class: 1 lane, 2 collector, 3 outer ring road, 4 radial road.
    axis : int
        0 where it runs east-west, 1 where it runs north-south.
    line, number : int
        Line of the lattice, and running number of the way.
    rng : Generator
        Decides on surface, light and name of a lane.
    """
    dice = rng.random(4)
    if street == 1:
        return _lane(dice.tolist(), number)
    tags = {"highway": _HIGHWAY[street], "maxspeed": _MAXSPEED[street], "surface": "asphalt"}
    if street == len(_HIGHWAY) + 1:
        th, en = ("ถนนตะวันออก-ตะวันตก", "East-West Road") if axis == 0 else ("ถนนเหนือ-ใต้", "North-South Road")
        tags |= {"lit": "yes", "lanes": "4"}
    elif street == len(_HIGHWAY):
        th, en = "ถนนคูนอกเวียง", "Khu Nok Wiang Road"
        tags |= {"oneway": "yes", "lit": "yes", "lanes": "3"}
    else:
        name = FIRST[(line // 4 * 2 + axis) % len(FIRST)]
        side = line // 4 * 2 // len(FIRST)
        th, en = f"ถนน{name[0]}", f"{name[1]} Road"
        if side:
            th, en = f"{th} สาย {side + 1}", f"{en} {side + 1}"
        tags |= {"lanes": "2"} | ({"lit": "yes"} if dice[0] < LIT_SHARE else {})
    return {**tags, "name": th, "name:th": th, "name:en": en}


def _lane(dice: list[float], number: int) -> Tags:
    kind = _LANE_KINDS[int(dice[0] * len(_LANE_KINDS))]
    tags = {"highway": kind, "surface": _LANE_SURFACES[int(dice[1] * len(_LANE_SURFACES))]}
    if kind == "service":
        tags["service"] = "alley"
    if dice[2] < LIT_SHARE:
        tags["lit"] = "yes" if dice[2] < LIT_SHARE / 2 else "no"
    if dice[3] < NAMED_SHARE and kind != "footway":
        th, en = LANES[number % len(LANES)]
        count = number // len(LANES) + 1
        name = f"ซอย{th} {count}"
        tags |= {"name": name, "name:th": name, "name:en": f"Soi {en} {count}"}
    return tags
