"""Capacity of the plan, plot by plot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.known_parts import known_parts
from urbanplan.methods.overlay import planar
from urbanplan.methods.plan_capacity import COLUMNS, LISTED, capacity_rows
from urbanplan.model.listing import listing


@listing(
    name="Floor area that the plan allows on each plot",
    geometry="polygon",
    columns={"plot": "", "plan_area": "", "zone_class": "", **LISTED, "zone_share": "share", "clause": ""},
    by="use_ratio",
    references=("berke2006",),
    standard=False,
)
def plot_capacity(
    plots: GeoDataFrame,
    buildings: GeoDataFrame,
    zoning: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    storey_m: float = 3.0,
    min_area_m2: float = 0.0,
) -> GeoDataFrame:
    """List for each plot the floor area that the plan's limits allow, what is built, and what is left.

    Parameters
    ----------
    plots : GeoDataFrame
        Parcels of land.
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    zoning : GeoDataFrame
        Areas of the plan with max_far, max_bcr, max_height_m, min_osr; one that was not given does not bind.
    cells : GeoDataFrame
        The analysis grid: it says where buildings are mapped.
    storey_m : float
        Height of a storey, built or allowed.
    min_area_m2 : float
        Smaller plots are left out.

    Returns
    -------
    GeoDataFrame
        One row per plot, as `landuse.plan_capacity`; plan_area is the area of the plan that has most of the plot, and
        zone_share its share of it. A plot of which less than half lies where buildings are mapped is left out.

    Notes
    -----
    As `landuse.plan_capacity`, on plots alone, without streets. A plot that lies in several areas of the plan is measured
    by the limits of the largest part; plans differ in what they rule for such plots.
    """
    areas = planar(zoning)
    _, known = known_parts(plots, cells)
    kept = known_parts(plots, cells)[0].index[known > 0.5]  # noqa: PLR2004 - most of the plot
    chosen = plots.loc[kept]
    chosen = chosen[chosen.area >= min_area_m2]
    plot, area = shapely.STRtree(areas.geometry.to_numpy()).query(
        chosen.geometry.to_numpy(), predicate="intersects"
    )
    size = shapely.area(
        shapely.intersection(chosen.geometry.to_numpy()[plot], areas.geometry.to_numpy()[area])
    )
    order = np.lexsort((area, -size, plot))
    first = order[np.unique(plot[order], return_index=True)[1]]
    best = pd.Series(area[first], index=plot[first]).reindex(range(len(chosen)))
    row = best.fillna(-1).to_numpy(dtype=np.int64)
    taken = areas.reset_index(names="plan_area")
    lacking = row < 0
    columns = {name: np.where(lacking, np.nan, taken[name].to_numpy()[row]) for name in COLUMNS}
    texts = {
        name: np.where(lacking, None, taken[name].to_numpy(dtype=object)[row])
        for name in ("plan_area", "class", "clause")
    }
    share = (
        pd.Series(size[first], index=plot[first]).reindex(range(len(chosen))).to_numpy()
        / chosen.area.to_numpy()
    )
    grounds = GeoDataFrame(
        {
            "plot": chosen.index.astype(str),
            **columns,
            "plan_area": texts["plan_area"],
            "zone_class": texts["class"],
        },
        geometry=chosen.geometry.to_numpy(),
        crs=plots.crs,
    ).assign(clause=texts["clause"], zone_share=share)
    return capacity_rows(buildings, grounds, storey_m=storey_m)
