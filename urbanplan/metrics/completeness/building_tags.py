"""How many mapped buildings say what they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.completeness import share_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Buildings whose {tag} is mapped",
    unit="share",
    supports=("zone", "city"),
    direction="higher",
    formula=r"n_{\mathrm{tagged}} / n",
    variants={"tag": {"height": "height", "use": "use"}},
)
def building_tags(buildings: GeoDataFrame, units: GeoDataFrame, *, tag: str = "height") -> pd.DataFrame:
    """Count which share of the mapped buildings says how high it is, or what it is used for.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints with `height_m`, `levels` and `use` as mapped.
    units : GeoDataFrame
        Zones or the city.
    tag : str
        `height` (metres or storeys) or `use`.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), n (buildings), reason. A building belongs where its middle lies.

    Notes
    -----
    Storeys count as a height. Where few heights are mapped, floor areas and views rest on estimates.
    """
    if tag == "height":
        told = buildings["height_m"].notna() | buildings["levels"].notna()
    else:
        told = buildings["use"].notna() & ~buildings["use"].isin(["yes", "unknown"])
    value, n = share_by_unit(
        buildings.geometry.representative_point(), told.to_numpy(dtype=bool), np.ones(len(buildings)), units
    )
    nothing = np.full(len(units), buildings.empty)
    causes = (nothing, Reason.NO_PLACES), (n == 0, Reason.NOTHING_TO_MEASURE)
    return explained(units, value, *causes).assign(n=n)
