"""Street density."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.streets import street_lengths, street_values
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork

_KM_PER_KM2 = 1000.0  # from metres of street on a square metre of land


@metric(
    name="Street density",
    unit="km/km2",
    supports=("zone", "city"),
    formula=r"\frac{\sum_e |e \cap u|}{|u|}",
    references=("boeing2017",),
)
def street_density(drive: StreetNetwork, units: GeoDataFrame) -> pd.DataFrame:
    """Measure how many kilometres of street there are on a square kilometre.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars.
    units : GeoDataFrame
        Zones or the city.

    Returns
    -------
    DataFrame
        On the index of the units: value (km/km2), reason.

    Notes
    -----
    A street counts once, whatever its lanes and directions; the two carriageways of a divided road are two streets.
    Streets are cut at the border; one that runs along it counts half on each side.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        value = street_lengths(drive, units) / shapely.area(units.geometry.to_numpy()) * _KM_PER_KM2
    return street_values(value, units, drive)
