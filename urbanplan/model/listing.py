"""Findings that are rows of their own, not one value per unit: `@listing` registers the function that finds them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import pandas as pd

from urbanplan.base.errors import InputError, UsageError
from urbanplan.model.layers import LAYERS
from urbanplan.model.metric import REGISTRY, Direction
from urbanplan.model.reason import Reason

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from xarray import DataArray

Geometry = Literal["point", "line", "polygon", "any", "raster"]
"""What rows are drawn as; a listing of geometry "raster" is no rows but one grid of numbers, with one column: its values."""
Function = TypeVar("Function", bound=Callable[..., Any])
TEXT_UNITS = ("", "date")
"""Units of columns that hold texts: plain words or codes, and dates YYYY[-MM[-DD]]."""


@dataclass(frozen=True)
class Listing:
    """What is known about one listing without running it.

    Attributes
    ----------
    id : str
        `<theme>.<function>`, unlike that of any metric.
    geometry : str
        What its rows are drawn as: point, line, polygon, or any of them.
    columns : dict of str to str
        Its columns beside the geometry, with the unit of each; texts have the unit "" and dates "date".
    by : str
        The column whose values colour its map; "" colours all rows alike.
    direction : str
        Which way numbers in that column are better for the people who live there: higher, lower, or neutral.
    layers, knobs, requires, standard
        As for `Metric`.
    optional : tuple of str
        Layers without which it can be made too: those whose parameters have the default None.
    """

    id: str
    theme: str
    name: str
    geometry: Geometry
    columns: Mapping[str, str]
    by: str
    direction: Direction
    references: tuple[str, ...]
    layers: tuple[str, ...]
    optional: tuple[str, ...]
    knobs: Mapping[str, Any]
    requires: tuple[str, ...]
    standard: bool
    summary: str
    function: Callable[..., Any]

    @property
    def base(self) -> str:
        """The key of its words and options: its id."""
        return self.id

    @property
    def mapped_layers(self) -> tuple[str, ...]:
        """Layers in which absence may mean that nobody has mapped the thing yet; optional ones limit nothing."""
        needed = [name for name in self.layers if name not in self.optional]
        return tuple(name for name in needed if name in LAYERS and LAYERS[name].mapped)

    def record(self) -> dict[str, Any]:
        """Return the metadata as plain values, for files and documentation."""
        return {
            "id": self.id,
            "base": self.id,
            "theme": self.theme,
            "name": self.name,
            "geometry": self.geometry,
            "columns": dict(self.columns),
            "by": self.by,
            "direction": self.direction,
            "references": list(self.references),
            "layers": list(self.layers),
            "knobs": {
                key: value for key, value in self.knobs.items() if value is not inspect.Parameter.empty
            },
            "requires": list(self.requires),
            "standard": self.standard,
            "summary": self.summary,
        }


LISTINGS: dict[str, Listing] = {}


def listing(
    *,
    name: str,
    geometry: Geometry,
    columns: Mapping[str, str],
    by: str = "",
    direction: Direction = "neutral",
    references: tuple[str, ...] = (),
    requires: tuple[str, ...] = (),
    standard: bool = True,
) -> Callable[[Function], Function]:
    """Register a function that lists findings, and return it unchanged.

    A layer before the star whose default is None may be missing: the function is then given None for it.

    Parameters
    ----------
    name : str
        English name.
    geometry : {"point", "line", "polygon", "any", "raster"}
        Geometry of its rows; "raster" for a function that gives one grid of numbers (a DataArray) whose values are the column.
    columns : mapping of str to str
        Columns that the function returns beside the geometry, the one that names a row first, with their units.
    by : str
        Column that colours the map.
    direction : {"higher", "lower", "neutral"}
        Which way numbers in that column are better.
    references : tuple of str
        Citation keys, see `data/references.yml`.
    requires : tuple of str
        Layers that must have been given besides the function's own.
    standard : bool
        Whether a city's report should hold it: its theme's word then names it.

    Raises
    ------
    UsageError
        If a layer before the star is not in the vocabulary, `by` is no column, or the id is taken.
    """

    def register(function: Function) -> Function:
        theme = function.__module__.rpartition(".")[0].rpartition(".")[2] or "own"
        key = f"{theme}.{function.__name__}"
        parameters = inspect.signature(function).parameters.values()
        layers = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
        optional = tuple(p.name for p in parameters if p.name in layers and p.default is None)
        unknown = [word for word in layers if word not in LAYERS]
        unknown += [by] if by and by not in columns else []
        unknown += list(columns) if geometry == "raster" and len(columns) != 1 else []
        if unknown:
            raise UsageError(f"listing {key}: {', '.join(unknown)} is not in the vocabulary")
        taken = LISTINGS.get(key)
        if key in REGISTRY or (taken is not None and taken.function.__module__ != function.__module__):
            raise UsageError(f"listing {key}: this id is already taken")
        LISTINGS[key] = Listing(
            id=key,
            theme=theme,
            name=name,
            geometry=geometry,
            columns=dict(columns),
            by=by,
            direction=direction,
            references=references,
            layers=layers,
            optional=optional,
            knobs={p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY},
            requires=requires,
            standard=standard,
            summary=(inspect.getdoc(function) or "").split("\n", 1)[0],
            function=function,
        )
        return function

    return register


def no_rows(columns: Iterable[str], crs: object, reason: Reason) -> GeoDataFrame:
    """Return a listing without rows that says why it has none (`attrs["reason"]`)."""
    import geopandas as gpd  # noqa: PLC0415 - a second to import, not needed to list what there is

    out = gpd.GeoDataFrame({column: [] for column in columns}, geometry=[], crs=crs)
    out.attrs["reason"] = reason.value
    return out


def conform_listing(frame: GeoDataFrame, entry: Listing, crs: object) -> GeoDataFrame:
    """Return what a listing's function gave with exactly its columns, in their types, numbered from 0.

    Raises
    ------
    InputError
        If a column is missing or not of its kind, or the rows are not in the CRS of the city.
    """
    lacking = [column for column in entry.columns if column not in frame.columns]
    if lacking:
        raise InputError(f"must return the columns {', '.join(lacking)}, which it declares")
    if len(frame) and frame.crs != crs:
        raise InputError(f"must return rows in the city's coordinate system {crs}")
    out = frame[[*entry.columns, frame.geometry.name]].copy()
    out = out if out.geometry.name == "geometry" else out.rename_geometry("geometry")
    out = out.set_crs(crs, allow_override=True).reset_index(drop=True)
    for column, unit in entry.columns.items():
        values = out[column].to_numpy(dtype=object)
        known = np.array([not (value is None or value != value) for value in values], dtype=bool)  # noqa: PLR0124 - NaN
        if unit in TEXT_UNITS:
            texts = np.full(len(values), None, dtype=object)
            texts[known] = [str(value) for value in values[known]]
            out[column] = pd.Series(texts, dtype="str")
        else:
            numbers = np.full(len(values), np.nan)
            try:
                numbers[known] = values[known].astype("float64")
            except (TypeError, ValueError) as error:
                raise InputError(f"column {column!r} must hold numbers in {unit}") from error
            if np.isinf(numbers).any():
                raise InputError(f"column {column!r} holds an infinite value; unknown must be NaN")
            out[column] = numbers
    return out


def conform_raster(grid: DataArray, entry: Listing, crs: Any) -> DataArray:
    """Return a grid with its name and unit, as 32-bit numbers, without the rows and columns at its edges that hold nothing.

    Raises
    ------
    InputError
        If it is not a north-up grid of square cells.
    """
    if grid.dims != ("y", "x") or min(grid.shape) < 1:
        raise InputError("must return a grid with the dimensions y (north to south) and x")
    values = grid.to_numpy().astype("float32")
    held = np.isfinite(values)
    rows, cols = np.flatnonzero(held.any(axis=1)), np.flatnonzero(held.any(axis=0))
    part = (slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1)) if len(rows) else (slice(1), slice(1))
    (column, unit), *_ = entry.columns.items()
    out = grid[part].copy(data=values[part])
    out.name = column
    out.attrs = {
        "units": unit,
        "long_name": entry.name,
        "cell_m": float(grid.attrs["cell_m"]),
        "crs_wkt": crs.to_wkt(),
    }
    if grid.attrs.get("reason"):
        out.attrs["reason"] = grid.attrs["reason"]
    return out
