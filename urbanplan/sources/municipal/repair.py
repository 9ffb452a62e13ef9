"""Geometry as a layer needs it: mended where it can be, left out and counted where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.crs import to_crs, utm_for
from urbanplan.base.errors import LayerError
from urbanplan.base.extent import area_of_use, far_outside
from urbanplan.base.faults import Fault, Several, Word
from urbanplan.model.layers import LAYERS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from urbanplan.model.quality import QualityRecord

_KINDS = {
    "polygon": (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
    "line": (
        shapely.GeometryType.LINESTRING,
        shapely.GeometryType.MULTILINESTRING,
        shapely.GeometryType.LINEARRING,
    ),
    "point": (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT),
}
_KIND_NAMES = {"polygon": "polygons", "line": "lines", "point": "points"}
_FAULTS = {
    "Self-intersection": "self_intersection",
    "Ring Self-intersection": "ring_self_intersection",
    "Hole lies outside shell": "hole_outside",
    "Holes are nested": "holes_nested",
    "Nested shells": "shells_nested",
    "Interior is disconnected": "interior_disconnected",
    "Duplicate Rings": "rings_twice",
    "Too few points in geometry component": "too_few_points",
}
"""What the geometry library calls invalid; our words for it are in the locales under `repairs`."""
_AREAL = 2  # the dimension of an area
_THIN = 1e-4
"""Share of a circle's area around the same outline: a canal of 10 km by 3 m has nine times as much."""


def mend(
    frame: GeoDataFrame,
    record: QualityRecord,
    kind: str | None = None,
    *,
    unreadable: NDArray[np.bool_] | None = None,
) -> GeoDataFrame:
    """Return the features whose geometry the layer can use, mended where needed.

    Parameters
    ----------
    frame : GeoDataFrame
        The layer as read, with ids as index; it is not changed.
    record : QualityRecord
        Takes what was mended and dropped, and why.
    kind : str, optional
        polygon, line, point, or any; by default what the layer needs.
    unreadable : ndarray of bool, optional
        Rows whose geometry could not be read.

    Raises
    ------
    LayerError
        If nothing usable is left.
    """
    if unreadable is not None:
        frame = _without(frame, unreadable, "unreadable_geometry", record)
    frame = _without(frame, frame.geometry.isna(), "no_geometry", record)
    frame = _without(frame, frame.geometry.is_empty, "empty_geometry", record)
    values = frame.geometry.to_numpy()
    heights, measures = int(shapely.has_z(values).sum()), int(shapely.has_m(values).sum())
    if heights:
        record.note("heights_left_out", count=heights)
    if measures:
        record.note("measures_left_out", count=measures)
    if heights or measures:
        frame = frame.set_geometry(
            GeoSeries(shapely.force_2d(values), index=frame.index, crs=frame.crs, name=frame.geometry.name)
        )
    finite = (
        np.isfinite(shapely.bounds(frame.geometry.to_numpy())).all(axis=1)
        if len(frame)
        else np.array([], dtype=bool)
    )
    frame = _without(frame, ~finite, "not_finite", record)
    frame = _of_kind(frame, kind or LAYERS[record.layer].kind, record)
    if frame.empty:
        reasons = Several(
            Fault("dropped_count", reason=Word("dropped", reason), count=count)
            for reason, count in sorted(record.dropped.items())
        )
        raise LayerError(Fault("nothing_usable", file=record.file, layer=record.layer, reasons=reasons))
    return frame


def mend_polygons(frame: GeoDataFrame, record: QualityRecord) -> GeoDataFrame:
    """Make crossing and touching outlines valid, and record by how much each area changed."""
    areal = shapely.get_dimensions(frame.geometry.to_numpy()) == _AREAL
    bad = areal & ~shapely.is_valid(frame.geometry.to_numpy())
    if bad.any():
        before = frame.geometry[bad]
        after = GeoSeries(
            shapely.make_valid(before.to_numpy(), method="structure", keep_collapsed=False),
            index=before.index,
            crs=frame.crs,
        )
        gone = np.flatnonzero(bad)[after.is_empty.to_numpy()]
        frame = _without(frame, np.isin(np.arange(len(frame)), gone), "no_area", record)
        before, after = before[~after.is_empty], after[~after.is_empty]
        change = areas_m2(after, frame.crs) - areas_m2(before, frame.crs)
        why = shapely.is_valid_reason(before.to_numpy())
        for unit, old, new, value, detail in zip(before.index, before, after, change, why, strict=True):
            record.repairs[str(unit)] = float(value)
            record.log.repair(
                unit, old, new, fault_of(detail), area_change_m2=float(value), detail=str(detail)
            )
        record.repaired = len(after)
        record.area_change_m2 = float(np.abs(change).sum())
        mended = frame.geometry.copy()
        mended.loc[after.index] = after
        frame = frame.set_geometry(mended)
    flat = areal_without_area(frame)
    frame = _without(frame, flat, "no_area", record)
    if frame.empty:
        raise LayerError(Fault("nothing_encloses", file=record.file, layer=record.layer))
    _note_slivers(frame, record)
    record.duplicates = count_duplicates(frame)
    if record.duplicates:
        record.note("duplicates", count=record.duplicates)
    return frame


def fault_of(reason: str) -> str:
    """Return the code of what is wrong with an outline, from the words of the geometry library.

    Examples
    --------
    >>> fault_of("Ring Self-intersection[498000 2077000]"), fault_of("Something new")
    ('ring_self_intersection', 'invalid_outline')
    """
    words = reason.partition("[")[0].strip()
    return _FAULTS.get(words, "invalid_outline")


def _note_slivers(frame: GeoDataFrame, record: QualityRecord) -> None:
    """Name polygons so thin that they are gaps or overlaps of their neighbours rather than areas of their own."""
    values = frame.geometry.to_numpy()
    around = shapely.length(values)
    thin = shapely.get_dimensions(values) == _AREAL
    thin &= 4 * np.pi * shapely.area(values) < _THIN * around**2
    if thin.any():
        names = ", ".join(map(str, frame.index[thin][:5]))
        record.note("slivers", count=int(thin.sum()), features=names)


def areal_without_area(frame: GeoDataFrame) -> np.ndarray:
    """Tell which polygons enclose nothing."""
    values = frame.geometry.to_numpy()
    return np.asarray((shapely.get_dimensions(values) == _AREAL) & (shapely.area(values) == 0))


def count_duplicates(frame: GeoDataFrame) -> int:
    """Count the features whose geometry an earlier one has too, whatever point it starts at."""
    keys = shapely.to_wkb(shapely.normalize(frame.geometry.to_numpy()))
    return len(keys) - len(set(keys))


def drop_strays(frame: GeoDataFrame, crs: CRS, record: QualityRecord) -> GeoDataFrame:
    """Leave out single features that lie where their CRS is never used, such as one whose digits were swapped."""
    area = area_of_use(crs)
    if area is None or len(frame) == 1:
        return frame
    stray = far_outside(shapely.bounds(frame.geometry.to_numpy()), crs, area)
    if stray.all() or not stray.any():
        return frame  # all of them: the label is wrong, which the check of the extent says better
    names = ", ".join(map(str, frame.index[stray][:5]))
    record.note("strays", features=names)
    return _without(frame, stray, "impossible_coordinates", record)


def _of_kind(frame: GeoDataFrame, kind: str, record: QualityRecord) -> GeoDataFrame:
    values = frame.geometry.to_numpy()
    if kind not in _KINDS:
        return frame
    collections = shapely.get_type_id(values) == shapely.GeometryType.GEOMETRYCOLLECTION
    if collections.any():
        mixed, values = values[collections], values.copy()
        values[collections] = [_parts_of_kind(value, kind) for value in mixed]
        for unit, old, new in zip(frame.index[collections], mixed, values[collections], strict=True):
            record.log.repair(unit, old, new, "mixed_kinds")
        frame = frame.set_geometry(
            GeoSeries(values, index=frame.index, crs=frame.crs, name=frame.geometry.name)
        )
        record.note(f"mixed_{_KIND_NAMES[kind]}", count=int(collections.sum()))
    wrong = ~np.isin(shapely.get_type_id(values), _KINDS[kind]) | shapely.is_empty(values)
    return _without(frame, wrong, f"not_{_KIND_NAMES[kind]}", record)


def _parts_of_kind(value: Any, kind: str) -> Any:
    parts = shapely.get_parts(shapely.get_parts(value))
    fitting = parts[np.isin(shapely.get_type_id(parts), _KINDS[kind])]
    return shapely.union_all(fitting) if kind == "polygon" else shapely.geometrycollections(fitting)


def _without(frame: GeoDataFrame, wrong: object, reason: str, record: QualityRecord) -> GeoDataFrame:
    mask = np.asarray(wrong, dtype=bool)
    record.drop(reason, int(mask.sum()))
    record.log.drop(frame.index[mask], frame.geometry.to_numpy()[mask], reason)
    return frame[~mask] if mask.any() else frame


def areas_m2(series: GeoSeries, crs: CRS) -> np.ndarray:
    """Return areas in square metres, whatever the CRS."""
    if crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info):
        return np.asarray(series.area)
    west, south, east, north = series.total_bounds
    if not np.isfinite(west):
        return np.zeros(len(series))  # every outline collapsed
    return np.asarray(
        to_crs(series, utm_for((west + east) / 2, float(np.clip((south + north) / 2, -80, 84)))).area
    )
