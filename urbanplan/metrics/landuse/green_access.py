"""Share of people near a green or open space."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.open_spaces import public_spaces
from urbanplan.methods.people import share_of_people_where
from urbanplan.methods.travel.access import distances
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork


class Rule(NamedTuple):
    """A size of spaces and how far people walk to them, in metres."""

    min_area_m2: float
    max_distance_m: float


RULES: dict[str, Rule] = {
    "who": Rule(5_000.0, 300.0),
    "hectare": Rule(10_000.0, 300.0),
    "sdg": Rule(0.0, 400.0),
    "large": Rule(15_000.0, 500.0),
}
"""WHO Europe (0.5 ha in 300 m), the 300 of 3-30-300 (1 ha in 300 m), SDG 11.7.1 (any in 400 m), GHSCI (1.5 ha in 500 m)."""
_WORDS = {
    "who": "0.5 ha within 300 m",
    "hectare": "1 ha within 300 m",
    "sdg": "any size within 400 m (SDG 11.7.1)",
    "large": "1.5 ha within 500 m",
}


@metric(
    name="Share of people near green or open space: {rule}",
    unit="share",
    direction="higher",
    supports=("zone", "city"),
    formula=r"s = \frac{\sum_c P_c \, [d_c \le D]}{\sum_c P_c}",
    references=("who2016", "konijnendijk2023", "unhabitat2021b"),
    requires=("population",),
    variants={"rule": _WORDS},
)
def green_access(
    open_space: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    rule: str = "who",
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Measure which share of the people live within a walk of an entrance of a public green or open space.

    Parameters
    ----------
    open_space : GeoDataFrame
        Open spaces with `access`; private and closed ones are left out, pieces that touch are one space.
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    units : GeoDataFrame
        Zones or the city.
    rule : str
        who, hectare, sdg or large: the least size of a space and the longest walk, see `RULES`.
    max_off_street_m : float
        Of people farther than this from every street nothing is known.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage, n (cells within reach), low and high (if none, or all, of the people
        of whom nothing is known lived near one), reason.

    Notes
    -----
    Distances as in `landuse.green_distance`. Mapped spaces only: what nobody has drawn is not counted, and a space
    whose access is not tagged counts as open.
    """
    chosen = RULES[rule]
    spaces = public_spaces(open_space, min_area_m2=chosen.min_area_m2)
    metres, reason = distances(spaces, walk, cells, max_off_street_m=max_off_street_m)
    within = np.nan_to_num(metres, nan=np.inf) <= chosen.max_distance_m
    return share_of_people_where(cells, units, within, reason)
