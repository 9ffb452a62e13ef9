"""Share of growth that is infill, at the edge, or apart from the city."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE, explained
from urbanplan.methods.areas import shared_areas
from urbanplan.methods.landscape import BUILT, cover_areas, covered_share, expansion
from urbanplan.model.land_cover import LandCover
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason

_WORDS = {"infill": "infill", "edge": "at the edge", "leapfrog": "apart from the city (leapfrog)"}


@metric(
    name="Share of new built-up land: {growth}",
    unit="share",
    supports=("zone", "city"),
    formula=r"s_g = \frac{\sum_{j \in g} a_j}{\sum_j a_j}",
    references=("liu2010",),
    variants={"growth": _WORDS},
    standard=False,
)
def expansion_share(
    land_cover: LandCover,
    boundary: GeoDataFrame,
    units: GeoDataFrame,
    *,
    growth: str = "infill",
    built: tuple[int, ...] = BUILT,
) -> pd.DataFrame:
    """Measure which share of the newly built-up land lies within the city, at its edge, or apart from it.

    Parameters
    ----------
    land_cover : LandCover
        Classes of land cover; the first and the last date are compared.
    boundary : GeoDataFrame
        The city, in which patches are looked for.
    units : GeoDataFrame
        Zones or the city.
    growth : str
        infill, edge or leapfrog.
    built : tuple of int
        Numbers of the classes that are built up.

    Returns
    -------
    DataFrame
        On the index of the units: value (0-1), coverage (share of the unit whose cover is known), n (patches that reach into
        the unit), reason.

    Notes
    -----
    As `landuse.new_development`, with the smallest patches too. A patch that a border of units cuts counts with its part.
    """
    first, last = land_cover.earliest, land_cover.latest
    one_date = first is last
    area, grown, patches = (np.zeros(len(units)) for _ in range(3))
    if not one_date:
        found = expansion(first, last, boundary, built=built)
        shapes = GeoDataFrame(geometry=list(found.shapes), crs=units.crs)
        patch, unit, shared = shared_areas(shapes, units)
        size = len(units)
        patches = np.bincount(unit, minlength=size).astype(np.float64)
        grown = np.bincount(unit, weights=shared, minlength=size).astype(np.float64)
        mine = np.where(found.kind[patch] == growth, shared, 0.0)
        area = np.bincount(unit, weights=mine, minlength=size).astype(np.float64)
    known = np.min(
        [cover_areas(raster, units, built)[1] for raster in {first.date: first, last.date: last}.values()],
        axis=0,
    )
    coverage = covered_share(known, units)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(grown > 0, np.minimum(area / grown, 1.0), np.nan)
    table = explained(
        units,
        value,
        (np.full(len(units), one_date), Reason.LAYER_MISSING),
        (coverage < MIN_COVERAGE, Reason.NOT_MAPPED),
    )
    return table.assign(coverage=coverage, n=patches)
