"""Elongation of buildings."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.building_shapes import shape_table
from urbanplan.model.metric import metric


@metric(
    name="Elongation of buildings",
    unit="1",
    supports=("building",),
    formula=r"\frac{\min(l, w)}{\max(l, w)}",
    references=("gil2012", "fleischmann2019"),
    standard=False,
)
def building_elongation(units: GeoDataFrame) -> pd.DataFrame:
    """Measure how long a building is drawn: one is square, near zero a long bar.

    Parameters
    ----------
    units : GeoDataFrame
        Buildings.

    Returns
    -------
    DataFrame
        On the index of the buildings: value, reason. A footprint without area is unknown.

    Notes
    -----
    Width over length of the smallest rectangle around it, by momepy.
    """
    return shape_table(units, "elongation")
