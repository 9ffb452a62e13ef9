"""Walled cities: where a moat closes, or a zone says that an old town is, with the lines that their outline can be read from."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.overlay import polygonal
from urbanplan.methods.walled_city.places import is_moat, kind_of_place

ZONE_KINDS = ("core", "old_town")
SMALLEST_M2 = 10_000.0
"""A ring of water around less ground is a pond with an island."""
BESIDE_M = 100.0
"""Walls and gates within this distance of a walled city are its own."""
HALF = 0.5


class Core(NamedTuple):
    """One walled city.

    Attributes
    ----------
    name : str
        Of the moat, or the code of the zone.
    ground : Polygon
        All within the outermost line.
    moat : Polygon or None
        The ring of water with its gaps closed.
    water : Polygon or MultiPolygon or None
        The moat as it is mapped.
    zones : tuple of str
        Codes of the zones that are this city's.
    """

    name: str
    ground: Any
    moat: Any
    water: Any
    zones: tuple[str, ...]


class Trace(NamedTuple):
    """One line that the outline can be read from.

    Attributes
    ----------
    basis : str
        moat_outer, moat_inner, wall, zone or zone_proxy.
    source : str
        Name of the moat, code of the zone, or number of pieces of wall.
    line : LineString or MultiLineString
        As it is mapped.
    closed : bool
        Whether it goes all around.
    """

    basis: str
    source: str
    line: Any
    closed: bool


def cores(zones: GeoDataFrame, water: GeoDataFrame | None, *, bridge_m: float) -> list[Core]:
    """Find the walled cities: rings of moat first, then zones of an old town that no moat surrounds.

    Parameters
    ----------
    zones : GeoDataFrame
        Layer `heritage_zones`; versions that have ended are left out.
    water : GeoDataFrame or None
        Layer `water`.
    bridge_m : float
        Gaps in the moat up to this width are closed: bridges, and what was filled in.
    """
    holding = zones[zones["in_force_to"].isna() & zones["kind"].isin(ZONE_KINDS)].sort_index()
    grounds = {
        str(code): _largest(shape) for code, shape in zip(holding.index, holding.geometry, strict=True)
    }
    found = [] if water is None else moats(water, bridge_m)
    out = []
    taken: set[str] = set()
    for name, ring, wet in found:
        ground = shapely.Polygon(ring.exterior)
        own = tuple(
            code for code, shape in grounds.items() if shape.intersection(ground).area > HALF * shape.area
        )
        taken |= set(own)
        out.append(Core(name, ground, ring, wet, own))
    out += [Core(code, shape, None, None, (code,)) for code, shape in grounds.items() if code not in taken]
    return out


def traces_of(core: Core, zones: GeoDataFrame, assets: GeoDataFrame) -> list[Trace]:
    """Return the lines that tell the outline of a walled city, from outside inwards: zones, moat, walls."""
    out = []
    for code in core.zones:
        row = zones.loc[zones.index.astype(str) == code].iloc[0]
        basis = "zone_proxy" if bool(row["proxy"]) else "zone"
        out.append(Trace(basis, code, _largest(row["geometry"]).exterior, closed=True))
    if core.moat is not None:
        out.append(Trace("moat_outer", core.name, core.moat.exterior, closed=True))
        out.append(Trace("moat_inner", core.name, max(core.moat.interiors, key=_enclosed), closed=True))
    walls = walls_of(core, assets)
    if len(walls):
        out.append(Trace("wall", str(len(walls)), shapely.union_all(walls), closed=False))
    return out


def walls_of(core: Core, assets: GeoDataFrame) -> Any:
    """Return what stands of the walls beside a walled city, as lines."""
    shapes = assets.geometry.to_numpy()[kind_of_place(assets) == "wall"]
    shapes = shapes[shapely.dwithin(shapes, core.ground, BESIDE_M) & (shapely.get_dimensions(shapes) > 0)]
    return np.where(shapely.get_dimensions(shapes) > 1, shapely.boundary(shapes), shapes)


def moats(water: GeoDataFrame, bridge_m: float) -> list[tuple[str, Any, Any]]:
    """Return the name, the closed ring and the mapped water of each moat that goes all around."""
    own = water[is_moat(water)]
    shapes = polygonal(np.asarray(own.geometry.to_numpy(), dtype=object))
    whole = shapely.union_all(shapes)
    if whole.is_empty:
        return []
    reach = bridge_m / 2
    closed = shapely.buffer(shapely.buffer(whole, reach, join_style="mitre"), -reach, join_style="mitre")
    out = []
    for part in shapely.get_parts(shapely.union(closed, whole)):
        if part.interiors and max(_enclosed(ring) for ring in part.interiors) >= SMALLEST_M2:
            here = np.flatnonzero(shapely.intersects(part, shapes))
            names = [name for name in own["name"].iloc[here] if isinstance(name, str) and name]
            name = names[0] if names else str(own.index[here[0]])
            out.append((name, part, shapely.intersection(whole, part)))
    return sorted(out, key=lambda one: -one[1].area)


def _enclosed(ring: Any) -> float:
    return float(shapely.Polygon(ring).area)


def _largest(shape: Any) -> Any:
    parts = shapely.get_parts(polygonal(np.array([shape], dtype=object)))
    return shapely.Polygon() if not len(parts) else parts[int(np.argmax(shapely.area(parts)))]
