"""Where the data behind a metric are complete, worked out once for all metrics that read the same layers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanplan.methods.aggregate import membership
from urbanplan.methods.completeness import over_built_ground
from urbanplan.model.layers import COMPLETENESS
from urbanplan.model.study_area import StudyArea

MIN_COVERAGE = 0.5
"""A value is given where at least this share of the unit lies in the area in which the data are complete."""

Names = tuple[str, ...]
_LINE, _AREA = 1, 2


def _within(shapes: NDArray[np.object_], known: BaseGeometry) -> NDArray[np.object_]:
    shapely.prepare(known)
    left = shapes.copy()
    part = ~shapely.covers(known, shapes)
    left[part] = shapely.intersection(shapes[part], known)
    return left


def _share_left(whole: NDArray[np.object_], left: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return what is left of areas by area, of lines by length, and of points by whether they are left."""
    kind = shapely.get_dimensions(whole)
    size = np.where(kind == _AREA, shapely.area(whole), shapely.length(whole))
    rest = np.where(kind == _AREA, shapely.area(left), shapely.length(left))
    share: NDArray[np.float64] = (~shapely.is_empty(left)).astype(np.float64)
    np.divide(rest, size, out=share, where=(kind >= _LINE) & (size > 0))
    return share


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
    _measured: dict[tuple[Names, str], NDArray[np.float64]] = field(default_factory=dict)
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

    def measured(self, layers: Names, support: str) -> NDArray[np.float64]:
        """Return how complete (0-1) these layers were measured to be in each unit; 1 where nothing was measured.

        Of several layers the least complete counts. Units other than cells get the average over their built-up ground.
        """
        columns = tuple(sorted({COMPLETENESS[name] for name in layers if name in COMPLETENESS}))
        key = columns, support
        if key not in self._measured:
            units = self.area.units(support)
            self._measured[key] = np.ones(len(units))
            cells = self.area.cells
            share = cells.reindex(columns=list(columns)).to_numpy(dtype="float64")
            if np.isfinite(share).any() and support in {"cell", "zone", "city"}:
                least = np.fmin.reduce(share, axis=1)
                found, _ = over_built_ground(least, cells, membership(cells, units))
                self._measured[key] = np.where(np.isfinite(found), found, 1.0)
        return self._measured[key]

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
        """Return the units, areas cut to the known area, and the share (0-1) of each that lies in it."""
        if (layers, support) not in self._units:
            units, known = self.area.units(support), self.polygon(layers)
            whole = units.geometry.array
            left = whole if known is None else _within(np.asarray(whole), known)
            share = _share_left(np.asarray(whole), np.asarray(left))
            areal = shapely.get_dimensions(np.asarray(whole)) == _AREA
            cut = units.set_geometry(np.where(areal, np.asarray(left), np.asarray(whole)), crs=units.crs)
            self._units[layers, support] = cut, share
        cut, share = self._units[layers, support]
        return cut.copy(), share
