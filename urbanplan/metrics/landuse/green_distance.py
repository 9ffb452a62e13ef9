"""Distance on foot to a large green or open space."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.open_spaces import public_spaces
from urbanplan.methods.travel.access import distances
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Walking distance to an entrance of a green or open space of 1 ha",
    unit="m",
    direction="lower",
    supports=("cell",),
    formula=r"d_c = \min_{e \in E} d(c, e)",
    references=("who2016", "konijnendijk2023"),
)
def green_distance(
    open_space: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    *,
    min_area_m2: float = 10_000.0,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Measure how far it is on foot to the nearest entrance of a public green or open space of at least one hectare.

    Parameters
    ----------
    open_space : GeoDataFrame
        Open spaces with `access`; private and closed ones are left out, pieces that touch are one space.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid.
    min_area_m2 : float
        Smaller spaces do not count.
    max_off_street_m : float
        Cells farther than this from every street are unknown.

    Returns
    -------
    DataFrame
        On the index of the cells: value (m), reason.

    Notes
    -----
    Along streets to wherever one of them crosses the outline of the space, never to its centre; a space that no street
    enters is entered from the nearest one. Within a space the distance is zero.
    """
    spaces = public_spaces(open_space, min_area_m2=min_area_m2)
    metres, reason = distances(spaces, walk, cells, max_off_street_m=max_off_street_m)
    return pd.DataFrame({"value": metres, "reason": reason}, index=cells.index)
