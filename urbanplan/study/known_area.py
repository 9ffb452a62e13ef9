"""Where each layer of a city is complete, as its sources say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from urbanplan.model.layers import LAYERS, MODES
from urbanplan.study.drawn import Drawn
from urbanplan.study.extent import area_polygon

if TYPE_CHECKING:
    from urbanplan.study.prepare import Preparation


def known_areas(job: Preparation, layers: dict[str, Drawn], clip: BaseGeometry, crs: str) -> GeoDataFrame:
    """Return where each mapped layer is complete: the union of its entries' areas, or all that was read."""
    areas = {}
    for name in sorted(layers):
        if not LAYERS[name].mapped or LAYERS[name].made_of:
            continue
        parts = [
            clip
            if entry.known_within is None
            else area_polygon(entry.known_within, job.city, crs, job.read_area, job.data, offline=job.offline)
            for entry in job.city.layers.get("streets" if name in MODES else name, [])
        ]
        areas[name] = shapely.intersection(shapely.union_all(parts), clip)
    for name in sorted(layers):
        # what is made of several layers is complete where all of them are that the city has
        inputs = [areas[part] for part in LAYERS[name].made_of if part in areas]
        if inputs:
            areas[name] = shapely.intersection_all(inputs)
    return GeoDataFrame(geometry=GeoSeries(areas, crs=crs), crs=crs)


def known_share(name: str, known: GeoDataFrame, boundary: GeoSeries) -> float | None:
    """Return the share of the city in which a layer is complete; nothing for layers of which that is not said."""
    if name not in known.index:
        return None
    return round(
        float(
            shapely.area(shapely.intersection(known.geometry[name], boundary.iloc[0])) / boundary.area.iloc[0]
        ),
        6,
    )
