"""Which buildings exceed which limit of height, from the tags that were written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from urbanplan.sources.sample.buildings import Buildings
    from urbanplan.sources.sample.draft import Tags

FOOT_M = 0.3048


def height_truth(buildings: Buildings, layers: dict[str, Sequence[dict[str, Any]]]) -> dict[str, Any]:
    """Return for each area with a limit the buildings above it, by height tag, and those of which only storeys are known.

    Parameters
    ----------
    buildings : Buildings
        All buildings; none crosses the border of an area.
    layers : dict of str to list of dict
        Areas with `max_height_m`, by layer; heritage zones carry an `id` and a `version`, zoning a `class`.
    """
    out: dict[str, Any] = {
        "rule": (
            "a building exceeds a limit when its height tag (metres; 12 m and 30' are understood) is greater, not equal; "
            "buildings without a usable height tag stand under `storeys_only` by their building:levels"
        )
    }
    footprints = np.array(buildings.areas)
    shapely.prepare(footprints)
    heights = [tagged_height(tags) for tags in buildings.tags]
    for name, rows in layers.items():
        out[name] = [
            _one(row, shapely.contains(row["area"], footprints), heights, buildings)
            for row in rows
            if row["max_height_m"] is not None
        ]
    return out


def tagged_height(tags: Tags) -> float | None:
    """Return the height that a tag tells in metres or feet; other texts tell none.

    Examples
    --------
    >>> tagged_height({"height": "12 m"}), tagged_height({"height": "30'"}), tagged_height({"height": "~10"})
    (12.0, 9.144, None)
    """
    text = tags.get("height", "")
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)(?: m)?", text):
        return float(match[1])
    if match := re.fullmatch(r"(\d+)'", text):
        return round(float(match[1]) * FOOT_M, 4)
    return None


def _one(
    row: dict[str, Any], inside: Any, heights: list[float | None], buildings: Buildings
) -> dict[str, Any]:
    limit = row["max_height_m"]
    exceeding: dict[str, float] = {}
    storeys_only: dict[str, list[str]] = {}
    for index in np.flatnonzero(inside).tolist():
        key = "/".join(map(str, buildings.objects[index]))
        height, levels = heights[index], buildings.tags[index].get("building:levels", "")
        if height is None and levels.isascii() and levels.isdigit() and int(levels) > 1:
            storeys_only.setdefault(levels, []).append(key)
        elif height is not None and height > limit:
            exceeding[key] = height
    words: dict[str, Any] = {
        key: row[key] for key in ("id", "version", "status", "class", "clause", "max_height_m") if key in row
    }
    return {
        **words,
        **({"built": _built(exceeding, buildings, row["in_force_from"])} if "in_force_from" in row else {}),
        "buildings": int(inside.sum()),
        "with_height": int(sum(heights[index] is not None for index in np.flatnonzero(inside))),
        "exceeding": len(exceeding),
        "exceeding_ids": exceeding,
        "storeys_only": dict(sorted(storeys_only.items())),
    }


def _built(exceeding: dict[str, float], buildings: Buildings, start: str) -> dict[str, int]:
    """Return how many of those above the limit were built before its first day, since, or nobody knows when."""
    keys = {"/".join(map(str, key)): number for number, key in enumerate(buildings.objects)}
    dates = [buildings.tags[keys[key]].get("start_date", "") for key in exceeding]
    years = [date[:4] for date in dates]
    return {
        "before": sum(bool(year) and year < start[:4] for year in years),
        "after": sum(
            year > start[:4] or (year == start[:4] and date[:7] > start[:7])
            for year, date in zip(years, dates, strict=True)
        ),
        "unknown": sum(not year for year in years),
    }


def wall_truth(buildings: Buildings, area: Any, limit_m: float, storey_m: float) -> dict[str, Any]:
    """Return the buildings of an area whose wall, by their true storeys, is above a limit, where a tag tells them."""
    footprints = np.array(buildings.areas)
    inside = np.flatnonzero(shapely.contains(area, footprints)).tolist()
    told = [
        n for n in inside if buildings.storeys[n] and {"height", "building:levels"} & set(buildings.tags[n])
    ]
    above = [n for n in told if buildings.storeys[n] * storey_m > limit_m]
    return {
        "limit_m": limit_m,
        "known": len(told),
        "exceeding_ids": ["/".join(map(str, buildings.objects[n])) for n in above],
        "rule": "a wall is 3.2 m a storey; buildings of odd tags, whose true storeys nobody knows, are left out",
    }
