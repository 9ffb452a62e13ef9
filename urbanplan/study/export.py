"""Results as open data: GeoPackage for a GIS, NetCDF for gridded values, CSV with a data dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.io import atomic_path, write_text
from urbanplan.base.spreadsheet import write_csv
from urbanplan.model.results import COLUMNS, Results
from urbanplan.study.fixed_date import fixed_date
from urbanplan.study.layer_looks import LOOKS, Look, in_order, labels_of, style_name, unit_of
from urbanplan.study.layer_styles import TABLE as STYLE_TABLE
from urbanplan.study.layer_styles import style_of, style_table
from urbanplan.study.qgis_style import qml
from urbanplan.study.readme import readme

_PARTS = {"Point": "points", "LineString": "lines", "Polygon": "areas"}


def write_open_data(results: Results, folder: Path) -> None:
    """Write the results for other programs.

    Writes `results.gpkg` (one layer per support, one column per metric, and one layer per listing, each with its style
    for QGIS), `grid.nc` (cells, CF conventions), `results.csv` (the tidy table), `listings/<id>.csv` (all safe in
    spreadsheets), a QGIS style beside each grid of `rasters/` (which `Results.save` wrote as cloud-optimised GeoTIFF), `dictionary.csv` (what each metric, listing, column and source is), and
    `README.md` (what the files are, and how each source wants to be named, in Thai and English).

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
            results.to_xarray().assign_attrs(license=results.notice, source="urbanplan").to_netcdf(
                draft, engine="h5netcdf"
            )
    write_csv(results.tidy, folder / "results.csv")
    for key, frame in sorted(results.listings.items()):
        write_csv(_located(frame), folder / "listings" / f"{key}.csv")
    _raster_styles(results, folder / "rasters")
    write_csv(_dictionary(results), folder / "dictionary.csv")
    write_text(folder / "README.md", readme(results))


def _raster_styles(results: Results, folder: Path) -> None:
    """Write a style beside each grid, in the city's first language, and one in each other language."""
    first, *others = in_order(str((results.provenance.get("city", {}).get("languages") or ["en"])[0]))
    for key, grid in sorted(results.grids.items()):
        unit = str(grid.attrs["units"])
        for lang in (first, *others):
            sign = unit_of(unit, lang).replace("count", "")
            name = f"{key}.qml" if lang == first else f"{key}.{lang}.qml"
            write_text(folder / name, qml(grid.to_numpy(), sign, counted=unit == "count"))


def _geopackage(results: Results, target: Path) -> None:
    import pyogrio  # noqa: PLC0415 - GDAL is loaded only where something is written with it

    styles: dict[str, dict[str, str]] = {}
    langs = in_order(str((results.provenance.get("city", {}).get("languages") or ["en"])[0]))
    with atomic_path(target) as draft, fixed_date():
        for number, (layer, frame, what) in enumerate(_layers(results)):
            column, look = _coloured_by(results, layer, frame), _look_of(results, layer)
            styles[layer] = {
                style_name(lang): style_of(
                    frame, column, labels=labels_of(look.column if look else column, lang), look=look
                )
                for lang in langs
            }
            frame.to_file(
                draft,
                driver="GPKG",
                layer=layer,
                engine="pyogrio",
                mode="a" if number else "w",
                layer_metadata={"DESCRIPTION": what, "LICENCE": results.notice},
            )
        if styles:
            table = style_table(styles)
            pyogrio.write_dataframe(table, draft, layer=STYLE_TABLE, driver="GPKG", append=True)


def _coloured_by(results: Results, layer: str, frame: GeoDataFrame) -> str:
    """Return the column that colours a layer: what its listing says, or of units the first metric with a value."""
    for key, facts in results.listing_facts.items():
        if layer in _names_of(key):
            return str(facts["by"])
    columns = [key.replace(".", "_") for key in sorted(results.metrics)]
    return next((name for name in columns if name in frame and frame[name].notna().any()), "")


def _look_of(results: Results, layer: str) -> Look | None:
    """Return how the rows of a listing's layer are drawn, where that is settled."""
    for key, facts in results.listing_facts.items():
        if layer in _names_of(key):
            return LOOKS.get(str(facts.get("base", key)))
    return None


def _names_of(key: str) -> list[str]:
    """Return the layers in which the rows of a listing may stand: in one, or in one for each kind of geometry."""
    name = key.replace(".", "_")
    return [name, *(f"{name}_{end}" for end in _PARTS.values())]


def _layers(results: Results) -> Iterator[tuple[str, GeoDataFrame, str]]:
    """Give the layers of the GeoPackage: name, rows, description; each holds one kind of geometry."""
    for name, rows, what in _wholes(results):
        yield from ((f"{name}{end}", part, f"{what}{told}") for end, part, told in _parts(rows))


def _wholes(results: Results) -> Iterator[tuple[str, GeoDataFrame, str]]:
    """Give the units of each support and state with their values, and the listings."""
    held = results.tidy[["support", "scenario"]].drop_duplicates()
    states = ["actual", *sorted(set(held["scenario"]) - {"actual"})]
    for support in sorted(results.units):
        for state in states:
            if state != "actual" and not ((held["support"] == support) & (held["scenario"] == state)).any():
                continue
            frame = results.wide(support, scenario=state)
            frame.columns = [str(name).replace(".", "_") for name in frame.columns]
            layer, what = (
                (support, "") if state == "actual" else (f"{support}_{state}", f", scenario {state}")
            )
            yield layer, frame.reset_index(names="unit_id"), f"urbanplan results by {support}{what}"
    for key, found in sorted(results.listings.items()):
        yield key.replace(".", "_"), found, f"urbanplan: {results.listing_facts[key]['name']}"


def _parts(found: GeoDataFrame) -> Iterator[tuple[str, GeoDataFrame, str]]:
    """Give rows by the kind of their geometry, the commonest under the plain name: a style in a GIS is for one kind."""
    kinds = found.geometry.geom_type.str.removeprefix("Multi")
    there = [kind for kind in _PARTS if (kinds == kind).any()]
    if len(there) < 2:  # noqa: PLR2004 - one kind, or none
        yield "", found, ""
        return
    ranked = sorted(there, key=lambda kind: -int((kinds == kind).sum()))
    for number, kind in enumerate(ranked):
        others = ", ".join(_PARTS[other] for other in ranked if other != kind)
        told = f" ({_PARTS[kind]}; {others} in layers of their own)"
        yield f"_{_PARTS[kind]}" if number else "", found[kinds == kind], told


def _located(frame: GeoDataFrame) -> pd.DataFrame:
    """Return a listing's columns with a point of each row, in metres of the city's coordinate system."""
    points = frame.geometry.representative_point()
    table = pd.DataFrame(frame.drop(columns="geometry"))
    return table.assign(x_m=points.x.round(2), y_m=points.y.round(2))


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
    for key, facts in sorted(results.listing_facts.items()):
        rows.append({"name": key, "kind": "listing", "meaning": facts["name"]})
        rows += [
            {"name": f"{key}.{column}", "kind": "listing column", "meaning": column, "unit": unit}
            for column, unit in facts["columns"].items()
        ]
    for key, source in sorted(results.provenance.get("sources", {}).items()):
        rows.append(
            {
                "name": key,
                "kind": "source",
                "meaning": f"{source['attribution']} ({source['licence']}), {source['date']}",
            }
        )
    return pd.DataFrame(rows)
