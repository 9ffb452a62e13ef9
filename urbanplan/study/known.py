"""Where the data behind a metric are complete, worked out once for all metrics that read the same layers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanplan.model.study_area import StudyArea

MIN_COVERAGE = 0.5
"""A value is given where at least this share of the unit lies in the area in which the data are complete."""

Names = tuple[str, ...]


@dataclass
class KnownAreas:
    """The known area of every set of layers that metrics ask for, and what it leaves of cells and units.

    Attributes
    ----------
    area : StudyArea
        Whose layers.
    """

    area: StudyArea
    _polygons: dict[Names, BaseGeometry | None] = field(default_factory=dict)
    _cells: dict[Names, NDArray[np.float64]] = field(default_factory=dict)
    _units: dict[tuple[Names, str], tuple[GeoDataFrame, NDArray[np.float64]]] = field(default_factory=dict)

    def polygon(self, layers: Names) -> BaseGeometry | None:
        """Return where all these layers are complete; None where that is the whole city."""
        if layers not in self._polygons:
            everything = self.area.boundary.geometry.iloc[0].buffer(1.5 * self.area.city.cell_m)
            parts = [self.area.known(name) for name in layers]
            parts = [known for known in parts if not known.covers(everything)]
            self._polygons[layers] = shapely.intersection_all(parts) if parts else None
        return self._polygons[layers]

    def cells(self, layers: Names) -> tuple[GeoDataFrame, NDArray[np.float64]]:
        """Return the cells with a column `known`, and the share (0-1) of each cell that is known."""
        cells = self.area.cells
        if layers not in self._cells:
            self._cells[layers] = self._shares(cells, self.polygon(layers))
        share = self._cells[layers]
        cells["known"] = share >= MIN_COVERAGE
        return cells, share

    @staticmethod
    def _shares(cells: GeoDataFrame, known: BaseGeometry | None) -> NDArray[np.float64]:
        if known is None:
            return np.ones(len(cells))
        shapely.prepare(known)
        squares = cells.geometry.array
        share: NDArray[np.float64] = shapely.covers(known, squares).astype("float64")
        part = (share == 0) & shapely.intersects(known, squares)
        share[part] = shapely.area(shapely.intersection(squares[part], known)) / shapely.area(squares[part])
        return share

    def units(self, layers: Names, support: str) -> tuple[GeoDataFrame, NDArray[np.float64]]:
        """Return the units cut to the known area, and the share (0-1) of each that is left."""
        if (layers, support) not in self._units:
            units, known = self.area.units(support), self.polygon(layers)
            whole = shapely.area(units.geometry.array)
            if known is not None:
                units = units.set_geometry(shapely.intersection(units.geometry.array, known), crs=units.crs)
            self._units[layers, support] = units, shapely.area(units.geometry.array) / whole
        cut, share = self._units[layers, support]
        return cut.copy(), share
