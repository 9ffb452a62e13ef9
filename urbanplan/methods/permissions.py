"""What a plan's rules say of each use in each of its areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Floats
from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.plan_words import OTHERS
from urbanplan.model.scheme import default_scheme

HALF = 0.5
"""Weight of a conditional use whose rule gives none."""


@dataclass(frozen=True)
class Permissions:
    """Rules by area of the plan and class of land use.

    Attributes
    ----------
    weight : ndarray of float64, shape (areas, classes)
        1 permitted, between 0 and 1 conditional, 0 prohibited; NaN where no rule says, or a quota decides.
    quota : ndarray of bool, shape (areas, classes)
        Whether a quota decides.
    quota_share : ndarray of float64, shape (areas,)
        Share of the area that all uses under the quota together may take; NaN where there is none.
    rule, clause : ndarray of str, shape (areas, classes)
        Id and clause of the rule, "" where none says.
    main : ndarray of int64, shape (areas,)
        Class that the area is drawn for, -1 where that is not said.
    """

    weight: Floats
    quota: NDArray[np.bool_]
    quota_share: Floats
    rule: NDArray[np.object_]
    clause: NDArray[np.object_]
    main: NDArray[np.int64]


def permissions(zoning: GeoDataFrame, plan_rules: pd.DataFrame) -> Permissions:
    """Find the rule for each use in each area of a plan.

    Parameters
    ----------
    zoning : GeoDataFrame
        Areas of the plan with `class`, by id.
    plan_rules : DataFrame
        Layer `plan_rules`: zone (a class, or the id of one area), use (a class, or * for all others), says, weight,
        quota_share, rule, clause.

    Returns
    -------
    Permissions
        A rule of one area goes before those of its class, a rule of one use before that of all others. The use that an
        area is drawn for is that of its rules, else that of the land-use scheme.
    """
    shape = (len(zoning), len(LAND_USE_CLASSES))
    found = Permissions(
        np.full(shape, np.nan),
        np.zeros(shape, dtype=bool),
        np.full(len(zoning), np.nan),
        np.full(shape, "", dtype=object),
        np.full(shape, "", dtype=object),
        np.full(len(zoning), -1, dtype=np.int64),
    )
    by_zone = {str(zone): rows for zone, rows in plan_rules.groupby("zone", sort=True)}
    mains = {zone.class_: zone.main for zone in default_scheme().plan_zones}
    for area, (key, name) in enumerate(zip(zoning.index.astype(str), zoning["class"], strict=True)):
        main = mains.get(str(name))
        if main is not None:
            found.main[area] = LAND_USE_CLASSES.index(main)
        for words in (str(name), key):  # what is said of one area overwrites what is said of its class
            rows = by_zone.get(words)
            if rows is None:
                continue
            general, special = rows[rows["use"] == OTHERS], rows[rows["use"] != OTHERS]
            for row in general.to_dict("records"):
                _write(found, area, range(len(LAND_USE_CLASSES)), row)
            for row in special.to_dict("records"):
                _write(found, area, [LAND_USE_CLASSES.index(str(row["use"]))], row)
    return found


def _write(found: Permissions, area: int, uses: range | list[int], row: Mapping[Any, Any]) -> None:
    says = str(row["says"])
    given = float(row["weight"])
    weight = {"main": 1.0, "permitted": 1.0, "prohibited": 0.0, "quota": np.nan}.get(
        says, given if np.isfinite(given) else HALF
    )
    for use in uses:
        found.weight[area, use] = weight
        found.quota[area, use] = says == "quota"
        found.rule[area, use] = _text(row.get("rule"))
        found.clause[area, use] = _text(row.get("clause"))
    if says == "quota":
        found.quota_share[area] = float(row["quota_share"])
    if says == "main":
        found.main[area] = uses[0]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
