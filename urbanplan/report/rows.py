"""Rows of results, found at once: what maps, tables and sentences ask for again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.errors import UsageError
from urbanplan.model.results import Results

MAP_SUPPORTS = ("cell", "zone", "building", "street", "asset", "viewpoint", "city")
"""Supports in the order in which a map prefers them."""

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """The values that one map shows, in the order of their units."""

    facts: Facts
    support: str
    units: GeoDataFrame
    value: NDArray[np.float64]


class Rows:
    """The rows of one scenario by metric and support.

    Parameters
    ----------
    results : Results
        What was measured.
    only : sequence of str, optional
        Ids of metrics to look at; default: all.
    scenario : str
        Which scenario's values.
    period : str, optional
        Which period; default: of several periods the last of each unit.

    Raises
    ------
    UsageError
        If one of the metrics is not in the results.
    """

    def __init__(
        self,
        results: Results,
        only: Sequence[str] | None = None,
        *,
        scenario: str = "actual",
        period: str | None = None,
    ) -> None:
        unknown = sorted(set(only or ()) - set(results.metrics))
        if unknown:
            held = ", ".join(sorted(results.metrics)) or "none"
            raise UsageError(f"these results hold no metric {unknown[0]!r}; they hold {held}")
        self.results = results
        tidy = results.tidy
        chosen = (tidy["scenario"] == scenario).to_numpy(dtype=bool)
        if only is not None:
            chosen = chosen & tidy["metric"].isin(list(only)).to_numpy(dtype=bool)
        if period is not None:
            chosen = chosen & (tidy["period"] == period).to_numpy(dtype=bool)
        tidy = tidy if chosen.all() else tidy[chosen]
        group = tidy.groupby(["metric", "support"], sort=True).ngroup().to_numpy()
        if (np.diff(group) < 0).any():
            order = np.argsort(group, kind="stable")
            tidy, group = tidy.iloc[order], group[order]
        self._tidy = tidy
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        keys = tidy[["metric", "support"]].iloc[starts].to_numpy(dtype=object)
        ends = [*starts[1:], len(tidy)][: len(starts)]
        self._places = {
            (str(key[0]), str(key[1])): (start, end)
            for key, start, end in zip(keys, starts, ends, strict=True)
        }
        self._found: dict[tuple[str, str], pd.DataFrame] = {}

    def of(self, metric: str, support: str) -> pd.DataFrame:
        """Return the rows of a metric and support, one per unit; none where it has none."""
        key = metric, support
        if key not in self._found:
            rows = self._tidy.iloc[slice(*self._places.get(key, (0, 0)))]
            if not rows["unit_id"].is_unique:
                rows = rows.sort_values("period", kind="stable").drop_duplicates("unit_id", keep="last")
            self._found[key] = rows
        return self._found[key]

    def supports(self, metric: str) -> list[str]:
        """Return the supports that a metric has rows for, those that a map prefers first."""
        given = {support for name, support in self._places if name == metric} & set(self.results.units)
        return [*(name for name in MAP_SUPPORTS if name in given), *sorted(given - set(MAP_SUPPORTS))]

    def metrics(self, support: str) -> list[str]:
        """Return the metrics that have rows for a support, by id."""
        return sorted(name for name, given in self._places if given == support)

    def shown(self, metric: str, support: str | None = None) -> Shown:
        """Return the values that a map of a metric shows.

        Raises
        ------
        UsageError
            If the metric has no values for that support.
        """
        given = self.supports(metric)
        chosen = support or next(iter(given), None)
        if chosen is None or chosen not in given:
            raise UsageError(
                f"{metric}: these results hold no values for support {chosen!r}; they hold {', '.join(given) or 'none'}"
            )
        rows, units = self.of(metric, chosen), self.results.units[chosen]
        value = pd.Series(
            rows["value"].to_numpy(dtype=np.float64), index=pd.Index(rows["unit_id"], dtype=object)
        )
        ordered = value.reindex(units.index.astype(str).astype(object)).to_numpy()
        return Shown(self.results.metrics[metric], chosen, units, ordered)
