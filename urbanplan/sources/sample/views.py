"""The town's views: what must stay visible, a tower planted in one view, and a proposal that would take another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.plan import GATE_Y, HILL, SUMMIT, bend_shape, elevation, on_hill
from urbanplan.sources.sample.plan_layers import viewpoints

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.plan_layers import Row

HILL_CHEDI, TOWN_CHEDI, MOUNTAIN, PROCESSION = "T1", "T2", "T3", "V5"
CHEDI_TOP_M, CHEDI_BASE_M = 25.0, 15.0
TOWN_CHEDI_AT, TOWN_CHEDI_TOP_M, TOWN_CHEDI_BASE_M = (-20.0, 60.0), 30.0, 20.0
MOUNTAIN_FROM_M, MOUNTAIN_TO_M = 420.0, 680.0
TOWER_M, TOWER_STOREYS, PROPOSED_M, SECOND_M = 46.0, 14, 60.0, 50.0
"""Heights of the hotel that stands in the view from the bridge, and of the two towers that are proposed in front of the chedi."""
_TOWER_SIDE_M, _GAP_M = 16.0, 8.0
_FROM_EYE_M, _FROM_TARGET_M = (690.0, 860.0), (110.0, 260.0)
"""Where towers are looked for, in metres from the eye and from the target: inside the moat, where 9 m are allowed."""


def view_targets() -> list[Row]:
    """Return what must stay visible, in local metres, with base and top in metres over the ground."""
    rows: tuple[tuple[str, str, str, Any, float | None, float | None, str | None], ...] = (
        (HILL_CHEDI, "พระธาตุดอยเงิน", "Chedi of the hill temple", shapely.Point(SUMMIT), CHEDI_BASE_M, CHEDI_TOP_M, "V1;V2;V3;V5"),
        (TOWN_CHEDI, "เจดีย์กลางเวียง", "Chedi of the old town", shapely.Point(TOWN_CHEDI_AT), TOWN_CHEDI_BASE_M, TOWN_CHEDI_TOP_M, "V1;V2;V3;V4"),
        (MOUNTAIN, "ดอยเงินด้านตะวันออก", "Eastern face of Doi Ngoen", mountain_face(), None, None, "V1;V2;V3;V5"),
    )  # fmt: skip
    return [
        {
            "id": key,
            "name": th,
            "name_th": th,
            "name_en": en,
            "base_m": base,
            "top_m": top,
            "min_visible_share": 0.5 if key == MOUNTAIN else None,
            "viewpoints": seen_from,
            "evidence": "แนวมองตามประกาศ ข้อ ๖ (สมมุติ)",
            "area": area,
        }
        for key, th, en, area, base, top, seen_from in rows
    ]


def procession() -> Row:
    """Return the procession way from the bridge to the gate, a viewpoint that is a line."""
    return {
        "id": PROCESSION,
        "name": "ทางแห่พระ สะพานท่าสะพานถึงข่วงประตู",
        "name_th": "ทางแห่พระ สะพานท่าสะพานถึงข่วงประตู",
        "name_en": "Procession way from the bridge to the gate",
        "eye_height_m": 1.6,
        "evidence": "เส้นทางแห่พระประจำปี (สมมุติ)",
        "area": bend_shape(shapely.LineString([(1290.0, GATE_Y), (605.0, GATE_Y)])),
    }


def mountain_face() -> Any:
    """Return the part of the mountain that the town looks at: its eastern slope between two heights, north of the spur."""
    x = np.arange(HILL[0], SUMMIT[0] + 1, 10.0)
    west, east = [], []
    for y in np.arange(HILL[1] - 500, HILL[1] + 801, 50.0):
        heights = elevation(x, np.full(len(x), y))
        held = x[(heights >= MOUNTAIN_FROM_M) & (heights <= MOUNTAIN_TO_M) & (x < SUMMIT[0] - 400)]
        west.append((float(held.min()), float(y)))
        east.append((float(held.max()), float(y)))
    face = shapely.Polygon([*west, *east[::-1]])
    assert on_hill(np.array([face.centroid.coords[0]])).all()  # noqa: S101 - the plan and its mountain belong together
    return face


def tower_site(blocked: NDArray[Any]) -> Any:
    """Return the ground of the hotel that stands between the bridge and the hill temple, free of streets and borders."""
    return _site(_spot("V2"), SUMMIT, _FROM_EYE_M, blocked)


def proposed_site(blocked: NDArray[Any]) -> Any:
    """Return the ground of the tower that is proposed between the hill temple's terrace and the old town's chedi."""
    far = _spot("V4")
    length = float(np.hypot(far[0] - TOWN_CHEDI_AT[0], far[1] - TOWN_CHEDI_AT[1]))
    return _site(far, TOWN_CHEDI_AT, (length - _FROM_TARGET_M[1], length - _FROM_TARGET_M[0]), blocked)


def _spot(viewpoint: str) -> tuple[float, float]:
    point = next(row["area"] for row in viewpoints() if row["id"] == viewpoint)
    return float(point.x), float(point.y)


def _site(
    eye: tuple[float, float], target: tuple[float, float], within: tuple[float, float], blocked: NDArray[Any]
) -> Any:
    """Return the first square around a point of a sight line that touches nothing."""
    line = shapely.LineString([eye, target])
    tree = shapely.STRtree(blocked)
    for distance in np.arange(within[0], within[1], 2.0):
        spot = line.interpolate(float(distance))
        half = _TOWER_SIDE_M / 2
        square = shapely.box(spot.x - half, spot.y - half, spot.x + half, spot.y + half)
        if not len(tree.query(square, predicate="dwithin", distance=_GAP_M)):
            return square
    raise AssertionError(f"no free ground between {eye} and {target}")


def second_proposal(site: Any) -> list[Row]:
    """Return the tower of another developer, who builds into the same view."""
    return [
        {
            "id": "Q1",
            "name": "โครงการโรงแรมคุ้มเวียง (สมมุติ)",
            "name_en": "Khum Wiang hotel (synthetic)",
            "use": "hotel",
            "levels": 15,
            "height_m": SECOND_M,
            "area": site,
        }
    ]


def proposal(site: Any) -> list[Row]:
    """Return the tower that a developer proposes, as a plan's file holds it."""
    return [
        {
            "id": "P1",
            "name": "โครงการอาคารชุดเวียงวิว (สมมุติ)",
            "name_en": "Wiang View condominium (synthetic)",
            "use": "apartments",
            "levels": 18,
            "height_m": PROPOSED_M,
            "area": site,
        }
    ]
