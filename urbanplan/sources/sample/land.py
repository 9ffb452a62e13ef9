"""Land use, woods and water of the invented town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.outskirts import FIELD, FOREST, INDUSTRY, OLD, ORCHARD, RIVERSIDE, SUBURB, TOWN
from urbanplan.sources.sample.plan import (
    GATE_X,
    GATE_Y,
    HILL,
    OLD_TOWN,
    WEST_QUARTER,
    bend_shape,
    river,
    square,
)

if TYPE_CHECKING:
    from urbanplan.sources.sample.draft import Draft, Tags
    from urbanplan.sources.sample.outskirts import Lattice
    from urbanplan.sources.sample.plan import Size

WEST_QUARTER_USES: tuple[tuple[str, tuple[float, float, float, float]], ...] = (
    ("residential", (-1600, -300, -700, 500)),
    ("commercial", (-900, -140, -700, 60)),
    ("religious", (-1600, 500, -1200, 700)),
    ("recreation_ground", (-1200, 500, -900, 700)),
    ("institutional", (-900, 500, -700, 700)),
    ("industrial", (-1600, -700, -1400, -500)),
    ("farmland", (-1400, -700, -700, -500)),
    ("forest", (-1600, -500, -1000, -300)),
)
"""Land use of zone 0107, whose areas are known to the metre: west, south, east, north.

The commercial area lies within the residential one; 300 by 200 m in the south-east are not mapped.
"""
WORKSHOP = (300.0, -560.0, 360.0, -520.0)
"""A workshop in the old town, where the plan prohibits industry: 60 by 40 m, which is 1 rai and 2 ngan."""
QUARTER = (WEST_QUARTER, -OLD_TOWN, -OLD_TOWN, OLD_TOWN)

_USES: dict[int, Tags] = {
    FIELD: {"landuse": "farmland"},
    SUBURB: {"landuse": "residential"},
    TOWN: {"landuse": "residential"},
    INDUSTRY: {"landuse": "industrial", "name": "เขตโรงงานทุ่งข้าวหอม", "name:en": "Thung Khao Hom Works"},
    ORCHARD: {"landuse": "orchard"},
}
_CROPS = ("rice", "rice", "longan", "garlic")


def draw_land(draft: Draft, lattice: Lattice, size: Size) -> None:
    """Draw the uses of land, the woods on the mountain, and the river."""
    _draw_old_town(draft)
    for use, box in WEST_QUARTER_USES:
        draft.add_ring(shapely.box(*box), {"landuse": use})
    _draw_blocks(draft, lattice)
    x, y, a, b = HILL
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    wood = shapely.Polygon(np.column_stack([x + a * np.cos(angle), y + b * np.sin(angle)]))
    wood = _largest(wood & shapely.box(*np.array([-1, -1, 1, 1]) * (size.half_x_m + 900)))
    draft.add_area(
        wood,
        {"natural": "wood", "leaf_type": "broadleaved", "name": "ป่าดอยเงิน", "name:en": "Doi Ngoen Forest"},
    )
    _draw_river(draft, size)
    draft.add_ring(shapely.box(*WORKSHOP), {"landuse": "industrial", "name": "โรงงานท้ายเวียง (สมมุติ)"})


def _draw_old_town(draft: Draft) -> None:
    draft.add_ring(square(590), {"landuse": "residential"})
    for box in (
        (-420, GATE_Y - 42, 420, GATE_Y + 42),
        (GATE_X - 40, GATE_Y + 42, GATE_X + 40, 310),
        (GATE_X - 40, -340, GATE_X + 40, GATE_Y - 42),
    ):
        draft.add_ring(shapely.box(*box), {"landuse": "commercial"})


def _draw_blocks(draft: Draft, lattice: Lattice) -> None:
    """Draw one area per block, shops along some of the main roads, and no two blocks' areas overlapping."""
    kept_free = square(OLD_TOWN) | shapely.box(*QUARTER)
    for a, b in np.ndindex(*lattice.kind.shape):
        kind = int(lattice.kind[a, b])
        if kind in {OLD, FOREST, RIVERSIDE}:
            continue
        west, east = lattice.lines_x[a : a + 2]
        south, north = lattice.lines_y[b : b + 2]
        block = _largest(shapely.box(west + 4, south + 4, east - 4, north - 4) - kept_free)
        if block.is_empty:
            continue
        tags = dict(_USES[kind])
        if kind == FIELD:
            tags["crop"] = _CROPS[(3 * a + b) % len(_CROPS)]
        draft.add_ring(bend_shape(block), tags)
        if kind == TOWN and (a + b) % 3 == 0:
            shops = _largest(shapely.box(west + 4, south + 4, east - 4, south + 60) & block)
            if not shops.is_empty:
                draft.add_ring(bend_shape(shops), {"landuse": "retail" if a % 2 else "commercial"})


def _draw_river(draft: Draft, size: Size) -> None:
    """Draw the river as a multipolygon whose outer ring is two ways and whose hole is the island."""
    area, centre = river(size)
    nodes = draft.add_nodes(np.array(area.exterior.coords)[:-1])
    half = len(nodes) // 2
    members = [
        ("w", draft.add_way(nodes[: half + 1], {}), "outer"),
        ("w", draft.add_way([*nodes[half:], nodes[0]], {}), "outer"),
        ("w", draft.add_ring(area.interiors[0], {"place": "island", "name": "เกาะกลางน้ำ"}), "inner"),
    ]
    name = {"name": "แม่น้ำใส", "name:th": "แม่น้ำใส", "name:en": "Mae Nam Sai"}
    draft.add_relation(members, {"type": "multipolygon", "natural": "water", "water": "river", **name})
    draft.add_line(np.array(centre.coords)[::-1], {"waterway": "river", **name})


def _largest(shape: Any) -> Any:
    """Return the largest polygon of what an overlay left."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area, default=shapely.Polygon())
