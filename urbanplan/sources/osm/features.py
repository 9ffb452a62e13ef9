"""Points, lines and areas of an OpenStreetMap file in metres, those that lie in the area that is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.crs import WGS84, transform_points
from urbanplan.methods.overlay import polygonal
from urbanplan.model.layers import conform
from urbanplan.model.scheme import LandUseScheme, default_scheme

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.sources.osm.reading import Objects

Tags = Mapping[str, str]

SOURCE = "osm"
_LINEAR_WATER = {"river", "stream", "canal", "drain", "ditch", "tidal_channel", "moat"}
_LINEAR_HISTORIC = {"citywalls", "city_wall", "city_walls", "wall"}
_KINDS = {"node": 0, "way": 1, "relation": 2}


@dataclass(frozen=True, eq=False)
class Features:
    """Objects of one kind of geometry.

    Attributes
    ----------
    keys : ndarray of str
        "node/1", "way/1" or "relation/1".
    shapes : ndarray of geometries
        In metres.
    tags : list of dict
        As mapped.
    """

    keys: NDArray[np.object_]
    shapes: NDArray[np.object_]
    tags: list[Tags]

    def __add__(self, other: Features) -> Features:
        return Features(
            np.concatenate([self.keys, other.keys]),
            np.concatenate([self.shapes, other.shapes]),
            [*self.tags, *other.tags],
        )

    def take(self, rows: NDArray[np.int64]) -> Features:
        """Return some of the objects."""
        return Features(self.keys[rows], self.shapes[rows], [self.tags[row] for row in rows])


@dataclass(frozen=True, eq=False)
class FeatureSet:
    """All tagged objects near the clip, in metres."""

    points: Features
    lines: Features
    areas: Features
    clip: Any
    crs: Any
    scheme: LandUseScheme = field(default_factory=default_scheme)


def feature_set(objects: Objects, *, clip: Any, crs: Any, scheme: LandUseScheme | None = None) -> FeatureSet:
    """Project the objects of a file and keep those that touch the clip.

    Parameters
    ----------
    objects : Objects
        As read from the file.
    clip : Polygon or MultiPolygon or None
        In `crs`.
    crs : CRS or str
        Projected CRS in metres.
    scheme : LandUseScheme, optional
        What tags of land and buildings mean; by default the package's.
    """
    node_keys = np.array([f"node/{number}" for number in objects.point_id], dtype=object)
    points = Features(
        node_keys, np.asarray(shapely.points(objects.points), dtype=object), list(objects.point_tags)
    )
    closed = np.array([_is_linear(tags) for tags in objects.area_tags], dtype=bool)
    closed &= np.array([str(key).startswith("way/") for key in objects.area_key], dtype=bool)
    areas = Features(objects.area_key, objects.areas, list(objects.area_tags)).take(np.flatnonzero(~closed))
    return FeatureSet(
        points=_near(points, clip, crs),
        lines=_near(_lines(objects), clip, crs),
        areas=_near(areas, clip, crs),
        clip=clip,
        crs=crs,
        scheme=scheme or default_scheme(),
    )


def _is_linear(tags: Tags) -> bool:
    """Say whether a closed line with these tags is still a line: a wall or a waterway round a place."""
    if tags.get("area") == "yes" or "natural" in tags or "landuse" in tags:
        return False
    return (
        tags.get("waterway") in _LINEAR_WATER
        or tags.get("barrier") == "city_wall"
        or tags.get("historic") in _LINEAR_HISTORIC
    )


def _lines(objects: Objects) -> Features:
    """Return ways that are lines, drawn through the nodes that the file has."""
    keys, shapes, tagged = [], [], []
    rings = objects.refs[objects.ref_offsets[:-1]] == objects.refs[objects.ref_offsets[1:] - 1]
    plain = {"highway", "railway"}
    for row, (tags, ring) in enumerate(zip(objects.way_tags, rings.tolist(), strict=True)):
        # a street is a line feature only where it is also something else: a historic bridge, a platform
        if not _is_feature(tags, plain) or (ring and not _is_linear(tags)):
            continue
        drawn = drawn_line(objects, row)
        if drawn is not None:
            keys.append(f"way/{objects.way_id[row]}")
            shapes.append(drawn)
            tagged.append(tags)
    return Features(np.array(keys, dtype=object), np.array(shapes, dtype=object), list(tagged))


def drawn_line(objects: Objects, row: int) -> Any:
    """Return a way in degrees as a line through the nodes that the file has, broken where one lacks; None without a line."""
    xy = objects.ref_xy[objects.ref_offsets[row] : objects.ref_offsets[row + 1]]
    known = np.isfinite(xy[:, 0])
    if known.all():
        return shapely.linestrings(xy) if len(xy) > 1 else None
    runs = np.split(np.arange(len(xy)), np.flatnonzero(~known))
    parts = [xy[run[known[run]]] for run in runs]
    drawn = [shapely.LineString(part) for part in parts if len(part) > 1]
    if not drawn:
        return None
    return drawn[0] if len(drawn) == 1 else shapely.MultiLineString(drawn)


def _is_feature(tags: Tags, plain: set[str]) -> bool:
    return not plain & tags.keys() or not {"historic", "heritage", "public_transport"}.isdisjoint(tags)


def _near(features: Features, clip: Any, crs: Any) -> Features:
    shapes = project(features.shapes, crs)
    if clip is None:
        return Features(features.keys, shapes, features.tags)
    shapely.prepare(clip)
    near = np.flatnonzero(shapely.intersects(clip, shapes))
    return Features(features.keys[near], shapes[near], [features.tags[row] for row in near])


def project(shapes: NDArray[np.object_], crs: Any) -> NDArray[np.object_]:
    """Transform geometries in degrees to the projected CRS."""
    if not len(shapes):
        return np.empty(0, dtype=object)
    flat = shapely.force_2d(shapes)
    degrees = shapely.get_coordinates(flat)
    metres = transform_points(degrees[:, 0], degrees[:, 1], WGS84, crs, where="OpenStreetMap")
    return np.asarray(shapely.set_coordinates(flat, np.stack(metres, axis=1)), dtype=object)


def cut(shapes: NDArray[np.object_], clip: Any) -> NDArray[np.object_]:
    """Return geometries cut at the edge of the clip; areas stay areas and lines stay lines."""
    out = shapes.copy()
    if clip is None or not len(out):
        return out
    shapely.prepare(clip)
    crossing = np.flatnonzero(~shapely.contains_properly(clip, out))
    areal = crossing[shapely.get_dimensions(out[crossing]) == 2]  # noqa: PLR2004  (a dimension)
    lower = np.setdiff1d(crossing, areal)
    out[areal] = polygonal(shapely.intersection(polygonal(out[areal]), clip))
    out[lower] = shapely.intersection(out[lower], clip)
    return out


def layer(name: str, features: Features, columns: Mapping[str, Any], crs: Any) -> GeoDataFrame:
    """Return objects as the layer that they make, ordered by kind of object and id."""
    names = {"name": "name", "name_en": "name:en", "name_th": "name:th"}
    words = {column: [tags.get(tag) for tags in features.tags] for column, tag in names.items()}
    frame = gpd.GeoDataFrame(
        {**words, "source": SOURCE, **columns, "geometry": features.shapes}, index=features.keys, crs=crs
    )
    order = sorted(range(len(frame)), key=lambda row: sort_key(str(features.keys[row])))
    out = conform(frame.iloc[order], name)
    out.index.name = "osm"
    return out


def sort_key(key: str) -> tuple[int, int, str]:
    """Return what puts object keys in order: nodes, ways, relations, each by number."""
    kind, rest = key.split("/")
    number, _, suffix = rest.partition(":")
    return _KINDS[kind], int(number), suffix
