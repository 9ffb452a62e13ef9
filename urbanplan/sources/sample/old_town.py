"""The moated old town: its grid of streets, ring roads, gates, moat, walls and temples' lanes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.sources.sample.plan import (
    COLUMNS,
    GATE_X,
    GATE_Y,
    MOAT_INNER,
    MOAT_OUTER,
    ROWS,
    STUBS,
    moat,
)

if TYPE_CHECKING:
    from urbanplan.sources.sample.draft import Draft, Tags

COLUMN_NAMES = (
    ("ถนนคูในตะวันตก", "Khu Nai West Road"),
    ("ถนนแสนฟ้า", "Saen Fa Road"),
    ("ถนนช่างดอก", "Chang Dok Road"),
    ("ถนนสามกษัตร", "Sam Kasat Road"),
    ("ถนนช่างหม้อ", "Chang Mo Road"),
    ("ถนนหลวงกลางเวียง", "Luang Klang Wiang Road"),
    ("ถนนศรีบัวเงิน", "Si Bua Ngoen Road"),
    ("ถนนหอธรรม", "Ho Tham Road"),
    ("ถนนช่างฆ้อง", "Chang Khong Road"),
    ("ถนนดอกเอื้อง", "Dok Ueang Road"),
    ("ถนนคูในตะวันออก", "Khu Nai East Road"),
)
ROW_NAMES = (
    ("ถนนคูในใต้", "Khu Nai South Road"),
    ("ถนนป่ากล้วย", "Pa Kluai Road"),
    ("ถนนวัดหลวงใต้", "Wat Luang Tai Road"),
    ("ถนนช่างเครื่อง", "Chang Khrueang Road"),
    ("ถนนข่วงไม้", "Khuang Mai Road"),
    ("ถนนราชดำรง", "Ratcha Damrong Road"),
    ("ถนนหอคำ", "Ho Kham Road"),
    ("ถนนเวียงทอง", "Wiang Thong Road"),
    ("ถนนสะหลีเมือง", "Sali Mueang Road"),
    ("ถนนหัวข่วง", "Hua Khuang Road"),
    ("ถนนคูในเหนือ", "Khu Nai North Road"),
)
GATES = (
    ("north", GATE_X, 1, "ประตูหัวเวียง", "Hua Wiang Gate"),
    ("south", GATE_X, -1, "ประตูท้ายเวียง", "Thai Wiang Gate"),
    ("east", GATE_Y, 1, "ประตูท่าสะพาน", "Tha Saphan Gate"),
    ("west", GATE_Y, -1, "ประตูสวนขวัญ", "Suan Khwan Gate"),
)
BASTIONS = (
    (1, 1, "แจ่งตะวันแก้ว", "Tawan Kaeo Bastion"),
    (1, -1, "แจ่งขะจาว", "Khachao Bastion"),
    (-1, -1, "แจ่งกู่แดง", "Ku Daeng Bastion"),
    (-1, 1, "แจ่งหัวรินน้อย", "Hua Rin Noi Bastion"),
)
MAIN = 5
WALL = 608.0
WALL_LEFT = (110.0, 90.0)
"""How much of the wall stands on both sides of each corner: east-west, north-south."""
TERTIARY = {2, 7}


@dataclass
class OldTown:
    """Nodes of the old town's streets that other streets meet.

    Attributes
    ----------
    crossing : dict of (int, int) to int
        Node by index of column and row.
    gate : dict of str to int
        Node on the inner ring before each gate, by side.
    stub_tips : list of tuple of float
        Ends of the dead-end lanes: x, y.
    """

    crossing: dict[tuple[int, int], int] = field(default_factory=dict)
    gate: dict[str, int] = field(default_factory=dict)
    stub_tips: list[tuple[float, float]] = field(default_factory=list)


def draw_old_town(draft: Draft) -> OldTown:
    """Draw the streets inside the moat and return the nodes where others join."""
    town = OldTown()
    points = np.array([(x, y) for x in COLUMNS for y in ROWS])
    ids = draft.add_nodes(points).reshape(len(COLUMNS), len(ROWS))
    last = len(COLUMNS) - 1
    town.crossing = {(i, j): int(ids[i, j]) for i in range(last + 1) for j in range(last + 1)}
    lanes, town.stub_tips = _draw_stubs(draft)
    for j, y in enumerate(ROWS[1:-1], start=1):
        on_row = [(x, int(ids[i, j])) for i, x in enumerate(COLUMNS)] + lanes.get(j, [])
        draft.add_way([node for _, node in sorted(on_row)], _tags(ROW_NAMES[j], j, y))
    for i, x in enumerate(COLUMNS[1:-1], start=1):
        draft.add_way(ids[i, :], _tags(COLUMN_NAMES[i], i, x))
    _draw_inner_ring(draft, ids.tolist())
    at_x, at_y = COLUMNS.index(GATE_X), ROWS.index(GATE_Y)
    town.gate = {
        "north": int(ids[at_x, last]),
        "south": int(ids[at_x, 0]),
        "east": int(ids[last, at_y]),
        "west": int(ids[0, at_y]),
    }
    return town


def _tags(name: tuple[str, str], index: int, at: float) -> Tags:
    tags = {"name": name[0], "name:th": name[0], "name:en": name[1], "surface": "asphalt"}
    if index == MAIN:
        return {**tags, "highway": "secondary", "maxspeed": "40", "lit": "yes", "lanes": "2"}
    if index in TERTIARY:
        return {**tags, "highway": "tertiary", "maxspeed": "40", "lit": "yes"}
    paving = "paving_stones" if int(at) % 2 else "concrete"
    return {**tags, "highway": "residential", "surface": paving, "lit": "yes" if index % 2 else "no"}


def _draw_stubs(draft: Draft) -> tuple[dict[int, list[tuple[float, int]]], list[tuple[float, float]]]:
    lanes: dict[int, list[tuple[float, int]]] = {}
    tips = []
    for number, (row, x, length) in enumerate(STUBS):
        base, tip = draft.add_nodes(np.array([(x, ROWS[row]), (x, ROWS[row] + length)]))
        kind = "footway" if number % 2 == 0 else "residential"
        draft.add_way([base, tip], {"highway": kind, "surface": "paving_stones"})
        lanes.setdefault(row, []).append((x, int(base)))
        tips.append((x, ROWS[row] + length))
    return lanes, tips


def _draw_inner_ring(draft: Draft, ids: list[list[int]]) -> None:
    """Draw the ring inside the moat, one way against the clock, as traffic on the left wants it."""
    common = {"highway": "secondary", "oneway": "yes", "surface": "asphalt", "maxspeed": "50", "lit": "yes"}
    sides = (
        ([column[0] for column in ids], ROW_NAMES[0]),
        (ids[-1], COLUMN_NAMES[-1]),
        ([column[-1] for column in ids][::-1], ROW_NAMES[-1]),
        (ids[0][::-1], COLUMN_NAMES[0]),
    )
    for nodes, (th, en) in sides:
        draft.add_way(nodes, {**common, "name": th, "name:th": th, "name:en": en})


def draw_gates(draft: Draft, town: OldTown, outside: dict[str, int]) -> None:
    """Draw the four bridges over the moat, from the inner ring to the given nodes of the outer ring, and the gates."""
    for side, at, sign, th, en in GATES:
        along = np.array([MOAT_INNER - 6, MOAT_OUTER + 5]) * sign
        steady = np.full(2, at)
        points = (
            np.column_stack([steady, along])
            if side in {"north", "south"}
            else np.column_stack([along, steady])
        )
        near, far = draft.add_nodes(points)
        street = {"highway": "secondary", "surface": "asphalt", "lit": "yes", "maxspeed": "30"}
        draft.add_way([town.gate[side], near], street)
        draft.add_way(
            [near, far],
            {**street, "bridge": "yes", "layer": "1", "name": f"สะพาน{th}", "name:en": f"{en} Bridge"},
        )
        draft.add_way([far, outside[side]], street)
        tags = {"historic": "city_gate", "name": th, "name:th": th, "name:en": en, "heritage": "2"}
        beside = (at + 7, WALL * sign)
        draft.add_point(*(beside if side in {"north", "south"} else beside[::-1]), tags)


def draw_moat_and_walls(draft: Draft) -> None:
    """Draw the moat as a ring of water, the bastions and what stands of the wall."""
    draft.add_area(
        moat(),
        {"natural": "water", "water": "moat", "name": "คูเวียง", "name:th": "คูเวียง", "name:en": "City Moat"},
    )
    for sx, sy, th, en in BASTIONS:
        corner = np.array([WALL * sx, WALL * sy])
        tags = {"historic": "bastion", "name": th, "name:th": th, "name:en": en, "heritage": "2"}
        draft.add_ring(shapely.box(*(corner - 9), *(corner + 9)), tags)
        ends = [corner - [WALL_LEFT[0] * sx, 0], corner, corner - [0, WALL_LEFT[1] * sy]]
        draft.add_line(np.array(ends), {"historic": "city_wall", "barrier": "city_wall", "material": "brick"})
