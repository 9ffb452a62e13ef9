"""Share of the land in one use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.areas import areas_by_class
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

_WORDS = {name: name.replace("_", " ") for name in LAND_USE_CLASSES}


@metric(
    name="Share of land in use: {land_use_class}",
    unit="share",
    supports=("zone", "city"),
    formula=r"s_k = \frac{a_k}{\sum_k a_k}",
    variants={"land_use_class": _WORDS},
)
def share(
    land_use: GeoDataFrame, units: GeoDataFrame, *, land_use_class: str = "residential"
) -> pd.DataFrame:
    """Measure which share of the land whose use is mapped has this use.

    Parameters
    ----------
    land_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    units : GeoDataFrame
        Zones or the city.
    land_use_class : str
        One of `LAND_USE_CLASSES`.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage (share of the unit whose land use is mapped), low and high (the share of the whole unit if none, or all, of its unmapped
        land had this use), reason. Less than half mapped is unknown.

    Notes
    -----
    The denominator is mapped land, of all classes, not the area of the unit: land that nobody has mapped is neither
    this use nor another one.
    """
    area = areas_by_class(land_use, "class", LAND_USE_CLASSES, units)
    chosen, mapped = area[:, LAND_USE_CLASSES.index(land_use_class)], area.sum(axis=1)
    whole = np.maximum(shapely.area(units.geometry.to_numpy()), mapped)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.clip(np.where(mapped > 0, chosen / mapped, np.nan), 0.0, 1.0)
        coverage = mapped / whole
    empty = np.full(len(units), not (land_use["class"] == land_use_class).any())
    table = explained(units, value, (empty, Reason.NO_PLACES), (coverage < MIN_COVERAGE, Reason.NOT_MAPPED))
    known = table["value"].notna().to_numpy()
    low = np.where(known, chosen / whole, np.nan)
    high = np.where(known, np.minimum((chosen + whole - mapped) / whole, 1.0), np.nan)
    return table.assign(coverage=coverage, low=low, high=high)
