"""People into cells: shared out by area, never interpolated, and none lost on the way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from urbanplan.base.crs import carrier, check_projected_metres, transform_points
from urbanplan.base.errors import LayerError
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.raster.geotiff import ONLY, Choice
from urbanplan.sources.raster.ledger import Ledger
from urbanplan.sources.raster.pixels import Squares, pixel_squares
from urbanplan.sources.raster.region import open_region

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_PIECE_PIXELS = 500_000
"""Pixels that are shared out at once; each may be cut into parts first."""
_MAX_DENSITY_KM2 = 2_000_000.0
"""More people on a square kilometre than anywhere on Earth, several times over: the file is damaged."""
_MAX_BUILT_KM2 = 1_050_000.0
"""Square metres of built-up ground on a square kilometre, with room for the warping of pixels."""
_OVERLAP = 1.01
_KM2_M2 = 1e6
_SENTINELS = (-1.0, -99.0, -200.0, -999.0, -9999.0, -32768.0, -99999.0)


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
    grid_m = _side(cells)
    ledger = Ledger.of(cells, grid_m)
    with open_region(
        path, (west, south, east, north), system, kind=kind, record=record, choice=choice
    ) as region:
        carry, info = carrier(region.crs, system, None, where=path.name)
        record.operation, record.pipeline, record.operation_accuracy_m = (
            info.operation,
            info.pipeline,
            info.accuracy_m,
        )
        for box in region.pieces(_PIECE_PIXELS):
            patch = region.read(box)
            squares = pixel_squares(patch, system, grid_m, carry)
            if len(squares.people):
                _check_density(squares, path.name, kind)
                ledger.share_out(squares, before=float(np.nansum(patch.pixels)), where=path.name)
    people = ledger.people_of(cells, path.name)
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
    half, grid_m = square_m / 2, _side(cells)
    west, south, east, north = cells.total_bounds
    near = (x > west - half) & (x < east + half) & (y > south - half) & (y < north + half)
    if not near.any():
        raise LayerError("population: none of its points lies in the city; check the file and its CRS")
    people = known[value].to_numpy(dtype="float64")[near]
    squares = Squares(x[near] - half, y[near] - half, x[near] + half, y[near] + half, people)
    _check_density(squares, "population", "population")
    ledger = Ledger.of(cells, grid_m)
    ledger.share_out(squares, before=float(people.sum()), where="population")
    shared = ledger.people_of(cells, "population")
    if ledger.most_covered > _OVERLAP:
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
