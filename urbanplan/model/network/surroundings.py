"""What lies between doors and streets: water, rails and motorways that cut them off, and the doors themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.errors import LayerError

if TYPE_CHECKING:
    from shapely import STRtree

CUTS: tuple[str, ...] = ("water", "rail", "motorway")
"""What nobody crosses but by a street."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Lines that nobody crosses beside a street, and doors.

    Attributes
    ----------
    cut_offsets : ndarray of int64, shape (c + 1,)
        Line i is drawn by `cut_xy[cut_offsets[i]:cut_offsets[i + 1]]`: shores, rails, motorways.
    cut_xy : ndarray of float64, shape (k, 2)
        Metres.
    cut_kind : ndarray of uint8, shape (c,)
        Row of `CUTS`.
    door_xy : ndarray of float64, shape (d, 2)
        Entrances and gates that people may use.
    """

    cut_offsets: NDArray[np.int64]
    cut_xy: NDArray[np.float64]
    cut_kind: NDArray[np.uint8]
    door_xy: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))

    @classmethod
    def of(cls, shapes: Any, kinds: Any, doors: Any = ()) -> Surroundings:
        """Take over geometries: of areas the outline cuts, so that what lies within one is not cut off from itself.

        Parameters
        ----------
        shapes : sequence of geometries
            Lines or areas in metres.
        kinds : sequence of str
            Of `CUTS`, one each.
        doors : sequence of Point, optional
            Entrances and gates.
        """
        given = np.asarray(shapes, dtype=object)
        words = np.asarray(kinds, dtype=object)
        wrong = sorted(set(words.tolist()) - set(CUTS))
        if wrong or len(words) != len(given):
            raise LayerError(
                f"what cuts doors off is one of {', '.join(CUTS)} for each geometry, not {wrong}"
            )
        areal = shapely.get_dimensions(given) == 2  # noqa: PLR2004  (a dimension)
        given = given.copy()
        given[areal] = shapely.boundary(given[areal])
        lines, of = shapely.get_parts(given, return_index=True)
        drawn = (shapely.get_dimensions(lines) == 1) & ~shapely.is_empty(lines)
        lines, of = lines[drawn], of[drawn]
        offsets = np.append(0, np.cumsum(shapely.get_num_coordinates(lines))).astype(np.int64)
        codes = np.array([CUTS.index(words[row]) for row in of], dtype=np.uint8)
        points = shapely.get_coordinates(np.asarray(doors, dtype=object)).reshape(-1, 2)
        return cls(offsets, shapely.get_coordinates(lines).reshape(-1, 2), codes, points)

    @cached_property
    def cuts(self) -> NDArray[np.object_]:
        """Lines that nobody crosses."""
        of = np.repeat(np.arange(len(self.cut_kind)), np.diff(self.cut_offsets))
        return np.asarray(shapely.linestrings(self.cut_xy, indices=of), dtype=object)

    @cached_property
    def tree(self) -> STRtree:
        """Search tree over `cuts`."""
        return shapely.STRtree(self.cuts)

    @cached_property
    def door_tree(self) -> STRtree:
        """Search tree over the doors."""
        return shapely.STRtree(shapely.points(self.door_xy))

    def kinds_crossed(
        self, legs: NDArray[np.object_], exempt: NDArray[np.uint8] | None = None
    ) -> NDArray[np.uint8]:
        """Say what straight ways cross.

        Parameters
        ----------
        legs : ndarray of LineString, shape (l,)
            Straight ways.
        exempt : ndarray of uint8, shape (l,), optional
            Bits (1 << row of `CUTS`) of what does not cut each of them off.

        Returns
        -------
        ndarray of uint8, shape (l,)
            Bits of what each crosses; 0 where the way is free.
        """
        crossed = np.zeros(len(legs), dtype=np.uint8)
        if len(legs) and len(self.cut_kind):
            leg, cut = self.tree.query(legs, predicate="intersects")
            np.bitwise_or.at(crossed, leg, np.left_shift(1, self.cut_kind[cut]).astype(np.uint8))
        return crossed if exempt is None else crossed & ~exempt
