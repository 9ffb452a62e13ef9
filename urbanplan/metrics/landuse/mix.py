"""Land-use mix."""

from __future__ import annotations

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.diversity import entropy
from urbanplan.methods.mixture import MIXED, measured_mixture
from urbanplan.model.metric import metric


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
    return measured_mixture(
        land_use, units, lambda area: entropy(area, classes=len(MIXED)), min_area_m2=min_area_m2
    )
