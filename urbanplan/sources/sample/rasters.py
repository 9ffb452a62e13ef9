"""The rasters: people and built-up ground per cell, elevation, and land cover at two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.base.io import atomic_path
from urbanplan.methods.grid_areas import Grid, areas_in_squares
from urbanplan.sources.sample.outskirts import FIELD, INDUSTRY, ORCHARD, RIVERSIDE, SUBURB, TOWN
from urbanplan.sources.sample.outskirts import FOREST as FOREST_BLOCK
from urbanplan.sources.sample.plan import CELL, CRS, MOAT_INNER, ORIGIN, bend, elevation, moat, on_hill, river
from urbanplan.sources.sample.roads import LANE_END, LANE_START
from urbanplan.sources.sample.zones import borders, outline

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from urbanplan.sources.sample.town import Town

MARGIN_M = 300.0
ELEVATION_M, COVER_M = 30.0, 20.0
NO_PEOPLE, NO_ELEVATION, NO_COVER = -1.0, -9999.0, 0
TREES, GRASS, CROPS, BUILT, WATER = 10, 30, 40, 50, 80
"""Classes of land cover, in the numbers that global maps use."""
LANE_PEOPLE = 35.0
BUILT_2015_M = 1100.0
SHARE_BEFORE = 0.8
DENSITY = {TOWN: (45, 85), SUBURB: (18, 55), INDUSTRY: (2, 12), FIELD: (0, 6)}
"""Least and most people in a cell of 1 ha, by kind of block."""
OLD_DENSITY = (40, 100)


def cell_centres(
    town: Town, side_m: float, margin_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x (west to east) and y (north to south) of the cells of a raster over the town, in local metres."""
    x = _centres(town.size.half_x_m + margin_m, side_m)
    return x, _centres(town.size.half_y_m + margin_m, side_m)[::-1]


def people(town: Town) -> NDArray[np.float64]:
    """Return people per cell of 100 m, row by row from the north.

    Nobody lives in a cell that a border of zones cuts otherwise than along its sides, nor in moat and river, so that
    people by zone are known however a cell is given to a zone. Outside the city nothing is known.
    """
    x, y = cell_centres(town, CELL, MARGIN_M)
    points = np.column_stack([part.ravel() for part in np.meshgrid(x, y)])
    rng = np.random.default_rng(np.random.SeedSequence(town.seed).spawn(6)[5])
    dice = rng.random(len(points))
    kind = town.lattice.kind_at(points)
    out = np.zeros(len(points))
    for block, (least, most) in DENSITY.items():
        out = np.where(kind == block, np.floor(least + dice * (most - least + 1)), out)
    old = (np.abs(points) < MOAT_INNER - 20).all(axis=1)
    out = np.where(old, np.floor(OLD_DENSITY[0] + dice * (OLD_DENSITY[1] - OLD_DENSITY[0] + 1)), out)
    out[np.isin(kind, (ORCHARD, RIVERSIDE, FOREST_BLOCK)) & ~old] = 0
    cells = shapely.box(*(points - CELL / 2 + 0.01).T, *(points + CELL / 2 - 0.01).T)
    for shape in (borders(town.size), river(town.size)[0], moat()):
        shapely.prepare(shape)
        out[shapely.intersects(shape, cells)] = 0
    out[(np.abs(points) < MOAT_INNER + CELL).all(axis=1) & ~old] = 0
    out[shapely.intersects(disconnected_lane(), cells)] = LANE_PEOPLE
    city = outline(town.size)
    shapely.prepare(city)
    out[~shapely.intersects(city, cells)] = NO_PEOPLE
    return np.asarray(out.reshape(len(y), len(x)), dtype="float64")


def people_before(living: NDArray[np.float64], town: Town) -> NDArray[np.float64]:
    """Return people per cell ten years earlier: four in five of those who live where the town stood then.

    Nobody lived beyond; outside the city nothing is known.
    """
    x, y = cell_centres(town, CELL, MARGIN_M)
    stood = (np.abs(x) < BUILT_2015_M)[None, :] & (np.abs(y) < BUILT_2015_M)[:, None]
    before = np.where(stood, np.floor(living * SHARE_BEFORE), 0.0)
    return np.where(living == NO_PEOPLE, NO_PEOPLE, before)


def disconnected_lane() -> Any:
    """Return the middle of the lane that no street meets."""
    ends = np.array([LANE_START, LANE_END])
    return shapely.LineString(bend(ends.mean(axis=0) + np.array([[-20.0, 0.0], [20.0, 0.0]])))


UNMAPPED_CELLS = ((-850.0, 250.0), (-750.0, 250.0), (-850.0, 350.0))
"""Middles of cells in which as much again is built up as the map shows, and 2,000 m2 more: nobody has drawn it yet."""
UNMAPPED_M2 = 2000.0


def built_up(town: Town) -> NDArray[np.float64]:
    """Return built-up ground in square metres per cell of 100 m, as a satellite would see it, from the north."""
    x, y = cell_centres(town, CELL, MARGIN_M)
    west, south = x[0] - CELL / 2, y[-1] - CELL / 2
    shapes = np.array(town.buildings.areas, dtype=object)
    col, row = np.meshgrid(np.arange(len(x)), np.arange(len(y))[::-1])
    grid = Grid(west, south, CELL, row.ravel(), col.ravel())
    _, square, area = areas_in_squares(shapes, grid)
    out = np.bincount(square, weights=area, minlength=row.size).reshape(row.shape)
    for at_x, at_y in UNMAPPED_CELLS:
        place = int(np.argmin(np.abs(y - at_y))), int(np.argmin(np.abs(x - at_x)))
        out[place] = 2 * out[place] + UNMAPPED_M2
    return np.asarray(out, dtype="float64")


def write_rasters(
    town: Town, living: NDArray[np.float64], covers: dict[int, NDArray[np.uint8]], folder: Path
) -> None:
    """Write people, built-up ground, elevation and land cover as GeoTIFF."""
    for name, count in (("population", living), ("population_2015", people_before(living, town))):
        _write(folder / f"{name}.tif", count.astype("float32"), town, CELL, MARGIN_M, NO_PEOPLE)
    _write(folder / "built_up.tif", built_up(town).astype("float32"), town, CELL, MARGIN_M, NO_PEOPLE)
    x, y = (part.ravel() for part in np.meshgrid(*cell_centres(town, ELEVATION_M, 3000.0)))
    shape = [len(part) for part in cell_centres(town, ELEVATION_M, 3000.0)][::-1]
    heights = elevation(x, y).reshape(shape).round(1).astype("float32")
    _write(folder / "elevation.tif", heights, town, ELEVATION_M, 3000.0, NO_ELEVATION)
    for year, cover in covers.items():
        _write(folder / f"land_cover_{year}.tif", cover, town, COVER_M, MARGIN_M, NO_COVER)


def land_covers(town: Town) -> dict[int, NDArray[np.uint8]]:
    """Return the class of each cell of 20 m by year: the town was first built up near the moat, then beyond."""
    x, y = cell_centres(town, COVER_M, MARGIN_M)
    points = np.column_stack([part.ravel() for part in np.meshgrid(x, y)])
    kind = town.lattice.kind_at(points)
    old = (np.abs(points) < MOAT_INNER).all(axis=1)
    out = np.full(len(points), CROPS, "uint8")
    out[kind == RIVERSIDE] = GRASS
    out[np.isin(kind, (SUBURB, TOWN, INDUSTRY)) | old] = BUILT
    out[on_hill(points) & ~old] = TREES
    for shape in (river(town.size)[0], moat()):
        shapely.prepare(shape)
        out[shapely.contains_xy(shape, points)] = WATER
    later = (out == BUILT) & ~(np.abs(points) < BUILT_2015_M).all(axis=1)
    before = np.where(later, np.uint8(CROPS), out)
    return {2015: before.reshape(len(y), len(x)), 2025: out.reshape(len(y), len(x))}


def _centres(half_m: float, side_m: float) -> NDArray[np.float64]:
    count = int(np.ceil(half_m / side_m))
    return np.asarray((np.arange(-count, count) + 0.5) * side_m, dtype="float64")


def _write(
    target: Path, values: NDArray[Any], town: Town, side_m: float, margin_m: float, nodata: float
) -> None:
    import rasterio  # noqa: PLC0415  # heavy, only needed here
    from rasterio.transform import from_origin  # noqa: PLC0415

    x, y = cell_centres(town, side_m, margin_m)
    west, north = x[0] - side_m / 2 + ORIGIN[0], y[0] + side_m / 2 + ORIGIN[1]
    profile = {
        "driver": "GTiff",
        "width": values.shape[1],
        "height": values.shape[0],
        "count": 1,
        "dtype": values.dtype,
        "crs": CRS,
        "transform": from_origin(west, north, side_m, side_m),
        "nodata": nodata,
        "compress": "deflate",
        "tiled": True,
    }
    with atomic_path(target) as path, rasterio.open(path, "w", **profile) as file:
        file.write(values, 1)
