"""Uses as found, by area of the plan and unit: what lies where, and what the plan says of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.errors import ConservationError
from urbanplan.methods.areas import areas_by_class
from urbanplan.methods.conformance import within_quota
from urbanplan.methods.conservation import TOLERANCE
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.overlay import planar
from urbanplan.methods.permissions import Permissions, permissions
from urbanplan.model.layers import LAND_USE_CLASSES


@dataclass(frozen=True)
class PlanTable:
    """The land of each unit in each area of the plan.

    Attributes
    ----------
    unit, area : ndarray of int64, shape (k,)
        Positions of a unit and an area of the plan that share land.
    ground_m2 : ndarray of float64, shape (k,)
        Land that they share.
    use_m2 : ndarray of float64, shape (k, classes)
        Of it, land in each use as found; the rest is not known.
    rules : Permissions
        What the plan says, by area.
    quota_part : ndarray of float64, shape (areas,)
        Share of the land under an area's quota that the quota covers.
    """

    unit: Ints
    area: Ints
    ground_m2: Floats
    use_m2: Floats
    rules: Permissions
    quota_part: Floats

    def sums(self, units: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Return land that is permitted, land permitted by weight, land of which use and rule are known, and all.

        Parameters
        ----------
        units : int
            Number of units.

        Returns
        -------
        tuple of ndarray of float64, shape (units,)
            Land under a quota counts as permitted as far as the quota of its area reaches.
        """
        weight = self.rules.weight[self.area]
        quota = self.rules.quota[self.area]
        covered = np.where(quota, self.quota_part[self.area][:, None], 0.0)
        known = np.isfinite(weight) | quota
        strict = np.where(quota, covered, np.where(weight == 1.0, 1.0, 0.0))
        weighted = np.where(quota, covered, np.nan_to_num(weight))

        def total(part: Floats) -> Floats:
            return np.bincount(self.unit, weights=part, minlength=units).astype(np.float64)

        return (
            total((self.use_m2 * strict).sum(axis=1)),
            total((self.use_m2 * weighted).sum(axis=1)),
            total((self.use_m2 * known).sum(axis=1)),
            total(self.ground_m2),
        )

    def by_main(self, units: int) -> Floats:
        """Return for each unit the land by the use that the plan is drawn for (rows) and the use as found (columns)."""
        size = len(LAND_USE_CLASSES)
        table = np.zeros((units, size, size))
        main = self.rules.main[self.area]
        told = main >= 0
        np.add.at(table, (self.unit[told], main[told]), self.use_m2[told])
        return table


def plan_table(
    observed_use: GeoDataFrame, zoning: GeoDataFrame, plan_rules: pd.DataFrame, units: GeoDataFrame
) -> PlanTable:
    """Lay uses as found over the areas of a plan, in each unit.

    Parameters
    ----------
    observed_use : GeoDataFrame
        Areas with `class` that do not overlap.
    zoning : GeoDataFrame
        Areas of the plan with `class`; of areas that overlap the smaller holds.
    plan_rules : DataFrame
        Layer `plan_rules`.
    units : GeoDataFrame
        Polygons.

    Raises
    ------
    ConservationError
        If more uses lie in an area than it has land: they overlap each other.
    """
    areas = planar(zoning)
    rules = permissions(areas, plan_rules)
    whole = uses_within(observed_use, areas)
    other = np.where(rules.quota, whole, 0.0).sum(axis=1)
    covered = within_quota(other, shapely.area(areas.geometry.to_numpy()), rules.quota_share)
    unit, area = shapely.STRtree(areas.geometry.to_numpy()).query(
        units.geometry.to_numpy(), predicate="intersects"
    )
    shared = shapely.intersection(units.geometry.to_numpy()[unit], areas.geometry.to_numpy()[area])
    ground = shapely.area(shared)
    some = ground > 0
    parts = GeoSeries(shared[some], crs=zoning.crs)
    return PlanTable(
        unit[some].astype(np.int64),
        area[some].astype(np.int64),
        ground[some],
        uses_within(observed_use, parts),
        rules,
        covered,
    )


def uses_within(observed_use: GeoDataFrame, parts: GeoDataFrame | GeoSeries) -> Floats:
    """Measure the land in each use within parts of the ground.

    Returns
    -------
    ndarray of float64, shape (parts, classes)

    Raises
    ------
    ConservationError
        If there is more of them than ground.
    """
    found = areas_by_class(observed_use, "class", LAND_USE_CLASSES, parts)
    ground, told = shapely.area(parts.geometry.to_numpy()), found.sum(axis=1)
    over = told > ground * (1.0 + TOLERANCE) + 1.0
    if over.any():
        at = int(np.flatnonzero(over)[0])
        raise ConservationError(
            f"uses as found: {told[at]:,.1f} m2 lie on {ground[at]:,.1f} m2 of ground: areas overlap;"
            " prepare the city again"
        )
    return found
