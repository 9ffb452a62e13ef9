"""The pattern of land cover, class by class."""

from __future__ import annotations

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
        "class": "",
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
    rows = []
    for raster in reversed(land_cover.rasters):
        (found,) = patterns(raster, boundary, neighbours=neighbours, distances=True)
        whole = {**found.landscape, "PLAND": PERCENT, "class": "all"}
        tables = found.classes.reset_index().to_dict("records")
        for row in [whole, *tables]:
            name = row["class"]
            rows.append(
                {
                    "class": name if isinstance(name, str) else LAND_COVER_CLASSES.get(name, str(name)),
                    "date": raster.date or None,
                    **{
                        column: row[measure] / PERCENT if measure in _SHARES else row[measure]
                        for measure, column in _COLUMNS.items()
                        if measure in row
                    },
                }
            )
    table = pd.DataFrame(rows)
    table["area_m2"] *= HECTARE_M2
    shape = boundary.geometry.iloc[0]
    return gpd.GeoDataFrame(table, geometry=[shape] * len(table), crs=boundary.crs)
