"""Urban centres by the degree of urbanisation: where people live densely, and enough of them together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy import ndimage

from urbanplan.base.errors import InputError
from urbanplan.base.units import KM2_M2
from urbanplan.methods.grid_areas import Floats

SIDE_M = 1000.0
_MOST_OF_EIGHT = 5
_AROUND = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]])


class Centres(NamedTuple):
    """Urban centres.

    Attributes
    ----------
    shapes : ndarray of polygons, shape (n,)
        The most populous first.
    people, area_m2 : ndarray of float64, shape (n,)
        Inhabitants, and land within the city.
    """

    shapes: NDArray[np.object_]
    people: Floats
    area_m2: Floats


def urban_centres(
    cells: GeoDataFrame,
    *,
    min_density_km2: float = 1500.0,
    min_people: float = 50_000.0,
    max_gap_km2: float = 15.0,
) -> Centres:
    """Delineate urban centres from the people in the cells of the analysis grid.

    Parameters
    ----------
    cells : GeoDataFrame
        Squares whose side divides a kilometre, with `row`, `col`, `inside` and `population`.
    min_density_km2 : float
        People on a square kilometre of land that make a cell dense.
    min_people : float
        People that make a cluster of dense cells a centre.
    max_gap_km2 : float
        Gaps within a centre that are smaller than this are filled.

    Returns
    -------
    Centres

    Raises
    ------
    InputError
        If the side of the cells does not divide a kilometre.

    Notes
    -----
    Cells of the grid are added up to squares of 1 km2 on whole kilometres of the city's CRS. Squares with enough people on
    the land that lies in the city are dense; those that share a side make a cluster. Gaps are filled, a square that at least five of its
    eight neighbours make part of one and the same centre joins it, again and again until none does, and gaps that this
    closed are filled. The manual lays its squares in an equal-area projection of the world and looks beyond the city's
    border; a centre is therefore never larger here than there.

    References
    ----------
    European Commission et al. (2021), Applying the degree of urbanisation: a methodological manual.
    """
    people, land, corner = _square_kilometres(cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        dense = np.where(land > 0, people / land * KM2_M2, 0.0) >= min_density_km2
    label, number = ndimage.label(dense)  # four neighbours
    totals = ndimage.sum_labels(people, label, np.arange(1, number + 1)) if number else np.zeros(0)
    kept = np.flatnonzero(np.asarray(totals) >= min_people) + 1
    centre = np.zeros(label.shape, dtype=np.int64)
    for new, old in enumerate(kept, start=1):
        centre[label == old] = new
    centre = _filled(_smoothed(_filled(centre, max_gap_km2)), max_gap_km2)
    centre[land <= 0] = 0
    return _drawn(centre, len(kept), people, land, corner)


def _square_kilometres(cells: GeoDataFrame) -> tuple[Floats, Floats, tuple[float, float]]:
    """Add the cells up to square kilometres; return people and land of each, and the lower left corner in metres."""
    if cells.empty:
        return np.zeros((0, 0)), np.zeros((0, 0)), (0.0, 0.0)
    bounds = shapely.bounds(cells.geometry.to_numpy())
    side = float(np.round(np.median(bounds[:, 2] - bounds[:, 0]), 3))
    if side > SIDE_M or abs(SIDE_M / side - round(SIDE_M / side)) > 1e-6:  # noqa: PLR2004 - rounding
        raise InputError(
            f"urban centres need cells whose side divides 1,000 m, not {side:g} m; set `cell_m` to 100, 200, 250, 500"
            " or 1000"
        )
    per = round(SIDE_M / side)
    row, col = cells["row"].to_numpy() // per, cells["col"].to_numpy() // per
    south, west = int(row.min()), int(col.min())
    shape = int(row.max()) - south + 1, int(col.max()) - west + 1
    at = (row - south) * shape[1] + col - west
    size = shape[0] * shape[1]
    lived = np.nan_to_num(cells["population"].to_numpy(dtype=float))
    ground = cells["inside"].to_numpy(dtype=float) * side**2
    people = np.bincount(at, weights=lived, minlength=size).astype(np.float64).reshape(shape)
    land = np.bincount(at, weights=ground, minlength=size).astype(np.float64).reshape(shape)
    return people, land, (west * SIDE_M, south * SIDE_M)


def _filled(centre: NDArray[np.int64], max_gap_km2: float) -> NDArray[np.int64]:
    """Give to each centre the gaps in it that are smaller than the limit."""
    out = centre.copy()
    for number in range(1, int(centre.max(initial=0)) + 1):
        mine = out == number
        gap, gaps = ndimage.label(ndimage.binary_fill_holes(mine) & ~mine)
        for hole in range(1, gaps + 1):
            these = gap == hole
            if these.sum() < max_gap_km2 and not out[these].any():
                out[these] = number
    return out


def _smoothed(centre: NDArray[np.int64]) -> NDArray[np.int64]:
    """Let squares join the centre that most of their neighbours belong to, until none does."""
    out = centre.copy()
    while True:
        before = out.copy()
        for number in range(1, int(centre.max(initial=0)) + 1):
            near = ndimage.convolve((before == number).astype(np.int64), _AROUND, mode="constant")
            out[(before == 0) & (near >= _MOST_OF_EIGHT)] = number
        if (out == before).all():
            return out


def _drawn(
    centre: NDArray[np.int64], number: int, people: Floats, land: Floats, corner: tuple[float, float]
) -> Centres:
    shapes = np.empty(number, dtype=object)
    for at in range(number):
        row, col = np.nonzero(centre == at + 1)
        x, y = corner[0] + col * SIDE_M, corner[1] + row * SIDE_M
        shapes[at] = shapely.union_all(shapely.box(x, y, x + SIDE_M, y + SIDE_M))
    lived = np.array([people[centre == at + 1].sum() for at in range(number)])
    ground = np.array([land[centre == at + 1].sum() for at in range(number)])
    order = np.argsort(-lived, kind="stable")
    return Centres(shapes[order], lived[order], ground[order])
