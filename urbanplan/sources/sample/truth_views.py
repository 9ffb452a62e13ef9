"""Which building stands in which view, by plane geometry on what was drawn: no grid, no measure of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.plan import elevation
from urbanplan.sources.sample.plan_layers import viewpoints
from urbanplan.sources.sample.truth_heights import tagged_height
from urbanplan.sources.sample.views import (
    HILL_CHEDI,
    MOUNTAIN,
    PROPOSED_M,
    SECOND_M,
    TOWN_CHEDI,
    view_targets,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.draft import Tags
    from urbanplan.sources.sample.town import Town

EDGE_M, HEIGHT_M = 2.0, 1.5
"""A building is in the way for certain when the line passes this far inside its outline and this far below its roof; it
may be when it does so outside and above."""
STOREY_M = (2.8, 4.2)
"""Least and most metres of a storey, where only storeys are known."""


def view_truth(town: Town) -> dict[str, Any]:
    """Return for each line from a viewpoint to the tip of a chedi the buildings in its way, and what was planted."""
    footprints = np.array(town.buildings.areas)
    low, high = _heights(town.buildings.tags)
    names = ["/".join(map(str, key)) for key in town.buildings.objects]
    tower = names[next(k for k, area in enumerate(town.buildings.areas) if area is town.tower)]
    chedis = {row["id"]: row for row in view_targets() if row["id"] != MOUNTAIN}
    eyes = {row["id"]: (row["area"].x, row["area"].y) for row in viewpoints() if row["id"] != "V5"}
    lines = {}
    for target, row in chedis.items():
        for viewpoint in str(row["viewpoints"]).split(";"):
            if viewpoint in eyes:
                tip = (row["area"].x, row["area"].y, row["top_m"])
                lines[f"{viewpoint}-{target}"] = _one(eyes[viewpoint], tip, footprints, low, high, names)
    tip = (*chedis[TOWN_CHEDI]["area"].coords[0], chedis[TOWN_CHEDI]["top_m"])
    heights = np.array([PROPOSED_M, SECOND_M])
    proposed = [
        _one(eyes["V4"], tip, np.array([site]), heights[[k]], heights[[k]], ["proposal"])["certain"]
        for k, site in enumerate((town.proposed, town.second))
    ]
    return {
        "lines": lines,
        "tower": {"id": tower, "takes": f"V2-{HILL_CHEDI}", "sole": True},
        "proposal": {"takes": f"V4-{TOWN_CHEDI}", "in_the_way": proposed[0] == ["proposal"]},
        "proposal_2": {"takes": f"V4-{TOWN_CHEDI}", "in_the_way": proposed[1] == ["proposal"]},
        "rule": (
            "`certain`: the line runs 2 m or more inside the outline and 1.5 m or more below the lowest that the roof can be; "
            "`possible`: the same, outside and above the highest; `unknown`: no tag tells the height; V4's own temple and "
            "what stands on a target's own ground do not count"
        ),
    }


def _heights(tags: list[Tags]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest that each building's height can be; NaN where no tag tells it."""
    low, high = np.full(len(tags), np.nan), np.full(len(tags), np.nan)
    for number, each in enumerate(tags):
        height, levels = tagged_height(each), each.get("building:levels", "")
        if height is not None:
            low[number] = high[number] = height
        elif levels.isascii() and levels.isdigit():
            low[number], high[number] = int(levels) * STOREY_M[0], int(levels) * STOREY_M[1] + HEIGHT_M
    return low, high


def _ground(x: float, y: float) -> float:
    return float(elevation(np.array([x]), np.array([y]))[0])


def _one(
    eye: tuple[float, float],
    tip: tuple[float, float, float],
    footprints: NDArray[Any],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    names: list[str],
) -> dict[str, list[str]]:
    line = shapely.LineString([eye, tip[:2]])
    start, end = _ground(*eye) + 1.6, _ground(*tip[:2]) + tip[2]
    near = np.flatnonzero(shapely.dwithin(footprints, line, EDGE_M))
    found: dict[str, list[str]] = {"certain": [], "possible": [], "unknown": []}
    for number in near.tolist():
        ends = (shapely.Point(eye), shapely.Point(tip[:2]))
        if any(footprints[number].buffer(EDGE_M).contains(end_) for end_ in ends):
            continue
        wide = shapely.intersection(line, footprints[number].buffer(EDGE_M, join_style="mitre"))
        tight = shapely.intersection(line, footprints[number].buffer(-EDGE_M, join_style="mitre"))
        spot = footprints[number].centroid
        base = _ground(spot.x, spot.y)

        def least_over(part: Any, base: float = base) -> float:
            along = [line.project(shapely.Point(xy)) / line.length for xy in shapely.get_coordinates(part)]
            return start + (end - start) * min(along) - base if along else np.inf

        if np.isnan(low[number]):
            found["unknown"].append(names[number])
            continue
        if low[number] - HEIGHT_M > least_over(tight):
            found["certain"].append(names[number])
        if high[number] + HEIGHT_M > least_over(wide):
            found["possible"].append(names[number])
    return {key: sorted(value) for key, value in found.items()}
