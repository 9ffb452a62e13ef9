"""Time by motorcycle to the nearest place."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.riding import minutes_to_nearest
from urbanplan.metrics.access.catchment_e2sfca import SHARED
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Minutes by motorcycle to the nearest {category}",
    unit="min",
    direction="lower",
    supports=("cell",),
    standard=True,
    formula=r"t_c = \min_j \left(a_c + t(c, j) + b_j\right)",
    variants={"category": SHARED},
)
def motorcycle_minutes(
    places: GeoDataFrame,
    motorcycle: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str = "health",
    max_time_s: float = 7200.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how long people of each cell ride a motorcycle to the nearest place of a kind.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known.
    motorcycle : StreetNetwork
        Streets open to motorcycles.
    cells : GeoDataFrame
        The analysis grid.
    category : str
        Which places.
    max_time_s : float
        Longer than this is unknown: beyond the limit.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the cells: value (min), reason. Unknown where no way leads, never a large number.

    Notes
    -----
    On foot to the nearest street and from the last one to the place (:math:`a_c`, :math:`b_j`, at 4.8 km/h), and between them
    the quickest way (:math:`t`) at the speed of each class of street, at most 80 km/h and never above the posted limit, with waits at
    lights, signs and gates, one-way streets kept and forbidden turns not made; without congestion. Where the city file declares how people travel (`travel.motorcycle`), as it declares. Places and streets beyond the buffer
    around the city are not known.
    """
    return minutes_to_nearest(
        places,
        motorcycle,
        cells,
        category=category,
        max_time_s=max_time_s,
        max_off_street_m=max_off_street_m,
        draws=draws,
    )
