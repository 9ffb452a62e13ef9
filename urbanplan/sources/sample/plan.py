"""The plan of the invented town: its sizes, streets of the old town, river, hill and zones, as plain geometry.

Everything is in local metres: x to the east, y to the north, from a point whose UTM coordinates are multiples of
100 m, so that the analysis cells of 100 m fall on the plan. Outside the old town the plan is bent by a smooth
field (`bend`), so that straight lattice lines become the crooked roads of a town that grew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.base.crs import WGS84, transform_points
from urbanplan.base.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

CRS = "EPSG:32647"
ORIGIN = (505_000.0, 2_023_000.0)
CITY_EN = "Wiang Tua Yang (synthetic)"
CITY_TH = "เวียงตัวอย่าง (ข้อมูลสมมุติ)"
ATTRIBUTION = "urbanplan synthetic sample"

COLUMNS = (-596.0, -472.0, -346.0, -226.0, -98.0, 30.0, 148.0, 268.0, 371.0, 480.0, 596.0)
"""x of the north-south streets of the old town; the first and last are the inner ring road."""
ROWS = (-592.0, -489.0, -365.0, -237.0, -143.0, -40.0, 88.0, 193.0, 317.0, 438.0, 592.0)
"""y of the east-west streets of the old town; the first and last are the inner ring road."""
GATE_X, GATE_Y = 30.0, -40.0
"""The two main streets, which leave the old town through the four gates."""
MARKET = (44.0, -49.0)
"""The old town's only market: 9 m south of the main street, 14 m east of the crossing."""
MOAT_INNER, MOAT_OUTER, RING = 620.0, 645.0, 665.0
"""Half sides of the squares of the moat's two edges and of the outer ring road."""
OLD_TOWN = 700.0
"""Half side of zone 0101."""
WEST_QUARTER = -1600.0
"""Western border of zone 0107."""
CELL = 100.0

STUBS = (
    (5, -160.0, 46.0),
    (5, 95.0, 50.0),
    (2, -280.0, 52.0),
    (3, 210.0, 40.0),
    (6, -400.0, 44.0),
    (7, 90.0, 48.0),
    (8, 425.0, 50.0),
    (1, 325.0, 47.0),
    (4, 425.0, 45.0),
    (6, 310.0, 42.0),
    (3, -530.0, 48.0),
    (8, -30.0, 54.0),
)
"""Dead-end lanes of the old town: index of the row they leave, x, and length to the north."""

RIVER_WEST, RIVER_EAST = 1100.0, 1500.0
"""The lattice column in which the river runs."""
HILL = (-3400.0, 300.0, 1750.0, 2300.0)
"""Centre and half axes of the mountain, on which no street is built."""
SUMMIT = (-1850.0, 100.0)
"""The spur with the hill temple."""


@dataclass(frozen=True)
class Size:
    """How large the invented town is.

    Attributes
    ----------
    name : str
        The word of the preset.
    half_x_m, half_y_m : float
        Half sides of the boundary's box.
    buildings : int
        Number of buildings that the generator stops at.
    built_within_m : float
        Distance from the centre within which buildings stand.
    shape_points : int
        Points between two junctions that give a lane its bends.
    tile_m : float
        Side of a zone outside the core of 4 by 4 km.
    """

    name: str
    half_x_m: float
    half_y_m: float
    buildings: int
    built_within_m: float
    shape_points: int
    tile_m: float


SIZES = {
    size.name: size
    for size in (
        Size("village", 2000, 1600, 400, 2000, 1, 2000),
        Size("town", 2000, 2000, 6_000, 2000, 1, 2000),
        Size("city", 6000, 6000, 60_000, 6000, 1, 2000),
        Size("metro", 22_000, 22_000, 60_000, 6000, 5, 4000),
    )
}


def size_named(name: str) -> Size:
    """Return a preset by its name, or say which there are."""
    if name not in SIZES:
        raise UsageError(f"size {name!r} is not known; sizes of the sample city are {', '.join(SIZES)}")
    return SIZES[name]


def lattice_lines(half_m: float) -> NDArray[np.float64]:
    """Return the coordinates of the collector streets along one axis, for the x axis."""
    outer = np.arange(1100.0, half_m - 90.0, 400.0)
    return np.concatenate([-outer[::-1], [-RING, -330.0, GATE_X, 340.0, RING], outer])


def lattice_rows(half_m: float) -> NDArray[np.float64]:
    """Return the coordinates of the collector streets along the y axis."""
    lines = lattice_lines(half_m)
    lines[lines == GATE_X] = GATE_Y
    return lines


def bend(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move points of the plan to where they lie on the ground, in local metres.

    The field is zero in the old town and in the quarter west of it, so that distances and areas there are those
    of the plan; beyond, it grows within 600 m to at most 70 m.
    """
    x, y = points[:, 0], points[:, 1]
    beyond = np.hypot(np.maximum(np.abs(x + 450) - 1210, 0), np.maximum(np.abs(y) - 760, 0))
    ramp = np.minimum(beyond / 600, 1.0)
    ramp = ramp * ramp * (3 - 2 * ramp)
    dx = 45 * np.sin(y / 410 + 0.7) + 25 * np.sin((x + y) / 650 + 2.1)
    dy = 45 * np.sin(x / 450 + 1.9) + 25 * np.sin((x - y) / 700 + 0.4)
    return np.column_stack([x + ramp * dx, y + ramp * dy])


def bend_shape(shape: Any, *, step_m: float = 60.0) -> Any:
    """Bend a shapely geometry of the plan, with enough points on its sides to follow the field."""
    return shapely.transform(shapely.segmentize(shape, step_m), bend)


def to_utm(shape: Any) -> Any:
    """Move a shapely geometry from local metres to UTM."""
    return shapely.transform(shape, lambda points: points + ORIGIN)


def to_lonlat(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return longitude and latitude of points in local metres."""
    lon, lat = transform_points(points[:, 0] + ORIGIN[0], points[:, 1] + ORIGIN[1], CRS, WGS84)
    return np.column_stack([lon, lat])


def river_centre(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the x of the river's centre line on the plan."""
    return np.asarray(1300 + 65 * np.sin(y / 520) + 22 * np.sin(y / 230 + 1))


def river_half_width(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return half the river's width on the plan; it widens around the island."""
    return np.asarray(36 + 6 * np.sin(y / 300) + 36 * np.exp(-(((y + 900) / 190) ** 2)))


def island() -> Any:
    """Return the river's island on the plan."""
    y = np.linspace(-1040, -760, 15)
    half = 24 * np.sqrt(np.maximum(1 - ((y + 900) / 140) ** 2, 0))
    centre = river_centre(y)
    return shapely.Polygon(
        np.vstack([np.column_stack([centre - half, y]), np.column_stack([centre + half, y])[-2:0:-1]])
    )


def river(size: Size) -> tuple[Any, Any]:
    """Return the river on the ground: its area without the island, and its centre line."""
    y = np.arange(-size.half_y_m - 1400, size.half_y_m + 1401, 50.0)
    centre, half = river_centre(y), river_half_width(y)
    banks = np.vstack([np.column_stack([centre - half, y]), np.column_stack([centre + half, y])[::-1]])
    area = shapely.Polygon(bend(banks), [bend(shapely.get_coordinates(island()))])
    return area, shapely.LineString(bend(np.column_stack([centre, y])))


def moat() -> Any:
    """Return the moat: a square ring of water."""
    return shapely.Polygon(
        square(MOAT_OUTER).exterior.coords, [list(square(MOAT_INNER).exterior.coords)[::-1]]
    )


def square(half_m: float) -> Any:
    """Return a square around the centre of the town by half its side."""
    return shapely.box(-half_m, -half_m, half_m, half_m)


def on_hill(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points of the plan lie on the mountain."""
    x, y, a, b = HILL
    return np.asarray(((points[:, 0] - x) / a) ** 2 + ((points[:, 1] - y) / b) ** 2 < 1)


def elevation(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metres above sea level: a plain that falls to the river, and a mountain to the west."""
    mountain = 420 * np.exp(-(((x - HILL[0]) / 1150) ** 2) - ((y - HILL[1]) / 1700) ** 2)
    spur = 55 * np.exp(-(((x - SUMMIT[0]) / 140) ** 2) - ((y - SUMMIT[1]) / 140) ** 2)
    return np.asarray(300 - 0.003 * (x - 1300) + mountain + spur)
