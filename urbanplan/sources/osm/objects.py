"""Tagged objects of an OpenStreetMap file as all readers give them, and what a reader is asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Tags = dict[str, str]
Box = tuple[float, float, float, float]
Restriction = tuple[int, Tags, tuple[tuple[str, int, str], ...]]
"""Id, tags and members (n, w or r; id; role) of a relation about turning."""

STREET_POINT_KEYS = frozenset({"highway", "crossing", "barrier", "entrance", "railway"})
"""Keys of what stands on streets and outlines: lights, crossings, gates, doors."""
RESTRICTION_KEYS = (
    "restriction",
    "restriction:motorcar",
    "restriction:motorcycle",
    "restriction:conditional",
)
MULTIPOLYGON = frozenset({"multipolygon", "boundary"})
"""Types of relations that are areas."""


@dataclass
class Objects:
    """Tagged objects of a file, in degrees.

    Attributes
    ----------
    point_id, points, point_tags
        Tagged nodes: id, longitude and latitude, tags.
    way_id, way_tags, ref_offsets, refs, ref_xy
        Lines: id, tags, and (flat) node ids with longitude and latitude, NaN where the file lacks the node.
    area_key, areas, area_tags
        Closed ways and multipolygon relations: "way/1" or "relation/1", geometry, tags.
    counts
        What was read, what was broken and how it was mended, by name.
    street_points
        Longitude, latitude and tags of nodes that stand on streets or outlines, by id; only where asked for.
    restrictions
        Relations about turning; only where asked for.
    """

    point_id: NDArray[np.int64]
    points: NDArray[np.float64]
    point_tags: list[Tags]
    way_id: NDArray[np.int64]
    way_tags: list[Tags]
    ref_offsets: NDArray[np.int64]
    refs: NDArray[np.int64]
    ref_xy: NDArray[np.float64]
    area_key: NDArray[np.object_]
    areas: NDArray[np.object_]
    area_tags: list[Tags]
    counts: Counter[str]
    street_points: dict[int, tuple[float, float, Tags]] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """Keys that make a node, a way or an area worth reading, and whether what stands on streets is."""

    points: tuple[str, ...]
    lines: tuple[str, ...]
    areas: tuple[str, ...]
    streets: bool

    @property
    def nodes(self) -> tuple[str, ...]:
        """Keys of nodes, of places and of what stands on streets."""
        return tuple(sorted({*self.points, *(STREET_POINT_KEYS if self.streets else ())}))

    @property
    def relations(self) -> tuple[str, ...]:
        """Keys of relations, of areas and of rules about turning."""
        return (*self.areas, *(RESTRICTION_KEYS if self.streets else ()))
