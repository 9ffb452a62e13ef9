"""Which layers of protection each heritage asset has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from urbanplan.methods.compliance import height_rules
from urbanplan.methods.compliance.dates import holds_on

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

GROUND = "monument_ground"
"""Kind of zone that is the gazetted ground of one monument."""
_WHOLE = 0.99


def protection_of(
    assets: GeoDataFrame, zones: GeoDataFrame, rules: GeoDataFrame, *, around_m: float
) -> pd.DataFrame:
    """Return how far each layer of protection covers each asset.

    Parameters
    ----------
    assets, zones, rules : GeoDataFrame
        Layers `heritage_assets`, `heritage_zones`, `heritage_rules`.
    around_m : float
        How far the surroundings of an asset reach.

    Returns
    -------
    DataFrame
        On the index of the assets: registration (1, 0, or NaN where unknown), ground and zone (1 where the asset's middle lies in
        one in force that is no proxy, else 0), height_rule (share of the surroundings with a limit of height, 1 from 99 % on).
    """
    shapes = assets.geometry.to_numpy()
    middle = shapely.centroid(shapes)
    holding = zones[
        holds_on(zones["in_force_from"], zones["in_force_to"], zones["status"], "") & ~zones["proxy"]
    ]
    ground = holding["kind"] == GROUND
    limited = height_rules(rules)
    limited = limited[limited["value"].notna() & ~limited["proxy"]]
    around = shapely.buffer(shapes, around_m)
    inside = shapely.area(shapely.intersection(around, _union(limited)))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = inside / shapely.area(around)
    return pd.DataFrame(
        {
            "registration": assets["registered"].to_numpy(dtype=np.float64),
            "ground": _within(middle, holding[ground]),
            "zone": _within(middle, holding[~ground]),
            "height_rule": np.where(share >= _WHOLE, 1.0, share),
        },
        index=assets.index,
    )


def _union(frame: GeoDataFrame) -> Any:
    return shapely.union_all(frame.geometry.to_numpy())


def _within(points: Any, frame: GeoDataFrame) -> Any:
    whole = _union(frame)
    shapely.prepare(whole)
    return shapely.covers(whole, points).astype(np.float64)
