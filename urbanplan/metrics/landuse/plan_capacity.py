"""Capacity of the plan, area by area."""

from __future__ import annotations

import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.known_parts import known_parts
from urbanplan.methods.overlay import planar
from urbanplan.methods.plan_capacity import LISTED, capacity_rows
from urbanplan.model.listing import listing


@listing(
    name="Floor area that the plan allows, and what is built",
    geometry="polygon",
    columns={"plan_area": "", "zone_class": "", **LISTED, "known_share": "share", "clause": ""},
    by="use_ratio",
    references=("berke2006",),
)
def plan_capacity(
    buildings: GeoDataFrame,
    zoning: GeoDataFrame,
    cells: GeoDataFrame,
    boundary: GeoDataFrame,
    *,
    storey_m: float = 3.0,
    plots_share: float = 1.0,
) -> GeoDataFrame:
    """List for each area of the plan the floor area that its limits allow, what is built, and what is left.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    zoning : GeoDataFrame
        Areas of the plan with max_far, max_bcr, max_height_m, min_osr; one that was not given does not bind.
    cells : GeoDataFrame
        The analysis grid: it says where buildings are mapped.
    boundary : GeoDataFrame
        The city: what lies outside is cut off.
    storey_m : float
        Height of a storey, built or allowed.
    plots_share : float
        Share of the ground that is plots, not streets.

    Returns
    -------
    GeoDataFrame
        One row per area: plan_area (id), zone_class, state (regulated, not_regulated, storeys_unknown), binding (far,
        coverage_and_height or open_space), ground, allowed and built floor (with a storey less and more), residual, over,
        use_ratio (built by allowed), told_share (share of footprints whose storeys are told), known_share (share of the
        area in the city where buildings are mapped: all other numbers are of this part), clause.

    Notes
    -----
    Allowed is the least of FAR times ground, coverage times ground times whole storeys under the height, and open ground
    over the open space ratio. Streets are part of the ground unless `plots_share` says otherwise, so that allowed is an
    upper and over a lower estimate. Where no limit was given nothing is concluded. No finding that a rule is broken.
    """
    areas = planar(zoning)
    city = boundary.geometry.iloc[0] if len(boundary) else shapely.union_all(areas.geometry.to_numpy())
    inside = shapely.intersection(areas.geometry.to_numpy(), city)
    areas = areas.set_geometry(inside, crs=areas.crs)[shapely.area(inside) > 1.0]
    grounds, share = known_parts(areas, cells)
    rows = capacity_rows(buildings, grounds, storey_m=storey_m, plots_share=plots_share)
    return rows.assign(plan_area=rows.index.astype(str), zone_class=rows["class"], known_share=share)
