"""Grids for maps: viewpoints that see each spot, its ceiling, and what the plans leave between themselves and the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from geopandas import GeoDataFrame
from scipy.ndimage import minimum_filter
from xarray import DataArray

from urbanplan.methods.visibility.findings import HIGHEST_CEILING_M
from urbanplan.methods.visibility.ground import cell_of
from urbanplan.methods.visibility.outlook import Outlook
from urbanplan.methods.visibility.surface import Floats, Surface
from urbanplan.methods.visibility.takings import near_eyes

if TYPE_CHECKING:
    from urbanplan.model.reason import Reason


def no_spots(elevation: DataArray, reason: Reason) -> DataArray:
    """Return a grid of one cell without a number, that says why (`attrs["reason"]`)."""
    out = elevation[:1, :1].astype("float64") * np.nan
    out.attrs = {"cell_m": cell_of(elevation), "reason": reason.value}
    return out


def viewpoints_seeing(outlook: Outlook) -> DataArray:
    """Count the viewpoints that see the ground or roof of each cell; a route counts once."""
    found = outlook.exposure
    unknown = ~near_eyes(outlook.scene) | ((found.unknown > 0) & (found.seen == 0))
    return _grid(outlook.scene.surface, np.where(unknown, np.nan, found.seen))


def ceiling_over_ground(outlook: Outlook) -> DataArray:
    """Return the height over the ground that keeps every line that is open, or may be; none above 100 m.

    Each spot has the lowest of its cell and those around it: between lines that part with distance there is no gap to build in.
    """
    return _grid(outlook.scene.surface, _ceiling(outlook))


def slack_over_ground(outlook: Outlook, areas: GeoDataFrame) -> DataArray:
    """Return the lowest limit of the plans less the ceiling of the views.

    Parameters
    ----------
    outlook : Outlook
        With its ceilings.
    areas : GeoDataFrame
        From `height_limits.limiting_areas`: `limit_m`, lowest first.
    """
    surface, height = outlook.scene.surface, _ceiling(outlook)
    rows, cols = np.nonzero(np.isfinite(height))
    x = surface.x0 + (cols + 0.5) * surface.cell_m
    y = surface.y0 - (rows + 0.5) * surface.cell_m
    limit, open_ = np.full(len(rows), np.nan), np.ones(len(rows), dtype=bool)
    for shape, metres in zip(areas.geometry.array, areas["limit_m"], strict=True):
        west, south, east, north = shape.bounds
        asked = np.flatnonzero(open_ & (x >= west) & (x <= east) & (y >= south) & (y <= north))
        shapely.prepare(shape)
        held = asked[shapely.contains_xy(shape, x[asked], y[asked])]
        limit[held], open_[held] = metres, False
    slack = np.full(height.shape, np.nan)
    slack[rows, cols] = limit - height[rows, cols]
    return _grid(surface, slack)


def _ceiling(outlook: Outlook) -> Floats:
    surface = outlook.scene.surface
    height = minimum_filter(outlook.careful.height_m(surface.ground), size=3, mode="nearest")
    return np.where(height <= HIGHEST_CEILING_M, np.maximum(height, 0), np.nan)


def _grid(surface: Surface, values: Floats) -> DataArray:
    rows, cols = values.shape
    x = surface.x0 + (np.arange(cols) + 0.5) * surface.cell_m
    y = surface.y0 - (np.arange(rows) + 0.5) * surface.cell_m
    return DataArray(values, coords={"y": y, "x": x}, dims=("y", "x"), attrs={"cell_m": surface.cell_m})
