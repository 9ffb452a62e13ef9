"""Views from the street by unit: whether the data carry them, and what each viewpoint, building and cell gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.visibility.outlook import Outlook, outlook_of
from urbanplan.methods.visibility.scene import refused, why_no_streets
from urbanplan.methods.visibility.surface import Floats
from urbanplan.model.reason import Reason

if TYPE_CHECKING:
    from xarray import DataArray

Flags = NDArray[np.bool_]
_SAME = 1e-12


def street_views(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float,
) -> tuple[Outlook | None, Reason]:
    """Return what is seen in a city's scene, or why its data cannot carry views from the street.

    Parameters
    ----------
    elevation, buildings, viewpoints, view_targets, cells, cell_m
        As `lay_scene`.

    Returns
    -------
    outlook : Outlook or None
        None where the data cannot carry such views.
    reason : Reason
        Why it is None; otherwise why single values may be unknown.
    """
    if buildings.empty:
        return None, Reason.NO_PLACES
    if not cells["known"].any():
        return None, Reason.NOT_MAPPED
    if why := why_no_streets(elevation):
        return None, Reason(why)
    outlook = outlook_of(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return None, Reason.OUTSIDE_RASTER
    if refused(outlook.scene.surface.cell_m):
        return None, Reason.GROUND_TOO_COARSE
    return outlook, Reason.HEIGHTS_UNKNOWN


def all_unknown(units: GeoDataFrame, reason: Reason) -> pd.DataFrame:
    """Return a table in which every unit is unknown for one reason."""
    return pd.DataFrame({"value": np.nan, "coverage": 0.0, "reason": reason.value}, index=units.index)


def between(index: pd.Index, low: Floats, high: Floats, otherwise: NDArray[np.object_]) -> pd.DataFrame:
    """Return values that are known where their bounds meet, and their bounds where they do not.

    Parameters
    ----------
    index : Index
        Of the units.
    low, high : ndarray of float64, shape (n,)
        Least and greatest that each can be; NaN where there is nothing to measure.
    otherwise : ndarray of str, shape (n,)
        Why there is nothing to measure.
    """
    exact = np.abs(high - low) <= _SAME
    known = np.isfinite(low) & np.isfinite(high)
    reason = np.where(exact, "", np.where(known, Reason.HEIGHTS_UNKNOWN.value, otherwise))
    return pd.DataFrame(
        {"value": np.where(exact, low, np.nan), "low": low, "high": high, "reason": reason}, index=index
    )


def mean_by_viewpoint(outlook: Outlook, values: Floats) -> Floats:
    """Average values of eyes over the eyes of each viewpoint, leaving out eyes without a value.

    Parameters
    ----------
    outlook : Outlook
        Whose eyes.
    values : ndarray of float64, shape (eyes, k)
        Any values.

    Returns
    -------
    ndarray of float64, shape (viewpoints, k)
        NaN where no eye of a viewpoint has a value.
    """
    scene, known = outlook.scene, np.isfinite(values)
    out = np.full((len(scene.viewpoints), values.shape[1]), np.nan)
    for column in range(values.shape[1]):
        of = scene.viewpoint[known[:, column]]
        count = np.bincount(of, minlength=len(out))
        total = np.bincount(of, values[known[:, column], column], minlength=len(out))
        np.divide(total, count, out=out[:, column], where=count > 0)
    return out


def why_blind(outlook: Outlook) -> NDArray[np.object_]:
    """Return why a viewpoint has no value: nobody can stand there, it is not known what stands there, or no view is open."""
    scene = outlook.scene
    row, col = scene.surface.cells_of(scene.eyes[:, :2], "viewpoint")
    unmapped = np.isnan(scene.surface.top[row, col])
    stands = np.isfinite(scene.eyes[:, 2])
    out = np.full(len(scene.viewpoints), Reason.NO_VIEW.value, dtype=object)
    for number in range(len(out)):
        own = scene.viewpoint == number
        if unmapped[own].all():
            out[number] = Reason.NOT_MAPPED.value
        elif not stands[own].any():
            out[number] = Reason.NO_STANDING.value
    return out


def for_units(table: pd.DataFrame, units: GeoDataFrame, reason: Reason) -> pd.DataFrame:
    """Return the rows of some units; those that a table does not hold are unknown for a reason."""
    out = table.reindex(units.index)
    out["reason"] = out["reason"].astype(object).where(out["reason"].notna(), reason.value)
    return out


def unmapped(cells: GeoDataFrame, units: GeoDataFrame) -> Flags:
    """Tell which units stand in cells of the analysis grid in which buildings are not mapped."""
    blank = cells.geometry.array[~cells["known"].to_numpy(dtype=bool)]
    if not len(blank):
        return np.zeros(len(units), dtype=bool)
    spots = shapely.point_on_surface(np.asarray(units.geometry.array))
    hit: Flags = np.isin(np.arange(len(units)), shapely.STRtree(np.asarray(blank)).query(spots)[0])
    return hit
