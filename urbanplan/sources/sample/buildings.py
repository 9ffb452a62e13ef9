"""Buildings along the streets, with storeys and heights as mappers write them: some missing, some odd."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.outskirts import INDUSTRY, SUBURB, TOWN
from urbanplan.sources.sample.plan import MOAT_INNER, square
from urbanplan.sources.sample.views import TOWER_M, TOWER_STOREYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.draft import Draft, Tags
    from urbanplan.sources.sample.outskirts import Lattice
    from urbanplan.sources.sample.places import Kerbs
    from urbanplan.sources.sample.plan import Size
    from urbanplan.sources.sample.sites import Site

STOREY_M, ROOF_M = 3.2, 0.9
"""Height tag of a building of n storeys: 3.2 n + 0.9 m, so none comes near a limit by chance."""
MISSING_BOTH, LEVELS_ONLY, HEIGHT_ONLY = 0.2, 0.55, 0.1
ODD_EVERY = 60
NOTCHED = 0.15
ODD: tuple[Tags, ...] = (
    {"height": "12 m"},
    {"height": "12"},
    {"building:levels": "3;4"},
    {"height": "30'"},
    {"building:levels": "2.5"},
    {"height": "9,5"},
    {"building:levels": "สองชั้น"},
    {"height": "~10"},
)
_SETBACK = {"primary": 13.0, "secondary": 9.0, "tertiary": 7.5}
_OLD_STOREYS, _TOWN_STOREYS = (0.3, 0.45, 0.17, 0.05, 0.03), (0.3, 0.4, 0.14, 0.08, 0.05, 0.02, 0.01)
_ROAD_SIDE = {"primary", "secondary", "tertiary"}


@dataclass
class Buildings:
    """All buildings: what is in the file, and what the generator knows of them.

    Attributes
    ----------
    areas : list of Polygon
        Footprints in local metres; no two overlap and none crosses a border.
    objects : list of (str, int)
        Type and id in the file.
    tags : list of dict
        As in the file.
    storeys : list of int
        The true number of storeys, whether a tag tells it or not; 0 where nobody knows.
    """

    areas: list[Any] = field(default_factory=list)
    objects: list[tuple[str, int]] = field(default_factory=list)
    tags: list[Tags] = field(default_factory=list)
    storeys: list[int] = field(default_factory=list)

    def add(self, draft: Draft, area: Any, tags: Tags, storeys: int) -> None:
        """Draw one building and remember it."""
        self.objects.append(draft.add_area(area, tags))
        self.areas.append(area)
        self.tags.append(tags)
        self.storeys.append(storeys)


def built_up(lattice: Lattice, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points lie in blocks with houses, or in the old town."""
    old = (np.abs(points) < MOAT_INNER - 15).all(axis=1)
    return old | np.isin(lattice.kind_at(points), (SUBURB, TOWN, INDUSTRY))


def draw_buildings(
    draft: Draft,
    lattice: Lattice,
    streets: Kerbs,
    sites: list[Site],
    obstacles: NDArray[Any],
    tower: Any,
    size: Size,
    rng: np.random.Generator,
) -> Buildings:
    """Draw the buildings of the sites and the tower first, then houses and shops until the size's number is reached.

    Parameters
    ----------
    draft : Draft
        The map; buildings are added.
    lattice : Lattice
        Says in which blocks houses stand.
    streets : Kerbs
        Pieces of street along which they stand.
    sites : list of Site
        Temples, schools and others; no house stands on them.
    obstacles : array of geometries
        Streets, water, borders and other lines that no house touches.
    tower : Polygon
        Ground of the hotel that stands in a view.
    size : Size
        Says how many.
    rng : Generator
        Decides on everything left to chance.
    """
    out = Buildings()
    for site in sites:
        _draw_on_site(draft, out, site)
    out.add(
        draft,
        tower,
        {"building": "hotel", "building:levels": str(TOWER_STOREYS), "height": f"{TOWER_M:.1f}"},
        TOWER_STOREYS,
    )
    built = built_up(lattice, (streets.start + streets.end) / 2)
    lots, piece = _lots(streets, built, rng)
    free = _free(lots, np.concatenate([obstacles, [site.area for site in sites]]))
    lots, piece = lots[free], piece[free]
    centre = shapely.get_coordinates(shapely.centroid(lots))
    nearness = np.exp(-np.hypot(*centre.T) / 3000)
    order = np.argsort(-(rng.random(len(lots)) ** (1 / nearness)), kind="stable")
    order = order[~shapely.dwithin(lots[order], tower, 2.5)]
    chosen = np.sort(order[: max(size.buildings - len(out.areas), 0)])
    _draw_houses(draft, out, lots[chosen], streets.highway[piece[chosen]], rng)
    return out


def _lots(
    streets: Kerbs, built: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return candidate footprints on both sides of each piece of street, and the piece of each."""
    pieces = np.flatnonzero(built)
    length = np.hypot(*(streets.end - streets.start)[pieces].T)
    inside = (np.abs(streets.start[pieces]) < MOAT_INNER).all(axis=1)
    count = np.floor(length / np.where(inside, 15.0, 17.5)).astype(int)
    piece = np.repeat(pieces, count * 2)
    owner = np.repeat(np.arange(len(pieces)), count * 2)
    rank = np.arange(len(piece)) - np.repeat(np.cumsum(count * 2) - count * 2, count * 2)
    slot, side = rank // 2, np.where(rank % 2 == 0, 1.0, -1.0)
    pitch = length[owner] / count[owner]
    along = (streets.end - streets.start)[piece] / length[owner][:, None]
    across = along[:, ::-1] * [-1, 1] * side[:, None]
    setback = np.array([_SETBACK.get(kind, 5.0) for kind in streets.highway[piece]]) + rng.uniform(
        0, 3, len(piece)
    )
    wide = pitch * rng.uniform(0.55, 0.9, len(piece))
    deep = rng.uniform(8, 15, len(piece))
    front = streets.start[piece] + along * ((slot + 0.5) * pitch)[:, None] + across * setback[:, None]
    half, depth = along * (wide / 2)[:, None], across * deep[:, None]
    notch = np.where(rng.random(len(piece)) < NOTCHED, 0.55, 1.0)[:, None]
    corners = [front - half, front + half, front + half + depth * notch, front + half * (notch - 0.5) * 2]
    corners[3] = corners[3] + depth * notch
    corners += [front + half * (notch - 0.5) * 2 + depth, front - half + depth]
    rings = np.stack([*corners, corners[0]], axis=1)
    lots = np.asarray(shapely.polygons(rings))
    square_ones = notch[:, 0] == 1
    lots[square_ones] = shapely.polygons(rings[square_ones][:, [0, 1, 2, 5, 0]])
    return lots, piece


def _free(lots: NDArray[Any], blocked: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which footprints touch no street, site, water or border, and no earlier footprint."""
    bad = np.zeros(len(lots), bool)
    bad[shapely.STRtree(lots).query(blocked, predicate="dwithin", distance=2.5)[1]] = True
    left = np.flatnonzero(~bad)
    one, other = shapely.STRtree(lots[left]).query(lots[left], predicate="dwithin", distance=0.8)
    bad[left[np.maximum(one, other)[one != other]]] = True
    return ~bad


def _draw_houses(
    draft: Draft, out: Buildings, lots: NDArray[Any], highway: NDArray[np.str_], rng: np.random.Generator
) -> None:
    inside = shapely.contains(square(MOAT_INNER), lots)
    dice = rng.random((len(lots), 3))
    old = np.searchsorted(np.cumsum(_OLD_STOREYS), dice[:, 0]).clip(max=len(_OLD_STOREYS) - 1) + 1
    new = np.searchsorted(np.cumsum(_TOWN_STOREYS), dice[:, 0]).clip(max=len(_TOWN_STOREYS) - 1) + 1
    storeys = np.where(inside, old, new)
    for index, lot in enumerate(lots):
        kind = _kind(str(highway[index]), int(storeys[index]), float(dice[index, 2]))
        tags = {"building": kind, **_size_tags(int(storeys[index]), float(dice[index, 1]))}
        true = int(storeys[index])
        if index % ODD_EVERY == ODD_EVERY - 1:
            tags = {"building": kind, **ODD[(index // ODD_EVERY) % len(ODD)]}
            true = 0
        out.add(draft, lot, tags, true)


def _kind(highway: str, storeys: int, dice: float) -> str:
    if storeys >= len(_OLD_STOREYS):
        return "apartments" if dice < 0.6 else "hotel"  # noqa: PLR2004  # a share, used once
    if highway in _ROAD_SIDE:
        return ("retail", "commercial", "house", "yes")[int(dice * 4)]
    return ("house", "house", "residential", "yes")[int(dice * 4)]


def _size_tags(storeys: int, dice: float) -> Tags:
    """Return the tags of size: a fifth has none, most have storeys, some height, the rest both."""
    levels = {"building:levels": str(storeys)}
    height = {"height": f"{STOREY_M * storeys + ROOF_M:.1f}"}
    if dice < MISSING_BOTH:
        return {}
    if dice < MISSING_BOTH + LEVELS_ONLY:
        return levels
    return height if dice < MISSING_BOTH + LEVELS_ONLY + HEIGHT_ONLY else levels | height


def _draw_on_site(draft: Draft, out: Buildings, site: Site) -> None:
    """Draw the main building of a site: a temple hall, a school, a hospital around a court."""
    use = site.tags.get("amenity", "")
    kinds: dict[str, tuple[str, float, int]] = {
        "place_of_worship": ("temple", 0.32, 0),
        "school": ("school", 0.5, 3),
        "hospital": ("hospital", 0.6, 4),
        "university": ("university", 0.5, 4),
        "townhall": ("government", 0.45, 2),
        "marketplace": ("retail", 0.7, 1),
    }
    if use not in kinds:
        return
    kind, share, storeys = kinds[use]
    west, south, east, north = site.area.bounds
    middle = np.array([site.area.centroid.x, site.area.centroid.y])
    half = np.array([east - west, north - south]) / 2 * share * 0.8
    hall = shapely.box(*(middle - half), *(middle + half))
    if use == "hospital":
        court = shapely.box(*(middle - half * 0.45), *(middle + half * 0.45))
        hall = shapely.Polygon(hall.exterior.coords, [list(court.exterior.coords)[::-1]])
    tags = {"building": kind} | ({"building:levels": str(storeys)} if storeys else {})
    if storeys > 2:  # noqa: PLR2004  # tall enough that mappers measured it
        tags["height"] = f"{STOREY_M * storeys + ROOF_M:.1f}"
    out.add(draft, hall, tags, storeys)
