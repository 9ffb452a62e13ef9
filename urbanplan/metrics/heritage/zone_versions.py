"""How versions of the heritage zones differ."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from urbanplan.methods.inventory import compare
from urbanplan.model.listing import listing

COLUMNS = {
    "version_before": "",
    "version_after": "",
    "zone_change": "",
    "area_m2": "m2",
    "overlap_iou": "share",
    "assets": "count",
    "buildings": "count",
}


@listing(
    name="What changed between versions of the heritage zones",
    geometry="polygon",
    columns=COLUMNS,
    by="zone_change",
)
def zone_versions(
    heritage_zones: GeoDataFrame,
    heritage_assets: GeoDataFrame,
    buildings: GeoDataFrame,
    *,
    default_uncertainty_m: float = 5.0,
) -> GeoDataFrame:
    """List what each later version of the heritage zones keeps, gains and loses, with the assets and buildings there.

    Parameters
    ----------
    heritage_zones : GeoDataFrame
        Versions of zones, by the word in `version`.
    heritage_assets : GeoDataFrame
        Assets; each counts where its middle lies.
    buildings : GeoDataFrame
        Footprints; each counts where its middle lies.
    default_uncertainty_m : float
        How far a boundary may lie from where it is meant to be, where the zones do not say.

    Returns
    -------
    GeoDataFrame
        For each pair of versions up to four rows: kept, gained, lost, and slivers (strips that are no wider than the lines are
        sure); `overlap_iou` is the area in both versions over that in either. No rows where there is one version only.

    Notes
    -----
    All zones of one version are taken together. Versions are put in order by the day from which they hold, then by their name.
    """
    zones = heritage_zones[heritage_zones["version"].notna()]
    starts = zones.groupby("version")["in_force_from"].min().fillna("")
    versions = sorted(starts.index, key=lambda version: (str(starts[version]), str(version)))
    middles = {
        "assets": shapely.centroid(heritage_assets.geometry.to_numpy()),
        "buildings": shapely.point_on_surface(buildings.geometry.to_numpy()),
    }
    rows: list[dict[str, Any]] = []
    for before, after in itertools.combinations(versions, 2):
        both = zones[zones["version"].isin([before, after])]
        unsure = both["boundary_uncertainty_m"].fillna(default_uncertainty_m).max()
        shapes = [
            shapely.union_all(both.geometry[both["version"] == each].to_numpy()) for each in (before, after)
        ]
        found = compare(*shapes, uncertainty_m=float(unsure))
        for change in ("kept", "gained", "lost", "sliver"):
            shape = getattr(found, change)
            if not shape.is_empty:
                words = {"version_before": before, "version_after": after, "zone_change": change}
                counted = {name: _inside(shape, points) for name, points in middles.items()}
                rows.append(
                    {**words, "area_m2": shape.area, "overlap_iou": found.iou, **counted, "geometry": shape}
                )
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=heritage_zones.crs)


def _inside(shape: BaseGeometry, points: np.ndarray[Any, Any]) -> int:
    shapely.prepare(shape)
    return int(shapely.intersects(shape, points).sum()) if len(points) else 0
