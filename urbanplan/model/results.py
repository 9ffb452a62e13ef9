"""Results: one tidy table, the geometry of each support, the metadata of each metric, and where it came from."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.base.errors import NotPreparedError, UsageError
from urbanplan.base.io import atomic_path, read_json, write_json
from urbanplan.model.gridded import read_grid, write_grid

if TYPE_CHECKING:
    import xarray as xr

COLUMNS: dict[str, str] = {
    "support": "str",
    "unit_id": "str",
    "metric": "str",
    "period": "str",
    "scenario": "str",
    "value": "float64",
    "coverage": "float64",
    "n": "float64",
    "low": "float64",
    "high": "float64",
    "reason": "str",
}
"""Columns of the tidy table. `coverage`: share (0-1) of the unit, or of its people, that the value speaks for.
`n`: how many observations stand behind it. `low`, `high`: interval where the metric has one. `reason`: why value is NaN."""

_FRAMES = ("units", "context", "listings")
KEY = ["metric", "support", "unit_id", "period", "scenario"]


@dataclass(frozen=True)
class Results:
    """What was measured, on what, and from which data.

    Attributes
    ----------
    tidy : DataFrame
        One row per metric, support, unit, period and scenario; columns as in `COLUMNS`.
    units : dict of str to GeoDataFrame
        For each support, the units by id, with their names (`name`, `name_en`, `name_th`) and geometry.
    metrics : dict of str to dict
        Metadata of each metric at the time of computing, see `Metric.record`.
    provenance : dict
        City, inputs with checksums, options, versions, layers with their quality, missing layers.
    context : dict of str to GeoDataFrame
        Lines and areas that maps show beneath the values: boundary, water, streets.
    listings : dict of str to GeoDataFrame
        Findings that are rows of their own, by the id of their listing; columns as in its facts.
    grids : dict of str to DataArray
        Findings that are grids of numbers, by the id of their listing.
    listing_facts : dict of str to dict
        Metadata of each listing, see `Listing.record`, with the layers that are `missing` for it, the
        `known_share` (0-1) of the city that it speaks for, and the `period` of its data.
    """

    tidy: pd.DataFrame
    units: dict[str, GeoDataFrame]
    metrics: dict[str, dict[str, Any]]
    provenance: dict[str, Any] = field(default_factory=dict)
    context: dict[str, GeoDataFrame] = field(default_factory=dict)
    listings: dict[str, GeoDataFrame] = field(default_factory=dict)
    listing_facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    grids: dict[str, xr.DataArray] = field(default_factory=dict)

    def table(self, metric: str | None = None, *, support: str | None = None) -> pd.DataFrame:
        """Return the tidy rows of a metric and support, or all.

        Raises
        ------
        UsageError
            If the metric was not computed in these results.
        """
        rows = self.tidy
        if metric is not None:
            if metric not in self.metrics:
                raise UsageError(
                    f"these results hold no metric {metric!r}; they hold {', '.join(sorted(self.metrics))}"
                )
            rows = rows[rows["metric"] == metric]
        if support is not None:
            rows = rows[rows["support"] == support]
        return rows.reset_index(drop=True)

    def variants(self, base: str) -> list[str]:
        """Return the ids of a metric's variants of which at least one value is known, in their order.

        Parameters
        ----------
        base : str
            The metric's id without variants, e.g. `access.nearest`; one without variants is its own.
        """
        known = set(self.tidy.loc[self.tidy["value"].notna(), "metric"])
        return [key for key in sorted(self.metrics) if self.metrics[key]["base"] == base and key in known]

    def wide(self, support: str, *, scenario: str = "actual") -> GeoDataFrame:
        """Return one row per unit, one column per metric, with names and geometry; unknown is NaN.

        Parameters
        ----------
        support : str
            A support that the results hold, e.g. "zone".
        scenario : str
            Which scenario's values.
        """
        if support not in self.units:
            raise UsageError(
                f"these results hold no support {support!r}; they hold {', '.join(sorted(self.units))}"
            )
        rows = self.tidy[(self.tidy["support"] == support) & (self.tidy["scenario"] == scenario)]
        values = rows.pivot_table(
            index="unit_id", columns="metric", values="value", aggfunc="last", dropna=False
        )
        return self.units[support].join(values.reindex(self.units[support].index))

    def to_xarray(self) -> xr.Dataset:
        """Return the cells' values as a gridded dataset with CF attributes.

        Returns
        -------
        xarray.Dataset
            Dimensions y (north to south) and x (west to east) in metres of the city's CRS; one variable per
            metric with units, long_name and the grid mapping `crs`.
        """
        import xarray as xr  # noqa: PLC0415 - a second to import, not needed for tables

        cells = self.units["cell"]
        wide = self.wide("cell")
        rows, cols = cells["row"].to_numpy(), cells["col"].to_numpy()
        shape = (rows.max() - rows.min() + 1, cols.max() - cols.min() + 1)
        west, south, east, _ = cells.geometry.iloc[0].bounds
        side = east - west
        x = west + side * (np.arange(shape[1]) + cols.min() - cols[0] + 0.5)
        y = south + side * (rows.max() - rows[0] - np.arange(shape[0]) + 0.5)
        variables = {}
        for metric in sorted(m for m in self.metrics if m in wide.columns and wide[m].notna().any()):
            grid = np.full(shape, np.nan, dtype="float64")
            grid[rows.max() - rows, cols - cols.min()] = wide[metric].to_numpy(dtype="float64")
            facts = self.metrics[metric]
            attrs = {
                "units": "1" if facts["unit"] == "share" else facts["unit"],
                "long_name": facts["name"],
                "grid_mapping": "crs",
            }
            variables[metric.replace(".", "_")] = (("y", "x"), grid, attrs)
        names = {
            axis: {"units": "m", "standard_name": f"projection_{axis}_coordinate", "axis": axis.upper()}
            for axis in "xy"
        }
        crs = cells.crs
        return xr.Dataset(
            {**variables, "crs": ((), np.int32(0), {**crs.to_cf(), "spatial_ref": crs.to_wkt()})},
            coords={"x": ("x", x, names["x"]), "y": ("y", y, names["y"])},
            attrs={"Conventions": "CF-1.11", "title": f"urbanplan results for {self.city_name('en')}"},
        )

    def city_name(self, lang: str) -> str:
        """Return the city's name in a language, or in English, or nothing where results have no provenance."""
        name = self.provenance.get("city", {}).get("name", {})
        return str(name.get(lang) or name.get("en") or "")

    def explore(self, metric: str, *, support: str = "zone", **knobs: Any) -> Any:
        """Show a metric on a slippy map in a notebook (loads its map library from the internet).

        Texts from data are escaped, because the map library would run scripts that stand in them.
        """
        frame = self.wide(support)[["name", metric, "geometry"]].copy()
        frame["name"] = [html.escape(str(text)) for text in frame["name"]]
        return frame.explore(column=metric, tooltip=["name", metric], **knobs)

    @staticmethod
    def concat(parts: Iterable[Results]) -> Results:
        """Join results of one city; where a value stands twice, the last part's is kept."""
        parts = list(parts)
        if not parts:
            raise NotPreparedError("there are no results to join; run the metrics first")
        tidy = pd.concat([part.tidy for part in parts], ignore_index=True).drop_duplicates(KEY, keep="last")
        joined = Results(tidy=_sorted(tidy), units={}, metrics={}, provenance={}, context={})
        for part in parts:
            joined.units.update(part.units)
            joined.metrics.update(part.metrics)
            joined.provenance.update(part.provenance)
            joined.context.update(part.context)
            joined.listings.update(part.listings)
            joined.listing_facts.update(part.listing_facts)
            joined.grids.update(part.grids)
        return joined

    @property
    def notice(self) -> str:
        """How the sources that the results came from want to be named, with their licences, each once."""
        sources: dict[str, dict[str, Any]] = self.provenance.get("sources", {})
        return "; ".join(
            dict.fromkeys(f"{s['attribution']} ({s['licence']})" for _, s in sorted(sources.items()))
        )

    def save(self, folder: Path) -> None:
        """Write the results into a folder: parquet tables, metadata and provenance, each file atomically."""
        with atomic_path(folder / "results.parquet") as draft:
            _sorted(self.tidy).to_parquet(draft, index=False)
        for kind in _FRAMES:
            frames: dict[str, GeoDataFrame] = getattr(self, kind)
            for name, frame in sorted(frames.items()):
                with atomic_path(folder / f"{kind}_{name}.parquet") as draft:
                    frame.to_parquet(draft)
        for key, grid in sorted(self.grids.items()):
            write_grid(grid, _raster(folder, key), notice=self.notice)
        write_json(folder / "provenance.json", self.provenance)
        write_json(folder / "listings.json", self.listing_facts)
        write_json(folder / "metrics.json", self.metrics)

    @staticmethod
    def read(folder: Path) -> Results:
        """Read results that `save` wrote.

        Raises
        ------
        NotPreparedError
            If the folder holds no results.
        """
        if not (folder / "metrics.json").is_file():
            raise NotPreparedError(f"{folder}: holds no results; run `urbanplan run` for this city first")
        frames: dict[str, dict[str, GeoDataFrame]] = {
            kind: {
                path.stem.removeprefix(f"{kind}_"): gpd.read_parquet(path)
                for path in sorted(folder.glob(f"{kind}_*.parquet"))
            }
            for kind in _FRAMES
        }
        facts = read_json(folder / "listings.json")
        for key, frame in frames["listings"].items():
            if key in facts:  # JSON keeps no order of keys; the table does
                units = facts[key]["columns"]
                facts[key]["columns"] = {column: units[column] for column in frame.columns if column in units}
        return Results(
            tidy=tidy_frame(pd.read_parquet(folder / "results.parquet")),
            units=frames["units"],
            metrics=read_json(folder / "metrics.json"),
            provenance=read_json(folder / "provenance.json"),
            context=frames["context"],
            listings={key: frames["listings"][key] for key in sorted(facts) if key in frames["listings"]},
            listing_facts=facts,
            grids={key: read_grid(path) for key in sorted(facts) if (path := _raster(folder, key)).is_file()},
        )


def _raster(folder: Path, key: str) -> Path:
    """Return the file of a grid in a folder of results."""
    return folder / "rasters" / f"{key}.tif"


def tidy_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with exactly the columns of the tidy table, in their types."""
    out = pd.DataFrame(index=rows.index)
    for column, dtype in COLUMNS.items():
        if dtype == "float64":
            out[column] = rows[column].astype("float64") if column in rows else np.nan
        else:
            out[column] = rows[column].astype("str") if column in rows else ""
    return out.reset_index(drop=True)


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    return tidy_frame(rows).sort_values(KEY, kind="stable", ignore_index=True)
