"""Balance of two uses."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import UsageError
from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.areas import areas_by_class
from urbanplan.methods.diversity import balance as balanced
from urbanplan.methods.mixture import known_share
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Balance of two uses",
    unit="1",
    direction="higher",
    supports=("cell", "zone", "city"),
    formula=r"1 - \frac{|x - y|}{x + y}",
    references=("ewing2010",),
    standard=False,
)
def balance(
    observed_use: GeoDataFrame,
    units: GeoDataFrame,
    *,
    first_use: str = "residential",
    second_use: str = "commercial",
) -> pd.DataFrame:
    """Measure how nearly two uses have the same area: 0 is one of them only, 1 is as much of each.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    units : GeoDataFrame
        Cells, zones or the city.
    first_use, second_use : str
        Two of `LAND_USE_CLASSES`.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage (share of the unit whose use is known), reason. Less than half
        known, or neither use in the unit, is unknown.

    Notes
    -----
    The same formula as for jobs and housing, of areas. Equal areas are not equal numbers of jobs and homes.
    """
    chosen = (first_use, second_use)
    if not set(chosen) <= set(LAND_USE_CLASSES):
        raise UsageError(
            f"first_use and second_use must be of {', '.join(LAND_USE_CLASSES)}; got {', '.join(chosen)}"
        )
    area = areas_by_class(observed_use, "class", chosen, units)
    coverage = known_share(observed_use, units)
    empty = np.full(len(units), not observed_use["class"].isin(chosen).any())
    table = explained(
        units,
        balanced(area[:, 0], area[:, 1]),
        (empty, Reason.NO_PLACES),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
    )
    return table.assign(coverage=coverage)
