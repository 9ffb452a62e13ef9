"""Rectangularity of buildings."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.building_shapes import shape_table
from urbanplan.model.metric import metric


@metric(
    name="Rectangularity of buildings",
    unit="1",
    supports=("building",),
    formula=r"\sqrt{\frac{A}{A_{\square}}} \cdot \frac{P_{\square}}{P}",
    references=("basaraner2017", "fleischmann2019"),
    standard=False,
)
def building_rectangularity(units: GeoDataFrame) -> pd.DataFrame:
    """Measure how near a building is to a plain rectangle: one is one.

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
    Equivalent rectangular index: area and outline against those of the smallest rectangle around it, by momepy. A round building
    has a shorter outline than its rectangle, and up to 1.13.
    """
    return shape_table(units, "equivalent_rectangular_index")
