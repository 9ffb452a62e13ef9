"""Area of blocks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.blocks import MIN_BLOCK_M2, blocks_by_unit
from urbanplan.methods.streets import averaged
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


@metric(
    name="Area of blocks",
    unit="m2",
    direction="lower",
    supports=("zone", "city"),
    formula=r"\frac{1}{n} \sum_j |K_j|",
)
def block_area(
    drive: StreetNetwork, units: GeoDataFrame, *, min_area_m2: float = MIN_BLOCK_M2
) -> pd.DataFrame:
    """Measure how large the blocks are that streets enclose, on average: small blocks are easy to walk around.

    Parameters
    ----------
    drive : StreetNetwork
        Streets open to cars: footpaths do not part a block.
    units : GeoDataFrame
        Zones or the city; a block belongs to the unit that a point inside it lies in, whole.
    min_area_m2 : float
        Smaller pieces, such as traffic islands, are left out.

    Returns
    -------
    DataFrame
        On the index of the units: value (m2), n (blocks), reason.

    Notes
    -----
    Ground that streets do not close, at the edge of the data or along the sea, is no block. See `urbanplan.methods.blocks`.
    """
    block, unit = blocks_by_unit(drive, units, min_area_m2=min_area_m2)
    total = np.bincount(unit, weights=shapely.area(block), minlength=len(units))
    return averaged(total, np.bincount(unit, minlength=len(units)), units, drive)
