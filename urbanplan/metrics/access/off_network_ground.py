"""Ground where people live and from which no street leads on, and why."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import known_of, people_of
from urbanplan.methods.travel.assumed import as_declared
from urbanplan.methods.travel.doors import origin_doors
from urbanplan.methods.travel.unmet import unmet
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork
from urbanplan.model.network.snapping import middles

COLUMNS = {
    "unreached": "",
    "across": "",
    "people": "people",
    "area_m2": "m2",
    "away_m": "m",
    "part": "",
    "part_km": "km",
}


@listing(name="Ground that no street leads to", geometry="polygon", columns=COLUMNS, by="unreached")
def off_network_ground(
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    max_off_street_m: float = 500.0,
    own_part_share: float = 0.1,
) -> GeoDataFrame:
    """List the ground from which people cannot walk to the rest of the city, and say why.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid: cells in which certainly nobody lives, and those where streets are not mapped, are left out.
    max_off_street_m, own_part_share
        As in `access.off_network`.

    Returns
    -------
    GeoDataFrame
        One row for cells that touch and share a cause, those with the most people first: why and what lies before the nearest
        street (as in `access.off_network`), people as far as they are known, area, metres straight to the nearest street
        from the middle of the cell that is farthest, and the part of the network that the cells lie on.

    Notes
    -----
    Measures of access are unknown in these cells, or speak of what lies on the same streets only.
    """
    streets = as_declared(walk)
    doors = origin_doors(streets, cells, max_off_street_m)
    people, shapes = people_of(cells), cells.geometry.to_numpy()
    lost = unmet(streets, middles(cells).to_numpy(), doors, own_part_share=own_part_share)
    # where people are unknown some may live
    lost = lost.take(np.flatnonzero((known_of(cells) & ~(people == 0))[lost.row]))
    told = gpd.GeoDataFrame(lost.columns(), geometry=shapes[lost.row], crs=cells.crs)
    told["people"], told["area_m2"] = people[lost.row], shapely.area(shapes[lost.row])
    told["patch"] = -1
    for _, same in told.groupby(["unreached", "across", "part"], sort=True):
        patches = shapely.get_parts(shapely.union_all(same.geometry.to_numpy()))
        at, patch = shapely.STRtree(patches).query(
            shapely.point_on_surface(same.geometry.to_numpy()), predicate="intersects"
        )
        told.loc[same.index[at], "patch"] = told["patch"].max() + 1 + patch
    by_patch = told.groupby("patch", sort=True)
    rows = by_patch[["unreached", "across", "part", "part_km"]].first()
    rows["people"] = by_patch["people"].sum(min_count=1)
    rows["area_m2"], rows["away_m"] = by_patch["area_m2"].sum(), by_patch["away_m"].max()
    grounds = [shapely.union_all(some.geometry.to_numpy()) for _, some in by_patch]
    made = gpd.GeoDataFrame(rows, geometry=grounds, crs=cells.crs)
    order = np.lexsort((-made["area_m2"], -made["people"].fillna(-1.0)))
    return made.iloc[order][[*COLUMNS, "geometry"]]
