"""Places that are available to the people of a unit, who share them with others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods import catchment
from urbanplan.methods.aggregate import (
    MIN_COVERAGE,
    explained,
    known_of,
    membership,
    people_coverage,
    people_of,
    without_people,
)
from urbanplan.methods.competition import competition, rivals_drawn
from urbanplan.methods.decay import exponential, within
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.uncertainty import repeated, with_interval
from urbanplan.metrics.access.catchment_e2sfca import SHARED
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import OFF_STREET, Reason


@metric(
    name="Places available to the people of the area: {category}",
    unit="count",
    direction="higher",
    supports=("zone", "city"),
    standard=False,
    formula=r"V = \sum_{c} \sum_j \frac{P_c \, 2^{-d_{cj}/h}}{\sum_i P_i \, 2^{-d_{ij}/h}}",
    references=("soukhov2023",),
    requires=("population",),
    variants={"category": SHARED},
)
def spatial_availability(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "health",
    half_life_m: float = 400.0,
    max_distance_m: float = 1600.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how many places of a kind are available to the people of each unit once each is divided among its users.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known. Each counts as one, because how much
        room it has is not in the layer.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`: these people compete.
    units : GeoDataFrame
        Zones or the city.
    category : str
        Which places.
    half_life_m : float
        People at this distance count half in dividing a place, at twice the distance a quarter.
    max_distance_m : float
        People farther than this have no part in a place.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the units: value (places), coverage (share of the unit's people for whom it is known), n (cells
        with a part in a place), reason. Coverage below one half is unknown.

    Notes
    -----
    Each place is divided among the people within reach, by their number and their distance, so that the parts add up
    to it, wherever it stands: a zone may have a part in places beyond its border. Over the whole city it is the number
    of places that people reach. Nobody outside the grid competes. Distances as in `access.nearest`.
    """
    chosen = places[places["category"] == category]
    decay = within(exponential(half_life=half_life_m), limit=max_distance_m)
    found = competition(chosen, walk, cells, decay, limit_m=max_distance_m, max_off_street_m=max_off_street_m)
    people, known = people_of(cells), known_of(cells)
    # who meets no street, or lives alone with nobody, has a part of nothing: that is known
    parts = np.where(
        np.isin(found.reason, [cause.value for cause in (*OFF_STREET, Reason.NO_PEOPLE)]),
        0.0,
        found.available,
    )
    speaks = known & np.isfinite(parts)
    belongs = membership(cells, units)
    coverage = people_coverage(belongs, cells, speaks)
    mapped = people_coverage(belongs, cells, known)
    apart = len(found.reason) > 0 and bool((found.reason == Reason.DISCONNECTED.value).any())
    table = explained(
        units,
        belongs.sum(np.where(speaks, parts, 0.0)),
        (np.full(len(units), bool((found.reason == Reason.NO_PLACES.value).all())), Reason.NO_PLACES),
        *without_people(belongs, cells),
        (np.full(len(units), apart), Reason.DISCONNECTED),
        (~(mapped >= MIN_COVERAGE), Reason.NOT_MAPPED),
        (~(coverage >= MIN_COVERAGE), Reason.POPULATION_UNKNOWN),
    )
    out = table.assign(coverage=coverage, n=belongs.count(speaks & (parts > 0) & (people > 0)))
    if not draws:
        return out
    parts_drawn = rivals_drawn(
        lambda ways, offered, those: catchment.spatial_availability(ways, offered, those, decay),
        chosen,
        walk,
        cells,
        decay,
        limit_m=max_distance_m,
        max_off_street_m=max_off_street_m,
    )

    def drawn(pace: float, times: Floats) -> Floats:
        return belongs.sum(np.where(speaks, np.nan_to_num(parts_drawn(pace, times)), 0.0))

    return with_interval(out, repeated(drawn, len(chosen), draws=draws))
