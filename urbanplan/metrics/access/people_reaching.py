"""People who can walk to a heritage asset."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained, known_of, people_of
from urbanplan.methods.decay import cut_off
from urbanplan.methods.opportunity import passive
from urbanplan.methods.travel import journeys
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="People within walking distance of the asset",
    unit="people",
    direction="neutral",
    supports=("asset",),
    standard=False,
    formula=r"P_j = \sum_{c: d_{cj} \le D} P_c",
    references=("soukhov2023",),
    requires=("population",),
)
def people_reaching(
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    max_distance_m: float = 1200.0,
    max_off_street_m: float = 500.0,
) -> pd.DataFrame:
    """Count the people who can walk to each heritage asset in 15 minutes: passive access.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    units : GeoDataFrame
        The assets: points, lines or areas.
    max_distance_m : float
        How far people walk; exactly this is within. By default 15 minutes at 80 m a minute.
    max_off_street_m : float
        A cell or asset farther than this from every street is not connected to it.

    Returns
    -------
    DataFrame
        On the index of the units: value (people), coverage (share of the cells in reach where people and streets are
        known), n (cells in reach), reason. Coverage below one half is unknown.

    Notes
    -----
    The transpose of cumulative access: not what people reach, but who reaches the asset. Journeys as in
    `access.nearest`; an asset with an outline is reached wherever a street crosses it. People outside the grid are not
    known.
    """
    found = journeys(walk, cells, units, max_off_street_m=max_off_street_m)
    table, within = found.table(max_distance_m), cut_off(limit=max_distance_m)
    people, known = people_of(cells), known_of(cells)
    counted = np.isfinite(people) & known
    value = passive(table, np.where(counted, people, 0.0), within)
    cells_in_reach = passive(table, np.ones(len(cells)), within)
    shares = [
        np.divide(
            passive(table, some.astype(float), within),
            cells_in_reach,
            out=np.zeros(len(units)),
            where=cells_in_reach > 0,
        )
        for some in (counted, known)
    ]
    met = np.zeros(len(units), dtype=bool)
    met[found.place_doors.of] = True
    met[found.inside_place] = True
    nowhere = np.full(len(units), not known.any())
    out = explained(
        units,
        value,
        (nowhere, Reason.NOT_MAPPED),
        (np.full(len(units), not np.isfinite(people).any()), Reason.POPULATION_UNKNOWN),
        (~met, Reason.OFF_NETWORK),
        (cells_in_reach == 0, Reason.NOTHING_TO_MEASURE),
        (shares[1] < MIN_COVERAGE, Reason.NOT_MAPPED),
        (shares[0] < MIN_COVERAGE, Reason.POPULATION_UNKNOWN),
    )
    return out.assign(coverage=shares[0], n=cells_in_reach)
