"""Whether people live clustered: Moran's I of population density."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained, people_of
from urbanplan.methods.allotment import units_of_points
from urbanplan.methods.settlement import density_of
from urbanplan.methods.spatial_statistics import moran
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

_FEWEST = 3


@metric(
    name="Clustering of population density (Moran's I)",
    unit="1",
    supports=("city",),
    formula=r"I = \frac{n}{S_0} \frac{z' W z}{z' z}",
    references=("moran1950",),
    requires=("population",),
    standard=False,
)
def population_clustering(cells: GeoDataFrame, units: GeoDataFrame) -> pd.DataFrame:
    """Measure whether dense cells lie beside dense ones: near one they do, near zero there is no pattern.

    Parameters
    ----------
    cells : GeoDataFrame
        The analysis grid with `inside` and `population`.
    units : GeoDataFrame
        The city.

    Returns
    -------
    DataFrame
        On the index of the units: value (about -1 to 1), n (cells whose people are known), reason. Fewer than three cells
        are unknown.

    Notes
    -----
    Of cells that touch at a corner or along a side. People that came from a raster coarser than the grid were spread evenly over its
    pixels, which clusters them by itself: compare only cities of one source. Its p-value, by 9,999 seeded permutations, is in
    `urbanplan.methods.spatial_statistics.moran`.
    """
    at = units_of_points(shapely.centroid(cells.geometry.to_numpy()), units)
    density = density_of(cells)
    value, n = np.full(len(units), np.nan), np.zeros(len(units))
    for unit in range(len(units)):
        mine = at == unit
        found = moran(cells[mine], density[mine], permutations=0)
        value[unit], n[unit] = found.value, found.n
    unknown = np.array(
        [not np.isfinite(people_of(cells)[at == unit]).any() for unit in range(len(units))], bool
    )
    nobody = np.array([np.nansum(people_of(cells)[at == unit]) <= 0 for unit in range(len(units))], bool)
    return explained(
        units,
        value,
        (unknown, Reason.POPULATION_UNKNOWN),
        (nobody, Reason.NO_PEOPLE),
        (n < _FEWEST, Reason.TOO_FEW),
    ).assign(n=n)
