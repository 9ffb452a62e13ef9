"""Walkability index of Frank et al. (2010)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.units import KM2_M2
from urbanplan.methods.aggregate import (
    MIN_COVERAGE,
    explained,
    known_of,
    membership,
    people_coverage,
    people_of,
    without_people,
)
from urbanplan.methods.areas import areas_by_class, class_shares
from urbanplan.methods.diversity import entropy
from urbanplan.methods.floors import measure_bulk
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.streets import nodes_by_unit
from urbanplan.model.metric import metric
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

USES = ("residential", "commercial", "institutional", "open_space", "industrial")
"""The five uses of the index: housing, shops and offices, institutions, recreation, and work."""
WEIGHTS = (2.0, 1.0, 1.0, 1.0)
"""Of intersections, residential density, retail floor area ratio and mix."""
_JUNCTION = 3
_FEWEST = 2
_ROUNDING = 1e-9


@metric(
    name="Walkability index (Frank et al. 2010)",
    unit="1",
    direction="higher",
    supports=("zone",),
    formula=r"WI = 2 z(\text{intersections}) + z(\text{residential density}) + z(\text{retail FAR}) + z(\text{mix})",
    references=("frank2010",),
    requires=("population",),
)
def walkability_frank(
    walk: StreetNetwork,
    land_use: GeoDataFrame,
    buildings: GeoDataFrame,
    cells: GeoDataFrame,
    zones: GeoDataFrame,
    units: GeoDataFrame,
    *,
    min_zones: int = _FEWEST,
) -> pd.DataFrame:
    """Measure how walkable a zone is compared with the other zones of the city.

    Parameters
    ----------
    walk : StreetNetwork
        Streets and paths open on foot.
    land_use : GeoDataFrame
        Polygons with `class`, which do not overlap.
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    cells : GeoDataFrame
        With `population`.
    zones : GeoDataFrame
        All zones of the city: what the z-scores refer to.
    units : GeoDataFrame
        The zones to measure.
    min_zones : int
        With fewer zones there is nothing to compare with.

    Returns
    -------
    DataFrame
        On the index of the units: value (a sum of z-scores: the mean zone has about 0), coverage (share of its people
        who live where the layers are mapped), n (zones compared), reason.

    Notes
    -----
    Intersections by km2 count twice. Residential density is people by residential land, for want of dwellings: zero where
    nobody lives, unknown where people live and no such land is mapped. The retail floor area ratio is the floor area of
    buildings on commercial land by that land, storeys as in `landuse.far`; mix is the entropy of five uses. A part that does not
    differ between zones adds nothing. With few zones a z-score says little more than which is first. It compares the
    zones of one city, never two cities: for those see `landuse.healthy_city`.
    """
    reference = _parts(walk, land_use, buildings, cells, zones)
    own = _parts(walk, land_use, buildings, cells, units)
    known = np.isfinite(reference).all(axis=1)
    value = np.full(len(units), np.nan)
    if known.sum() >= min_zones:
        mean, deviation = reference[known].mean(axis=0), reference[known].std(axis=0, ddof=1)
        differs = deviation > np.abs(mean) * _ROUNDING
        value = ((own - mean)[:, differs] / deviation[differs] * np.array(WEIGHTS)[differs]).sum(axis=1)
        value[~np.isfinite(own).all(axis=1)] = np.nan
    nothing = land_use.empty or buildings.empty or not len(walk.edge_u)
    belongs = membership(cells, units)
    coverage = people_coverage(belongs, cells, known_of(cells))
    table = explained(
        units,
        value,
        (np.full(len(units), nothing), Reason.NO_PLACES),
        *without_people(belongs, cells),
        (~(coverage >= MIN_COVERAGE), Reason.NOT_MAPPED),
        (np.isnan(own[:, 2]), Reason.HEIGHTS_UNKNOWN),
        (np.full(len(units), known.sum() < min_zones), Reason.TOO_FEW),
    )
    return table.assign(coverage=coverage, n=float(known.sum()))


def _parts(
    walk: StreetNetwork,
    land_use: GeoDataFrame,
    buildings: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
) -> Floats:
    """Return intersections by km2, people by km2 of residential land, retail FAR and mix of each unit."""
    node, unit = nodes_by_unit(walk, units)
    meets = walk.street_count[node] >= _JUNCTION
    crossings = np.bincount(unit[meets], minlength=len(units))
    uses = areas_by_class(land_use, "class", USES, units)
    homes, shops = uses[:, 0], uses[:, 1]
    people = membership(cells, units).sum(people_of(cells))
    floors = _retail_floors(land_use, buildings, units)
    area = shapely.area(units.geometry.to_numpy())
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.column_stack(
            [
                np.where(area > 0, crossings / area * KM2_M2, np.nan),
                np.where(homes > 0, people / homes * KM2_M2, np.where(people > 0, np.nan, 0.0)),
                np.where(shops > 0, floors / shops, 0.0),
                entropy(uses, classes=len(USES)),
            ]
        )


def _retail_floors(land_use: GeoDataFrame, buildings: GeoDataFrame, units: GeoDataFrame) -> Floats:
    """Return the floor area of what stands on commercial land in each unit; NaN where its storeys are not known."""
    first, share, second = class_shares(land_use, "class", ("commercial",))
    of_shops = np.where(first == 0, share, 0.0) + np.where(second == 0, 1.0 - share, 0.0)
    held = np.flatnonzero(of_shops > 0)
    retail = land_use.geometry.to_numpy()[held]
    row, piece = shapely.STRtree(retail).query(units.geometry.to_numpy(), predicate="intersects")
    grounds = GeoSeries(shapely.intersection(units.geometry.to_numpy()[row], retail[piece]), crs=units.crs)
    floors = measure_bulk(buildings, grounds).floor_m2 * of_shops[held[piece]]
    return np.bincount(row, weights=floors, minlength=len(units)).astype(np.float64)
