"""What fills the view from each viewpoint."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.greenery import PARTS, UNMAPPED, GreenView, greened_views
from urbanplan.methods.visibility.outlook import Outlook
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import (
    all_unknown,
    for_units,
    mean_by_viewpoint,
    street_views,
    why_blind,
)
from urbanplan.methods.visibility.surface import Floats
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

GREEN = ("trees", "low_green")
_SAME = 1e-9


@metric(
    name="Part of the view taken by {part}",
    unit="msr",
    supports=("viewpoint",),
    formula=r"\Omega_k = \sum_\alpha \sum_{c \in k} (\sin e_1 - \sin e_0) \Delta\alpha",
    references=("sukwai2022",),
    variants={
        "part": {
            "building": "buildings",
            "landmark": "built landmarks",
            "mountain": "the mountain",
            "green": "trees and green ground",
            "sky": "the sky",
        }
    },
)
def composition(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    land_cover: LandCover | None = None,
    land_use: GeoDataFrame | None = None,
    open_space: GeoDataFrame | None = None,
    *,
    part: str = "building",
    cell_m: float = CELL_M,
    solid_trees: bool = True,
) -> pd.DataFrame:
    r"""Measure how large a part of the view around each viewpoint is taken by one kind of thing.

    Parameters
    ----------
    elevation : DataArray
        Metres above sea level of the bare ground; its attributes say how high trees are taken to be.
    buildings : GeoDataFrame
        Footprints with `highest_point_m`, unknown where nothing tells it.
    viewpoints : GeoDataFrame
        Places from which views are protected or judged; routes and squares count with many eyes.
    view_targets : GeoDataFrame
        What must stay visible, with `base_m` and `top_m` over the ground.
    cells : GeoDataFrame
        The analysis grid with `known`: where buildings are not mapped, what stands is unknown.
    units : GeoDataFrame
        Viewpoints.
    land_cover : LandCover, optional
        Trees, and ground that is green, by the latest date.
    land_use : GeoDataFrame, optional
        Woods are trees; fields and recreation grounds are green ground.
    open_space : GeoDataFrame, optional
        Parks: green ground.
    part : str
        building, landmark (targets that stand on the ground), mountain (targets that are ground), green, or sky.
    cell_m : float
        Side of the surface's cells.
    solid_trees : bool
        Whether trees hide what is behind them; otherwise they are green ground.

    Returns
    -------
    DataFrame
        On the index of the units: value (thousandths of a steradian; the whole sphere has 12,566), low and high (over trees
        1.645 standard deviations lower and higher, and for green over ground of which nothing says whether it is green), coverage
        (share of the sphere that is neither behind what is unknown nor beyond the elevation data; for green without such ground
        too), reason. Below one half it is unknown.

    Notes
    -----
    Along each of 1,440 directions a cell that raises the horizon from :math:`e_0` to :math:`e_1` takes
    :math:`(\sin e_1 - \sin e_0) \Delta\alpha`; all parts, with the ground, add up to :math:`4\pi`. Unlike a count of
    pixels in a photograph it does not depend on a lens. A route or square is the mean of its eyes. Trees are solids as high as the
    city file says, but within 10 m of an eye, where one stands under crowns, they are green ground; woods of a mountain belong to it.
    Fractions, sight lines and ceilings do without trees: a protected view is held against buildings.
    """
    outlook, refusal = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return all_unknown(units, refusal)
    if part == "green" and land_cover is None and land_use is None and open_space is None:
        return all_unknown(units, Reason.LAYER_MISSING)
    view = greened_views(outlook, elevation, land_cover, land_use, open_space, solid_trees=solid_trees)
    value, coverage, low, high = mean_by_viewpoint(outlook, _of_eyes(outlook, view, part)).T
    known = np.isfinite(value) & (coverage >= 0.5)  # noqa: PLR2004 - half
    reason = np.where(np.isfinite(value), Reason.HEIGHTS_UNKNOWN.value, why_blind(outlook))
    if part == "green":
        blank = np.isfinite(value) & (mean_by_viewpoint(outlook, _of_eyes(outlook, view, "sky")).T[1] >= 0.5)  # noqa: PLR2004
        reason = np.where(blank, Reason.NOT_MAPPED.value, reason)
    open_ = high - low > _SAME
    table = pd.DataFrame(
        {
            "value": np.where(known, value, np.nan),
            "low": np.where(known & open_, np.fmin(low, value), np.nan),
            "high": np.where(known & open_, np.fmax(high, value), np.nan),
            "coverage": np.clip(coverage, 0, 1),
            "reason": np.where(known, "", reason),
        },
        index=outlook.scene.viewpoints.index,
    )
    return for_units(table, units, Reason.OUTSIDE_RASTER)


def _of_eyes(outlook: Outlook, view: GreenView, part: str) -> Floats:
    """Return of each eye the part's value (msr), the share of the sphere that is told, its least and its most."""
    scene, middle = outlook.scene, view.middle
    columns = [PARTS.index(word) for word in (GREEN if part == "green" else (part,)) if word in PARTS] or [-1]
    every = np.column_stack([middle.classes, middle.sky])
    value, low, high = (table[:, columns].sum(axis=1) for table in (every, view.low, view.high))
    dark = middle.unknown + middle.beyond
    if part == "green":
        blank = middle.classes[:, UNMAPPED]
        dark, high = dark + blank, high + blank
    out = np.full((len(scene.eyes), 4), np.nan)
    told = 1 - dark / (4 * np.pi)
    out[scene.standing] = np.column_stack([value * 1000, told, low * 1000, high * 1000])
    return out
