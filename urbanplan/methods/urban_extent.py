"""The built-up extent of a city: built cells, and the open ones among them."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy import ndimage

from urbanplan.methods.areas import covered_area

BUILT_SHARE = 0.05
NEAR_M = 564.0
"""Radius of a circle of one square kilometre."""
URBAN_SHARE = 0.25


def urban_extent(
    buildings: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    built_share: float = BUILT_SHARE,
    near_m: float = NEAR_M,
    urban_share: float = URBAN_SHARE,
) -> NDArray[np.bool_]:
    """Tell which cells of the grid belong to the built-up extent of the city.

    Parameters
    ----------
    buildings : GeoDataFrame
        Footprints.
    cells : GeoDataFrame
        Squares with `row` and `col`.
    built_share : float
        Share of a cell that buildings must cover to make it built.
    near_m : float
        Radius within which built cells are counted.
    urban_share : float
        Share of the cells around that must be built.

    Returns
    -------
    ndarray of bool, shape (cells,)
        Cells of whose surroundings (a square kilometre, within the city) at least a quarter is built, with or without
        buildings of their own: the parks and squares of a city lie in it, farms at its edge do not.

    Notes
    -----
    After the urban extent of UN-Habitat and the Atlas of Urban Expansion, which take built-up pixels of satellite images:
    of the surroundings of urban pixels more than half is built, of suburban ones a quarter.
    """
    if cells.empty:
        return np.zeros(0, dtype=bool)
    squares = cells.geometry.to_numpy()
    side = float(np.sqrt(np.median(shapely.area(squares))))
    built = covered_area(buildings, cells) >= built_share * shapely.area(squares)
    row, col = cells["row"].to_numpy(dtype=np.int64), cells["col"].to_numpy(dtype=np.int64)
    row, col = row - row.min(), col - col.min()
    there, full = (np.zeros((row.max() + 1, col.max() + 1)) for _ in range(2))
    there[row, col], full[row, col] = 1.0, built
    reach = int(near_m // side)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disc = (np.hypot(x, y) * side <= near_m).astype(float)
    around = ndimage.convolve(full, disc, mode="constant")[row, col]
    cells_around = ndimage.convolve(there, disc, mode="constant")[row, col]
    found: NDArray[np.bool_] = around >= urban_share * cells_around - 1e-9
    some: NDArray[np.bool_] = found & (around > 0.5)  # noqa: PLR2004 - some cell around is built
    return some
