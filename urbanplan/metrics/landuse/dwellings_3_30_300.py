"""Share of buildings for which the 3-30-300 rule holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.allotment import units_of_points
from urbanplan.methods.three_thirty import PARTS, three_thirty
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

_WORDS = {
    "trees": "three trees in view (proxy: crowns within 30 m)",
    "canopy": "30 % canopy in the neighbourhood",
    "green": "green of 1 ha within 300 m",
    "all": "all three",
}
_NOT_LIVED_IN = ("commercial", "industrial", "institutional", "religious", "transport")


@metric(
    name="Share of buildings that meet the 3-30-300 rule: {demand}",
    unit="share",
    direction="higher",
    supports=("zone", "city"),
    formula=r"s = \frac{|\{b : \text{rule holds}\}|}{|\{b\}|}",
    references=("konijnendijk2023",),
    variants={"demand": _WORDS},
)
def dwellings_3_30_300(
    land_cover: LandCover,
    open_space: GeoDataFrame,
    walk: StreetNetwork,
    buildings: GeoDataFrame,
    units: GeoDataFrame,
    *,
    demand: str = "all",
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Measure for which share of the buildings the 3-30-300 rule holds, or one part of it.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the last date is used.
    open_space : GeoDataFrame
        Open spaces with `access`.
    walk : StreetNetwork
        Streets and paths open on foot.
    buildings : GeoDataFrame
        Footprints with `use`; those known to be no dwellings are left out.
    units : GeoDataFrame
        Zones or the city; a building belongs to the unit that its centre lies in.
    demand : str
        trees, canopy, green, or all.
    max_off_street_m : float
        Of buildings farther than this from every street the walk is unknown.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the buildings of which it is known), coverage (their share), n (buildings),
        low and high (if it held for none, or all, of the rest), reason.

    Notes
    -----
    Definitions in `urbanplan.methods.three_thirty`. The three visible trees are a proxy: ground under crowns within 30 m.
    """
    lived = buildings[~buildings["use"].isin(_NOT_LIVED_IN)]
    found = three_thirty(land_cover, open_space, walk, lived, max_off_street_m=max_off_street_m)
    parts = PARTS if demand == "all" else (demand,)
    fails = np.any([~found.holds[name] & found.known[name] for name in parts], axis=0)
    known = np.all([found.known[name] for name in parts], axis=0) | fails
    holds = known & ~fails
    at = units_of_points(shapely.centroid(lived.geometry.to_numpy()), units)
    inside = at >= 0
    every, told, yes = (
        np.bincount(at[inside], weights=some[inside], minlength=len(units)).astype(np.float64)
        for some in (np.ones(len(lived)), known.astype(float), holds.astype(float))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        value, coverage = yes / told, np.where(every > 0, told / every, 0.0)
        low, high = yes / every, (yes + every - told) / every
    nothing = buildings.empty or open_space.empty or not len(walk.edge_u)
    table = explained(
        units,
        np.where(told > 0, value, np.nan),
        (np.full(len(units), nothing), Reason.NO_PLACES),
        (every == 0, Reason.NOTHING_TO_MEASURE),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
    )
    given = table["value"].notna().to_numpy()
    return table.assign(
        coverage=coverage, n=every, low=np.where(given, low, np.nan), high=np.where(given, high, np.nan)
    )
