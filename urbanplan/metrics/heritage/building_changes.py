"""What happened to buildings since an earlier date, one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.change import Changes, compare_buildings
from urbanplan.model.listing import listing

COLUMNS = {
    "building": "",
    "change": "",
    "zone": "",
    "area_m2": "m2",
    "area_change_m2": "m2",
    "rise_m": "m",
    "rise_sd_m": "m",
    "stood_before": "share",
    "date_built": "date",
}
STOOD = 0.5


@listing(
    name="What happened to buildings since the earlier date",
    geometry="polygon",
    columns=COLUMNS,
    by="change",
)
def building_changes(
    buildings: GeoDataFrame,
    buildings_before: GeoDataFrame,
    heritage_zones: GeoDataFrame,
    *,
    outline_sd_m: float = 0.5,
) -> GeoDataFrame:
    """List buildings that are new, gone, larger, smaller, higher or lower than at the earlier date, beyond the errors of both.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with estimated heights, and in `stood_before` whether images or their date show them at the earlier date.
    buildings_before : GeoDataFrame
        Footprints at the earlier date.
    heritage_zones : GeoDataFrame
        Zones to name beside each building.
    outline_sd_m : float
        How far a wall may be drawn from where it stands.

    Returns
    -------
    GeoDataFrame
        One row for each change; a building that grew both ways has two. New ones are `built_since`, or `mapped_since` where they
        stood before (an earlier map only lacked them), or `new_on_map` where nobody knows. `gone` were on the earlier map only.

    Notes
    -----
    A map grows by mapping as well as by building: the two are told apart only where a date of the building or images of the
    earlier date tell. Buildings drawn anew, shifted by less than their size, are the same. Rows are to be confirmed by eye.
    """
    found = compare_buildings(buildings_before, buildings, outline_sd_m=outline_sd_m)
    parts = [*_of_now(found, buildings), _gone(found, buildings_before)]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    table["zone"] = _zone_of(table["geometry"].to_numpy(), heritage_zones)
    order = np.lexsort((table["building"].astype(str), table["change"].astype(str)))
    return GeoDataFrame(table.iloc[order], geometry="geometry", crs=buildings.crs)


def new_kind(stood_before: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return what a new building is: built since, mapped since, or unknown which."""
    known = [np.isnan(stood_before), stood_before >= STOOD]
    return np.select(known, ["new_on_map", "mapped_since"], "built_since").astype(object)


def _of_now(found: Changes, buildings: GeoDataFrame) -> list[pd.DataFrame]:
    stood = buildings["stood_before"].to_numpy(dtype=np.float64)
    kinds = np.where(found.after == "new", new_kind(stood), found.after)
    chosen = [(found.after == word, kinds) for word in ("new", "enlarged", "reduced", "regrouped")]
    chosen += [(found.heightened, np.full(len(kinds), "heightened", dtype=object))]
    chosen += [(found.lowered, np.full(len(kinds), "lowered", dtype=object))]
    return [
        pd.DataFrame(
            {
                "building": buildings.index.to_numpy()[rows],
                "change": words[rows],
                "area_m2": shapely.area(buildings.geometry.to_numpy()[rows]),
                "area_change_m2": found.area_change_m2[rows],
                "rise_m": found.rise_m[rows],
                "rise_sd_m": found.rise_sd_m[rows],
                "stood_before": stood[rows],
                "date_built": buildings["built"].to_numpy()[rows],
                "geometry": buildings.geometry.to_numpy()[rows],
            }
        )
        for rows, words in chosen
    ]


def _gone(found: Changes, before: GeoDataFrame) -> pd.DataFrame:
    rows = found.before == "gone"
    shapes = before.geometry.to_numpy()[rows]
    area = shapely.area(shapes)
    return pd.DataFrame(
        {
            "building": before.index.to_numpy()[rows],
            "change": "gone",
            "area_m2": area,
            "area_change_m2": -area,
            "rise_m": np.nan,
            "rise_sd_m": np.nan,
            "stood_before": 1.0,
            "date_built": before["built"].to_numpy()[rows],
            "geometry": shapes,
        }
    )


def _zone_of(shapes: np.ndarray[Any, Any], zones: GeoDataFrame) -> np.ndarray[Any, Any]:
    """Return the first zone, of those that nobody has ended, that holds the middle of each shape; None outside all."""
    out = np.full(len(shapes), None, dtype=object)
    holding = zones[zones["in_force_to"].isna()].sort_index()
    if len(shapes) and len(holding):
        at, zone = shapely.STRtree(holding.geometry.to_numpy()).query(
            shapely.point_on_surface(shapes), predicate="covered_by"
        )
        order = np.lexsort((-zone, at))
        out[at[order]] = holding.index.to_numpy()[zone[order]]
    return out
