"""The strictest limit of each heritage zone, with the buildings or plots under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from urbanplan.methods.aggregate import explained
from urbanplan.methods.compliance.rules import Case, cases, height_rules
from urbanplan.model.reason import Reason

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Mask = NDArray[np.bool_]


class Held(Protocol):
    """What stands under one rule, with the probability of each that it lies beyond the limit."""

    @property
    def rule(self) -> pd.Series:
        """The row of the rule."""

    @property
    def chance(self) -> NDArray[np.float64]:
        """The probability of each; NaN where unknown."""


Found = TypeVar("Found", bound=Held)


@dataclass(frozen=True)
class PerZone(Generic[Found]):
    """For each unit the case that decides, and why there is none.

    Attributes
    ----------
    units : GeoDataFrame
        Versions of heritage zones.
    case : list of Case or BulkCase or None
        The strictest limit with at least one building, or plot, of which what it limits is known.
    causes : tuple of (ndarray of bool, Reason)
        Why a unit has no value; the first that holds.
    """

    units: GeoDataFrame
    case: list[Found | None]
    causes: tuple[tuple[Mask, Reason], ...]

    def table(
        self,
        value: NDArray[np.float64],
        *,
        low: Iterable[float] | None = None,
        high: Iterable[float] | None = None,
    ) -> pd.DataFrame:
        """Return the values with their reasons, the number of those of which it is known, and their share."""
        known = [float(np.isfinite(case.chance).sum()) if case else 0.0 for case in self.case]
        total = [float(len(case.chance)) if case else 0.0 for case in self.case]
        with np.errstate(invalid="ignore", divide="ignore"):
            coverage = np.array(known) / np.array(total)
        table = explained(self.units, value, *self.causes)
        blank = table["value"].isna().to_numpy()
        table["n"], table["coverage"] = known, np.where(np.array(total) > 0, coverage, np.nan)
        for name, bound in (("low", low), ("high", high)):
            if bound is not None:
                table[name] = np.where(blank, np.nan, np.array(list(bound), dtype=np.float64))
        return table


def per_zone(
    buildings: GeoDataFrame, heritage_rules: GeoDataFrame, units: GeoDataFrame, *, on_date: str = ""
) -> PerZone[Case]:
    """Find the strictest limit of height that holds in each heritage zone.

    Parameters
    ----------
    buildings : GeoDataFrame
        Layer `buildings` with estimated heights.
    heritage_rules : GeoDataFrame
        Layer `heritage_rules`.
    units : GeoDataFrame
        Rows of `heritage_zones`; their outlines may be cut to where buildings are mapped.
    on_date : str
        See `holds_on`.

    Raises
    ------
    InputError
        If the date is none.
    """
    return strictest(
        heritage_rules,
        height_rules(heritage_rules, on_date=on_date),
        units,
        lambda rules: cases(buildings, rules),
        kinds=("max_height",),
        nothing=buildings.empty,
    )


def strictest(
    rules: GeoDataFrame,
    holding: GeoDataFrame,
    units: GeoDataFrame,
    held: Callable[[GeoDataFrame], Sequence[Found]],
    *,
    kinds: Sequence[str],
    nothing: bool,
    most: bool = False,
) -> PerZone[Found]:
    """Find of the rules that hold in each heritage zone the strictest one.

    Parameters
    ----------
    rules : GeoDataFrame
        Layer `heritage_rules`: whether a zone has a rule of the kinds at all.
    holding : GeoDataFrame
        Those of the kinds that hold on the day that matters.
    units : GeoDataFrame
        Rows of `heritage_zones`; their outlines may be cut to where buildings are mapped.
    held : callable
        Puts rules beside what stands under them, in their order.
    kinds : sequence of str
        Kinds of rules.
    nothing : bool
        Whether no building is mapped at all.
    most : bool
        Whether the highest number is the strictest, as of open space, not the lowest.
    """
    holding = holding[holding["value"].notna() & holding["zone"].isin(units.index.astype(str))]
    cut = holding.set_geometry(
        [units.geometry.iloc[place] for place in _places(holding["zone"], units)], crs=units.crs
    )
    numbers = cut["value"].to_numpy(dtype=np.float64)
    order = np.lexsort((cut.index.to_numpy(dtype=str), -numbers if most else numbers))
    first: dict[str, Found] = {}
    for case in held(cut.iloc[order]):
        first.setdefault(str(case.rule["zone"]), case)
    codes = units.index.astype(str)
    found = [first.get(code) for code in codes]
    ruled = set(rules.loc[rules["kind"].isin(kinds), "zone"].dropna().astype(str))
    known = [case is not None and bool(np.isfinite(case.chance).any()) for case in found]
    causes = (
        (np.full(len(units), nothing), Reason.NO_PLACES),
        (~np.isin(codes, list(ruled)), Reason.NOT_REGULATED),
        (~np.isin(codes, list(set(holding["zone"].astype(str)))), Reason.NOT_IN_FORCE),
        (
            np.array([case is not None and not len(case.chance) for case in found], dtype=bool),
            Reason.NOTHING_TO_MEASURE,
        ),
        (~np.array(known, dtype=bool), Reason.NO_HEIGHT),
    )
    return PerZone(units, [case if good else None for case, good in zip(found, known, strict=True)], causes)


def _places(zones: pd.Series, units: GeoDataFrame) -> list[int]:
    at = {code: place for place, code in enumerate(units.index.astype(str))}
    return [at[str(code)] for code in zones]
