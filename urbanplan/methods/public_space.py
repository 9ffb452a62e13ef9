"""The ground of a city that is open to all: parks and squares, and streets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from urbanplan.methods.areas import covered_area, shared_areas
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.open_spaces import outside
from urbanplan.methods.street_area import street_areas
from urbanplan.methods.travel.memory import fingerprint, fingerprint_of_values, remembered
from urbanplan.methods.urban_extent import urban_extent
from urbanplan.model.network import StreetNetwork

_ROUNDING = 1e-9


class PublicGround(NamedTuple):
    """Ground in the built-up extent of each unit.

    Attributes
    ----------
    extent_m2, open_m2, street_m2 : ndarray of float64, shape (units,)
        Of the extent, of open spaces in it, and of streets in it that lie in no open space.
    """

    extent_m2: Floats
    open_m2: Floats
    street_m2: Floats


def public_ground(
    spaces: GeoDataFrame,
    walk: StreetNetwork,
    buildings: GeoDataFrame,
    cells: GeoDataFrame,
    units: GeoDataFrame,
    *,
    known: NDArray[np.bool_],
    built_share: float,
) -> PublicGround:
    """Measure open spaces and streets in the built-up extent of each unit; worked out once for all that ask the same.

    Parameters
    ----------
    spaces : GeoDataFrame
        Open spaces, closed ones left out; they may overlap.
    walk : StreetNetwork
        Streets and paths open on foot.
    buildings : GeoDataFrame
        Footprints, which tell the built-up extent.
    cells : GeoDataFrame
        Squares with `row` and `col`.
    units : GeoDataFrame
        Polygons.
    known : ndarray of bool, shape (cells,)
        Cells that count.
    built_share : float
        As in `urban_extent`.
    """
    key = (
        "public_ground", *(fingerprint(layer) for layer in (spaces, buildings, cells, units)),
        fingerprint_of_values(known), built_share,
    )  # fmt: skip

    def measure() -> PublicGround:
        urban = cells[urban_extent(buildings, cells, built_share=built_share) & known]
        unit, cell, area = shared_areas(units, urban)
        pieces = urban.geometry.to_numpy()[cell]
        part = area < shapely.area(pieces) * (1 - _ROUNDING)
        pieces[part] = shapely.intersection(pieces[part], units.geometry.to_numpy()[unit[part]])
        taken = street_areas(walk, GeoDataFrame(geometry=outside(pieces, spaces), crs=units.crs))
        terms = (area, covered_area(spaces, GeoSeries(pieces, crs=units.crs)), taken)
        sums = [np.bincount(unit, weights=term, minlength=len(units)).astype(np.float64) for term in terms]
        return PublicGround(*sums)

    return remembered(walk, key, measure)
