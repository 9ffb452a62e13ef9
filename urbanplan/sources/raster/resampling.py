"""A surface on another grid, strip by strip: each pixel has the same value however large the strips are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

import numpy as np

from urbanplan.base.crs import carrier
from urbanplan.sources.raster.geotiff import applied

if TYPE_CHECKING:
    from affine import Affine
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.base.crs import Bounds, Carry
    from urbanplan.sources.raster.region import Region

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Resampling = Literal["bilinear", "nearest", "none"]

_STEP = 16
"""Every how many pixels the transformation is computed; between them it is straight to a millimetre."""
_WIDTH = 4096
"""Columns that are resampled at once: what they need of the source is about as wide."""
_MARGIN = 1.0
_NOWHERE = -1e12


@dataclass(frozen=True)
class Grid:
    """Square pixels along the axes of the city's CRS, and how their places are found in the source's CRS.

    Attributes
    ----------
    x, y : ndarray
        Middles of the columns from west to east, and of the rows from north to south.
    transform : Affine
        From (column, row) to coordinates.
    carry : callable
        Takes coordinates of the city to those of the source.
    """

    x: Floats
    y: Floats
    transform: Affine
    carry: Carry

    @classmethod
    def over(cls, region: Region, bounds: Bounds, crs: CRS, side_m: float) -> Self:
        """Lay a grid over an extent, on multiples of its side."""
        from affine import Affine  # noqa: PLC0415 - comes with rasterio

        west, north = np.floor(bounds[0] / side_m) * side_m, np.ceil(bounds[3] / side_m) * side_m
        cols, rows = int(np.ceil((bounds[2] - west) / side_m)), int(np.ceil((north - bounds[1]) / side_m))
        x, y = west + (np.arange(cols) + 0.5) * side_m, north - (np.arange(rows) + 0.5) * side_m
        extent = (float(x[0]), float(y[-1]), float(x[-1]), float(y[0]))
        carry, _ = carrier(crs, region.crs, extent, where="the city")
        return cls(x, y, Affine(side_m, 0, west, 0, -side_m, north), carry)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.y), len(self.x)

    def resampled(self, region: Region, resampling: Resampling, top: int, bottom: int) -> Floats:
        """Return the values of some rows, NaN where nothing is known."""
        out = np.full((bottom - top, len(self.x)), np.nan)
        for left in range(0, len(self.x), _WIDTH):
            right = min(left + _WIDTH, len(self.x))
            x, y = self._carried(top, bottom, left, right)
            col, row = applied(~region.transform, x, y)
            out[:, left:right] = _taken(region, resampling, row - 0.5, col - 0.5)
        return out

    def _carried(self, top: int, bottom: int, left: int, right: int) -> tuple[Floats, Floats]:
        """Return where pixels lie in the source's CRS: computed on a coarse lattice, straight in between."""
        at_row, at_col = _nodes(len(self.y), top, bottom), _nodes(len(self.x), left, right)
        node_x, node_y = np.meshgrid(self.x[at_col], self.y[at_row])
        out = []
        for part in self.carry(node_x.ravel(), node_y.ravel()):
            coarse = part.reshape(node_x.shape)
            wide = np.stack([np.interp(np.arange(left, right), at_col, line) for line in coarse])
            out.append(np.stack([np.interp(np.arange(top, bottom), at_row, line) for line in wide.T]).T)
        return out[0], out[1]


def _nodes(count: int, first: int, beyond: int) -> Ints:
    """Return the nodes of the whole lattice that enclose some of its places, so that all pieces use the same."""
    nodes = np.unique([*range(0, count, _STEP), count - 1])
    low = np.searchsorted(nodes, first, side="right") - 1
    high = np.searchsorted(nodes, beyond - 1, side="left")
    return np.asarray(nodes[low : high + 1], dtype=np.int64)


def _taken(region: Region, resampling: Resampling, row: Floats, col: Floats) -> Floats:
    """Read the part of the source that some places need, and take their values from it."""
    lost = ~(np.isfinite(row) & np.isfinite(col))
    row, col = np.where(lost, _NOWHERE, row), np.where(lost, _NOWHERE, col)
    top, bottom = _needed(row, region.shape[0])
    left, right = _needed(col, region.shape[1])
    if top >= bottom or left >= right:
        return np.full(row.shape, np.nan)
    values = region.read((top, bottom, left, right)).pixels
    take = _bilinear if resampling == "bilinear" else _nearest
    return take(values, row, col, (top, left))


def _needed(places: Floats, count: int) -> tuple[int, int]:
    """Return the first line of the source that is needed, and the one beyond the last."""
    inside = places[(places > -1 - _MARGIN) & (places < count + _MARGIN)]
    if not inside.size:
        return 0, 0
    return max(int(np.floor(inside.min())) - 1, 0), min(int(np.floor(inside.max())) + 3, count)


def _nearest(values: Floats, row: Floats, col: Floats, origin: tuple[int, int]) -> Floats:
    rows = np.floor(row + 0.5).astype("int64") - origin[0]
    cols = np.floor(col + 0.5).astype("int64") - origin[1]
    inside = (rows >= 0) & (rows < values.shape[0]) & (cols >= 0) & (cols < values.shape[1])
    out = np.full(row.shape, np.nan)
    out[inside] = values[rows[inside], cols[inside]]
    return out


def _bilinear(values: Floats, row: Floats, col: Floats, origin: tuple[int, int]) -> Floats:
    """Interpolate between the four nearest pixels; where some are unknown, among the known; outside, unknown."""
    top, left = np.floor(row), np.floor(col)
    total, weight = np.zeros(row.shape), np.zeros(row.shape)
    for down in (0, 1):
        for right in (0, 1):
            near = _nearest(values, top + down, left + right, origin)
            share = np.abs(1 - down - (row - top)) * np.abs(1 - right - (col - left))
            known = np.isfinite(near) & (share > 0)
            total[known] += near[known] * share[known]
            weight[known] += share[known]
    out = np.full(row.shape, np.nan)
    known = (weight > 0) & np.isfinite(_nearest(values, row, col, origin))
    out[known] = total[known] / weight[known]
    return out
