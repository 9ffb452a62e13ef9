"""Places that no street comes near."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.travel import journeys
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

COLUMNS = {"name": "", "category": "", "away_m": "m", "source": ""}


@listing(name="Places that no street leads to", geometry="point", columns=COLUMNS, by="category")
def off_network(
    places: GeoDataFrame, walk: StreetNetwork, cells: GeoDataFrame, *, max_off_street_m: float = 500.0
) -> GeoDataFrame:
    """List the places within the city that nobody is counted as reaching, because no street on the map leads to them.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid: places outside it are left out.
    max_off_street_m : float
        A place farther than this from every street is not connected to it.

    Returns
    -------
    GeoDataFrame
        One row a place, the farthest first, drawn as a point: name, category, metres in a straight line to the nearest
        street (whatever lies between), and where the place comes from.

    Notes
    -----
    Either the way to the place is not mapped, or the place does not lie where the map says. Measures of access leave
    these places out and do not pretend that people reach them.
    """
    found = journeys(walk, cells, places, max_off_street_m=max_off_street_m)
    within = np.zeros(len(places), dtype=bool)
    within[
        shapely.STRtree(places.geometry.to_numpy()).query(cells.geometry.to_numpy(), predicate="intersects")[
            1
        ]
    ] = True
    within[found.place_doors.of] = False
    lost = places[within]
    away = np.full(len(lost), np.nan)
    if len(walk.edge_u) and len(lost):
        (rows, _), metres = walk.tree.query_nearest(
            lost.geometry.to_numpy(), return_distance=True, all_matches=False
        )
        away[rows] = metres
    spots = gpd.GeoSeries(
        shapely.point_on_surface(lost.geometry.to_numpy()), index=lost.index, crs=places.crs
    )
    table = lost[["name", "category", "source"]].assign(away_m=away).set_geometry(spots)
    order = np.lexsort((table["name"].fillna("").astype(str), -np.nan_to_num(away, nan=np.inf)))
    return table.iloc[order][[*COLUMNS, "geometry"]]
