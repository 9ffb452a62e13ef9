"""Walking distance to the nearest place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.access_intervals import nearest_interval
from urbanplan.methods.aggregate import causes, explained
from urbanplan.methods.travel.access import distances
from urbanplan.model.layers import CATEGORIES
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Walking distance to the nearest {category}",
    unit="m",
    direction="lower",
    supports=("cell",),
    formula=r"d_c = \min_j \left(a_c + d(c, j) + b_j\right)",
    variants={"category": CATEGORIES},
)
def nearest(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    category: str = "food",
    max_distance_m: float = 20_000.0,
    max_off_street_m: float = 500.0,
    draws: int = 0,
) -> pd.DataFrame:
    """Measure how far people of each cell walk to the nearest place of a kind.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; points, or polygons where the outline is known.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid.
    category : str
        Which places.
    max_distance_m : float
        Farther than this is unknown: beyond the limit.
    max_off_street_m : float
        A cell or place farther than this from every street is not connected to it.
    draws : int
        How often to measure again with places drawn anew and another speed: low and high hold 90 % of the results; 0 for
        neither.

    Returns
    -------
    DataFrame
        On the index of the cells: value (m), reason. Unknown where no way leads, never a large number.

    Notes
    -----
    From the middle of the cell straight to the nearest street (:math:`a_c`), along the streets exactly from there
    (:math:`d`, from edge to edge, not from node to node), and straight to the place (:math:`b_j`). A place with an
    outline is entered wherever a street crosses it, or else from the nearest street; from inside it the distance is
    0. Places and streets beyond the buffer around the city are not known, so that distances longer than the buffer
    may be too long near the border.
    """
    metres, reason = distances(places, walk, cells, category=category, max_off_street_m=max_off_street_m)
    table = explained(
        cells,
        metres,
        *causes(reason),
        (np.nan_to_num(metres) > max_distance_m, Reason.BEYOND_LIMIT),
    )
    return nearest_interval(
        table,
        places,
        walk,
        cells,
        category=category,
        limit=max_distance_m,
        max_off_street_m=max_off_street_m,
        draws=draws,
    )
