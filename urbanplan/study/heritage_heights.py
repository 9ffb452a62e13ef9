"""Heights of the buildings of a city, from what its layers tell, when it is prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.dates import years_between
from urbanplan.base.notes import Note
from urbanplan.methods.compliance import compared
from urbanplan.methods.heights import estimate_heights, values_in_footprints

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from urbanplan.model.heights import HeightModel
    from urbanplan.study.drawn import Drawn

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
    earlier = max(layers["buildings_before"].dates, default="") if "buildings_before" in layers else ""
    for name in ("buildings", "buildings_before"):
        if name in layers and layers[name].frame is not None and len(layers[name].frame):
            layers[name].frame = _with_heights(layers[name], rasters if name == "buildings" else {}, model)
    if earlier and layers.get("buildings") is not None and layers["buildings"].frame is not None:
        layers["buildings"].frame = _dated(layers["buildings"].frame, earlier)
        if later := max(layers["buildings"].dates, default=""):
            before = layers["buildings_before"]
            before.frame = before.frame.assign(years_before=years_between(earlier, later))


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


def _dated(frame: GeoDataFrame, earlier: str) -> GeoDataFrame:
    """Say of buildings with a date whether they stood when the earlier buildings were drawn; of others images may tell."""
    order = np.array([compared(date, earlier) for date in frame["built"]], dtype=object)
    stood = frame["stood_before"].to_numpy(dtype=np.float64, copy=True)
    stood[order == "before"], stood[order == "after"] = 1.0, 0.0
    return frame.assign(stood_before=stood)


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
    below = _between(ground, (north - at[:, 1]) / ground_m - 0.5, (at[:, 0] - west) / ground_m - 0.5)
    return _inside(frame, rasters["surface"]) - below, cell_m


def _between(values: Floats, row: Floats, col: Floats) -> Floats:
    """Return values between the middles of four cells, by how near each is; NaN outside, or where one is unknown."""
    above, left = np.floor(row).astype(np.int64), np.floor(col).astype(np.int64)
    down, right = row - above, col - left
    edge = np.pad(values, 1, mode="edge")
    inside = (above >= -1) & (above < values.shape[0]) & (left >= -1) & (left < values.shape[1])
    above, left = np.where(inside, above, -1) + 1, np.where(inside, left, -1) + 1
    upper = edge[above, left] * (1 - right) + edge[above, left + 1] * right
    lower = edge[above + 1, left] * (1 - right) + edge[above + 1, left + 1] * right
    return np.where(inside, upper * (1 - down) + lower * down, np.nan)


def _inside(frame: GeoDataFrame, raster: tuple[Floats, float, float, float], quantile: float = 0.9) -> Floats:
    values, west, north, cell_m = raster
    return values_in_footprints(
        frame.geometry.to_numpy(), values, west=west, north=north, cell_m=cell_m, quantile=quantile
    )


def _coarse(name: str, cell_m: float, limit_m: float) -> Note:
    return Note("raster_too_coarse", {"layer": name, "cell_m": round(cell_m), "limit_m": round(limit_m)})
