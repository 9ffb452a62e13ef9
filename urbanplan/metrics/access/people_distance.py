"""Walking distance within which enough people live."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.aggregate import explained, known_of, people_of
from urbanplan.methods.cost_table import CostTable
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.opportunity import cost_to_reach, cumulative
from urbanplan.methods.travel import journeys
from urbanplan.methods.travel.given import check_ids
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.network.snapping import middles
from urbanplan.model.reason import Reason

_AT_ONCE = 2048
"""Cells whose neighbours are listed together: the list stays small however large the city."""


@metric(
    name="Walking distance within which enough people live",
    unit="m",
    direction="neutral",
    supports=("cell",),
    standard=False,
    formula=r"\min\{D : \sum_{i: d_{ci} \le D} P_i \ge n\}",
    requires=("population",),
)
def people_distance(
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    number_people: float = 500.0,
    max_distance_m: float = 1600.0,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Measure how far one must walk from each cell until 500 people live within that distance.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    units : GeoDataFrame
        Those of the cells to tell the value of.
    number_people : float
        How many people (n): those who keep a shop, a school or a bus line going.
    max_distance_m : float
        Nobody walks farther than this.
    max_off_street_m : float
        A cell farther than this from every street is not connected to it.

    Returns
    -------
    DataFrame
        On the index of the units: value (m), reason. Unknown where a cell of unknown population lies nearer than the
        distance found, and where so many people are never within the limit.

    Notes
    -----
    The cost of reaching the n-th opportunity, people being the opportunities: the least distance within which at least n
    people live, those of the cell itself among them at no distance. Distances as in `access.nearest`.
    """
    if not (np.isfinite(number_people) and number_people > 0):
        raise InputError(f"number_people must be a number above zero, not {number_people}")
    check_ids(cells, "cells")
    people = people_of(cells)
    unknown = ~np.isfinite(people)
    rows, spots = cells.index.get_indexer(units.index), middles(cells)
    value, near_unknown, off = (
        np.full(len(rows), np.nan),
        np.zeros(len(rows), dtype=bool),
        np.zeros(len(rows), dtype=bool),
    )
    for begin in range(0, len(rows), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        found = journeys(walk, cells.iloc[rows[part]], spots, max_off_street_m=max_off_street_m)
        table = _at_home(found.table(max_distance_m), rows[part])
        value[part] = cost_to_reach(table, np.nan_to_num(people), number_people)
        first = _nearest(table.cost_m, table.origin, unknown[table.place], len(rows[part]))
        near_unknown[part] = np.isfinite(first) & (first <= np.nan_to_num(value[part], nan=np.inf))
        off[part] = found.off_street | (cumulative(table, np.ones(len(cells)), [max_distance_m])[:, 0] == 0)
    known = known_of(cells)[rows]
    nobody = np.full(len(rows), not (people > 0).any())
    return explained(
        units,
        value,
        (np.full(len(rows), bool(unknown.all())), Reason.POPULATION_UNKNOWN),
        (np.full(len(rows), not known_of(cells).any()) | ~known, Reason.NOT_MAPPED),
        (nobody, Reason.NO_PEOPLE),
        (near_unknown, Reason.POPULATION_UNKNOWN),
        (off, Reason.OFF_NETWORK),
        (np.isnan(value), Reason.BEYOND_LIMIT),
    ).assign(coverage=np.where(known, 1.0, 0.0))


def _at_home(table: CostTable, row: Ints) -> CostTable:
    """Return the table with people of the same cell at no distance, instead of by the way to the street and back."""
    cost = np.where(table.place == row[table.origin], 0.0, table.cost_m)
    return CostTable(table.origin, table.place, cost, table.origins, table.places)


def _nearest(cost: Floats, origin: Ints, which: NDArray[np.bool_], origins: int) -> Floats:
    """Return the least cost of the chosen rows of each origin, infinite where there is none."""
    least = np.full(origins, np.inf)
    np.minimum.at(least, origin[which], cost[which])
    return least
