"""How many people are likely to walk along a street on their way to places."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods import decay
from urbanplan.methods.aggregate import explained, known_of, people_of
from urbanplan.methods.street_centrality import told_of_streets
from urbanplan.methods.street_walks import at_junctions, walks
from urbanplan.methods.travel.doors import origin_doors, place_doors
from urbanplan.methods.travel.given import check_ids
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


@metric(
    name="People walking along each street to places",
    unit="people",
    direction="neutral",
    supports=("street",),
    standard=False,
    formula=r"W_e = \sum_i P_i \sum_j \frac{O_j f(d_{ij})}{\sum_{k} O_k f(d_{ik})} \frac{\sigma_{ij}(e)}{\sigma_{ij}}",
    references=("brandes2001", "hansen1959", "maurer2009"),
    requires=("population",),
)
def street_walks(
    places: GeoDataFrame,
    walk: StreetNetwork,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    category: str = "",
    half_life_m: float = 400.0,
    max_distance_m: float = 1200.0,
    max_off_street_m: float = 500.0,
    samples: int = 0,
) -> pd.DataFrame:
    """Count the people who pass along each street if everybody walks once from home to a place, the nearer the likelier.

    Parameters
    ----------
    places : GeoDataFrame
        Places with `category`; each draws as much as the other.
    walk : StreetNetwork
        Streets and paths open on foot, also those around the city.
    cells : GeoDataFrame
        The analysis grid with `population` and `known`.
    units : GeoDataFrame
        The streets to tell the value of.
    category : str
        Which places; all where it is empty.
    half_life_m : float
        A place so far away is half as likely as one at the door.
    max_distance_m : float
        Nobody walks farther than this.
    max_off_street_m : float
        A cell or place farther than this from every street is left out.
    samples : int
        So many junctions, drawn at random, to set out from; 0 for all. The interval then holds what it would be for all
        of them, with a probability of 95 % for each street.

    Returns
    -------
    DataFrame
        On the index of the units: value (people, once each), low and high (the value itself unless sampled), coverage (share of the
        cells where places and streets are mapped), reason. Unknown for a street that is closed, and where people of
        unknown number would pass.

    Notes
    -----
    Betweenness weighed by origins and destinations. It is no count of passers-by: it says where people would walk who go
    to places from home, once each. Cells and places stand at the nearer end of their street (a place with several doors at
    each of them in part), and who has no place but at his own corner walks nowhere. Ways are the shortest, as mapped.
    """
    check_ids(places, "places")
    check_ids(cells, "cells")
    chosen = places if not category else places[places["category"] == category]
    people, known = people_of(cells), known_of(cells)
    homes = origin_doors(walk, cells, max_off_street_m)
    drawing = at_junctions(walk, place_doors(walk, chosen, max_off_street_m), np.ones(len(chosen)))
    fall = decay.exponential(half_life=half_life_m)

    def walked(number: np.ndarray) -> pd.DataFrame:
        leaving = at_junctions(walk, homes, np.where(known, number, 0.0))
        found = walks(walk, leaving, drawing, radius_m=max_distance_m, decay=fall, samples=samples)
        return told_of_streets(walk, units, **found._asdict())

    unknown = ~np.isfinite(people)
    table = walked(np.nan_to_num(people))
    hidden = np.zeros(len(units), dtype=bool)
    if (unknown & known).any():
        hidden = (walked(unknown.astype(np.float64))["value"] > 0).to_numpy()
    told = explained(
        units,
        table["value"].to_numpy(),
        (np.full(len(units), chosen.empty), Reason.NO_PLACES),
        (np.full(len(units), bool(unknown.all())), Reason.POPULATION_UNKNOWN),
        (np.full(len(units), not known.any()), Reason.NOT_MAPPED),
        ((table["reason"] != "").to_numpy(), Reason.OFF_NETWORK),
        (np.full(len(units), not drawing.any()), Reason.DISCONNECTED),
        (hidden, Reason.POPULATION_UNKNOWN),
    )
    known_value = told["value"].notna()
    return told.assign(
        low=table["low"].where(known_value),
        high=table["high"].where(known_value),
        coverage=float(known.mean()) if len(known) else 0.0,
    )
