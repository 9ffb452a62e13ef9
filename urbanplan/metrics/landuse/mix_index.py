"""Indices of the mix of uses as they are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.diversity import concentration, entropy, hill, simpson
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.mixture import MIXED, measured_mixture
from urbanplan.model.metric import metric

_K = len(MIXED)
_INDICES: Mapping[str, Callable[[Floats], Floats]] = {
    "entropy": lambda area: entropy(area, classes=_K),
    "hhi": concentration,
    "simpson": simpson,
    "simpson_scaled": lambda area: simpson(area, classes=_K),
    "hill_0": lambda area: hill(area, q=0),
    "hill_1": lambda area: hill(area, q=1),
    "hill_2": lambda area: hill(area, q=2),
}
_WORDS = {
    "entropy": "entropy",
    "hhi": "concentration (Herfindahl-Hirschman)",
    "simpson": "Simpson's index",
    "simpson_scaled": "Simpson's index over its maximum",
    "hill_0": "uses present (Hill, q = 0)",
    "hill_1": "effective uses (Hill, q = 1)",
    "hill_2": "effective uses (Hill, q = 2)",
}


@metric(
    name="Mix of uses as found: {index}",
    unit="1",
    supports=("cell", "zone", "city"),
    formula=(
        r"p_k = \frac{a_k}{\sum_k a_k},\quad K = 6,\quad H = -\frac{\sum_k p_k \ln p_k}{\ln K},\quad"
        r" \mathrm{HHI} = \sum_k p_k^2,\quad D = 1 - \mathrm{HHI},\quad"
        r" {}^qD = \left(\sum_k p_k^q\right)^{1/(1-q)}"
    ),
    references=("shannon1948", "cervero1997", "simpson1949", "hill1973", "jost2006"),
    standard=False,
    variants={"index": _WORDS},
)
def mix_index(
    observed_use: GeoDataFrame, units: GeoDataFrame, *, index: str = "entropy", min_area_m2: float = 20.0
) -> pd.DataFrame:
    """Measure the mix of uses as they are found, a building's use before the land's.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    units : GeoDataFrame
        Cells, zones or the city.
    index : str
        entropy (0-1, over its maximum), hhi (1/6 to 1: concentration), simpson (0 to 5/6), simpson_scaled (0-1), or
        hill_0, hill_1, hill_2 (1-6: number of uses, the common ones counting the more the higher the order).
    min_area_m2 : float
        With less land than this in the six uses there is nothing to measure.

    Returns
    -------
    DataFrame
        On the index of the units: value, coverage (share of the unit whose use is known, of any class), n (number of
        uses present), reason. Less than half known is unknown.

    Notes
    -----
    `landuse.mix` is the entropy of the land alone. Here a shop in a residential area counts with its footprint. K is
    always six. Composition only: how the uses lie among each other is told by `landuse.dissimilarity`.
    """
    return measured_mixture(observed_use, units, _INDICES[index], min_area_m2=min_area_m2)
