"""What each class of land cover gained and lost."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from geopandas import GeoDataFrame

from urbanplan.methods.landscape import change, transitions
from urbanplan.model.land_cover import LandCover
from urbanplan.model.layers import LAND_COVER_CLASSES
from urbanplan.model.listing import listing


@listing(
    name="Land cover gained, lost and swapped",
    geometry="polygon",
    columns={
        "cover": "",
        "before_m2": "m2",
        "after_m2": "m2",
        "kept_m2": "m2",
        "gain_m2": "m2",
        "loss_m2": "m2",
        "net_m2": "m2",
        "swap_m2": "m2",
        "yearly_rate": "1/year",
        "gain_intensity": "1/year",
        "loss_intensity": "1/year",
        "uniform_intensity": "1/year",
        "pace": "",
    },
    references=("pontius2004", "aldwaik2012"),
)
def cover_change(land_cover: LandCover, boundary: GeoDataFrame) -> GeoDataFrame:
    """List for each class of land cover what it gained, lost and swapped between the first and the last date.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover at two dates or more, on one grid.
    boundary : GeoDataFrame
        The city, one row.

    Returns
    -------
    GeoDataFrame
        One row a class, drawn as the city; none where there is only one date. `pace` is "active" where the class gains or loses
        faster than land changes as a whole, "dormant" where it does neither.

    Notes
    -----
    Definitions in `urbanplan.methods.landscape.change`. The areas are those of the maps: errors of either make change
    where there was none.
    """
    if land_cover.earliest is land_cover.latest:
        nothing: dict[str, list[object]] = {name: [] for name in _COLUMNS}
        return gpd.GeoDataFrame(nothing, geometry=[], crs=boundary.crs)
    found = transitions(land_cover.earliest, land_cover.latest, boundary)
    made = change(found)
    active = np.fmax(made.gain_intensity, made.loss_intensity) > made.uniform
    shape = boundary.geometry.iloc[0]
    return gpd.GeoDataFrame(
        {
            "cover": [LAND_COVER_CLASSES.get(int(k), str(k)) for k in found.classes],
            "before_m2": made.before,
            "after_m2": made.after,
            "kept_m2": made.kept,
            "gain_m2": made.gain,
            "loss_m2": made.loss,
            "net_m2": made.net,
            "swap_m2": made.swap,
            "yearly_rate": made.rate,
            "gain_intensity": made.gain_intensity,
            "loss_intensity": made.loss_intensity,
            "uniform_intensity": made.uniform,
            "pace": np.where(active, "active", "dormant"),
        },
        geometry=[shape] * len(found.classes),
        crs=boundary.crs,
    )


_COLUMNS = (
    *("cover", "before_m2", "after_m2", "kept_m2", "gain_m2", "loss_m2", "net_m2", "swap_m2", "yearly_rate"),
    *("gain_intensity", "loss_intensity", "uniform_intensity", "pace"),
)
