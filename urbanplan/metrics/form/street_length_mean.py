"""Mean length of street segments."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.streets import averaged, segments_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Mean length of street segments",
    unit="m",
    direction="lower",
    supports=("zone", "city"),
    formula=r"\frac{1}{|E_u|} \sum_{e \in E_u} l_e",
    references=("boeing2017",),
)
def street_length_mean(drive: StreetNetwork, units: GeoDataFrame) -> pd.DataFrame:
    """Measure how long a street runs from one junction or dead end to the next, on average.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (m), n (segments), reason.

    Notes
    -----
    A segment belongs to the unit in which its middle lies, and is taken whole: cutting it at the border would make
    streets of small zones look shorter than they are. Segments also end where one-way traffic begins.
    """
    edge, unit = segments_by_unit(drive, units)
    total = np.bincount(unit, weights=drive.length_m[edge], minlength=len(units))
    return averaged(total, np.bincount(unit, minlength=len(units)), units, drive)
