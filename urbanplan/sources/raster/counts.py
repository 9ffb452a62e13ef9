"""People into cells: shared out by area, never interpolated, and none lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from urbanplan.base.crs import check_projected_metres, transform_info, transform_points
from urbanplan.base.errors import ConservationError, LayerError
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.raster.geotiff import ONLY, Choice, read_patch
from urbanplan.sources.raster.pixels import Squares, pixel_squares

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TOLERANCE = 1e-3
"""Share of the people that may at most be lost or made: the run stops beyond it."""
_MAX_DENSITY_KM2 = 2_000_000.0
"""More people on a square kilometre than anywhere on Earth, several times over: the file is damaged."""
_MAX_BUILT_KM2 = 1_050_000.0
"""Square metres of built-up ground on a square kilometre, with room for the warping of pixels."""
_OVERLAP = 1.01
_TOUCH = 1e-6  # a share of a cell that only the rounding of coordinates gives
_KM2_M2 = 1e6
_SENTINELS = (-1.0, -99.0, -200.0, -999.0, -9999.0, -32768.0, -99999.0)


@dataclass(frozen=True)
class _Lattice:
    """A rectangle of whole cells: where it starts (in cells) and how large it is."""

    row: int
    col: int
    rows: int
    cols: int
    cell_m: float


def counts_to_cells(
    path: str | Path,
    cells: GeoDataFrame,
    crs: object,
    *,
    kind: str = "population",
    source: str = "",
    choice: Choice = ONLY,
) -> tuple[pd.Series, QualityRecord]:
    """Share the people (or another count) of a raster out to the cells of the analysis grid, by area.

    Parameters
    ----------
    path : path
        A GeoTIFF, NetCDF or Zarr of counts per pixel, in any CRS.
    cells : GeoDataFrame
        The analysis grid, with whole numbers `row` and `col`.
    crs : CRS
        Of the cells, in metres.
    kind : str
        What is counted: population (people) or built_up (square metres of built-up ground).
    source : str
        Key of the source, for the record.
    choice : Choice
        Which grid of the file, where it holds several.

    Returns
    -------
    tuple of (Series, QualityRecord)
        The count per whole cell on the cells' index; NaN where the raster knows nothing of the cell.

    Raises
    ------
    LayerError
        If the raster lies elsewhere, is damaged, or counts fewer than none.
    ConservationError
        If more than 0.1 % of the people were lost or made.
    """
    path = Path(path)
    system = check_projected_metres(crs, where="the grid")
    record = QualityRecord(layer=kind, file=path.name, source=source)
    west, south, east, north = cells.total_bounds
    patch = read_patch(path, (west, south, east, north), system, kind=kind, record=record, choice=choice)
    info = transform_info(patch.crs, system, where=path.name)
    record.operation, record.pipeline, record.operation_accuracy_m = (
        info.operation,
        info.pipeline,
        info.accuracy_m,
    )
    grid_m = _side(cells)
    squares = pixel_squares(patch, system, grid_m)
    _check_density(squares, path.name, kind)
    people, _ = _share_out(squares, cells, grid_m, before=float(np.nansum(patch.pixels)), where=path.name)
    unknown = int(people.isna().sum())
    if unknown:
        record.note("cells_unknown", count=unknown, total=len(cells))
    return people, record


def points_to_cells(
    points: GeoDataFrame, cells: GeoDataFrame, crs: object, *, value: str = "population", square_m: float
) -> pd.Series:
    """Share people given as points out to the cells; each point stands for a square around it.

    Parameters
    ----------
    points : GeoDataFrame
        Points with a column of people; a negative number that commonly means "no data" (-9999, …) is unknown.
    cells : GeoDataFrame
        The analysis grid, with whole numbers `row` and `col`.
    crs : CRS
        Of the cells, in metres; the squares lie parallel to its axes.
    value : str
        The column of people.
    square_m : float
        Side of the square that each point stands for, in metres.

    Returns
    -------
    Series
        People per whole cell on the cells' index; NaN where no square reaches.

    Raises
    ------
    LayerError
        If the squares overlap, do not reach the cells, or count fewer than none.
    ConservationError
        If more than 0.1 % of the people were lost or made.
    """
    system = check_projected_metres(crs, where="the grid")
    known = points[_known(points[value].to_numpy(dtype="float64"), "population", value)]
    x, y = transform_points(
        shapely.get_x(known.geometry.to_numpy()),
        shapely.get_y(known.geometry.to_numpy()),
        known.crs,
        system,
        where="the points",
    )
    half = square_m / 2
    west, south, east, north = cells.total_bounds
    near = (x > west - half) & (x < east + half) & (y > south - half) & (y < north + half)
    if not near.any():
        raise LayerError("population: none of its points lies in the city; check the file and its CRS")
    people = known[value].to_numpy(dtype="float64")[near]
    squares = Squares(x[near] - half, y[near] - half, x[near] + half, y[near] + half, people)
    _check_density(squares, "population", "population")
    shared, covered = _share_out(squares, cells, _side(cells), before=float(people.sum()), where="population")
    if covered > _OVERLAP:
        raise LayerError(
            f"population: the squares of its points overlap; their side is less than {square_m:g} m"
        )
    return shared


def _known(people: Floats, where: str, column: str) -> NDArray[np.bool_]:
    """Tell which numbers are counts; a usual 'no data' number is unknown, any other negative one is wrong."""
    negative = people < 0
    odd = negative & ~np.isin(people, _SENTINELS)
    if odd.any():
        raise LayerError(
            f"{where}: people cannot be fewer than none: {column} is {people[odd][0]:g} in {int(odd.sum()):,} rows; correct them"
        )
    return np.isfinite(people) & ~negative


def _side(cells: GeoDataFrame) -> float:
    """Return the side of the cells, having checked that they are a regular grid."""
    bounds = shapely.bounds(cells.geometry.to_numpy())
    side = float(np.round(np.median(bounds[:, 2] - bounds[:, 0]), 6))
    regular = np.allclose(bounds[:, 0], cells["col"] * side, atol=1e-3) and np.allclose(
        bounds[:, 1], cells["row"] * side, atol=1e-3
    )
    if not regular:
        raise LayerError("cells: are not a regular grid with row = floor(y / side) and col = floor(x / side)")
    return side


def _check_density(squares: Squares, where: str, kind: str) -> None:
    area = (squares.east - squares.west) * (squares.north - squares.south)
    worst = float((squares.people / area).max()) * _KM2_M2
    if kind == "built_up" and worst > _MAX_BUILT_KM2:
        raise LayerError(
            f"{where}: {worst / _KM2_M2:.2f} m2 of built-up ground on each square metre is impossible; "
            "the values must be square metres per pixel"
        )
    if kind == "population" and worst > _MAX_DENSITY_KM2:
        raise LayerError(
            f"{where}: {worst:,.0f} people per square kilometre is impossible; these may not be counts, or the file is damaged"
        )


def _share_out(
    squares: Squares, cells: GeoDataFrame, cell_m: float, *, before: float, where: str
) -> tuple[pd.Series, float]:
    """Give each cell its share of each rectangle, by area; stop if people were lost or made.

    The second value is the largest share of a cell that is covered: above 1, rectangles overlap.
    """
    lattice = _Lattice(
        row=int(np.floor(squares.south.min() / cell_m)),
        col=int(np.floor(squares.west.min() / cell_m)),
        rows=int(np.ceil(squares.north.max() / cell_m)) - int(np.floor(squares.south.min() / cell_m)) + 1,
        cols=int(np.ceil(squares.east.max() / cell_m)) - int(np.floor(squares.west.min() / cell_m)) + 1,
        cell_m=cell_m,
    )
    people, covered = _overlay(squares, lattice)
    check_conserved(before, float(people.sum()), where)
    row, col = (
        cells["row"].to_numpy(dtype="int64") - lattice.row,
        cells["col"].to_numpy(dtype="int64") - lattice.col,
    )
    there = (row >= 0) & (row < lattice.rows) & (col >= 0) & (col < lattice.cols)
    out = np.full(len(cells), np.nan)
    at = row[there] * lattice.cols + col[there]
    share = covered[at] / cell_m**2
    out[there] = np.where(share > _TOUCH, people[at], np.nan)
    if np.isnan(out).all():
        raise LayerError(f"{where}: knows nothing in the area of the city; give a file that covers it")
    return pd.Series(out, index=cells.index, name="population"), float(share.max(initial=0.0))


def check_conserved(before: float, after: float, where: str) -> None:
    """Stop the run if people were lost or made between two forms of the same data."""
    if abs(after - before) > TOLERANCE * max(before, 1.0):
        raise ConservationError(
            f"{where}: {before:,.1f} people became {after:,.1f} on the way to the cells; this is a fault of urbanplan, please report it"
        )


def _overlay(squares: Squares, lattice: _Lattice) -> tuple[Floats, Floats]:
    """Return people and covered area (square metres) per cell of the lattice, row by row."""
    size, side = lattice.rows * lattice.cols, lattice.cell_m
    people, covered = np.zeros(size), np.zeros(size)
    first_col, first_row = (
        np.floor(squares.west / side).astype("int64"),
        np.floor(squares.south / side).astype("int64"),
    )
    density = squares.people / ((squares.east - squares.west) * (squares.north - squares.south))
    across = int((np.ceil(squares.east / side) - first_col).max())
    along = int((np.ceil(squares.north / side) - first_row).max())
    for step_row in range(along):
        low = (first_row + step_row) * side
        height = np.clip(np.minimum(squares.north, low + side) - np.maximum(squares.south, low), 0, None)
        for step_col in range(across):
            left = (first_col + step_col) * side
            area = height * np.clip(
                np.minimum(squares.east, left + side) - np.maximum(squares.west, left), 0, None
            )
            hit = np.nonzero(area)[0]
            at = (
                (first_row[hit] + step_row - lattice.row) * lattice.cols
                + first_col[hit]
                + step_col
                - lattice.col
            )
            people += np.bincount(at, weights=area[hit] * density[hit], minlength=size)
            covered += np.bincount(at, weights=area[hit], minlength=size)
    return people, covered
