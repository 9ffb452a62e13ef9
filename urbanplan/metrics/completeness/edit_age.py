"""How long ago the map was last edited."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.completeness import median_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Years since the last edit of {layer}",
    unit="years",
    supports=("zone", "city"),
    direction="lower",
    formula=r"\mathrm{median}\left(t_{\mathrm{file}} - t_{\mathrm{edit}}\right)",
    variants={"layer": {"streets": "streets", "buildings": "buildings", "places": "places"}},
)
def edit_age(osm_edits: GeoDataFrame, units: GeoDataFrame, *, layer: str = "streets") -> pd.DataFrame:
    """Measure how old the map was, on its own date, in the middle of all objects of a layer.

    Parameters
    ----------
    osm_edits : GeoDataFrame
        Objects of OpenStreetMap with `layer` and `age_years`.
    units : GeoDataFrame
        Zones or the city.
    layer : str
        Which layer's objects.

    Returns
    -------
    DataFrame
        On the index of the units: value (years, the median), low and high (the quarters around it), n (objects), reason.

    Notes
    -----
    An old edit is no error: a temple need not be edited. Many old edits where the city grows are a reason for doubt.
    """
    chosen = osm_edits[osm_edits["layer"] == layer]
    quarters, n = median_by_unit(chosen.geometry, chosen["age_years"].to_numpy(dtype="float64"), units)
    table = explained(units, quarters[:, 1], (n == 0, Reason.NOTHING_TO_MEASURE))
    return table.assign(low=quarters[:, 0], high=quarters[:, 2], n=n)
