"""What is seen in a scene: lines, fractions, ceilings, blockers and exposure, each worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.once import Last, digest_of
from urbanplan.methods.visibility.ceiling import Ceiling, ViewCeilings, keep_required, lower_of, view_ceilings
from urbanplan.methods.visibility.fraction import visible_fraction
from urbanplan.methods.visibility.obstacles import Blockers, ViewTakers, find_blockers, who_takes_the_view
from urbanplan.methods.visibility.prism_rays import BLOCKED
from urbanplan.methods.visibility.scene import AROUND_M, CELL_M, Scene, lay_scene
from urbanplan.methods.visibility.sightlines import SightLines, draw_sight_lines
from urbanplan.methods.visibility.surface import NOBODY, Floats
from urbanplan.methods.visibility.viewshed import Exposure, exposure

if TYPE_CHECKING:
    from xarray import DataArray

Ints = NDArray[np.int64]

CLASSES = ("ground", "building", "landmark", "mountain")
"""What stands in a view, without trees: bare ground, buildings, landmarks that are built, and those that are ground."""
MANY_EYES, EVERY = 10, 3
"""Of so many eyes of one viewpoint every third looks for what is seen from it: 60 m apart on a route."""


@dataclass(frozen=True, eq=False)
class Fractions:
    """How much of each target is left to be seen from each eye, least and most; shape (eyes, targets).

    NaN where the ground hides the target, where the view is not asked for, or where nobody can stand.
    """

    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class Outlook:
    """All that is worked out on one scene.

    Attributes
    ----------
    scene : Scene
        Surface, eyes and landmarks.
    memo : dict
        What was worked out with further layers, by their fingerprint.
    """

    scene: Scene
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def lines(self) -> SightLines:
        """Lines from all eyes to all points of the targets; those that nobody asks for count as blocked by the ground."""
        scene = self.scene
        marks = scene.landmarks
        lines = draw_sight_lines(scene.surface, scene.eyes, marks.points, target_building=marks.building)
        asked = scene.asked[scene.viewpoint][:, marks.number]
        return replace(lines, ground=np.where(asked, lines.ground, np.uint8(BLOCKED)))

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """The open lines that keep the required share of each target visible."""
        marks, required = self.scene.landmarks, self.required
        kept = np.zeros_like(self.lines.protectable)
        for share in np.unique(required):
            wanted = required[marks.number] == share
            kept |= keep_required(self.lines, marks.number.astype(np.int32), float(share)) & wanted
        return kept

    @property
    def required(self) -> Floats:
        """Share (0-1) of each target that must stay visible; all of it where nobody says."""
        share = self.scene.targets["min_visible_share"].to_numpy(dtype=np.float64)
        return np.where((share > 0) & (share <= 1), share, 1.0)

    @cached_property
    def ceilings(self) -> ViewCeilings:
        """The ceilings of the lines that are open, of those that only buildings block, and of those not known."""
        return view_ceilings(self.scene.surface, self.lines, kept=self.kept, doubt=False)

    @cached_property
    def careful(self) -> Ceiling:
        """The ceiling that keeps every line that is open, or may be."""
        return lower_of(self.ceilings.protection, self.ceilings.doubtful)

    @cached_property
    def blockers(self) -> Blockers:
        """What stands in the way of each line that the ground leaves open."""
        return find_blockers(self.scene.surface, self.lines)

    @cached_property
    def takers(self) -> ViewTakers:
        """Each building's part in the blocked lines."""
        return who_takes_the_view(self.scene.surface, self.blockers)

    @cached_property
    def fractions(self) -> Fractions:
        """How much of each target is left to be seen from each eye, by solid angle."""
        scene = self.scene
        shape = (len(scene.eyes), len(scene.targets))
        low, high = np.full(shape, np.nan), np.full(shape, np.nan)
        for number, (rows, cols) in enumerate(scene.landmarks.cells):
            mask = np.zeros(scene.surface.top.shape, dtype=bool)
            mask[rows, cols] = True
            asked = scene.asked[scene.viewpoint, number]
            eyes = np.flatnonzero(asked & np.isfinite(scene.eyes[:, 2]))
            if mask.any() and len(eyes):
                floor = float(scene.landmarks.floor_m[number])
                found = visible_fraction(scene.surface, mask, scene.eyes[eyes], floor_m=floor)
                low[eyes, number], high[eyes, number] = found.low, found.high
        return Fractions(low, high)

    @cached_property
    def classes(self) -> NDArray[np.int32]:
        """Class of each cell, as a position in `CLASSES`."""
        scene = self.scene
        out = np.zeros(scene.surface.top.shape, dtype=np.int32)
        out[scene.surface.building != NOBODY] = CLASSES.index("building")
        out[scene.surface.building >= scene.houses] = CLASSES.index("landmark")
        for number in np.flatnonzero(~scene.landmarks.built):
            rows, cols = scene.landmarks.cells[number]
            bare = scene.surface.building[rows, cols] == NOBODY
            out[rows[bare], cols[bare]] = CLASSES.index("mountain")
        return out

    @cached_property
    def exposure(self) -> Exposure:
        """By how many viewpoints each cell's ground or roof is seen within `AROUND_M`: exact, a route from every third eye."""
        scene = self.scene
        seen, unknown = np.zeros(scene.surface.top.shape), np.zeros(scene.surface.top.shape)
        for number in range(len(scene.viewpoints)):
            eyes = scene.eyes[(scene.viewpoint == number) & np.isfinite(scene.eyes[:, 2])]
            eyes = eyes[:: 1 if len(eyes) < MANY_EYES else EVERY]
            if len(eyes):
                found = exposure(scene.surface, eyes, max_distance_m=AROUND_M)
                seen += found.seen > 0
                unknown += (found.unknown > 0) & (found.seen == 0)
        return Exposure(seen, unknown, "exact")


_LAST: Last[Outlook | None] = Last()
"""The metrics of one city ask for the same outlook one after the other."""


def outlook_of(
    elevation: DataArray,
    buildings: GeoDataFrame,
    viewpoints: GeoDataFrame,
    view_targets: GeoDataFrame,
    cells: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
) -> Outlook | None:
    """Return what is seen in the scene of these layers; the same layers again give the same object.

    Parameters
    ----------
    elevation, buildings, viewpoints, view_targets, cells
        As `lay_scene`.
    cell_m : float
        Side of the surface's cells.

    Returns
    -------
    Outlook or None
        None where no viewpoint or no target lies inside the elevation raster.
    """
    about = (cell_m, sorted(map(str, elevation.attrs.items())))
    numbers = [elevation.to_numpy(), elevation["x"].to_numpy(), elevation["y"].to_numpy()]

    def made() -> Outlook | None:
        scene = lay_scene(elevation, buildings, viewpoints, view_targets, cells, cell_m=cell_m)
        return None if scene is None else Outlook(scene)

    return _LAST.of(digest_of(about, [buildings, viewpoints, view_targets, cells], numbers), made)
