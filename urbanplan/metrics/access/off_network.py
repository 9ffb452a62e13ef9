"""Places that no street leads to, and why."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.travel import journeys
from urbanplan.methods.travel.unmet import unmet
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

COLUMNS = {
    "name": "",
    "category": "",
    "unreached": "",
    "across": "",
    "away_m": "m",
    "part": "",
    "part_km": "km",
    "source": "",
}


@listing(name="Places that no street leads to", geometry="point", columns=COLUMNS, by="unreached")
def off_network(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    max_off_street_m: float = 500.0,
    own_part_share: float = 0.1,
) -> GeoDataFrame:
    """List the places within the city that cannot be reached on foot from the rest of it, and say why.

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
    own_part_share : float
        Streets that are connected with no others are a town of their own, and no cause, if they hold at least this share of
        the length of all streets.

    Returns
    -------
    GeoDataFrame
        One row a place, the farthest first, drawn as a point: name, category; why (off_network: farther than the limit from
        every street; cut_off: water, rails or a motorway lie before every near one; disconnected: its street is connected
        with no others); what lies before the nearest street; metres in a straight line to it, whatever lies between; the
        part of the network (0 is the largest) that the place lies on, and how much street belongs to it; where the place
        comes from.

    Notes
    -----
    Either the way to the place is not mapped, or the place does not lie where the map says. Measures of access leave
    these places out and do not pretend that people reach them; those on streets of their own are reached from there only.
    """
    found = journeys(walk, cells, places, max_off_street_m=max_off_street_m)
    shapes = places.geometry.to_numpy()
    within = np.zeros(len(places), dtype=bool)
    within[shapely.STRtree(shapes).query(cells.geometry.to_numpy(), predicate="intersects")[1]] = True
    lost = unmet(found.network, shapes, found.place_doors, own_part_share=own_part_share)
    lost = lost.take(np.flatnonzero(within[lost.row]))
    rows = places.iloc[lost.row]
    table = rows[["name", "category", "source"]].assign(**lost.columns())
    spots = gpd.GeoSeries(shapely.point_on_surface(shapes[lost.row]), index=rows.index, crs=places.crs)
    order = np.lexsort((table["name"].fillna("").astype(str), -np.nan_to_num(lost.away_m, nan=np.inf)))
    return table.set_geometry(spots).iloc[order][[*COLUMNS, "geometry"]]
