"""Land-use mix."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.areas import areas_by_class
from urbanplan.methods.diversity import entropy
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

MIXED: tuple[str, ...] = (
    "residential",
    "commercial",
    "industrial",
    "institutional",
    "religious",
    "open_space",
)
"""Uses of the scheme whose mixture is measured; their number is K. Fields, forests and roads are not mixed with."""


@metric(
    name="Land-use mix",
    unit="1",
    direction="higher",
    supports=("cell", "zone", "city"),
    formula=r"H = -\frac{\sum_{k=1}^{K} p_k \ln p_k}{\ln K},\quad p_k = \frac{a_k}{\sum_k a_k},\quad K = 6",
    references=("shannon1948", "cervero1997", "frank2004"),
)
def mix(land_use: GeoDataFrame, units: GeoDataFrame, *, min_area_m2: float = 20.0) -> pd.DataFrame:
    """Measure how evenly land is shared between urban uses: 0 is one use only, 1 is all six in equal parts.

    Parameters
    ----------
    land_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    units : GeoDataFrame
        Cells, zones or the city.
    min_area_m2 : float
        With less land than this in the six uses there is nothing to measure.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage (share of the unit whose land use is mapped, of any
        class), n (number of uses present), reason. Less than half mapped is unknown.

    Notes
    -----
    K is always six, the uses in `MIXED`: housing, commerce, industry, institutions, religion and open space;
    dividing by the uses present would call two equal uses as mixed as six. Farmland, forest, transport and other
    land leave numerator and denominator but count as mapped.
    """
    area = areas_by_class(land_use, "class", MIXED, units)
    mapped = areas_by_class(land_use, "class", LAND_USE_CLASSES, units).sum(axis=1)
    coverage = np.clip(mapped / shapely.area(units.geometry.to_numpy()), 0.0, 1.0)
    empty = np.full(len(units), not land_use["class"].isin(MIXED).any())
    little = area.sum(axis=1) < max(min_area_m2, np.finfo(float).tiny)
    table = explained(
        units,
        entropy(area, classes=len(MIXED)),
        (empty, Reason.NO_PLACES),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
        (little, Reason.NOTHING_TO_MEASURE),
    )
    return table.assign(coverage=coverage, n=(area > 0).sum(axis=1).astype(float))
