"""Heights of the buildings of a city, from what its layers tell, when it is prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.notes import Note
from urbanplan.methods.heights import estimate_heights, values_in_footprints

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from urbanplan.model.heights import HeightModel
    from urbanplan.study.layering import Drawn

Floats = NDArray[np.float64]
COARSEST_CELL_M = 40.0
"""A raster of larger cells says nothing of one building."""
COARSEST_GROUND_M = 100.0
_RASTERS = ("elevation", "surface", "building_heights", "buildings_seen")


def add_heights(layers: dict[str, Drawn], folder: Path, model: HeightModel | None = None) -> None:
    """Estimate the heights of the buildings of both dates, and how surely each stood at the earlier one.

    Parameters
    ----------
    layers : dict of str to Drawn
        As read; buildings get their columns of heights.
    folder : Path
        Where the rasters were written.
    model : HeightModel, optional
        What the city file assumes.
    """
    rasters = {
        name: _newest(layers[name], folder) for name in _RASTERS if name in layers and layers[name].files
    }
    for name in ("buildings", "buildings_before"):
        if name in layers and layers[name].frame is not None and len(layers[name].frame):
            layers[name].frame = _with_heights(layers[name], rasters if name == "buildings" else {}, model)


def _newest(drawn: Drawn, folder: Path) -> tuple[Floats, float, float, float]:
    """Return the latest raster: values, west, north, side of a cell."""
    import rasterio  # noqa: PLC0415 - only cities with rasters

    with rasterio.open(folder / drawn.files[max(drawn.files)], driver="GTiff") as source:
        band = source.read(1, masked=True).astype("float64").filled(np.nan)
        transform = source.transform
    return band, float(transform.c), float(transform.f), float(transform.a)


def _with_heights(drawn: Drawn, rasters: dict[str, Any], model: HeightModel | None) -> GeoDataFrame:
    frame = drawn.frame.copy()
    options: dict[str, Any] = {}
    if "surface" in rasters and "elevation" in rasters:
        options["above_ground_m"], options["surface_cell_m"] = _above_ground(drawn, rasters)
    if "building_heights" in rasters:
        cell_m = rasters["building_heights"][3]
        if cell_m <= COARSEST_CELL_M:
            options["raster_m"] = _inside(frame, rasters["building_heights"])
            options["raster_cell_m"] = cell_m
        else:
            drawn.note(_coarse("building_heights", cell_m, COARSEST_CELL_M))
    heights = estimate_heights(frame, model=model, **options)
    for column in heights:
        frame[column] = heights[column]
    if "buildings_seen" in rasters:
        frame["stood_before"] = _inside(frame, rasters["buildings_seen"], quantile=0.5)
    return frame


def _above_ground(drawn: Drawn, rasters: dict[str, Any]) -> tuple[Floats | None, float]:
    """Return surface less ground of each building, where both are fine enough to say anything."""
    frame, (*_, cell_m), (ground, west, north, ground_m) = (
        drawn.frame,
        rasters["surface"],
        rasters["elevation"],
    )
    for name, side, limit in (
        ("surface", cell_m, COARSEST_CELL_M),
        ("elevation", ground_m, COARSEST_GROUND_M),
    ):
        if side > limit:
            drawn.note(_coarse(name, side, limit))
            return None, cell_m
    at = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
    row = np.floor((north - at[:, 1]) / ground_m).astype(np.int64)
    col = np.floor((at[:, 0] - west) / ground_m).astype(np.int64)
    inside = (row >= 0) & (row < ground.shape[0]) & (col >= 0) & (col < ground.shape[1])
    below = np.full(len(frame), np.nan)
    below[inside] = ground[row[inside], col[inside]]
    return _inside(frame, rasters["surface"]) - below, cell_m


def _inside(frame: GeoDataFrame, raster: tuple[Floats, float, float, float], quantile: float = 0.9) -> Floats:
    values, west, north, cell_m = raster
    return values_in_footprints(
        frame.geometry.to_numpy(), values, west=west, north=north, cell_m=cell_m, quantile=quantile
    )


def _coarse(name: str, cell_m: float, limit_m: float) -> Note:
    return Note("raster_too_coarse", {"layer": name, "cell_m": round(cell_m), "limit_m": round(limit_m)})
