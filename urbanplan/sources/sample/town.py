"""The whole town, drawn once: what the files are written from and what the truths are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample import buildings as houses
from urbanplan.sources.sample.draft import Draft
from urbanplan.sources.sample.land import draw_land
from urbanplan.sources.sample.old_town import draw_gates, draw_moat_and_walls, draw_old_town
from urbanplan.sources.sample.outskirts import SUBURB, TOWN, draw_lattice, lay_lattice
from urbanplan.sources.sample.past import date_buildings
from urbanplan.sources.sample.places import draw_places, kerbs
from urbanplan.sources.sample.plan import GATE_X, GATE_Y, RING, moat, river
from urbanplan.sources.sample.plan_layers import plan_borders
from urbanplan.sources.sample.roads import draw_roads
from urbanplan.sources.sample.sites import draw_sites
from urbanplan.sources.sample.transit import bus_lines, draw_stops
from urbanplan.sources.sample.views import proposed_site, tower_site
from urbanplan.sources.sample.zones import Zone, borders, zones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.buildings import Buildings
    from urbanplan.sources.sample.outskirts import Lattice
    from urbanplan.sources.sample.plan import Size
    from urbanplan.sources.sample.roads import Roads
    from urbanplan.sources.sample.sites import Site

BLOCKS_OF_TOWN = 60.0
SITE_SCALE_MAX = 12.0


@dataclass
class Town:
    """Everything the generator drew, in local metres.

    Attributes
    ----------
    size : Size
        The preset.
    seed : int
        What all chance came from.
    draft : Draft
        The map as OpenStreetMap objects.
    lattice : Lattice
        The streets outside the moat and the kinds of blocks.
    zones : list of Zone
        Administrative zones.
    roads : Roads
        Ids of the streets that are one of a kind.
    sites, buildings : list of Site, Buildings
        Areas and footprints with their ids.
    street_nodes : int
        How many nodes the streets have.
    tower, proposed, second : Polygon
        Ground of the hotel that stands in a view, and of the two towers that are proposed in another.
    """

    size: Size
    seed: int
    draft: Draft
    lattice: Lattice
    zones: list[Zone]
    roads: Roads
    sites: list[Site]
    buildings: Buildings
    street_nodes: int
    tower: Any
    proposed: Any
    second: Any


def draw_town(size: Size, seed: int) -> Town:
    """Draw the whole town; the same size and seed give the same town."""
    streams = [np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(6)]
    draft = Draft()
    lattice = lay_lattice(size, streams[0])
    old_town = draw_old_town(draft)
    draw_lattice(draft, lattice, size, streams[1])
    gates = {
        "north": (GATE_X, RING),
        "south": (GATE_X, -RING),
        "east": (RING, GATE_Y),
        "west": (-RING, GATE_Y),
    }
    draw_gates(draft, old_town, {side: lattice.node(*at) for side, at in gates.items()})
    draw_moat_and_walls(draft)
    roads = draw_roads(draft, lattice, size)
    street_nodes = len(draft.coordinates())
    obstacles = _obstacles(draft, size)
    sites = draw_sites(draft, lattice, obstacles, streams[2])
    draw_land(draft, lattice, size)
    streets = kerbs(draft, size.built_within_m)
    built = houses.built_up(lattice, (streets.start + streets.end) / 2)
    blocks = int(np.isin(lattice.kind, (SUBURB, TOWN)).sum())
    draw_places(draft, streets, built, min(blocks / BLOCKS_OF_TOWN, SITE_SCALE_MAX), streams[3])
    draw_stops(draft, bus_lines(size))
    fronts = kerbs(draft, size.built_within_m, stride=(size.shape_points + 1) // 2)
    blocked = np.concatenate([obstacles, streets.lines()])
    taken = np.concatenate([blocked, [site.area for site in sites]])
    tower = tower_site(taken)
    drawn = houses.draw_buildings(draft, lattice, fronts, sites, blocked, tower, size, streams[4])
    date_buildings(drawn)
    proposed = proposed_site(taken)
    second = proposed_site(np.append(taken, proposed))
    return Town(
        size, seed, draft, lattice, zones(size), roads, sites, drawn, street_nodes, tower, proposed, second
    )


def _obstacles(draft: Draft, size: Size) -> NDArray[Any]:
    """Return what no site or building touches: water, borders of zones and plans, and the streets that are not kerbs."""
    xy = draft.coordinates()
    others = [
        shapely.LineString(xy[[node - 1 for node in way.nodes if node <= len(xy)]])
        for way in draft.ways
        if way.tags.get("highway") in {"motorway", "motorway_link", "service", "footway", "steps", "cycleway"}
        or way.tags.get("barrier") == "city_wall"
    ]
    lines = [*shapely.get_parts(borders(size)), *shapely.get_parts(plan_borders(size))]
    return np.array([moat(), river(size)[0], *lines, *others])
