"""Which building stands under which rule of height, and what is estimated of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from urbanplan.methods.compliance.dates import compared, holds_on
from urbanplan.methods.compliance.exceedance import chance_above, expected_excess

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Floats = NDArray[np.float64]
HALF = 0.5
ASSUMED_REFERENCE = "highest_point"
"""What a limit is measured to where its text does not say."""


@dataclass(frozen=True)
class Case:
    """Buildings under one rule of height.

    Attributes
    ----------
    rule : Series
        The row of the rule.
    reference : str
        What its heights are measured to.
    assumed : bool
        Whether that was not said.
    limit_m : float
        NaN where the rule gives no number.
    buildings : ndarray of int64
        Rows of the buildings that lie at least half in its area and are not exempt.
    exempt : int
        How many are.
    mean_m, sd_m, chance, excess_m : ndarray of float64
        Of each building: its height to the reference, the probability that it exceeds the limit, the expected excess.
    built : ndarray of str
        before, after or unknown: when it was built, by the day from which the rule holds.
    """

    rule: pd.Series
    reference: str
    assumed: bool
    limit_m: float
    buildings: NDArray[np.int64]
    exempt: int
    mean_m: Floats
    sd_m: Floats
    chance: Floats
    excess_m: Floats
    built: NDArray[np.object_]


def height_rules(rules: GeoDataFrame, *, on_date: str = "") -> GeoDataFrame:
    """Return the limits of height that hold on a date, or that nobody has ended."""
    chosen = rules[rules["kind"] == "max_height"]
    return chosen[holds_on(chosen["in_force_from"], chosen["in_force_to"], chosen["status"], on_date)]


def cases(buildings: GeoDataFrame, rules: GeoDataFrame) -> list[Case]:
    """Put each rule of height beside the buildings that stand under it.

    Parameters
    ----------
    buildings : GeoDataFrame
        Layer `buildings` with estimated heights.
    rules : GeoDataFrame
        Limits of height, see `height_rules`.
    """
    if buildings.empty:
        return []
    tree = shapely.STRtree(buildings.geometry.to_numpy())
    area = shapely.area(buildings.geometry.to_numpy())
    use = buildings["use"].astype(object).to_numpy()
    out = []
    for place in range(len(rules)):
        rule, ground = rules.iloc[place], rules.geometry.iloc[place]
        shapely.prepare(ground)
        rows = np.sort(tree.query(ground, predicate="intersects"))
        inside = shapely.covers(ground, buildings.geometry.to_numpy()[rows])
        cut = np.flatnonzero(~inside)
        shared = shapely.area(shapely.intersection(buildings.geometry.to_numpy()[rows[cut]], ground))
        inside[cut] = shared >= HALF * area[rows[cut]]
        rows = rows[inside]
        exempt = np.isin(use[rows], words_of(rule["exempt"]))
        out.append(_case(buildings, rule, rows[~exempt], int(exempt.sum())))
    return out


def words_of(text: object) -> list[str]:
    """Return the words of a list that stands in one cell, with `;` between them."""
    return [word.strip() for word in text.split(";") if word.strip()] if isinstance(text, str) else []


def _case(buildings: GeoDataFrame, rule: pd.Series, rows: NDArray[np.int64], exempt: int) -> Case:
    said = isinstance(rule["height_reference"], str)
    reference = rule["height_reference"] if said else ASSUMED_REFERENCE
    limit = float(rule["value"])
    mean = buildings[f"{reference}_m"].to_numpy(dtype=np.float64)[rows]
    sd = buildings[f"{reference}_sd_m"].to_numpy(dtype=np.float64)[rows]
    built = [compared(date, rule["in_force_from"]) for date in buildings["built"].iloc[rows]]
    return Case(
        rule=rule,
        reference=str(reference),
        assumed=not said,
        limit_m=limit,
        buildings=rows,
        exempt=exempt,
        mean_m=mean,
        sd_m=sd,
        chance=chance_above(limit, mean, sd),
        excess_m=expected_excess(limit, mean, sd),
        built=np.array(built, dtype=object),
    )
