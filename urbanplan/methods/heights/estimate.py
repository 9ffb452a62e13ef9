"""The height of every building to each legal reference, with its standard deviation and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.heights.candidates import roof_rise, wall_by_storeys
from urbanplan.methods.heights.fusion import fuse
from urbanplan.model.heights import HeightModel
from urbanplan.model.heritage_words import HEIGHTS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Floats = NDArray[np.float64]
SOURCES: tuple[str, ...] = ("tag", "storeys", "surface", "raster")
"""What may tell a height: the tag, the number of storeys, surface less ground, a raster of heights."""

_FINE_CELL_M = 5.0


def estimate_heights(
    buildings: GeoDataFrame,
    *,
    above_ground_m: Floats | None = None,
    surface_cell_m: float = 1.0,
    raster_m: Floats | None = None,
    raster_cell_m: float = 1.0,
    model: HeightModel | None = None,
) -> pd.DataFrame:
    r"""Estimate how high each building is to its highest point, to the top of its wall, and to its roof deck.

    Parameters
    ----------
    buildings : GeoDataFrame
        Layer `buildings`: levels, height_m (to the highest point), roof_levels, roof_height_m, roof_shape, use.
    above_ground_m : array of float, shape (n,), optional
        Surface less ground inside each footprint (a high percentile); NaN where not known.
    surface_cell_m, raster_cell_m : float
        Sides of the cells that this and the next were read from: coarse cells are less sure.
    raster_m : array of float, shape (n,), optional
        Heights by a raster inside each footprint.
    model : HeightModel, optional
        What is assumed.

    Returns
    -------
    DataFrame
        On the index of the buildings: the columns `HEIGHTS`. NaN where nothing tells a height; then `heights_from` is
        None, else it names the sources that were put together, with `;` between them.

    Notes
    -----
    All sources but storeys tell the highest point; storeys tell the top of the wall. The roof's rise r stands between
    them, with its own standard deviation:

    .. math:: h_{highest} = h_{wall} + r, \qquad \sigma^2 = \sigma_{source}^2 + \sigma_r^2

    The roof deck of a flat roof lies at the top of the wall; a building without a deck is measured, as Ministerial
    Regulation 33 (B.E. 2535) does, to the top of the wall of its highest storey.
    """
    model = model or HeightModel()
    rise, rise_sd = roof_rise(buildings, model)
    wall, wall_sd = wall_by_storeys(buildings, model)
    tops = [buildings["height_m"].to_numpy(dtype=np.float64), *_rasters(buildings, above_ground_m, raster_m)]
    sds = [
        model.tag_sd_m,
        _sd(model.surface_sd_m, surface_cell_m, model),
        _sd(model.raster_sd_m, raster_cell_m, model),
    ]
    biases = np.array([model.tag_bias_m, model.storeys_bias_m, model.surface_bias_m, model.raster_bias_m])
    top, *seen = tops
    highest = np.column_stack([top, wall + rise, *seen])
    known_sd = np.broadcast_to(np.array(sds), (len(buildings), 3))
    highest_sd = np.column_stack([known_sd[:, 0], np.hypot(wall_sd, rise_sd), known_sd[:, 1:]])
    walls = np.column_stack([top - rise, wall, *(each - rise for each in seen)])
    walls_sd = np.column_stack(
        [np.hypot(known_sd[:, 0], rise_sd), wall_sd, *np.hypot(known_sd[:, 1:].T, rise_sd)]
    )
    to_top, to_wall = fuse(highest, highest_sd, biases=biases), fuse(walls, walls_sd, biases=biases)
    wall_m = np.clip(to_wall.mean, 0.0, to_top.mean)
    values = [to_top.mean, to_top.sd, wall_m, to_wall.sd, wall_m, to_wall.sd, _named(np.isfinite(highest))]
    return pd.DataFrame(dict(zip(HEIGHTS, values, strict=True)), index=buildings.index)


def _rasters(buildings: GeoDataFrame, *given: Floats | None) -> list[Floats]:
    out = []
    for values in given:
        row = np.full(len(buildings), np.nan) if values is None else np.asarray(values, dtype=np.float64)
        if row.shape != (len(buildings),):
            raise InputError(
                f"there are {len(buildings)} buildings and heights of {row.shape}; give one each"
            )
        out.append(np.where(row > 0, row, np.nan))
    return out


def _sd(fine_m: float, cell_m: float, model: HeightModel) -> float:
    """Return how sure a raster is: cells finer than a few metres show a roof as it is, coarse ones mix it with the street."""
    return float(np.hypot(fine_m, model.coarse_sd_share * max(cell_m - _FINE_CELL_M, 0.0)))


def _named(told: NDArray[np.bool_]) -> NDArray[np.object_]:
    codes = told @ (1 << np.arange(len(SOURCES)))
    words = [
        ";".join(name for bit, name in enumerate(SOURCES) if code >> bit & 1) or None
        for code in range(1 << len(SOURCES))
    ]
    return np.array(words, dtype=object)[codes]
