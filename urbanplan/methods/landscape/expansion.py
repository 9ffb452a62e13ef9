"""Where a city grew: inside itself, at its edge, or apart from it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy import ndimage

from urbanplan.base.errors import InputError
from urbanplan.methods.landscape.places import Part, parts_of
from urbanplan.methods.landscape.sweeping import Floats, Ints
from urbanplan.model.land_cover import CoverRaster

KINDS = ("infill", "edge", "leapfrog")
INFILL_SHARE = 0.5
"""More of the surroundings built before than this makes growth infill (Liu et al. 2010)."""
MOST_CELLS = 400_000_000
_CORNERS = np.ones((3, 3), dtype=bool)


class Expansion(NamedTuple):
    """Patches of land that was built up between two dates.

    Attributes
    ----------
    shapes : ndarray of polygons, shape (n,)
        Each patch; its cells may touch at corners.
    area_m2 : ndarray of float64, shape (n,)
    share_around : ndarray of float64, shape (n,)
        Landscape expansion index: share (0-1) of the cells around the patch that were built up before.
    kind : ndarray of str, shape (n,)
        infill, edge or leapfrog.
    """

    shapes: NDArray[np.object_]
    area_m2: Floats
    share_around: Floats
    kind: NDArray[np.object_]


def expansion(
    before: CoverRaster, after: CoverRaster, place: GeoDataFrame, *, built: tuple[int, ...] = (50,)
) -> Expansion:
    r"""Find the patches that were built up between two dates, and how they lie to what was built before.

    Parameters
    ----------
    before, after : CoverRaster
        Land cover at two dates on one grid.
    place : GeoDataFrame
        One polygon; what was built around it is seen, growth counts within.
    built : tuple of int
        Numbers of the classes that are built up.

    Raises
    ------
    InputError
        If the two rasters do not lie on the same grid, or the place holds more than 400 million cells.

    Notes
    -----
    :math:`LEI = A_0 / (A_0 + A_v)`, with :math:`A_0` the area within one cell of the patch that was built up before, and
    :math:`A_v` what was not. Above one half growth is infill, at zero it leapt over open land, between it is at the edge.
    Cells that belong to no class at the first date are neither.

    References
    ----------
    Liu et al. (2010), A new landscape index for quantifying urban expansion using multi-temporal remotely sensed data.
    """
    if not before.same_grid(after):
        raise InputError(
            f"land_cover: the cells of {before.date} and {after.date} do not lie on the same grid; resample one to the"
            " other (nearest cell) before they are compared"
        )
    (part,) = parts_of(after, place)
    top, bottom, left, right = part.window
    if (bottom - top) * (right - left) > MOST_CELLS:
        raise InputError(
            f"land_cover: growth is looked for in at most {MOST_CELLS:,} cells; give larger ones"
        )
    whole = _grown(part.window, before.shape)
    old = before.cells(whole)
    inner = np.s_[top - whole[0] : bottom - whole[0], left - whole[2] : right - whole[2]]
    known = np.ones(old.shape, dtype=bool) if before.nodata is None else old != before.nodata
    was = np.isin(old, built) & known
    new = np.zeros(old.shape, dtype=bool)
    new[inner] = _built_now(part, built) & ~was[inner] & known[inner]
    label, number = ndimage.label(new, structure=_CORNERS)
    index = _surroundings(label, number, was, known)
    kind = np.select([index > INFILL_SHARE, index > 0], KINDS[:2], KINDS[2]).astype(object)
    kind[np.isnan(index)] = KINDS[2]
    cells = np.bincount(label.ravel(), minlength=number + 1)[1:].astype(np.float64)
    area: Floats = cells * after.cell_m**2
    west, north = after.west + whole[2] * after.cell_m, after.north - whole[0] * after.cell_m
    return Expansion(_outlines(label, number, west, north, after.cell_m), area, index, kind)


def _grown(window: tuple[int, int, int, int], shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a window with one more cell all round, as far as the raster goes."""
    top, bottom, left, right = window
    return max(top - 1, 0), min(bottom + 1, shape[0]), max(left - 1, 0), min(right + 1, shape[1])


def _built_now(part: Part, built: tuple[int, ...]) -> NDArray[np.bool_]:
    top, bottom, left, right = part.window
    strips = [np.isin(strip, built) & (strip != part.nodata) for strip in part]
    return np.concatenate(strips) if strips else np.zeros((bottom - top, right - left), dtype=bool)


def _surroundings(
    label: NDArray[np.int32], number: int, was: NDArray[np.bool_], known: NDArray[np.bool_]
) -> Floats:
    """Return the share of the cells around each patch that were built before; NaN where none is known."""
    rows, columns = label.shape
    wide = np.pad(label, 1)
    pairs = []
    for down in (0, 1, 2):
        for right in (0, 1, 2):
            near = wide[down : down + rows, right : right + columns]
            at = np.flatnonzero((near > 0) & (label != near) & known)
            pairs.append(near.ravel()[at].astype(np.int64) * label.size + at)
    pair: Ints = np.unique(np.concatenate(pairs))
    patch, cell = pair // label.size, pair % label.size
    around = np.bincount(patch, minlength=number + 1)[1:]
    built = np.bincount(patch, weights=was.ravel()[cell], minlength=number + 1)[1:]
    share: Floats = np.divide(built, around, out=np.full(number, np.nan), where=around > 0)
    return share


def _outlines(
    label: NDArray[np.int32], number: int, west: float, north: float, cell_m: float
) -> NDArray[np.object_]:
    """Return the outline of each patch, from the rows of its cells."""
    row, col = np.nonzero(label)
    patch = label[row, col]
    new = np.ones(len(row), dtype=bool)
    new[1:] = (row[1:] != row[:-1]) | (col[1:] != col[:-1] + 1) | (patch[1:] != patch[:-1])
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(row)) - 1 if len(first) else first
    x0, x1 = west + col[first] * cell_m, west + (col[last] + 1) * cell_m
    y0, y1 = north - (row[first] + 1) * cell_m, north - row[first] * cell_m
    bars = shapely.box(x0, y0, x1, y1)
    order = np.argsort(patch[first], kind="stable")
    begin = np.searchsorted(patch[first][order], np.arange(1, number + 2))
    out = np.empty(number, dtype=object)
    for at in range(number):
        out[at] = shapely.union_all(bars[order[begin[at] : begin[at + 1]]])
    return out
