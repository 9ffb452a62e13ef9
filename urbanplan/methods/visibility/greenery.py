"""Trees and green ground in a scene: where they are, what they fill of a view, and how far that hangs on the trees' height."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.methods.visibility.composition import ViewComposition, compose_views
from urbanplan.methods.visibility.surface import NOBODY, Floats, Surface, cells_in_polygons
from urbanplan.model.land_cover import CoverRaster, LandCover
from urbanplan.model.layers import LAND_COVER_CLASSES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from xarray import DataArray

    from urbanplan.methods.visibility.outlook import Outlook

Flags = NDArray[np.bool_]
Ints = NDArray[np.int32]

PARTS: tuple[str, ...] = ("ground", "building", "landmark", "mountain", "trees", "low_green", "unmapped")
"""What a view is made of, beside the sky; `unmapped` is ground of which nothing says whether it is green."""
TREES, LOW_GREEN, UNMAPPED = (PARTS.index(word) for word in ("trees", "low_green", "unmapped"))
TREE_M, TREE_SD_M = "tree_height_m", "tree_height_sd_m"
"""Attributes of the elevation raster that say how high trees are taken to be, as the city file declares it."""
DEFAULT_TREE_M, DEFAULT_TREE_SD_M = 8.0, 4.0
"""Where the city file says nothing: from shrubs of 1.5 m to crowns of 15 m at 90 %."""
CLEAR_M = 10.0
"""So near to an eye trees are green ground, not solids: one stands under crowns, and looks out between trunks."""
_NORMAL_90 = 1.6448536269514722
_HALF = 0.5
_COARSE = 360
"""Directions in which lower and higher trees are compared with those of the stated height: differences need fewer."""
_TREES = tuple(number for number, word in LAND_COVER_CLASSES.items() if word in {"trees", "mangroves"})
_LOW = tuple(
    number
    for number, word in LAND_COVER_CLASSES.items()
    if word in {"shrubs", "grass", "crops", "wetland", "moss"}
)
_WOODS, _FIELDS = ("forest",), ("agriculture", "open_space")


@dataclass(frozen=True, eq=False)
class Greenery:
    """What is green on the ground of a scene, by cell.

    Attributes
    ----------
    trees, low, mapped : ndarray of bool, shape (rows, cols)
        Where trees stand, where lawns, shrubs, crops or parks lie, and where anything says what the ground is.
    height_m, height_sd_m : float
        How high trees are, and how sure that is.
    """

    trees: Flags
    low: Flags
    mapped: Flags
    height_m: float
    height_sd_m: float


@dataclass(frozen=True, eq=False)
class GreenView:
    """Solid angles around n eyes with trees at their mean height, and their least and most over what trees may be.

    Attributes
    ----------
    middle : ViewComposition
        Its classes are `PARTS`.
    low, high : ndarray of float64, shape (n, parts + 1)
        Of `PARTS` and the sky, over trees 1.645 standard deviations lower and higher.
    """

    middle: ViewComposition
    low: Floats
    high: Floats


def greenery_of(
    surface: Surface,
    land_cover: LandCover | None,
    land_use: GeoDataFrame | None,
    open_space: GeoDataFrame | None,
    *,
    height_m: float,
    height_sd_m: float,
) -> Greenery:
    """Find what is green on a scene's grid, from land cover and from mapped woods, fields and parks together.

    Parameters
    ----------
    surface : Surface
        Whose grid.
    land_cover : LandCover, optional
        The latest date counts; a cell takes the class at its middle.
    land_use : GeoDataFrame, optional
        Areas of the class forest are trees, of agriculture and open_space green ground; any area says that ground is mapped.
    open_space : GeoDataFrame, optional
        Parks: green ground where land cover does not say otherwise (their paths and ponds are land cover's to tell).
    height_m, height_sd_m : float
        Of trees.
    """
    shape = surface.top.shape
    cover = np.zeros(shape, dtype=np.int64) if land_cover is None else _classes(surface, land_cover.latest)
    seen = cover > 0
    trees, low = np.isin(cover, _TREES), np.isin(cover, _LOW)
    woods, fields, told = (np.zeros(shape, dtype=bool) for _ in range(3))
    if land_use is not None:
        words = land_use["class"].astype(object)
        woods = _within(surface, land_use[words.isin(_WOODS)])
        fields = _within(surface, land_use[words.isin(_FIELDS)])
        told = _within(surface, land_use)
    parks = np.zeros(shape, dtype=bool) if open_space is None else _within(surface, open_space)
    trees |= woods
    low = (low | ((parks | fields) & ~seen)) & ~trees
    return Greenery(trees, low, seen | told | parks, float(height_m), float(height_sd_m))


def _classes(surface: Surface, raster: CoverRaster) -> NDArray[np.int64]:
    """Return the class of land cover at the middle of each cell; 0 where there is none."""
    rows, cols = surface.top.shape
    x = surface.x0 + (np.arange(cols) + 0.5) * surface.cell_m
    y = surface.y0 - (np.arange(rows) + 0.5) * surface.cell_m
    out = np.zeros((rows, cols), dtype=np.int64)
    window = raster.window((x[0], y[-1], x[-1], y[0]))
    top, bottom, left, right = window
    if bottom <= top or right <= left:
        return out
    found = raster.cells(window).astype(np.int64)
    row = np.floor((raster.north - y) / raster.cell_m).astype(np.int64) - top
    col = np.floor((x - raster.west) / raster.cell_m).astype(np.int64) - left
    held_rows, held_cols = (row >= 0) & (row < found.shape[0]), (col >= 0) & (col < found.shape[1])
    part = found[np.ix_(row[held_rows], col[held_cols])]
    if raster.nodata is not None:
        part = np.where(part == raster.nodata, 0, part)
    out[np.ix_(held_rows, held_cols)] = part
    return out


def _within(surface: Surface, areas: GeoDataFrame) -> Flags:
    """Return which cells lie at least half in any of some areas."""
    rows, cols = surface.top.shape
    east, south = surface.x0 + cols * surface.cell_m, surface.y0 - rows * surface.cell_m
    box = shapely.box(surface.x0, south, east, surface.y0)
    shapes = np.asarray(areas.geometry.array)
    shapes = shapes[shapely.intersects(shapes, box) & (shapely.get_dimensions(shapes) == 2)]  # noqa: PLR2004 - areas
    out = np.zeros((rows, cols), dtype=bool)
    if not len(shapes):
        return out
    clipped = shapely.get_parts(shapely.intersection(shapes, box))
    clipped = clipped[shapely.area(clipped) >= surface.cell_m**2]
    _, row, col, _ = cells_in_polygons(surface, clipped, least_share=_HALF)
    out[row, col] = True
    return out


def greened_views(
    outlook: Outlook,
    elevation: DataArray,
    land_cover: LandCover | None,
    land_use: GeoDataFrame | None,
    open_space: GeoDataFrame | None,
    *,
    solid_trees: bool = True,
) -> GreenView:
    """Return what fills the views of an outlook, with the green that a city's layers hold; the same layers are worked out once.

    Parameters
    ----------
    outlook : Outlook
        The scene with its buildings and landmarks.
    elevation : DataArray
        Its attributes `TREE_M` and `TREE_SD_M` say how high trees are.
    land_cover, land_use, open_space
        As `greenery_of`.
    solid_trees : bool
        Whether trees hide what is behind them.
    """
    height = float(elevation.attrs.get(TREE_M, DEFAULT_TREE_M)) if solid_trees else 0.0
    spread = float(elevation.attrs.get(TREE_SD_M, DEFAULT_TREE_SD_M)) if solid_trees else 0.0
    key = _digest(land_cover, land_use, open_space, height, spread)
    if key not in outlook.memo:
        green = greenery_of(
            outlook.scene.surface, land_cover, land_use, open_space, height_m=height, height_sd_m=spread
        )
        outlook.memo[key] = view_with_green(outlook, green)
    found: GreenView = outlook.memo[key]
    return found


def _digest(
    land_cover: LandCover | None,
    land_use: GeoDataFrame | None,
    open_space: GeoDataFrame | None,
    height_m: float,
    height_sd_m: float,
) -> str:
    """Return a fingerprint of all that green is made of."""
    out = hashlib.blake2b(repr((height_m, height_sd_m)).encode())
    if land_cover is not None:
        raster = land_cover.latest
        out.update(repr((raster.date, raster.west, raster.north, raster.cell_m, raster.shape)).encode())
        source = raster.source
        out.update(source.tobytes() if isinstance(source, np.ndarray) else str(source).encode())
    for table in (land_use, open_space):
        out.update(b"-" if table is None else b"".join(table.geometry.to_wkb()))
    if land_use is not None:
        out.update(repr(land_use["class"].tolist()).encode())
    return out.hexdigest()


def view_with_green(outlook: Outlook, green: Greenery) -> GreenView:
    """Measure what fills the view from each eye that can stand, with trees as solids and green ground as what it is.

    Parameters
    ----------
    outlook : Outlook
        The scene with its buildings and landmarks.
    green : Greenery
        On its grid.

    Notes
    -----
    A cell of trees is a solid from the ground to the trees' height, except within `CLEAR_M` of an eye: crowns are dense, and what
    they hide is hidden, but one walks under them. Trees stand neither on buildings nor on landmarks and mountains, whose woods
    belong to them.
    """
    scene, plain = outlook.scene, outlook.classes
    free = (scene.surface.building == NOBODY) & (plain == 0)
    labels = plain.copy()
    labels[free & ~green.mapped] = UNMAPPED
    labels[free & green.low] = LOW_GREEN
    labels[free & green.trees] = TREES
    solid = free & green.trees & ~_near_eyes(scene.surface, scene.eyes[scene.standing])
    eyes = scene.eyes[scene.standing]
    middle = compose_views(_with_trees(scene.surface, solid, green.height_m), labels, eyes, count=len(PARTS))
    every = _table(middle)
    spread = _NORMAL_90 * green.height_sd_m
    if not (spread and solid.any() and len(eyes)):
        return GreenView(middle, every, every)
    coarse = [
        _table(
            compose_views(
                _with_trees(scene.surface, solid, metres), labels, eyes, count=len(PARTS), azimuths=_COARSE
            )
        )
        for metres in (green.height_m, green.height_m - spread, green.height_m + spread)
    ]
    off = np.stack([table - coarse[0] for table in coarse])
    return GreenView(middle, np.maximum(every + off.min(axis=0), 0.0), every + off.max(axis=0))


def _table(view: ViewComposition) -> Floats:
    return np.column_stack([view.classes, view.sky])


def _with_trees(surface: Surface, solid: Flags, metres: float) -> Surface:
    """Return the surface with trees on it."""
    return replace(surface, top=np.where(solid, surface.top + max(metres, 0.0), surface.top))


def _near_eyes(surface: Surface, eyes: Floats) -> Flags:
    """Return which cells have their middle within `CLEAR_M` of an eye, or hold one."""
    out = np.zeros(surface.top.shape, dtype=bool)
    reach = int(np.ceil(CLEAR_M / surface.cell_m))
    row, col = surface.cells_of(eyes[:, :2], "viewpoint")
    out[row, col] = True
    for eye, r, c in zip(eyes, row, col, strict=True):
        top, left = max(r - reach, 0), max(c - reach, 0)
        part = out[top : r + reach + 1, left : c + reach + 1]
        y = surface.y0 - (np.arange(top, top + part.shape[0]) + _HALF) * surface.cell_m - eye[1]
        x = surface.x0 + (np.arange(left, left + part.shape[1]) + _HALF) * surface.cell_m - eye[0]
        part |= np.hypot(x[None, :], y[:, None]) <= CLEAR_M
    return out
