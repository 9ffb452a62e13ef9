"""Streets that are one of a kind: bridges, bypass, roundabout, stairs, closed and broken ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from urbanplan.sources.sample.draft import MISSING_NODE, MISSING_WAY
from urbanplan.sources.sample.outskirts import NONE, ROUNDABOUT, bridge_rows
from urbanplan.sources.sample.plan import (
    GATE_X,
    GATE_Y,
    RIVER_EAST,
    RIVER_WEST,
    SUMMIT,
    bend,
    river_centre,
    river_half_width,
)

if TYPE_CHECKING:
    from urbanplan.sources.sample.draft import Draft, Tags
    from urbanplan.sources.sample.outskirts import Lattice
    from urbanplan.sources.sample.plan import Size

LANE_START, LANE_END = (-1360.0, -880.0), (-1240.0, -870.0)
"""The disconnected lane, on the plan."""
REACH = 1400.0
BYPASS = 1850.0


@dataclass
class Roads:
    """Ids of the ways that tests and truths ask for.

    Attributes
    ----------
    bridges : list of int
        Ways over the river.
    lane : int
        The way that is a component of its own.
    broken_way, broken_relation : int
        A way that names a missing node, a relation that names a missing way.
    steps, private, no_motorcycle : int
        Stairs to the hill temple, a private drive, a lane closed to motorcycles.
    """

    bridges: list[int]
    lane: int
    broken_way: int
    broken_relation: int
    steps: int
    private: int
    no_motorcycle: int


def draw_roads(draft: Draft, lattice: Lattice, size: Size) -> Roads:
    """Draw everything that no pattern makes."""
    _draw_radials(draft, lattice, size)
    _draw_roundabout(draft, lattice)
    _draw_bypass(draft, lattice, size)
    _draw_riverside_path(draft, lattice)
    broken = draft.add_relation(
        [("w", MISSING_WAY, "outer")], {"type": "multipolygon", "landuse": "grass", "name": "ขาดสมาชิก"}
    )
    return Roads(
        bridges=[_draw_bridge(draft, lattice, y) for y in bridge_rows(lattice, size)],
        lane=draft.add_line(
            bend(np.array([LANE_START, ((LANE_START[0] + LANE_END[0]) / 2, -873), LANE_END])),
            {
                "highway": "residential",
                "name": "ซอยสวนลำไย",
                "name:en": "Soi Suan Lamyai",
                "surface": "unpaved",
            },
        ),
        broken_way=_draw_broken(draft, lattice),
        broken_relation=broken,
        steps=_draw_stairs(draft, lattice),
        private=_draw_branch(
            draft,
            lattice.node(340, BELT_NORTH),
            (28, 36),
            {"highway": "service", "service": "driveway", "access": "private"},
        ),
        no_motorcycle=_draw_branch(
            draft,
            lattice.node(RIVER_EAST, 340),
            (-40, 12),
            {"highway": "residential", "motorcycle": "no", "name": "ซอยท่าน้ำ", "name:en": "Soi Tha Nam"},
        ),
    )


BELT_NORTH = 1100.0


def _draw_bridge(draft: Draft, lattice: Lattice, y: float) -> int:
    at = np.array([y])
    centre, half = float(river_centre(at)[0]), float(river_half_width(at)[0]) + 14
    west, east = draft.add_nodes(bend(np.array([(centre - half, y), (centre + half, y)])))
    main = y == GATE_Y
    th, en = ("สะพานท่าสะพาน", "Tha Saphan Bridge") if main else ("สะพานน้ำใส", "Nam Sai Bridge")
    street = {
        "highway": "primary" if main else "tertiary",
        "surface": "asphalt",
        "lit": "yes",
        "maxspeed": "60",
    }
    draft.add_way([lattice.node(RIVER_WEST, y), west], street)
    draft.add_way([east, lattice.node(RIVER_EAST, y)], street)
    return draft.add_way(
        [west, east], {**street, "bridge": "yes", "layer": "1", "name": th, "name:th": th, "name:en": en}
    )


def _draw_radials(draft: Draft, lattice: Lattice, size: Size) -> None:
    """Lead the main roads out into the country, north, south and east."""
    tags = {"highway": "primary", "surface": "asphalt", "maxspeed": "90", "ref": "ส.1"}
    top, bottom, right = lattice.y[-1], lattice.y[0], lattice.x[-1]
    for start, step in (
        ((GATE_X, top), (0, 100)),
        ((GATE_X, bottom), (0, -100)),
        ((right, GATE_Y), (100, 0)),
    ):
        far = np.arange(1, int((size.half_x_m - right + REACH) / 100))[:, None] * np.array(step) + start
        draft.add_way([lattice.node(*start), *draft.add_nodes(bend(far.astype("float64")))], tags)


def _draw_roundabout(draft: Draft, lattice: Lattice) -> None:
    i, j = lattice.at(*ROUNDABOUT)
    angle = np.arange(16) * (-2 * np.pi / 16)
    centre = bend(np.array([ROUNDABOUT]))[0]
    ring = draft.add_nodes(centre + 24 * np.column_stack([np.cos(angle), np.sin(angle)]))
    th, en = "วงเวียนช้างเงิน", "Chang Ngoen Circle"
    draft.add_way(
        [*ring, ring[0]],
        {
            "highway": "primary",
            "junction": "roundabout",
            "name": th,
            "name:th": th,
            "name:en": en,
            "lit": "yes",
        },
    )
    legs = (
        (i + 1, j, 0, "tertiary"),
        (i, j - 1, 4, "primary"),
        (i - 1, j, 8, "tertiary"),
        (i, j + 1, 12, "primary"),
    )
    for a, b, place, highway in legs:
        if lattice.nodes[a, b]:
            draft.add_way(
                [int(lattice.nodes[a, b]), ring[place]],
                {"highway": highway, "surface": "asphalt", "lit": "yes"},
            )


def _draw_bypass(draft: Draft, lattice: Lattice, size: Size) -> None:
    """Draw the elevated bypass east of the river: two carriageways and four ramps at the eastern radial."""
    y = np.arange(-size.half_y_m - 900, size.half_y_m + 901, 100.0)
    tags = {"highway": "motorway", "oneway": "yes", "motorcycle": "no", "foot": "no", "maxspeed": "90"}
    tags |= {
        "bridge": "viaduct",
        "layer": "2",
        "name": "ทางเลี่ยงเวียง",
        "name:en": "Wiang Bypass",
        "surface": "asphalt",
    }
    north = draft.add_nodes(bend(np.column_stack([np.full(len(y), BYPASS), y])))
    south = draft.add_nodes(bend(np.column_stack([np.full(len(y), BYPASS + 14), y])))
    draft.add_way(north, tags)
    draft.add_way(south[::-1], tags)
    low, high = int(np.abs(y + 440).argmin()), int(np.abs(y - 360).argmin())
    ramp = {"highway": "motorway_link", "oneway": "yes", "motorcycle": "no", "foot": "no", "maxspeed": "50"}
    west, east = lattice.node(1800, GATE_Y), lattice.node(1900, GATE_Y)
    for start, via, end in (
        (north[low], (BYPASS - 15, -250), west),
        (west, (BYPASS - 15, 170), north[high]),
        (south[high], (BYPASS + 29, 170), east),
        (east, (BYPASS + 29, -250), south[low]),
    ):
        draft.add_way([int(start), *draft.add_nodes(bend(np.array([via], "float64"))), int(end)], ramp)


def _draw_riverside_path(draft: Draft, lattice: Lattice) -> None:
    """Draw the cycleway along the western bank, joined to the riverside road at both ends."""
    first, last = lattice.node(RIVER_WEST, -665), lattice.node(RIVER_WEST, 665)
    y = np.arange(-620, 621, 40.0)
    bank = river_centre(y) - river_half_width(y) - 12
    path = draft.add_nodes(bend(np.column_stack([bank, y])))
    draft.add_way(
        [first, *path, last],
        {
            "highway": "cycleway",
            "foot": "designated",
            "bicycle": "designated",
            "surface": "asphalt",
            "lit": "yes",
        },
    )


def _draw_stairs(draft: Draft, lattice: Lattice) -> int:
    j = lattice.at(0, GATE_Y)[1]
    east_of_hill = (lattice.along_x[:, j] > NONE) & (lattice.x[:-1] > SUMMIT[0])
    foot = int(lattice.nodes[np.flatnonzero(east_of_hill)[0], j])
    x, y = draft.coordinates()[foot - 1]
    gate, landing, top = draft.add_nodes(
        bend(np.array([(x - 20, y + 25), (x - 85, y + 75), (SUMMIT[0] + 22, SUMMIT[1] - 12)]))
    )
    draft.add_way([foot, gate], {"highway": "footway", "surface": "concrete"})
    steps = draft.add_way(
        [gate, landing, top],
        {
            "highway": "steps",
            "step_count": "309",
            "handrail": "yes",
            "name": "บันไดนาคดอยเงิน",
            "name:en": "Doi Ngoen Naga Stairs",
        },
    )
    draft.add_way(
        [top, *draft.add_nodes(bend(np.array([SUMMIT])))], {"highway": "footway", "surface": "paving_stones"}
    )
    return steps


def _draw_branch(draft: Draft, start: int, step: tuple[float, float], tags: Tags) -> int:
    end = draft.coordinates()[start - 1] + step
    return draft.add_way([start, *draft.add_nodes(end)], tags)


def _draw_broken(draft: Draft, lattice: Lattice) -> int:
    """Draw a lane whose last node is not in the file, as cut extracts have them."""
    start = lattice.node(RIVER_EAST, -665)
    end = draft.coordinates()[start - 1] + (-35, -20)
    return draft.add_way(
        [start, *draft.add_nodes(end), MISSING_NODE], {"highway": "service", "service": "alley"}
    )
