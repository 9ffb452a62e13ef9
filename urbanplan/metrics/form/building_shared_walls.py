"""Walls that buildings share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.building_shapes import shape_values
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Share of the outline that a building shares with others",
    unit="share",
    supports=("building",),
    formula=r"\frac{\left|\partial B_b \cap \bigcup_{c \ne b} \partial B_c\right|}{|\partial B_b|}",
    references=("hamaina2012", "fleischmann2019"),
    standard=False,
)
def building_shared_walls(buildings: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure which share of its outline a building shares with those that it touches: a shophouse in a row about two thirds.

    Parameters
    ----------
    buildings : GeoDataFrame
        All footprints: the neighbours decide.
    units : GeoDataFrame
        The buildings to measure.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), reason. A footprint without area is unknown.

    Notes
    -----
    Walls that touch exactly, by momepy; outlines that overlap, or stand a hand apart because they were drawn so, share nothing.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = shape_values(buildings, "shared_walls") / shapely.length(buildings.geometry.to_numpy())
    value = pd.Series(np.minimum(share, 1.0), index=buildings.index).reindex(units.index).to_numpy()
    return explained(
        units,
        value,
        (np.full(len(units), buildings.empty), Reason.NO_PLACES),
        (np.isnan(value), Reason.NOTHING_TO_MEASURE),
    )
