"""Quotas of the plan, area by area."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.units import RAI_M2
from urbanplan.methods.overlay import planar
from urbanplan.methods.permissions import permissions
from urbanplan.methods.plan_conflicts import over_quota
from urbanplan.model.listing import listing


@listing(
    name="Quotas of the plan",
    geometry="polygon",
    columns={
        "plan_area": "",
        "zone_class": "",
        "reading": "",
        "quota_share": "share",
        "other_share": "share",
        "highest_share": "share",
        "other_m2": "m2",
        "excess_m2": "m2",
        "excess_rai": "rai",
        "clause": "",
    },
    by="reading",
    references=("alterman1978",),
)
def plan_quota(
    observed_use: GeoDataFrame, zoning: GeoDataFrame, plan_rules: GeoDataFrame, boundary: GeoDataFrame
) -> GeoDataFrame:
    """List the areas of the plan that allow other uses up to a share of the area, with the share that is found.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    zoning : GeoDataFrame
        Areas of the plan; each row is one block, of which the quota is a share.
    plan_rules : GeoDataFrame
        Rules that say `quota`.
    boundary : GeoDataFrame
        The city: areas that lie outside are left out.

    Returns
    -------
    GeoDataFrame
        One row per area with a quota: plan_area (id), zone_class, reading (within: also if all unknown land were in such
        uses; open: within as far as is known; exceeds: more than the quota is found), quota_share, other_share (found, of
        all land of the area), highest_share (if all unknown land were in such uses), other_m2, excess_m2 and excess_rai
        above the quota, clause.

    Notes
    -----
    Measured on the map, to be compared with the plan by the authority in charge; uses from before the plan count too.
    """
    areas = planar(zoning)
    rules = permissions(areas, plan_rules)
    ground = shapely.area(areas.geometry.to_numpy())
    other, told, _ = over_quota(observed_use, areas, rules)
    share, highest = other / ground, np.clip((other + np.maximum(ground - told, 0.0)) / ground, 0.0, 1.0)
    reading = np.where(
        share > rules.quota_share, "exceeds", np.where(highest > rules.quota_share, "open", "within")
    )
    excess = np.maximum(other - rules.quota_share * ground, 0.0)
    clause = np.array(
        [next((text for text, held in zip(row, quota, strict=True) if held and text), "")
         for row, quota in zip(rules.clause, rules.quota, strict=True)],
        dtype=object,
    )  # fmt: skip
    rows = areas[["geometry"]].assign(
        plan_area=areas.index.astype(str),
        zone_class=areas["class"],
        reading=reading,
        quota_share=rules.quota_share,
        other_share=share,
        highest_share=highest,
        other_m2=other,
        excess_m2=excess,
        excess_rai=excess / RAI_M2,
        clause=clause,
    )
    inside = np.isfinite(rules.quota_share)
    if len(boundary):
        inside &= shapely.intersects(boundary.geometry.iloc[0], areas.geometry.to_numpy())
    return rows[inside].sort_values(["excess_m2", "plan_area"], ascending=[False, True], kind="stable")
