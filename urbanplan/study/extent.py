"""Turn the areas that a city file describes into polygons on the ground."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from urbanplan.base.crs import WGS84, check_projected_metres, check_true_to_ground, to_crs, utm_for
from urbanplan.base.errors import LayerError, MissingFileError
from urbanplan.base.io import atomic_path
from urbanplan.model.city import Area, Box, Circle, City, FromSource, Place

Reader = Callable[[FromSource], GeoDataFrame]
_BOX_STEP_DEG = 0.01
_HALF_TURN_DEG = 180.0
SLIT_M = 1.0
"""A gap inside the boundary that is narrower than this is a fault of drawing, not land outside the city."""


def boundary_of(city: City, read: Reader, data: Path, *, offline: bool) -> GeoSeries:
    """Return the city's boundary, one polygon, in its projected CRS.

    Parameters
    ----------
    city : City
        Whose boundary.
    read : callable
        Reads the features of a source that a boundary names.
    data : Path
        Folder of input files; a boundary that was looked up by name is kept there.
    offline : bool
        Never touch the network.
    """
    drawn = _drawn(city.boundary, city, read, data, offline=offline)
    degrees = to_crs(drawn, WGS84, where=f"{city.id}: boundary")
    west, _, east, _ = degrees.total_bounds
    if east - west > _HALF_TURN_DEG:
        raise LayerError(
            f"{city.id}: boundary: reaches from longitude {west:.2f} to {east:.2f}, so it lies across the antimeridian; "
            "give the part on one side of it as the boundary"
        )
    middle = degrees.union_all().centroid
    crs = city.crs or utm_for(middle.x, middle.y)
    check_projected_metres(crs, where=f"{city.id}: crs")
    check_true_to_ground(crs, middle.x, middle.y, where=f"{city.id}: crs")
    whole = _without_slits(polygons_of(_on_ground(city.boundary, drawn, crs).union_all()))
    if whole.is_empty:
        raise LayerError(f"{city.id}: boundary: holds no area; it must be a polygon")
    return GeoSeries([whole], crs=crs)


def area_polygon(
    area: Area, city: City, crs: str, read: Reader, data: Path, *, offline: bool
) -> BaseGeometry:
    """Return an area of a city file as a polygon in the city's CRS."""
    return polygons_of(_on_ground(area, _drawn(area, city, read, data, offline=offline), crs).union_all())


def _drawn(area: Area, city: City, read: Reader, data: Path, *, offline: bool) -> GeoSeries:
    """Return an area in the CRS that it is given in; a circle is its centre."""
    if isinstance(area, Circle):
        return GeoSeries([Point(area.centre)], crs=WGS84)
    if isinstance(area, Box):
        return GeoSeries([shapely.segmentize(shapely.box(*area.bbox), _BOX_STEP_DEG)], crs=WGS84)
    if isinstance(area, FromSource):
        return read(area).geometry
    return _looked_up(area, city, data, offline=offline)


def _on_ground(area: Area, drawn: GeoSeries, crs: str) -> GeoSeries:
    ground = to_crs(drawn, crs)
    return ground.buffer(area.radius_m, quad_segs=64) if isinstance(area, Circle) else ground


def _looked_up(area: Place, city: City, data: Path, *, offline: bool) -> GeoSeries:
    kept = data / f"{city.id}-boundary.geojson"
    if not kept.is_file():
        if offline:
            raise MissingFileError(
                f"{city.id}: boundary: {area.place!r} must be looked up and --offline forbids it;"
                f" run once with the network, or put a polygon at {kept}"
            )
        from urbanplan.sources.osm import place_boundary  # noqa: PLC0415 - only where the network is used

        found = place_boundary(area.place)
        with atomic_path(kept) as draft:
            found.to_file(draft, driver="GeoJSON", engine="pyogrio")
    return gpd.read_file(kept, driver="GeoJSON", engine="pyogrio").geometry


def _without_slits(whole: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    """Close the slits that remain between neighbours whose borders were drawn or moved apart by less than a metre."""
    closed = whole.buffer(SLIT_M / 2, join_style="mitre").buffer(-SLIT_M / 2, join_style="mitre")
    return polygons_of(shapely.union(closed, whole))


def polygons_of(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """Return the areal part of a geometry, without lines and points."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"Polygon", "MultiPolygon"}]
    joined = shapely.union_all(parts) if parts else Polygon()
    return joined if isinstance(joined, Polygon | MultiPolygon) else Polygon()
