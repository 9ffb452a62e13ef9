"""Dissimilarity of neighbouring land."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import explained, membership
from urbanplan.methods.areas import areas_by_class
from urbanplan.methods.diversity import dissimilarity as differing
from urbanplan.methods.grid import lay_grid
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.mixture import MIXED
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

HECTARE_SIDE_M = 100.0


@metric(
    name="Dissimilarity of neighbouring hectares",
    unit="share",
    supports=("zone", "city"),
    formula=r"D = \frac{1}{N} \sum_j \frac{1}{n_j} \sum_{i \in N_8(j)} [u_i \ne u_j]",
    references=("cervero1997",),
    standard=False,
)
def dissimilarity(
    observed_use: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    eighths: bool = False,
    min_built_share: float = 0.05,
) -> pd.DataFrame:
    """Measure how often the hectares around a developed hectare are used for something else.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    cells : GeoDataFrame
        The analysis grid, with `known`; where its squares are not of one hectare, others are laid over the same ground.
    units : GeoDataFrame
        Zones or the city.
    eighths : bool
        Divide by 8 as Cervero and Kockelman wrote it; else by the neighbours that are developed.
    min_built_share : float
        A hectare is developed where at least this share of it is in one of the six uses that are mixed.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage (share of the unit's hectares in which uses are known), n
        (developed hectares), reason.

    Notes
    -----
    The use of a hectare is that with the largest area in it. Land that is not developed (fields, woods, streets, what
    nobody mapped) is left out of both sums. Neighbours count across the borders of units.
    """
    squares, known = _hectares(cells)
    area = areas_by_class(observed_use, "class", MIXED, squares)
    ground = shapely.area(squares.geometry.to_numpy())
    developed = (area.sum(axis=1) >= max(min_built_share, np.finfo(float).tiny) * ground) & known
    row, col = squares["row"].to_numpy(dtype=np.int64), squares["col"].to_numpy(dtype=np.int64)
    if len(row):
        row, col = row - row.min(), col - col.min()
    grid = np.full((row.max(initial=0) + 1, col.max(initial=0) + 1), -1, dtype=np.int64)
    grid[row, col] = np.where(developed, area.argmax(axis=1), -1)
    each = differing(grid, fixed=eighths)[row, col]
    belongs = membership(squares, units)
    counts = np.isfinite(each)
    total, land = belongs.sum(counts.astype(float)), belongs.sum(np.ones(len(squares)))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(total > 0, np.clip(belongs.sum(each) / total, 0.0, 1.0), np.nan)
        coverage = np.clip(np.where(land > 0, belongs.sum(known.astype(float)) / land, 0.0), 0.0, 1.0)
    empty = np.full(len(units), not observed_use["class"].isin(MIXED).any())
    table = explained(units, value, (empty, Reason.NO_PLACES), (coverage <= 0, Reason.NOT_MAPPED))
    return table.assign(coverage=coverage, n=belongs.count(counts))


def _hectares(cells: GeoDataFrame) -> tuple[GeoDataFrame, Floats]:
    """Return squares of one hectare over the ground of the cells, and which of them are known."""
    known = cells["known"].to_numpy(dtype=bool) if "known" in cells else np.ones(len(cells), dtype=bool)
    side = np.sqrt(shapely.area(cells.geometry.to_numpy())).max(initial=0.0)
    if not len(cells) or abs(side - HECTARE_SIDE_M) < 1.0:
        return cells, known
    squares = lay_grid(shapely.union_all(cells.geometry.to_numpy()), cells.crs, cell_m=HECTARE_SIDE_M)
    middle = shapely.centroid(squares.geometry.to_numpy())
    cell, square = shapely.STRtree(middle).query(cells.geometry.to_numpy(), predicate="covers")
    held = np.zeros(len(squares), dtype=bool)
    held[square[known[cell]]] = True
    return squares, held
