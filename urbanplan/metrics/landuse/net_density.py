"""Net density of people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.aggregate import (
    MIN_COVERAGE,
    explained,
    known_of,
    membership,
    people_coverage,
    people_of,
    without_people,
)
from urbanplan.methods.areas import areas_by_class
from urbanplan.model.metric import metric
from urbanplan.model.reason import Reason


@metric(
    name="Net density: people on residential land",
    unit="people/ha",
    supports=("zone", "city"),
    formula=r"D_{\mathrm{net}} = \frac{P}{A_{\mathrm{residential}}}",
    references=("churchman1999",),
    requires=("population",),
)
def net_density(
    observed_use: GeoDataFrame, cells: GeoDataFrame, units: GeoDataFrame, *, min_area_m2: float = 10_000.0
) -> pd.DataFrame:
    """Measure how many people live on a hectare of residential land.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    cells : GeoDataFrame
        With `population` and `known`.
    units : GeoDataFrame
        Zones or the city.
    min_area_m2 : float
        With less residential land than this the ratio has no meaning.

    Returns
    -------
    DataFrame
        On the index of the units: value (people/ha), coverage (share of the unit's people who live where uses are
        known), n (cells behind it), reason. Less than half is unknown.

    Notes
    -----
    The denominator is land in residential use as found: residential areas with the lanes and yards inside them, less
    buildings of another use, and residential buildings elsewhere. All people of the unit's known cells are counted, also
    those who live above shops. The gross density, on all land, is `landuse.population_density`.
    """
    belongs, people = membership(cells, units), people_of(cells)
    usable = known_of(cells) & np.isfinite(people)
    counted = belongs.sum(np.where(usable, people, 0.0))
    homes = observed_use[(observed_use[["class", "class_2"]] == "residential").any(axis=1)]
    if not usable.all():
        known = shapely.union_all(cells.geometry.to_numpy()[usable])
        homes = homes.set_geometry(shapely.intersection(homes.geometry.to_numpy(), known), crs=homes.crs)
    land = areas_by_class(homes, "class", ("residential",), units)[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(land > 0, counted / land * HECTARE_M2, np.nan)
    coverage = people_coverage(belongs, cells, usable)
    table = explained(
        units,
        value,
        (np.full(len(units), homes.empty), Reason.NO_PLACES),
        *without_people(belongs, cells),
        (~(coverage >= MIN_COVERAGE), Reason.NOT_MAPPED),
        (land < max(min_area_m2, np.finfo(float).tiny), Reason.NOTHING_TO_MEASURE),
    )
    return table.assign(coverage=coverage, n=belongs.count(usable & (people > 0)))
