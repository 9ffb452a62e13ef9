"""The pattern of land cover, class by class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.landscape import PERCENT, patterns
from urbanplan.model.land_cover import LandCover
from urbanplan.model.layers import LAND_COVER_CLASSES
from urbanplan.model.listing import listing

_SHARES = ("PLAND", "LPI", "AI", "IJI", "CONTAG")
_COLUMNS = {
    "CA": "area_m2",
    "TA": "area_m2",
    "PLAND": "share",
    "NP": "patches",
    "PD": "patch_density",
    "LPI": "largest_patch_share",
    "ED": "edge_density",
    "LSI": "shape_index",
    "AI": "aggregation",
    "IJI": "interspersion",
    "CONTAG": "contagion",
    "MESH": "mesh_ha",
    "ENN_MN": "patch_distance_m",
    "SHDI": "diversity",
}


@listing(
    name="Pattern of land cover by class",
    geometry="polygon",
    columns={
        "cover": "",
        "date": "date",
        "area_m2": "m2",
        "share": "share",
        "patches": "count",
        "patch_density": "1/km2",
        "largest_patch_share": "share",
        "edge_density": "m/ha",
        "shape_index": "1",
        "aggregation": "share",
        "interspersion": "share",
        "contagion": "share",
        "mesh_ha": "ha",
        "patch_distance_m": "m",
        "diversity": "nat",
    },
    references=("mcgarigal2023", "riitters1996", "he2000", "jaeger2000"),
)
def pattern(land_cover: LandCover, boundary: GeoDataFrame, *, neighbours: int = 8) -> GeoDataFrame:
    """List the measures of FRAGSTATS for each class of land cover and for all together, at each date.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover.
    boundary : GeoDataFrame
        The city, one row; a cell belongs to it where its centre does.
    neighbours : int
        8: cells that touch at a corner make one patch; 4: only those that share a side.

    Returns
    -------
    GeoDataFrame
        One row for the whole ("all") and one a class, the last date first; drawn as the city. A measure that is not
        defined (contagion and diversity of one class, interspersion of two) is NaN.

    Notes
    -----
    The measures are defined in `urbanplan.methods.landscape.pattern`; per cent are shares here.
    """
    rows: list[dict[str, Any]] = []
    for raster in reversed(land_cover.rasters):
        (found,) = patterns(raster, boundary, neighbours=neighbours, distances=True)
        rows.append(_row("all", raster.date, {**found.landscape, "PLAND": PERCENT}))
        for number, measures in found.classes.iterrows():
            name = LAND_COVER_CLASSES.get(int(str(number)), str(number))
            rows.append(_row(name, raster.date, measures.to_dict()))
    shape = boundary.geometry.iloc[0]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=[shape] * len(rows), crs=boundary.crs)


def _row(name: str, date: str, measures: Mapping[Any, float]) -> dict[str, Any]:
    scale = {**dict.fromkeys(_SHARES, 1 / PERCENT), "CA": HECTARE_M2, "TA": HECTARE_M2}
    known = {
        column: measures[measure] * scale.get(measure, 1.0)
        for measure, column in _COLUMNS.items()
        if measure in measures
    }
    return {"cover": name, "date": date or None, **known}
