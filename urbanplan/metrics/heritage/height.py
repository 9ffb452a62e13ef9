"""Estimated heights of buildings."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

_INTERVAL_90 = 1.6448536269514722


@metric(
    name="Estimated height of a building to {reference}",
    unit="m",
    supports=("building",),
    formula=r"\mu = \frac{\sum_i w_i (\mu_i - b_i)}{\sum_i w_i}, \quad w_i = \sigma_i^{-2}",
    references=("birge1932",),
    standard=False,
    variants={
        "reference": {
            "highest_point": "its highest point",
            "wall_top": "the top of its wall",
            "roof_deck": "its roof deck",
        }
    },
)
def height(buildings: GeoDataFrame, units: GeoDataFrame, *, reference: str = "highest_point") -> pd.DataFrame:
    """Estimate how high each building is, from tags, storeys and rasters together.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with estimated heights and their standard deviations, as a prepared city has them.
    units : GeoDataFrame
        The buildings to tell of.
    reference : str
        What the height is measured to: highest_point, wall_top or roof_deck.

    Returns
    -------
    DataFrame
        On the index of the units: value (m), low and high (90 % interval, not below zero), n (sources put together), reason.

    Notes
    -----
    Sources are weighed by their precision; where they disagree more than they should, the interval widens.
    """
    here = buildings.reindex(units.index)
    mean = here[f"{reference}_m"].to_numpy(dtype=np.float64)
    sd = here[f"{reference}_sd_m"].to_numpy(dtype=np.float64)
    nothing = (np.full(len(units), buildings.empty), Reason.NO_PLACES)
    table = explained(units, mean, nothing, (np.isnan(mean), Reason.NO_HEIGHT))
    sources = [len(text.split(";")) if isinstance(text, str) else 0 for text in here["heights_from"]]
    return table.assign(
        n=np.array(sources, dtype=np.float64),
        low=np.maximum(mean - _INTERVAL_90 * sd, 0.0),
        high=mean + _INTERVAL_90 * sd,
    )
