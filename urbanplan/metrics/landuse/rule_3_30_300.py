"""The 3-30-300 rule, building by building."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.three_thirty import PARTS, three_thirty
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="Parts of the 3-30-300 rule that hold (the 3 by proxy)",
    unit="count",
    direction="higher",
    supports=("building",),
    formula=r"[\text{crowns} \ge 75\,m^2] + [\text{canopy} \ge 30\,\%] + [d \le 300\,m]",
    references=("konijnendijk2023",),
    standard=False,
)
def rule_3_30_300(
    land_cover: LandCover,
    open_space: GeoDataFrame,
    walk: StreetNetwork,
    units: GeoDataFrame,
    *,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Count for each building how many of three hold: trees near it, crowns over its neighbourhood, green within a walk.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the last date is used.
    open_space : GeoDataFrame
        Open spaces with `access`.
    walk : StreetNetwork
        Streets and paths open on foot.
    units : GeoDataFrame
        Buildings.
    max_off_street_m : float
        Of buildings farther than this from every street the walk is unknown.

    Returns
    -------
    DataFrame
        On the index of the buildings: value (0 to 3), low and high (if none, or all, of what is unknown held), n (parts
        that are known), reason. Unknown where any part is.

    Notes
    -----
    Definitions in `urbanplan.methods.three_thirty`. The three visible trees are a proxy: ground under crowns within 30 m.
    """
    found = three_thirty(land_cover, open_space, walk, units, max_off_street_m=max_off_street_m)
    held = np.sum([found.holds[part] & found.known[part] for part in PARTS], axis=0, dtype=np.float64)
    known = np.sum([found.known[part] for part in PARTS], axis=0, dtype=np.float64)
    whole = known == len(PARTS)
    cause = np.where(found.known["trees"] & found.known["canopy"], found.reason, Reason.NOT_MAPPED.value)
    cause = np.where(cause == "", Reason.NOT_MAPPED.value, cause)
    cause = np.where(found.reason == Reason.NO_PLACES.value, found.reason, cause)
    return pd.DataFrame(
        {
            "value": np.where(whole, held, np.nan),
            "low": held,
            "high": held + len(PARTS) - known,
            "n": known,
            "reason": np.where(whole, "", cause),
        },
        index=units.index,
    )
