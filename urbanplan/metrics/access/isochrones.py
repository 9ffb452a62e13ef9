"""The ground within minutes of a place of a kind."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.errors import InputError
from urbanplan.methods.aggregate import people_of
from urbanplan.methods.travel import journeys
from urbanplan.methods.travel.access import distances
from urbanplan.methods.travel.assumed import on_foot
from urbanplan.methods.travel.isochrones import isochrones_around
from urbanplan.model.listing import listing
from urbanplan.model.network import SPEED_KMH, StreetNetwork

METRES_A_MINUTE = SPEED_KMH["walk"] * 1000 / 60

COLUMNS = {
    "category": "",
    "within_min": "min",
    "area_m2": "m2",
    "streets_km": "km",
    "people": "people",
    "people_share": "share",
}


@listing(
    name="Ground within a walk of a place",
    geometry="polygon",
    columns=COLUMNS,
    by="within_min",
    direction="lower",
)
def isochrones(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    boundary: GeoDataFrame,
    *,
    category: str = "food",
    minutes: tuple[float, ...] = (5, 10, 15),
    off_street_m: float = 60.0,
    step_m: float = 25.0,
    max_off_street_m: float = 500.0,
) -> GeoDataFrame:
    """List the ground from which people walk to the nearest place of a kind in 5, 10 and 15 minutes.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid, whose people are counted.
    boundary : GeoDataFrame
        The city: ground and streets beyond it are left out, places beyond it are not.
    category : str
        Which places.
    minutes : tuple of float
        Limits, ascending, at 4.8 km/h (80 m a minute).
    off_street_m : float
        Ground within so many metres of a street that is reached belongs to it; walking there takes its part of the time.
    step_m : float
        Side of the squares within which the border is straight.
    max_off_street_m : float
        A place farther than this from every street is not connected to it.

    Returns
    -------
    GeoDataFrame
        One row a limit: category, within_min, area_m2, streets_km, people in cells whose middle is within the limit and
        their share of all people that are known; each drawn without the ground of the limits before it. No row where
        there is no such place, or none that a street leads to.

    Notes
    -----
    Streets are cut where the limit is met, and the ground beside them is drawn by marching squares over a grid of
    walking times: what no street leads to is not within reach, however near it looks. People as in `access.nearest`. Where
    the city file declares how people walk (`travel`), slopes and waits count.
    """
    if not minutes or list(minutes) != sorted(set(minutes)) or not minutes[0] > 0:
        raise InputError(f"minutes of isochrones must ascend from above zero, not {list(minutes)}")
    chosen = places[places["category"] == category]
    limits = [on_foot(walk, METRES_A_MINUTE * each).limit for each in minutes]
    cost = on_foot(walk, METRES_A_MINUTE).cost
    away, _ = distances(places, walk, cells, category=category, cost=cost, max_off_street_m=max_off_street_m)
    people = people_of(cells)
    found = journeys(walk, cells, chosen, cost=cost, reverse=True, max_off_street_m=max_off_street_m)
    rows, inner, city = [], shapely.MultiPolygon(), boundary.union_all()
    shapely.prepare(city)
    drawn = (
        isochrones_around(found, found.ends, limits, off_street_m=off_street_m, step_m=step_m)
        if len(chosen) and (found.ends.placed.any() or len(found.inside_place))
        else []
    )
    for each, limit, shape in zip(minutes, limits, drawn, strict=False):
        near = np.isfinite(people) & (np.nan_to_num(away, nan=np.inf) <= limit)
        count = people[near].sum() if np.isfinite(people).any() else np.nan
        everybody = np.nansum(people)
        ground = shapely.intersection(shape.area, city)
        rows.append(
            {
                "category": category,
                "within_min": float(each),
                "area_m2": ground.area,
                "streets_km": shapely.intersection(shape.streets, city).length / 1000,
                "people": count,
                "people_share": count / everybody if everybody > 0 else np.nan,
                "geometry": ground.difference(inner),
            }
        )
        inner = ground
    return gpd.GeoDataFrame(rows, columns=[*COLUMNS, "geometry"], geometry="geometry", crs=cells.crs)
