"""How far the mapping of streets had come to its end."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.completeness import share_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Street length on the map for three years",
    unit="share",
    supports=("zone", "city"),
    direction="higher",
    formula=r"\sum_{e:\, t_{\mathrm{file}} - t_e \ge 3\,\mathrm{a}} l_e \Big/ \sum_e l_e",
    references=("barringtonleigh2017",),
)
def street_saturation(
    osm_edits: GeoDataFrame, units: GeoDataFrame, *, settled_years: int = 3
) -> pd.DataFrame:
    """Measure which share of the length of streets had been on the map for some years already.

    Parameters
    ----------
    osm_edits : GeoDataFrame
        Objects of OpenStreetMap with `layer`, `mapped_years` and `length_m`.
    units : GeoDataFrame
        Zones or the city.
    settled_years : int
        How long a street must have been on the map to count as settled.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), n (pieces of street), reason.

    Notes
    -----
    The length of streets on a map grows fast, then levels off where nearly all are mapped. A share near 1 says that the
    curve was flat for years; a low one, that it was still rising, whether because mappers were at work or because the
    town grew. When a street came is not in the file; ids are given out in order, and give a date by which it was there
    (:func:`urbanplan.sources.osm.edits.on_map_since`), so that the share is never too high.
    """
    streets = osm_edits[osm_edits["layer"] == "streets"]
    settled = streets["mapped_years"].to_numpy(dtype="float64") >= settled_years
    length = streets["length_m"].to_numpy(dtype="float64")
    value, n = share_by_unit(streets.geometry, settled, length, units)
    return explained(units, value, (n == 0, Reason.NOTHING_TO_MEASURE)).assign(n=n.astype(np.float64))
