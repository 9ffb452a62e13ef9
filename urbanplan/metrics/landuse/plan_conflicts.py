"""Apparent conflicts with the plan."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from geopandas import GeoDataFrame

from urbanplan.base.units import RAI_M2
from urbanplan.methods.overlay import planar
from urbanplan.methods.permissions import permissions
from urbanplan.methods.plan_conflicts import Pieces, believed, is_sliver, level, over_quota, use_pieces
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.listing import listing


@listing(
    name="Apparent conflicts with the plan",
    geometry="polygon",
    columns={
        "plan_area": "",
        "zone_class": "",
        "use_class": "",
        "kind": "",
        "finding": "",
        "area_m2": "m2",
        "area_rai": "rai",
        "rule": "",
        "clause": "",
        "confidence": "1",
        "confidence_level": "",
    },
    by="use_class",
    references=("alterman1978",),
)
def plan_conflicts(
    observed_use: GeoDataFrame,
    zoning: GeoDataFrame,
    plan_rules: GeoDataFrame,
    boundary: GeoDataFrame,
    *,
    min_area_m2: float = 25.0,
    position_error_m: float = 3.0,
) -> GeoDataFrame:
    """List land in the city whose use, as found, the plan's rules do not permit there.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    zoning : GeoDataFrame
        Areas of the plan; of areas that overlap the smaller holds.
    plan_rules : GeoDataFrame
        What the plan says of each use in each kind of area.
    boundary : GeoDataFrame
        The city: what lies outside is left out.
    min_area_m2 : float
        Smaller pieces are not listed.
    position_error_m : float
        Error of the plan's borders and of the map: what a border cuts off narrower than twice this is not listed.

    Returns
    -------
    GeoDataFrame
        One row per piece, the largest first: plan_area (id), zone_class, use_class, kind (the tag or code behind it),
        finding (prohibited, or above_quota: the area of the plan holds more of such uses than its quota), area_m2 and
        area_rai (of the piece), rule and clause, confidence (0-1) and confidence_level (high, medium, low).

    Notes
    -----
    Confidence is the quality of the source (0.8 for a building's own use, 0.6 for that of the land, half where a code
    names two uses) times the share of the piece that lies farther than the error from the border of its area: an order,
    no probability. A use from before the plan is lawful in general. Nothing here says that a rule is broken.
    """
    areas = planar(zoning)
    rules = permissions(areas, plan_rules)
    inside = (
        observed_use[observed_use.intersects(boundary.geometry.iloc[0])] if len(boundary) else observed_use
    )
    pieces = use_pieces(inside, areas)
    *_, covered = over_quota(observed_use, areas, rules)
    banned = rules.weight[pieces.area, pieces.kind] == 0
    above = rules.quota[pieces.area, pieces.kind] & (covered[pieces.area] < 1)
    chosen = _take(pieces, banned | above)
    chosen = _take(chosen, ~is_sliver(chosen, min_area_m2=min_area_m2, error_m=position_error_m))
    confidence = believed(chosen, inside, areas, error_m=position_error_m)
    rows = gpd.GeoDataFrame(
        {
            "plan_area": areas.index.astype(str).to_numpy()[chosen.area],
            "zone_class": areas["class"].to_numpy(dtype=object)[chosen.area],
            "use_class": np.array(LAND_USE_CLASSES, dtype=object)[chosen.kind],
            "kind": inside["kind"].to_numpy(dtype=object)[chosen.use],
            "finding": np.where(rules.quota[chosen.area, chosen.kind], "above_quota", "prohibited"),
            "area_m2": chosen.area_m2,
            "area_rai": chosen.area_m2 / RAI_M2,
            "rule": rules.rule[chosen.area, chosen.kind],
            "clause": rules.clause[chosen.area, chosen.kind],
            "confidence": confidence,
            "confidence_level": level(confidence),
        },
        geometry=chosen.shapes,
        crs=observed_use.crs,
    )
    order = np.lexsort(
        (rows.bounds["minx"].to_numpy(), rows["plan_area"], -rows["area_m2"].to_numpy().round(2))
    )
    return rows.iloc[order]


def _take(pieces: Pieces, which: np.ndarray) -> Pieces:
    return Pieces(**{name: part[which] for name, part in vars(pieces).items()})
