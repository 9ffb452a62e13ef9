"""Results as open data: GeoPackage for a GIS, NetCDF for gridded values, CSV with a data dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from urbanplan.base.io import atomic_path
from urbanplan.model.results import COLUMNS, Results

FIXED_DATE = "2000-01-01T00:00:00Z"
"""Stands where a format demands a time of writing, so that the same results give the same bytes."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_open_data(results: Results, folder: Path) -> None:
    """Write the results for other programs.

    Writes `results.gpkg` (one layer per support, one column per metric), `grid.nc` (cells, CF conventions),
    `results.csv` (the tidy table, safe in spreadsheets) and `dictionary.csv` (what each metric and column is).

    Parameters
    ----------
    results : Results
        What to write.
    folder : Path
        Where; each file is replaced atomically.
    """
    _geopackage(results, folder / "results.gpkg")
    if "cell" in results.units:
        with atomic_path(folder / "grid.nc") as draft:
            results.to_xarray().assign_attrs(license=notice(results), source="urbanplan").to_netcdf(
                draft, engine="h5netcdf"
            )
    _csv(results.tidy, folder / "results.csv")
    _csv(_dictionary(results), folder / "dictionary.csv")


def notice(results: Results) -> str:
    """Return the attributions of all sources that the results came from, each once."""
    sources: dict[str, dict[str, Any]] = results.provenance.get("sources", {})
    return "; ".join(
        dict.fromkeys(f"{s['attribution']} ({s['licence']})" for _, s in sorted(sources.items()))
    )


def _geopackage(results: Results, target: Path) -> None:
    with atomic_path(target) as draft, _fixed_date():
        for number, support in enumerate(sorted(results.units)):
            frame = results.wide(support)
            frame.columns = [str(name).replace(".", "_") for name in frame.columns]
            frame.reset_index(names="unit_id").to_file(
                draft,
                driver="GPKG",
                layer=support,
                engine="pyogrio",
                mode="a" if number else "w",
                layer_metadata={"DESCRIPTION": f"urbanplan results by {support}", "LICENCE": notice(results)},
            )


@contextmanager
def _fixed_date() -> Iterator[None]:
    import pyogrio  # noqa: PLC0415 - GDAL is loaded only where something is written with it

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _dictionary(results: Results) -> pd.DataFrame:
    columns = {
        "support": "what the value belongs to",
        "unit_id": "id of the unit within its support",
        "metric": "id of the metric, described in the rows below",
        "period": "year, or first/last year, of the data",
        "scenario": "actual, or the name of a scenario",
        "value": "the value in the metric's unit; empty is unknown",
        "coverage": "share (0-1) of the unit, or of its people, that the value speaks for",
        "n": "number of observations behind the value",
        "low": "lower end of the interval, where there is one",
        "high": "upper end of the interval, where there is one",
        "reason": "why the value is unknown",
    }
    assert list(columns) == list(COLUMNS)  # noqa: S101 - a column that nobody described must not go out
    rows = [{"name": name, "kind": "column", "meaning": meaning} for name, meaning in columns.items()]
    for key, facts in sorted(results.metrics.items()):
        rows.append(
            {
                "name": key,
                "kind": "metric",
                "meaning": facts["name"],
                "unit": facts["unit"],
                "direction": facts["direction"],
                "formula": facts["formula"],
                "references": " ".join(facts["references"]),
            }
        )
    return pd.DataFrame(rows)


def _csv(table: pd.DataFrame, target: Path) -> None:
    """Write a table that no spreadsheet runs as a formula."""
    safe = table.copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in safe.dtypes]]:
        codes, texts = pd.factorize(
            safe[column].astype(object), use_na_sentinel=False
        )  # few texts in many rows
        guarded = [
            f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA_STARTS) else text
            for text in texts
        ]
        safe[column] = pd.Series(guarded, dtype=object).to_numpy()[codes]
    with atomic_path(target) as draft:
        safe.to_csv(draft, index=False, encoding="utf-8-sig", lineterminator="\n")
