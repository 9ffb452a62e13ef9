"""The attributes that a dossier looks at, each with its value in one state of the city."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.model.results import Results
from urbanplan.study.scenario import ACTUAL

Bounds = tuple[float, float, float]
"""A value with its low and high bound; the value is NaN where they differ and nothing says which."""
UNKNOWN: Bounds = (float("nan"), float("nan"), float("nan"))
_SAME = 1e-9


@dataclass(frozen=True)
class Attribute:
    """One thing that a proposal may change, by one measure.

    Attributes
    ----------
    kind : str
        view, rule, or asset.
    id : str
        Unit of the measure: viewpoint and target of a view with `>` between them, a rule, or an asset.
    measure : str
        Key of `urbanplan.model.assessment.MEASURES`.
    asset : str
        The heritage asset that it belongs to; empty where nothing says so.
    law : dict
        zone, version, instrument, clause, in_force_from; empty texts where there are none.
    geometry : object
        Where it is.
    """

    kind: str
    id: str
    measure: str
    asset: str = ""
    law: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
    geometry: Any = field(default=None, compare=False, hash=False)

    def row(self, scenario: str) -> str:
        """Return the id of its row for a scenario; any sign of an id is kept in it, safely."""
        parts = (self.kind, self.id, self.measure, scenario)
        return "/".join(quote(part, safe="._-~>") for part in parts)


State = dict[Attribute, Bounds]
Cells = dict[str, dict[str, dict[str, Any]]]
"""Layer, id and column of everything that a dossier names."""


def state_of(results: Results, scenario: str) -> State:
    """Return the value of every attribute in one state of the city."""
    cells = cells_of(results)
    return {
        **_views(results, scenario, cells),
        **_rules(results, scenario, cells),
        **_assets(results, scenario),
    }


def cells_of(results: Results) -> Cells:
    """Return what the layers say of viewpoints, targets, zones and assets, by id."""
    frames = {**results.context, **({"asset": results.units["asset"]} if "asset" in results.units else {})}
    names = ("viewpoints", "view_targets", "heritage_zones", "heritage_assets", "asset")
    return {
        name: {str(key): row for key, row in frames[name].drop(columns="geometry").to_dict("index").items()}
        for name in names
        if name in frames
    }


def _listed(results: Results, base: str, scenario: str) -> GeoDataFrame | None:
    return results.listings.get(base if scenario == ACTUAL else f"{base}.{scenario}")


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN is unlike itself


def _views(results: Results, scenario: str, cells: Cells) -> State:
    views, standing = (_listed(results, base, scenario) for base in ("views.sight_lines", "views.blockers"))
    if views is None:
        return {}
    over = {} if standing is None else standing.groupby(["viewpoint", "target"])["over_m"].max().to_dict()
    out: State = {}
    for row in views.to_dict("records"):
        viewpoint, target = str(row["viewpoint"]), str(row["target"])
        same = {
            "asset": _text(_cell(cells, "view_targets", target, "asset")),
            "law": _law_of_view(cells, viewpoint, target),
            "geometry": row["geometry"],
        }
        low, high = float(row["visible_low"]), float(row["visible_high"])
        value = low if abs(high - low) <= _SAME else np.nan
        out[Attribute("view", f"{viewpoint}>{target}", "visible_share", **same)] = (value, low, high)
        required = _cell(cells, "view_targets", target, "min_visible_share")
        if isinstance(required, float) and required > 0:
            kept = Attribute("view", f"{viewpoint}>{target}", "required_kept", **same)
            out[kept] = _kept(low, high, required)
        highest = float(over.get((row["viewpoint"], row["target"]), 0.0))
        bounds = (highest, highest, highest) if np.isfinite(value) else (np.nan, highest, np.nan)
        if standing is None or np.isnan(low):
            bounds = UNKNOWN
        out[Attribute("view", f"{viewpoint}>{target}", "over_line_m", **same)] = bounds
    return out


def view_state(results: Results, viewpoint: str, target: str, scenario: str) -> str | None:
    """Return the word for a view's state in one state of the city."""
    views = _listed(results, "views.sight_lines", scenario)
    if views is None:
        return None
    own = views.loc[(views["viewpoint"] == viewpoint) & (views["target"] == target), "state"]
    return str(own.iloc[0]) if len(own) else None


def _kept(low: float, high: float, required: float) -> Bounds:
    """Tell whether a view keeps the share that must stay visible: 1, 0, or somewhere between where that is not known."""
    if np.isnan(low):
        return UNKNOWN
    ends = float(low >= required - _SAME), float(high >= required - _SAME)
    return (ends[0] if ends[0] == ends[1] else np.nan, *ends)


def _cell(cells: Cells, layer: str, key: str, column: str) -> object:
    return cells.get(layer, {}).get(key, {}).get(column)


def _law_of_view(cells: Cells, viewpoint: str, target: str) -> dict[str, str]:
    """Return the clause that protects a view, or the evidence that somebody gave for it."""
    for column in ("clause", "evidence"):
        for layer, key in (("view_targets", target), ("viewpoints", viewpoint)):
            if text := _text(_cell(cells, layer, key, column)):
                return {"clause": text}
    return {}


def _rules(results: Results, scenario: str, cells: Cells) -> State:
    found = _listed(results, "heritage.rule_findings", scenario)
    if found is None:
        return {}
    out: State = {}
    for row in found[found["in_force_to"].isna()].to_dict("records"):
        law = {name: _text(row[name]) for name in ("zone", "version", "clause", "in_force_from")}
        law["instrument"] = _text(_cell(cells, "heritage_zones", law["zone"], "instrument"))
        attribute = Attribute(
            "rule",
            str(row["rule"]),
            "expected_above",
            _text(_cell(cells, "heritage_zones", law["zone"], "asset")),
            law,
            row["geometry"],
        )
        out[attribute] = tuple(float(row[f"expected_{name}"]) for name in ("above", "low", "high"))  # type: ignore[assignment]
    return out


def _assets(results: Results, scenario: str) -> State:
    names = {"heritage.built_on_asset": "built_on_asset_m2", "heritage.tall_distance": "tall_distance_m"}
    rows = results.tidy[
        results.tidy["metric"].isin(names)
        & (results.tidy["support"] == "asset")
        & (results.tidy["scenario"] == scenario)
    ]
    units = results.units.get("asset")
    if units is None or rows.empty:
        return {}
    laws = _laws_of_assets(results, units)
    shapes = dict(zip(units.index.astype(str), units.geometry, strict=True))
    out: State = {}
    for row in rows.to_dict("records"):
        key, value = str(row["unit_id"]), float(row["value"])
        low, high = (
            value if np.isnan(row[end]) and np.isfinite(value) else float(row[end]) for end in ("low", "high")
        )
        measure = names[str(row["metric"])]
        out[Attribute("asset", key, measure, key, laws[key], shapes[key])] = (value, low, high)
    return out


def _laws_of_assets(results: Results, units: GeoDataFrame) -> dict[str, dict[str, str]]:
    """Return the zone in force in which each asset lies; of several the first by its id."""
    zones = results.context.get("heritage_zones")
    out: dict[str, dict[str, str]] = {str(key): {} for key in units.index}
    if zones is None or zones.empty:
        return out
    held = zones[zones["in_force_to"].isna() & ~zones["status"].isin(["draft", "proposed", "superseded"])]
    spots = units.geometry.representative_point()
    for key, zone in reversed(list(held.sort_index().iterrows())):
        law = {name: _text(zone[name]) for name in ("version", "instrument", "clause", "in_force_from")}
        for name in units.index[spots.within(zone["geometry"])]:
            out[str(name)] = {"zone": str(key), **law}
    return out


def names_of(cells: Cells, attribute: Attribute) -> tuple[str, str]:
    """Return the name of an attribute in its own language and in English, made of the names of what it joins."""
    viewpoint, _, target = attribute.id.partition(">")
    parts = {
        "view": [("viewpoints", viewpoint), ("view_targets", target)],
        "rule": [("heritage_zones", attribute.law.get("zone", ""))],
        "asset": [("asset", attribute.id)],
    }[attribute.kind]
    own, english = (
        " → ".join(
            _text(_cell(cells, layer, key, column)) or _text(_cell(cells, layer, key, "name")) or key
            for layer, key in parts
        )
        for column in ("name_th", "name_en")
    )
    return own, english


def value_of_asset(cells: Cells, asset: str) -> tuple[str, str]:
    """Return the value of an asset and who gave it; empty where nobody did."""
    value = _text(_cell(cells, "heritage_assets", asset, "value"))
    return ("" if value == "unknown" else value), _text(_cell(cells, "heritage_assets", asset, "value_by"))
