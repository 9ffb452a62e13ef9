"""Heritage assets that lack a layer of protection, one by one."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.methods.inventory.protection import protection_of
from urbanplan.model.listing import listing

COLUMNS = {
    "asset": "",
    "name": "",
    "registration": "",
    "ground": "",
    "in_zone": "",
    "height_rule": "",
    "layers_lacking": "count",
}


@listing(
    name="Heritage assets and the layers of protection that they lack",
    geometry="any",
    columns=COLUMNS,
    by="layers_lacking",
)
def protection_gaps(
    heritage_assets: GeoDataFrame,
    heritage_zones: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    *,
    around_m: float = 100.0,
) -> GeoDataFrame:
    """List the assets that lack registration, a gazetted ground, a zone around them, or a limit of height nearby.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    heritage_zones : GeoDataFrame
        Versions of zones; those in force count, proxies never do.
    heritage_rules : GeoDataFrame
        Limits of height that nobody has ended.
    around_m : float
        How far the surroundings reach for which a limit of height should hold.

    Returns
    -------
    GeoDataFrame
        One row for each asset that lacks a layer or of which one is unknown, those that lack most first; each layer is yes,
        no, part (a limit holds for some of the surroundings), or unknown.

    Notes
    -----
    A layer that the city's file does not hold reads as lacking: `no` means that none is in the data, not that none exists.
    """
    found = protection_of(heritage_assets, heritage_zones, heritage_rules, around_m=around_m)
    words = found.map(
        lambda share: "unknown" if np.isnan(share) else "yes" if share >= 1 else "part" if share > 0 else "no"
    )
    lacking = (found < 1).sum(axis=1)
    table = words.rename(columns={"zone": "in_zone"}).assign(
        asset=found.index.astype(str),
        name=heritage_assets["name"].to_numpy(),
        layers_lacking=lacking,
        geometry=heritage_assets.geometry.to_numpy(),
    )
    kept = (lacking > 0) | found.isna().any(axis=1)
    table = table[kept.to_numpy()]
    order = np.lexsort((table["asset"], -table["layers_lacking"]))
    return GeoDataFrame(table.iloc[order], geometry="geometry", crs=heritage_assets.crs)
