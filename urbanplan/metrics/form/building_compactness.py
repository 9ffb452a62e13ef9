"""Compactness of buildings."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.building_shapes import shape_table
from urbanplan.model.metric import metric


@metric(
    name="Compactness of buildings",
    unit="1",
    supports=("building",),
    formula=r"\frac{A}{A_{\circ}}",
    references=("dibble2019", "fleischmann2019"),
    standard=False,
)
def building_compactness(units: GeoDataFrame) -> pd.DataFrame:
    """Measure how much of the smallest circle around it a building fills.

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
    A square fills 0.64 of it; by momepy.
    """
    return shape_table(units, "circular_compactness")
