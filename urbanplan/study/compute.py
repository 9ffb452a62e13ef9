"""Compute metrics on a study area: find each metric's layers, mask what is not mapped, keep every reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import InputError, UrbanPlanError, UsageError
from urbanplan.metrics import load
from urbanplan.model.layers import LAYERS
from urbanplan.model.listing import Listing, conform_listing, conform_raster
from urbanplan.model.metric import Metric
from urbanplan.model.reason import Reason
from urbanplan.model.results import Results, tidy_frame
from urbanplan.model.selection import select
from urbanplan.model.study_area import StudyArea
from urbanplan.study.known import MIN_COVERAGE, KnownAreas
from urbanplan.study.provenance import provenance
from urbanplan.study.scenario import ACTUAL, scenario_area

BUILDINGS = "buildings"
CONTEXT = (
    "boundary",
    "water",
    "heritage_assets",
    "heritage_zones",
    "heritage_rules",
    "viewpoints",
    "view_targets",
)
VALUES = ("value", "coverage", "n", "low", "high")
Options = Mapping[str, Mapping[str, Any]]


def compute(
    area: StudyArea, metrics: Iterable[str], *, options: Options | None = None, scenarios: Iterable[str] = ()
) -> Results:
    """Compute metrics for every support that they are defined for, and listings.

    Parameters
    ----------
    area : StudyArea
        A prepared city.
    metrics : iterable of str
        Ids, ids without variants, or themes: `["access.nearest_food", "landuse"]`.
    options : mapping, optional
        Knobs by metric (or by its id without variants): `{"access.nearest": {"max_distance_m": 3000}}`.
    scenarios : iterable of str
        Ids of scenarios of the city file, for which all that reads buildings is measured again.

    Returns
    -------
    Results
        Every unit of every support has a row for every metric; a value that is unknown is NaN with its reason.
        A listing for which a layer is missing is not among the listings; its facts name the layers. Rows of a scenario bear
        its id, and its listings stand under `<id>.<scenario>`; buildings that only a scenario has are in its listings alone.

    Raises
    ------
    UsageError
        If a metric, knob or scenario does not exist.
    InputError
        If a metric rejects its layers.
    """
    load()
    chosen, listed = select(metrics)
    named: list[Metric | Listing] = [*chosen, *listed]
    knobs = {entry.id: _knobs(entry, options or {}) for entry in named}
    unused = set(options or {}) - {word for entry in named for word in (entry.id, entry.base)}
    if unused:
        raise UsageError(
            f"options are given for {', '.join(sorted(unused))}, which is not among the metrics to compute"
        )
    used = sorted({support for entry in chosen for support in entry.supports})
    results = Results(
        tidy=tidy_frame(pd.DataFrame()),
        units={support: named_units(area, support) for support in used},
        metrics={entry.id: entry.record() for entry in chosen},
        provenance=provenance(area, {key: dict(value) for key, value in knobs.items() if value}),
        context=_context(area),
    )
    tables = _run(results, area, chosen, listed, knobs)
    for name in dict.fromkeys(scenarios):
        other, results.provenance.setdefault("scenarios", {})[name] = scenario_area(area, name)
        again = [entry for entry in chosen if BUILDINGS in entry.layers]
        listed_again = [entry for entry in listed if BUILDINGS in entry.layers]
        tables += _run(results, other, again, listed_again, knobs, scenario=name)
    tidy = (
        pd.concat([table for table in tables if len(table)], ignore_index=True) if tables else pd.DataFrame()
    )
    return replace(results, tidy=tidy_frame(tidy))


def _run(
    results: Results,
    area: StudyArea,
    metrics: Iterable[Metric],
    listings: Iterable[Listing],
    knobs: Mapping[str, Mapping[str, Any]],
    *,
    scenario: str = ACTUAL,
) -> list[pd.DataFrame]:
    """Measure one state of the city: put its listings and grids into the results, and return its tidy rows."""
    known = KnownAreas(area)
    tables = []
    for entry in metrics:
        for support in entry.supports:
            rows = _measure(known, entry, support, knobs[entry.id]).assign(scenario=scenario)
            tables.append(rows[rows["unit_id"].isin(results.units[support].index.astype(str))])
    for one in listings:
        facts = _listing_facts(known, one, scenario)
        key = str(facts["id"])
        results.listing_facts[key] = facts
        if facts["missing"]:
            continue
        found, facts["reason"] = _list(known, one, knobs[one.id])
        if one.geometry == "raster":
            results.grids.update({} if facts["reason"] else {key: found})
        else:
            results.listings[key] = found
    return tables


def named_units(area: StudyArea, support: str) -> GeoDataFrame:
    """Return the units of a support with the columns that every report needs: names, and a grid's rows and columns."""
    units = area.units(support)
    for column in ("name", "name_en", "name_th"):
        if column not in units:
            units[column] = None
    units["name"] = units["name"].where(
        units["name"].notna(), pd.Series(units.index, units.index).astype(str)
    )
    extra = [column for column in ("row", "col", "inside", "population") if column in units]
    return units[["name", "name_en", "name_th", *extra, "geometry"]]


def _context(area: StudyArea) -> dict[str, GeoDataFrame]:
    context = {name: area.layer(name) for name in CONTEXT if area.has(name)}
    if area.has("drive"):
        streets = area.network("drive").edges()
        main = streets["highway"].astype(str).str.contains("motorway|trunk|primary|secondary|tertiary")
        context["streets"] = streets.loc[main, ["name", "highway", "geometry"]]
    return context


def _knobs(entry: Metric | Listing, options: Options) -> dict[str, Any]:
    chosen = {**options.get(entry.base, {}), **options.get(entry.id, {})}
    unknown = set(chosen) - set(entry.knobs)
    if unknown:
        valid = ", ".join(entry.knobs) or "none"
        raise UsageError(f"{entry.id}: has no option {', '.join(sorted(unknown))}; its options are {valid}")
    return chosen


def _measure(known: KnownAreas, entry: Metric, support: str, knobs: Mapping[str, Any]) -> pd.DataFrame:
    """Return the tidy rows of one metric on one support."""
    area = known.area
    units = area.units(support)
    if _missing(area, entry) or units.empty:
        table = pd.DataFrame(
            {"value": np.nan, "coverage": 0.0, "reason": Reason.LAYER_MISSING.value}, index=units.index
        )
    elif "cells" not in entry.layers:
        table = _on_areas(known, entry, support, knobs)
    else:
        table = _on_cells(known, entry, support, knobs)
    table["coverage"] = table["coverage"] * known.measured(entry.mapped_layers, support)
    table["reason"] = table["reason"].astype(object).where(table["value"].isna(), "")
    return table.assign(
        support=support,
        unit_id=table.index.astype(str),
        metric=entry.id,
        period=_period(area, entry),
    )


def _missing(area: StudyArea, entry: Metric | Listing) -> list[str]:
    """Return the layers that a metric or listing needs and the city lacks."""
    needed = [name for name in [*entry.layers, *entry.requires] if name in LAYERS]
    return [name for name in needed if name not in entry.optional and not area.has(name)]


def _list(known: KnownAreas, entry: Listing, knobs: Mapping[str, Any]) -> tuple[Any, str]:
    """Run a listing and return its rows or its grid, and why it has none, after checking the contract."""
    area = known.area
    given = {"cells": known.cells(entry.mapped_layers)[0]}
    try:
        found = entry.function(*_arguments(area, entry, given), **knobs)
        conform = conform_raster if entry.geometry == "raster" else conform_listing
        return conform(found, entry, area.boundary.crs), str(found.attrs.get("reason", ""))
    except UrbanPlanError as error:
        raise error.within(f"{area.city.id}: {entry.id}") from error


def _listing_facts(known: KnownAreas, entry: Listing, scenario: str) -> dict[str, Any]:
    """Return a listing's metadata with what this city lacks for it, and for which share of the city it speaks."""
    missing = _missing(known.area, entry)
    share = 0.0 if missing else float(known.units(entry.mapped_layers, "city")[1].mean())
    return {
        **entry.record(),
        "id": entry.id if scenario == ACTUAL else f"{entry.id}.{scenario}",
        "scenario": scenario,
        "missing": missing,
        "known_share": share,
        "period": _period(known.area, entry),
    }


def _on_areas(known: KnownAreas, entry: Metric, support: str, knobs: Mapping[str, Any]) -> pd.DataFrame:
    """Measure areas: each unit is cut to where the data are complete, and left out where that is too little."""
    cut, share = known.units(entry.mapped_layers, support)
    enough = share >= MIN_COVERAGE
    table = pd.DataFrame({"value": np.nan, "reason": Reason.NOT_MAPPED.value}, index=cut.index)
    if enough.any():
        table = _call(known.area, entry, {"units": cut[enough]}, knobs).reindex(cut.index)
        table.loc[~enough, "reason"] = Reason.NOT_MAPPED.value
    coverage = pd.Series(share, cut.index)
    own = table.get("coverage", coverage)
    return table.assign(coverage=own.where(own.notna(), coverage))


def _on_cells(known: KnownAreas, entry: Metric, support: str, knobs: Mapping[str, Any]) -> pd.DataFrame:
    """Measure cells, or units through their cells: each cell says whether it lies where the data are complete."""
    cells, share = known.cells(entry.mapped_layers)
    table = _call(known.area, entry, {"units": known.area.units(support), "cells": cells}, knobs)
    if "units" in entry.layers:
        return table
    table.loc[~cells["known"], list(VALUES)] = np.nan
    table.loc[~cells["known"], "reason"] = Reason.NOT_MAPPED.value
    return table.assign(coverage=share)


def _call(area: StudyArea, entry: Metric, given: Mapping[str, Any], knobs: Mapping[str, Any]) -> pd.DataFrame:
    """Run a metric and return its values with all columns, after checking that it kept to the contract."""
    try:
        found = entry.function(*_arguments(area, entry, given), **entry.variant, **knobs)
    except UrbanPlanError as error:
        raise error.within(f"{area.city.id}: {entry.id}") from error
    expected = given["units"] if "units" in entry.layers else given["cells"]
    if not found.index.equals(expected.index):
        raise InputError(
            f"{entry.id}: must return one value per unit, in the order of the units it was given"
        )
    table = found.to_frame("value") if isinstance(found, pd.Series) else found.copy()
    for column in VALUES:
        table[column] = table[column].astype("float64") if column in table else np.nan
    if np.isinf(table["value"].to_numpy()).any():
        raise InputError(f"{entry.id}: gave an infinite value; unknown must be NaN with a reason")
    reason = table["reason"] if "reason" in table else pd.Series(None, table.index, dtype=object)
    unexplained = table["value"].isna() & (reason.isna() | (reason == ""))
    table["reason"] = reason.astype(object).where(~unexplained, Reason.NOTHING_TO_MEASURE.value)
    return table


def _arguments(area: StudyArea, entry: Metric | Listing, given: Mapping[str, Any]) -> list[Any]:
    """Return what stands before the star: what is given, the city's layers, and None for optional ones that it lacks."""
    lacking = {name: None for name in entry.optional if not area.has(name)}
    known = {**lacking, **given}
    return [known[name] if name in known else _argument(area, name) for name in entry.layers]


def _argument(area: StudyArea, name: str) -> Any:
    kind = LAYERS[name].kind
    if kind == "network":
        return area.network(name)
    if name == "land_cover":
        return area.land_cover()
    return area.raster(name) if kind == "raster" else area.layer(name)


def _period(area: StudyArea, entry: Metric | Listing) -> str:
    """Return the years of the data behind a metric: `2023`, or `2018/2024` where they differ."""
    names = [name for name in {*entry.layers, *entry.requires} if area.has(name)]
    data = [name for name in names if name not in {"boundary", "zones", "cells"}] or names
    years = sorted({date[:4] for name in data for date in area.dates(name)})
    return "/".join(dict.fromkeys([years[0], years[-1]])) if years else ""
