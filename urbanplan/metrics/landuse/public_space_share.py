"""Share of the built-up extent that is public space (SDG 11.7.1)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained, known_of
from urbanplan.methods.known_parts import known_land
from urbanplan.methods.open_spaces import CLOSED
from urbanplan.methods.public_space import public_ground
from urbanplan.methods.urban_extent import BUILT_SHARE
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

_WORDS = {
    "open": "open spaces",
    "streets": "streets",
    "all": "open spaces and streets (SDG 11.7.1)",
}


@metric(
    name="Share of the built-up extent: {ground}",
    unit="share",
    direction="higher",
    supports=("zone", "city"),
    formula=r"s = \frac{|S_{open} \cap U| + |S_{streets} \cap U|}{|U|}",
    references=("unhabitat2021b",),
    variants={"ground": _WORDS},
    standard=False,
)
def public_space_share(
    open_space: GeoDataFrame,
    walk: StreetNetwork,
    buildings: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    ground: str = "all",
    built_share: float = BUILT_SHARE,
) -> pd.DataFrame:
    """Measure which share of the built-up extent of the city is open to all: parks and squares, streets, or both.

    Parameters
    ----------
    open_space : GeoDataFrame
        Open spaces with `access`; private and closed ones are left out.
    walk : StreetNetwork
        Streets and paths open on foot.
    buildings : GeoDataFrame
        Footprints, which tell the built-up extent.
    cells : GeoDataFrame
        The analysis grid with `known`.
    units : GeoDataFrame
        Zones or the city.
    ground : str
        open, streets or all: both together.
    built_share : float
        Share of a cell that buildings must cover to make it built.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage (share of its land where all layers are mapped), n (open
        spaces), reason. Less than half is unknown.

    Notes
    -----
    The built-up extent is worked out in `urbanplan.methods.urban_extent`; where a statistical office names the extent, its
    polygon as a zone gives the share of that. A street takes its length times its width: the tag of its width, else its lanes
    at 3.25 m, else what is usual for its class. Widths are the weak part of this measure. Streets and paths inside open
    spaces are part of those, so that the two terms add up; motorways are no space for all and are left out.
    """
    public = open_space[~open_space["access"].isin(CLOSED)]
    found = public_ground(
        public, walk, buildings, cells, units, known=known_of(cells), built_share=built_share
    )
    extent, zero = found.extent_m2, np.zeros(len(units))
    terms = (found.open_m2 if ground != "streets" else zero) + (found.street_m2 if ground != "open" else zero)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(extent > 0, np.minimum(terms / extent, 1.0), np.nan)
    share = known_land(cells, units)
    nothing = open_space.empty or buildings.empty or not len(walk.edge_u)
    table = explained(
        units,
        value,
        (np.full(len(units), nothing), Reason.NO_PLACES),
        (share < MIN_COVERAGE, Reason.NOT_MAPPED),
        (extent <= 0, Reason.NOTHING_TO_MEASURE),
    )
    inside, _ = shapely.STRtree(public.geometry.to_numpy()).query(
        units.geometry.to_numpy(), predicate="intersects"
    )
    spaces = np.where(extent > 0, np.bincount(inside, minlength=len(units)), 0).astype(np.float64)
    return table.assign(coverage=share, n=spaces)
