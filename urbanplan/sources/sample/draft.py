"""A map being drawn: nodes, ways and relations in local metres, before they become an OpenStreetMap file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Tags = dict[str, str]

MISSING_NODE = 900_000_000_001
MISSING_WAY = 900_000_000_002


@dataclass(frozen=True)
class Way:
    """A line or ring: ids of its nodes in order, and its tags."""

    nodes: tuple[int, ...]
    tags: Tags


@dataclass(frozen=True)
class Relation:
    """A relation: members as (type, id, role), and its tags."""

    members: tuple[tuple[str, int, str], ...]
    tags: Tags


@dataclass
class Draft:
    """All that is drawn so far; ids count from 1 in the order of drawing.

    Attributes
    ----------
    ways, relations : list
        Way `i` (counted from 0) has the id `i + 1`.
    node_tags : dict of int to dict
        Tags of the nodes that have any.
    """

    ways: list[Way] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    _blocks: list[NDArray[np.float64]] = field(default_factory=list)
    _count: int = 0

    def add_nodes(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Add points (rows of x, y in local metres) and return their ids."""
        self._blocks.append(np.asarray(points, dtype="float64").reshape(-1, 2))
        first = self._count + 1
        self._count += len(self._blocks[-1])
        return np.arange(first, self._count + 1)

    def add_point(self, x: float, y: float, tags: Tags) -> int:
        """Add one tagged node and return its id."""
        node = int(self.add_nodes(np.array([[x, y]]))[0])
        self.node_tags[node] = tags
        return node

    def add_way(self, nodes: Iterable[int], tags: Tags) -> int:
        """Add a way through existing nodes and return its id."""
        self.ways.append(Way(tuple(int(node) for node in nodes), tags))
        return len(self.ways)

    def add_line(self, points: Sequence[tuple[float, float]] | NDArray[np.float64], tags: Tags) -> int:
        """Add a way through new nodes and return its id."""
        return self.add_way(self.add_nodes(np.asarray(points, dtype="float64")), tags)

    def add_ring(self, ring: Any, tags: Tags) -> int:
        """Add a closed way along a shapely ring or polygon without holes and return its id."""
        nodes = self.add_nodes(shapely.get_coordinates(ring)[:-1])
        return self.add_way([*nodes, nodes[0]], tags)

    def add_area(self, area: Any, tags: Tags) -> tuple[str, int]:
        """Add a polygon, as a closed way or (with holes) as a multipolygon, and return its type and id."""
        if not len(area.interiors):
            return "way", self.add_ring(area.exterior, tags)
        members = [("w", self.add_ring(area.exterior, {}), "outer")]
        members += [("w", self.add_ring(hole, {}), "inner") for hole in area.interiors]
        return "relation", self.add_relation(members, {"type": "multipolygon", **tags})

    def add_relation(self, members: Iterable[tuple[str, int, str]], tags: Tags) -> int:
        """Add a relation and return its id."""
        self.relations.append(Relation(tuple(members), tags))
        return len(self.relations)

    def coordinates(self) -> NDArray[np.float64]:
        """Return x and y of all nodes, in the order of their ids."""
        self._blocks = [np.vstack(self._blocks)] if self._blocks else [np.empty((0, 2))]
        return self._blocks[0]
