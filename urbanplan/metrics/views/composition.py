"""What fills the view from each viewpoint."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from xarray import DataArray

from urbanplan.methods.visibility.outlook import CLASSES
from urbanplan.methods.visibility.scene import CELL_M
from urbanplan.methods.visibility.street_views import (
    all_unknown,
    for_units,
    mean_by_viewpoint,
    street_views,
    why_blind,
)
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


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
    *,
    part: str = "building",
    cell_m: float = CELL_M,
) -> pd.DataFrame:
    r"""Measure how large a part of the view around each viewpoint is taken by one kind of thing.

    Parameters
    ----------
    elevation : DataArray
        Metres above sea level of the bare ground.
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
    cell_m : float
        Side of the surface's cells.
    part : str
        building, landmark (targets that stand on the ground), mountain (targets that are ground), or sky.

    Returns
    -------
    DataFrame
        On the index of the units: value (thousandths of a steradian; the whole sphere has 12,566), coverage (share of the
        sphere that is neither behind what is unknown nor beyond the elevation data), reason. Below one half it is unknown.

    Notes
    -----
    Along each of 1,440 directions a cell that raises the horizon from :math:`e_0` to :math:`e_1` takes
    :math:`(\sin e_1 - \sin e_0) \Delta\alpha`; all parts, with the ground, add up to :math:`4\pi`. Unlike a count of
    pixels in a photograph it does not depend on a lens. A route or square is the mean of its eyes.
    """
    outlook, refusal = street_views(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
    if outlook is None:
        return all_unknown(units, refusal)
    scene, view = outlook.scene, outlook.composition
    taken = view.sky if part == "sky" else view.classes[:, CLASSES.index(part)]
    told = 1 - (view.unknown + view.beyond) / (4 * np.pi)
    both = np.full((len(scene.eyes), 2), np.nan)
    both[scene.standing] = np.column_stack([taken * 1000, told])
    value, coverage = mean_by_viewpoint(outlook, both).T
    known = np.isfinite(value) & (coverage >= 0.5)  # noqa: PLR2004 - half
    reason = np.where(np.isfinite(value), Reason.HEIGHTS_UNKNOWN.value, why_blind(outlook))
    table = pd.DataFrame(
        {
            "value": np.where(known, value, np.nan),
            "coverage": np.clip(coverage, 0, 1),
            "reason": np.where(known, "", reason),
        },
        index=scene.viewpoints.index,
    )
    return for_units(table, units, Reason.OUTSIDE_RASTER)
