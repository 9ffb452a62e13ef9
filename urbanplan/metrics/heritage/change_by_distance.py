"""New building by distance from heritage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.areas import shared_areas
from urbanplan.methods.change import compare_buildings, ring_areas
from urbanplan.model.listing import listing

COLUMNS = {
    "distance_ring": "",
    "ring_area_m2": "m2",
    "new_buildings": "count",
    "new_m2": "m2",
    "new_m2_per_ha": "m2/ha",
    "ratio_to_city": "1",
    "since_m2_per_ha": "m2/ha",
    "since_m2_per_ha_year": "m2/ha/year",
}
EDGES_M = (50.0, 100.0, 200.0, 500.0)


@listing(
    name="New buildings by distance from heritage assets",
    geometry="polygon",
    columns=COLUMNS,
    by="new_m2_per_ha",
)
def change_by_distance(
    buildings: GeoDataFrame,
    buildings_before: GeoDataFrame,
    heritage_assets: GeoDataFrame,
    boundary: GeoDataFrame,
    *,
    outline_sd_m: float = 0.5,
) -> GeoDataFrame:
    """Compare how much was built near heritage assets and farther away since the earlier date.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints; `stood_before` says how surely each stood at the earlier date.
    buildings_before : GeoDataFrame
        Footprints at the earlier date, with `years_before`.
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    boundary : GeoDataFrame
        The city; rings are cut to it.
    outline_sd_m : float
        How far a wall may be drawn from where it stands.

    Returns
    -------
    GeoDataFrame
        One row for each ring (0-50, 50-100, 100-200, 200-500 m) and one for the rest of the city: its area, the new buildings on the
        map and their ground, that ground on a hectare, and its ratio to the whole city's; beside it the ground on a hectare of those
        that surely were built since. No rows where the city has no asset.

    Notes
    -----
    In a straight line from the outline of the nearest asset. A new building counts in each ring with the ground that it has there,
    and as one building where its middle lies.
    """
    if heritage_assets.empty:
        return GeoDataFrame(columns=[*COLUMNS, "geometry"], geometry="geometry", crs=boundary.crs)
    city = shapely.union_all(boundary.geometry.to_numpy())
    rings = ring_areas(heritage_assets.geometry.to_numpy(), EDGES_M, city)
    rings.append(shapely.difference(city, shapely.union_all(rings)))
    new = buildings[compare_buildings(buildings_before, buildings, outline_sd_m=outline_sd_m).after == "new"]
    zones = GeoSeries(rings, crs=boundary.crs)
    feature, ring, area = shared_areas(new.geometry, zones)
    size = shapely.area(np.array(rings, dtype=object))
    ground = np.bincount(ring, weights=area, minlength=len(rings))
    since = np.where(new["stood_before"].to_numpy(dtype=np.float64) < 0.5, 1.0, 0.0)[feature]  # noqa: PLR2004 - half
    surely = np.bincount(ring, weights=area * since, minlength=len(rings))
    years = buildings_before["years_before"].dropna()
    span = float(years.iloc[0]) if len(years) else np.nan
    middles = shapely.point_on_surface(new.geometry.to_numpy())
    with np.errstate(divide="ignore", invalid="ignore"):
        per_ha = np.where(size > 0, ground / size * HECTARE_M2, np.nan)
        whole = ground.sum() / size.sum() * HECTARE_M2
        table = pd.DataFrame(
            {
                "distance_ring": _names(),
                "ring_area_m2": size,
                "new_buildings": [int(shapely.intersects(shape, middles).sum()) for shape in rings],
                "new_m2": ground,
                "new_m2_per_ha": per_ha,
                "ratio_to_city": per_ha / whole if whole > 0 else np.nan,
                "since_m2_per_ha": np.where(size > 0, surely / size * HECTARE_M2, np.nan),
                "since_m2_per_ha_year": np.where(size > 0, surely / size * HECTARE_M2 / span, np.nan),
            }
        )
    return GeoDataFrame(table, geometry=zones, crs=boundary.crs)


def _names() -> list[str]:
    edges = [0.0, *EDGES_M]
    near = [f"{low:g}-{high:g} m" for low, high in zip(edges, EDGES_M, strict=False)]
    return [*near, f"> {EDGES_M[-1]:g} m"]
