"""What is used against the plan, by construction: from what was drawn, not from what the package finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.land import WEST_QUARTER_USES, WORKSHOP
from urbanplan.sources.sample.plan_layers import INDUSTRY, zoning
from urbanplan.sources.sample.plan_rules import QUOTA_SHARE

if TYPE_CHECKING:
    from urbanplan.sources.sample.town import Town

RAI_M2 = 1600.0
WORTH_LISTING_M2 = 25.0
_UNTOLD = {"yes", "industrial", "warehouse", "factory"}
"""Buildings that leave the word to an industrial area beneath them."""


def plan_truth(town: Town) -> dict[str, Any]:
    """Return the industry that stands where the plan prohibits it, and the quota of the block west of the moat."""
    rows = zoning(town.size)
    told = [
        area
        for area, tags in zip(town.buildings.areas, town.buildings.tags, strict=True)
        if tags.get("building", "yes") not in _UNTOLD
    ]
    tree = shapely.STRtree(told)
    found = []
    for number, way in enumerate(town.draft.ways, start=1):
        if way.tags.get("landuse") != "industrial":
            continue
        ring = shapely.Polygon(town.draft.coordinates()[np.array(way.nodes) - 1])
        for row in rows:
            if row["class"] == INDUSTRY:
                continue
            part = shapely.intersection(ring, row["area"])
            near = [told[index] for index in tree.query(part, predicate="intersects")]
            part = shapely.difference(part, shapely.union_all(near)) if near else part
            if part.area > WORTH_LISTING_M2:
                found.append(
                    {
                        "object": f"way/{number}",
                        "plan_area": row["id"],
                        "class": row["class"],
                        "clause": row["clause"],
                        "area_m2": round(part.area, 2),
                        "area_rai": round(part.area / RAI_M2, 5),
                    }
                )
    return {
        "industry_where_prohibited": found,
        "workshop_m2": shapely.box(*WORKSHOP).area,
        "quota": _quota(town),
        "rule": "industry is prohibited everywhere but in its own zone; other conflicts are only those above a quota",
    }


def _quota(town: Town) -> dict[str, Any]:
    """Return the quota of the block of zone 0107, whose uses are known to the metre."""
    row = next(row for row in zoning(town.size) if row["id"] == "0107")
    other = shapely.union_all(
        [shapely.box(*box) for use, box in WEST_QUARTER_USES if use in {"farmland", "forest"}]
    )
    inside = [
        area
        for area, tags in zip(town.buildings.areas, town.buildings.tags, strict=True)
        if shapely.intersects(other, area) and tags.get("building", "yes") != "yes"
    ]
    land = shapely.difference(other, shapely.union_all(inside)).area if inside else other.area
    share = QUOTA_SHARE[row["class"]]
    return {
        "plan_area": "0107",
        "quota_share": share,
        "other_m2": round(land, 2),
        "excess_m2": round(land - share * row["area"].area, 2),
    }
