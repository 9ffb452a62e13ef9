"""What an aeroplane and satellites saw of the quarter west of the moat: roofs, heights, and what stood in 2010."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.base.io import atomic_path
from urbanplan.sources.sample.buildings import ROOF_M, STOREY_M
from urbanplan.sources.sample.past import past
from urbanplan.sources.sample.plan import CRS, ORIGIN, elevation

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from urbanplan.sources.sample.town import Town

FLOWN = (-1100.0, -600.0, -700.0, 600.0)
"""The box that the rasters cover, in local metres."""
SIDE_M = 2.0
NOTHING = -9999.0
LEAST_SIDE_M = 4 * SIDE_M
"""A house narrower than this may hold no cell that is wholly its own."""


def flown(town: Town) -> list[int]:
    """Return which buildings stand wholly in the box and have true storeys that somebody knows."""
    box, houses = shapely.box(*FLOWN), town.buildings
    inside = shapely.contains(box, np.array(houses.areas))
    return [n for n in np.flatnonzero(inside).tolist() if houses.storeys[n]]


def true_height_m(storeys: int) -> float:
    """Return the height of the highest point of a building of so many storeys."""
    return STOREY_M * storeys + ROOF_M


def write_roofs(town: Town, folder: Path) -> None:
    """Write three rasters of the box: elevation of what stands there, height of buildings, share seen in 2010."""
    west, south, east, north = FLOWN
    x = np.arange(west + SIDE_M / 2, east, SIDE_M)
    y = np.arange(north - SIDE_M / 2, south, -SIDE_M)
    grid = [part.ravel() for part in np.meshgrid(x, y)]
    height, seen = np.zeros(len(grid[0])), np.zeros(len(grid[0]))
    tree = shapely.STRtree(shapely.points(*grid))
    for number in flown(town):
        height[tree.query(town.buildings.areas[number], predicate="contains")] = true_height_m(
            town.buildings.storeys[number]
        )
    for _, area, *_ in past(town.buildings, STOREY_M).rows:
        seen[tree.query(area, predicate="contains")] = 1.0
    shape = (len(y), len(x))
    _write(folder / "surface.tif", (elevation(*grid) + height).reshape(shape))
    _write(folder / "building_heights.tif", height.reshape(shape))
    _write(folder / "buildings_seen_2010.tif", seen.reshape(shape))


def roof_truth(town: Town) -> dict[str, Any]:
    """Return the true heights of the houses in the box whose tags tell none, and that are wide enough to be seen."""
    houses = town.buildings
    unseen = [n for n in flown(town) if not {"height", "building:levels"} & set(houses.tags[n])]
    wide = [n for n in unseen if houses.areas[n].buffer(-LEAST_SIDE_M / 2).area > 0]
    return {
        "box": list(FLOWN),
        "height_m": {
            "/".join(map(str, houses.objects[n])): round(true_height_m(houses.storeys[n]), 2) for n in wide
        },
        "rule": "no tag tells the height of these houses: only the rasters do",
    }


def _write(target: Path, values: NDArray[np.float64]) -> None:
    import rasterio  # noqa: PLC0415  # heavy, only needed here
    from rasterio.transform import from_origin  # noqa: PLC0415

    profile = {
        "driver": "GTiff",
        "width": values.shape[1],
        "height": values.shape[0],
        "count": 1,
        "dtype": "float32",
        "crs": CRS,
        "transform": from_origin(FLOWN[0] + ORIGIN[0], FLOWN[3] + ORIGIN[1], SIDE_M, SIDE_M),
        "nodata": NOTHING,
        "compress": "deflate",
        "tiled": True,
    }
    with atomic_path(target) as path, rasterio.open(path, "w", **profile) as file:
        file.write(values.round(2).astype("float32"), 1)
