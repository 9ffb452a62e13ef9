"""Which share of the travel on streets that pass heritage assets only passes through their zone."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.street_centrality import through_share
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

COLUMNS = {"zone": "", "assets": "count", "passing_km": "km", "through_share": "share"}


@listing(
    name="Travel that only passes through heritage zones",
    geometry="polygon",
    columns=COLUMNS,
    by="through_share",
    direction="lower",
    references=("brandes2001",),
    standard=False,
)
def through_trips(
    heritage_assets: GeoDataFrame,
    heritage_zones: GeoDataFrame,
    drive: StreetNetwork,
    *,
    near_m: float = 20.0,
    near_point_m: float = 60.0,
    radius_m: float = 5000.0,
    samples: int = 128,
) -> GeoDataFrame:
    """List the heritage zones with the share of the ways on streets that pass their assets which begin and end elsewhere.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    heritage_zones : GeoDataFrame
        Zones; those without an asset, or whose assets no street passes, are left out.
    drive : StreetNetwork
        Streets open to cars, also those around the city.
    near_m : float
        Streets no farther than this from an asset's outline pass it.
    near_point_m : float
        The same of an asset whose outline nobody drew.
    radius_m : float
        Ways longer than this do not count.
    samples : int
        So many junctions, drawn at random, to set out from; 0 for all.

    Returns
    -------
    GeoDataFrame
        One row a zone, the greatest share first: its code, how many assets streets pass, length of these streets, and the share of the
        ways along them that neither begin nor end in the zone.

    Notes
    -----
    Shortest ways by car from every junction to every other: where traffic would run if people lived and went everywhere alike,
    and no count of vehicles. A high share says that the travel beside the assets could as well go elsewhere.
    """
    shapes = heritage_assets.geometry.to_numpy()
    reach = np.where(shapely.get_dimensions(shapes) == 0, near_point_m, near_m)
    asset, edge = shapely.STRtree(drive.lines).query(shapes, predicate="dwithin", distance=reach)
    rows = []
    for code, zone in heritage_zones.geometry.items():
        inside = shapely.intersects(zone, shapes[asset])
        passing = np.unique(edge[inside])
        if not len(passing):
            continue
        here = shapely.contains_xy(zone, drive.node_x, drive.node_y)
        share = through_share(drive, here, passing, radius_m=radius_m, samples=samples)
        metres = drive.length_m[passing].sum()
        rows.append((str(code), float(len(np.unique(asset[inside]))), metres / 1000, share, zone))
    columns = [*COLUMNS, "geometry"]
    table = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=heritage_zones.crs)
    return table.sort_values(["through_share", "zone"], ascending=[False, True], kind="stable")
