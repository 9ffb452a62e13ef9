"""Walks between all zones: a matrix of times."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import membership, people_of
from urbanplan.methods.travel import journeys
from urbanplan.model.listing import listing
from urbanplan.model.network import SPEED_KMH, StreetNetwork

COLUMNS = {"from_zone": "", "to_zone": "", "walk_km": "km", "walk_min": "min", "straight_km": "km"}


@listing(
    name="Walks between zones",
    geometry="line",
    columns=COLUMNS,
    by="walk_min",
    requires=("population",),
    standard=False,
)
def zone_walks(
    walk: StreetNetwork, cells: GeoDataFrame, zones: GeoDataFrame, *, max_off_street_m: float = 500.0
) -> GeoDataFrame:
    """List the walks from every zone to every other one, between the middles of their people.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population`.
    zones : GeoDataFrame
        Zones.
    max_off_street_m : float
        A zone whose middle is farther than this from every street is not connected to it.

    Returns
    -------
    GeoDataFrame
        One row an ordered pair of zones, as they come: codes, walk along streets (km, and minutes at 4.8 km/h), straight
        line (km), drawn as that line. The walk is not stated where no street leads.

    Notes
    -----
    The middle of a zone's people is the mean of its cells, weighed by their people; of a zone without known people it is
    that of its ground. Where the city file declares how people walk (`travel`), minutes are those of the quickest walk, slopes
    and waits included. The matrix comes from one search over a contraction hierarchy.
    """
    belongs, people = membership(cells, zones), np.nan_to_num(people_of(cells))
    bounds = shapely.bounds(cells.geometry.to_numpy())
    middle = np.stack([bounds[:, 0] + bounds[:, 2], bounds[:, 1] + bounds[:, 3]], axis=1) / 2
    weight = belongs.sum(people)
    ground = shapely.get_coordinates(zones.geometry.centroid.to_numpy())
    xy = np.stack([belongs.sum(people * middle[:, axis]) for axis in (0, 1)], axis=1)
    xy = np.where(weight[:, None] > 0, xy / np.maximum(weight, 1e-12)[:, None], ground)
    spots = gpd.GeoSeries(shapely.points(xy), index=zones.index, crs=cells.crs)
    metres = journeys(walk, spots, spots, max_off_street_m=max_off_street_m).matrix()
    minutes = metres * 60 / (SPEED_KMH["walk"] * 1000)
    if walk.assumptions is not None:
        timed = journeys(walk, spots, spots, cost="seconds", max_off_street_m=max_off_street_m)
        minutes = timed.matrix() / 60
    one, other = np.nonzero(~np.eye(len(zones), dtype=bool))
    lines = shapely.linestrings(np.stack([xy[one], xy[other]], axis=1)) if len(one) else []
    codes = zones.index.astype(str).to_numpy()
    return gpd.GeoDataFrame(
        {
            "from_zone": codes[one],
            "to_zone": codes[other],
            "walk_km": metres[one, other] / 1000,
            "walk_min": minutes[one, other],
            "straight_km": shapely.length(lines) / 1000,
        },
        geometry=lines,
        crs=cells.crs,
    )
