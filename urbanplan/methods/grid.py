"""The analysis grid: square cells on whole multiples of their side, so that a cell keeps its id for ever."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from urbanplan.base.errors import InputError

MAX_CELLS = 20_000_000


def lay_grid(boundary: BaseGeometry, crs: object, *, cell_m: float) -> GeoDataFrame:
    """Lay square cells over a boundary.

    Parameters
    ----------
    boundary : polygon
        In a projected CRS, metres.
    crs : CRS
        Of the boundary.
    cell_m : float
        Side of a cell in metres.

    Returns
    -------
    GeoDataFrame
        One row per cell that shares area with the boundary, from south to north and west to east; index
        `r<row>c<col>` with row = floor(y / cell_m), col = floor(x / cell_m); `inside` is the share (0-1) of the
        cell's area inside the boundary. The areas inside add up to the boundary's area.

    Raises
    ------
    InputError
        If the grid would have more than 20 million cells.

    Examples
    --------
    >>> lay_grid(shapely.box(50, 0, 250, 100), "EPSG:32647", cell_m=100)["inside"].tolist()
    [0.5, 1.0, 0.5]
    """
    west, south, east, north = shapely.bounds(boundary)
    cols = np.arange(np.floor(west / cell_m), np.ceil(east / cell_m), dtype="int64")
    rows = np.arange(np.floor(south / cell_m), np.ceil(north / cell_m), dtype="int64")
    if len(cols) * len(rows) > MAX_CELLS:
        raise InputError(
            f"a grid of {len(rows):,} x {len(cols):,} cells of {cell_m:g} m is too large; raise cell_m"
        )
    row, col = (part.ravel() for part in np.meshgrid(rows, cols, indexing="ij"))
    squares = shapely.box(col * cell_m, row * cell_m, (col + 1) * cell_m, (row + 1) * cell_m)
    shapely.prepare(boundary)
    inside = shapely.covers(boundary, squares).astype("float64")
    edge = (inside == 0) & shapely.intersects(boundary, squares)
    inside[edge] = shapely.area(shapely.intersection(squares[edge], boundary)) / cell_m**2
    kept = inside > 0
    index = pd.Index([f"r{r}c{c}" for r, c in zip(row[kept], col[kept], strict=True)], name="cell_id")
    columns = {"row": row[kept].astype("int32"), "col": col[kept].astype("int32"), "inside": inside[kept]}
    return GeoDataFrame(columns, geometry=squares[kept], index=index, crs=crs)
