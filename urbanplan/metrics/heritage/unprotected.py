"""Heritage assets that lack a layer of protection."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained
from urbanplan.methods.inventory.protection import protection_of
from urbanplan.methods.inventory.shares import shares_in_each
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Share of heritage assets without {protection}",
    unit="share",
    supports=("city", "heritage_zone"),
    formula=r"g = \frac{\sum_a w_a [\text{not protected}]}{\sum_a w_a}",
    standard=False,
    variants={
        "protection": {
            "registration": "registration",
            "ground": "a gazetted ground of its own",
            "zone": "a heritage zone in force around it",
            "height_rule": "a limit of height on its surroundings",
        }
    },
)
def unprotected(
    heritage_assets: GeoDataFrame,
    heritage_zones: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    units: GeoDataFrame,
    *,
    protection: str = "registration",
    around_m: float = 100.0,
) -> pd.DataFrame:
    """Measure which share of the heritage assets lacks one layer of protection.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls; `registered` is 1, 0, or unknown.
    heritage_zones : GeoDataFrame
        Versions of zones; those in force count, proxies never do.
    heritage_rules : GeoDataFrame
        Limits of height that nobody has ended.
    units : GeoDataFrame
        Heritage zones or the city.
    protection : str
        registration, ground (a zone of kind monument_ground), zone, or height_rule.
    around_m : float
        How far the surroundings reach for which a limit of height should hold.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1, of the assets of which it is known), coverage (their share of all), n (assets that
        the unit touches), low and high (if all unknown ones were protected, or none), reason.

    Notes
    -----
    An asset of unknown registration is unknown, not unregistered. Protection by law is more than these four layers; the
    list `heritage.protection_gaps` names the assets.
    """
    lacking = 1.0 - _held(heritage_assets, heritage_zones, heritage_rules, protection, around_m)
    asset, unit, share = shares_in_each(heritage_assets, units)
    known = ~np.isnan(lacking[asset])
    told = np.bincount(unit[known], weights=share[known], minlength=len(units))
    whole = np.bincount(unit, weights=share, minlength=len(units))
    missing = np.bincount(unit[known], weights=(share * lacking[asset])[known], minlength=len(units))
    with np.errstate(divide="ignore", invalid="ignore"):
        value, coverage = missing / told, told / whole
        bounds = {"low": missing / whole, "high": (missing + whole - told) / whole}
    table = explained(units, value, (np.full(len(units), heritage_assets.empty), Reason.NO_PLACES))
    blank = table["value"].isna()
    number = np.bincount(unit, minlength=len(units)).astype(float)
    table = table.assign(coverage=np.where(blank, 0.0, coverage), n=number)
    return table.assign(**{name: np.where(blank, np.nan, bound) for name, bound in bounds.items()})


def _held(
    assets: GeoDataFrame, zones: GeoDataFrame, rules: GeoDataFrame, level: str, around_m: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return protection_of(assets, zones, rules, around_m=around_m)[level].to_numpy(dtype=np.float64)
