"""Answers to researchers: tables on the index that they gave, with a reason for everything unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.travel.given import Measure
from urbanplan.methods.travel.journeys import Journeys
from urbanplan.model.reason import Reason


def nearest_table(
    found: Journeys, places: GeoDataFrame, origins: pd.Index, by: Measure, *, k: int, limit: float | None, category: str | None
) -> pd.DataFrame:  # fmt: skip
    """Return the nearest places of each origin; see `TravelNetwork.nearest`."""
    if k != int(k) or k < 1:
        raise InputError(f"k must be a whole number above zero, not {k}: the nearest place is k = 1")
    if category is not None and category not in places.columns:
        raise InputError(f"places have no column {category!r} to tell their categories")
    words = pd.Series("", places.index) if category is None else places[category]
    kinds, names = pd.factorize(words, sort=True)
    if (kinds < 0).any():
        unknown = places.index[kinds < 0][0]
        raise InputError(f"place {unknown!r} has no {category}; give it one or leave the place out")
    few = found.nearest(k=int(k), category=kinds, categories=max(len(names), 1))
    tables = {
        name: _few(found, few.cost[at], few.place[at], places.index, origins, by, limit)
        for at, name in enumerate(names if len(names) else [""])
    }
    if category is None:
        return next(iter(tables.values()))
    joined: pd.DataFrame = pd.concat(tables, axis="columns", names=[category, None])
    return joined


def _few(
    found: Journeys, cost: Floats, place: Ints, labels: pd.Index, origins: pd.Index, by: Measure, limit: float | None
) -> pd.DataFrame:  # fmt: skip
    beyond = cost > (np.inf if limit is None else limit)
    reason = _reasons(found, lost=np.isnan(cost[:, 0]))
    reason[beyond[:, 0]] = Reason.BEYOND_LIMIT.value
    cost, place = np.where(beyond, np.nan, cost), np.where(beyond, -1, place)
    several = cost.shape[1] > 1
    columns: dict[str, object] = {}
    for rank in range(cost.shape[1]):
        ending = f"_{rank + 1}" if several else ""
        columns[f"place{ending}"] = _labelled(place[:, rank], labels)
        columns[f"{by.column}{ending}"] = cost[:, rank]
    return pd.DataFrame({**columns, "reason": reason}, index=origins)


def _labelled(place: Ints, labels: pd.Index) -> NDArray[np.object_]:
    """Return labels of places, None where there is none."""
    out = np.full(len(place), None, dtype=object)
    met = place >= 0
    out[met] = labels.to_numpy(dtype=object)[place[met]]
    return out


def reach_table(
    found: Journeys,
    weights: pd.DataFrame,
    origins: pd.Index,
    by: Measure,
    *,
    cutoffs: Sequence[float],
    decays: Mapping[str, Decay],
    limit: float | None,
) -> pd.DataFrame:
    """Return what each origin reaches; see `TravelNetwork.reach`."""
    if not len(cutoffs) and not decays:
        raise InputError("reach needs a cut-off or a decay, e.g. cutoffs_m=[500, 1000]")
    endless = [name for name, curve in decays.items() if curve.end is None]
    if endless and limit is None:
        raise InputError(
            f"decay {endless[0]!r} never ends; say where to stop with max_distance_m or max_time_s"
        )
    for cutoff in cutoffs:
        if not (np.isfinite(cutoff) and cutoff >= 0):
            raise InputError(f"a cut-off must be a number of {by.unit}, zero or more, not {cutoff}")
    sums = found.reach(weights.to_numpy(), cutoffs=cutoffs, decays=list(decays.values()), limit=limit)
    reason = _reasons(found)
    unknown = reason != ""
    columns: dict[str, object] = {}
    for at, name in enumerate(weights.columns):
        for cut, cutoff in enumerate(cutoffs):
            columns[f"{name}_within_{cutoff:g}_{by.unit}"] = np.where(
                unknown, np.nan, sums.within[:, cut, at]
            )
        for number, decay in enumerate(decays):
            columns[f"{name}_{decay}"] = np.where(unknown, np.nan, sums.decayed[:, number, at])
    return pd.DataFrame({**columns, "reason": reason}, index=origins)


def long_table(
    found: Journeys, cost: Floats, origins: pd.Index, places: pd.Index, by: Measure, limit: float | None
) -> pd.DataFrame:
    """Return every pair of an origin and a place with its cost, or why there is none."""
    n, m = cost.shape
    lost = np.isnan(cost)
    reason = np.where(lost, Reason.DISCONNECTED.value, "").astype(object)
    if limit is not None:
        reason[lost & ~np.isnan(found.matrix())] = Reason.BEYOND_LIMIT.value
    off = found.why_off()[:, None]
    apart = np.where(off != "", off, found.place_doors.reason)
    reason = np.where(lost & (apart != ""), apart, reason)
    rows, columns = np.divmod(np.arange(n * m), max(m, 1))
    return pd.DataFrame(
        {"origin": origins[rows], "place": places[columns], by.column: cost.ravel(), "reason": reason.ravel()}
    )


def pairs_table(
    found: Journeys, origins: pd.Index, places: pd.Index, by: Measure, limit: float
) -> pd.DataFrame:
    """Return the pairs of origins and places within a limit, each origin's nearest first."""
    table = found.table(limit)
    return pd.DataFrame(
        {"origin": origins[table.origin], "place": places[table.place], by.column: table.cost_m}
    )


def _reasons(found: Journeys, lost: NDArray[np.bool_] | None = None) -> NDArray[np.object_]:
    """Say why nothing is known of origins: no places at all, no street near, or (where lost) no way."""
    reason = np.full(found.origins, "", dtype=object)
    if lost is not None:
        reason[lost] = Reason.DISCONNECTED.value
    off = found.why_off()
    reason[off != ""] = off[off != ""]
    if not found.places:
        reason[:] = Reason.NO_PLACES.value
    return reason
