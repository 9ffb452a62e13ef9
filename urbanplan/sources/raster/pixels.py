"""Pixels as rectangles on the ground, in the CRS of the analysis grid."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.base.crs import Carry
    from urbanplan.sources.raster.geotiff import Patch

    Floats = NDArray[np.float64]

_PART_OF_CELL = 4.0
_MAX_PARTS = 400


@dataclass(frozen=True)
class Squares:
    """Axis-parallel rectangles on the ground with people in them."""

    west: Floats
    south: Floats
    east: Floats
    north: Floats
    people: Floats


def pixel_squares(patch: Patch, crs: CRS, cell_m: float, carry: Carry) -> Squares:
    """Return the pixels as rectangles on the ground.

    In the grid's own CRS they are exact. In another they lie askew, so each is cut into parts of a quarter of a cell
    at most, and each part is taken as a rectangle: what a part leans over its neighbours is a few centimetres.
    """
    rows, cols = np.nonzero(np.isfinite(patch.pixels))
    people = patch.pixels[rows, cols]
    if not len(people):
        nothing = np.empty(0)
        return Squares(nothing, nothing, nothing, nothing, nothing)
    turned = patch.transform.b != 0 or patch.transform.d != 0
    if patch.crs.equals(crs, ignore_axis_order=True) and not turned:
        x0, y0 = patch.ground(cols.astype("float64"), rows.astype("float64"))
        x1, y1 = patch.ground(cols + 1.0, rows + 1.0)
        return Squares(np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1), people)
    corners = _corners(patch, carry)
    a, b = corners[rows, cols], corners[rows, cols + 1]
    c, d = corners[rows + 1, cols], corners[rows + 1, cols + 1]
    half = _half_sides((b - a + d - c) / 2, (c - a + d - b) / 2)
    parts = min(max(ceil(_PART_OF_CELL * 2 * float(half.max()) / cell_m), 1), _MAX_PARTS)
    half = half / parts
    pieces = []
    for u in (np.arange(parts) + 0.5) / parts:
        for v in (np.arange(parts) + 0.5) / parts:
            centre = (1 - u) * (1 - v) * a + u * (1 - v) * b + (1 - u) * v * c + u * v * d
            pieces.append((centre - half, centre + half))
    low, high = np.concatenate([piece[0] for piece in pieces]), np.concatenate([piece[1] for piece in pieces])
    return Squares(low[:, 0], low[:, 1], high[:, 0], high[:, 1], np.tile(people / parts**2, parts**2))


def _half_sides(along: Floats, down: Floats) -> Floats:
    """Return half the width and height of rectangles as large as pixels that lie askew, shape (n, 2)."""
    lengths = np.stack([np.hypot(*along.T), np.hypot(*down.T)], axis=-1) / 2
    upright = np.abs(along[:, 0]) >= np.abs(along[:, 1])
    return np.where(upright[:, None], lengths, lengths[:, ::-1])


def _corners(patch: Patch, carry: Carry) -> Floats:
    """Return the corners of all pixels in another CRS, shape (rows + 1, columns + 1, 2)."""
    rows, cols = patch.pixels.shape
    col, row = np.meshgrid(np.arange(cols + 1.0), np.arange(rows + 1.0))
    x, y = patch.ground(col.ravel(), row.ravel())
    out = np.stack(carry(x, y), axis=-1)
    return out.reshape(rows + 1, cols + 1, 2)
