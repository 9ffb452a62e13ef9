"""What is true of the invented town by construction: the answers that tests hold the pipeline to.

Nothing here is read from the files or computed by the package's own measures: it follows from what was drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.buildings import STOREY_M
from urbanplan.sources.sample.land import QUARTER, WEST_QUARTER_USES
from urbanplan.sources.sample.municipal import heritage_register
from urbanplan.sources.sample.past import SURVEY_DATE, past
from urbanplan.sources.sample.plan import CELL, CITY_EN, CITY_TH, COLUMNS, CRS, ORIGIN, ROWS
from urbanplan.sources.sample.plan_layers import WALL_LIMIT, heritage_zones, zoning
from urbanplan.sources.sample.rasters import (
    MARGIN_M,
    UNMAPPED_CELLS,
    UNMAPPED_M2,
    built_up,
    cell_centres,
    disconnected_lane,
)
from urbanplan.sources.sample.roof_rasters import roof_truth
from urbanplan.sources.sample.transit import bus_lines
from urbanplan.sources.sample.truth_access import old_town_market
from urbanplan.sources.sample.truth_growth import growth_truth
from urbanplan.sources.sample.truth_heights import height_truth, wall_truth
from urbanplan.sources.sample.truth_plan import plan_truth
from urbanplan.sources.sample.truth_streets import street_truth
from urbanplan.sources.sample.truth_views import view_truth
from urbanplan.sources.sample.truth_walls import wall_truth as walled_city_truth
from urbanplan.sources.sample.zones import outline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from urbanplan.sources.sample.draft import Tags
    from urbanplan.sources.sample.town import Town

Truth = dict[str, Any]

LAND_USE_CLASS = {"recreation_ground": "open_space", "farmland": "agriculture"}
BLOCK = (6, 9)
PLACE_KEYS = ("amenity", "shop", "leisure", "tourism", "highway=bus_stop", "historic")


def truths(town: Town, living: NDArray[np.float64], covers: dict[int, NDArray[np.uint8]]) -> Truth:
    """Return all truths of a town as plain values for JSON, given its people and land cover by cell."""
    return {
        "about": f"{CITY_EN} · {CITY_TH}",
        "size": town.size.name,
        "seed": town.seed,
        "crs": CRS,
        "origin": list(ORIGIN),
        "units": "metres, square metres and persons, in the plane of the CRS",
        "zones": {
            zone.code: {"name_th": zone.name_th, "name_en": zone.name_en, "area_m2": round(zone.area.area, 3)}
            for zone in town.zones
        },
        "city_area_m2": round(outline(town.size).area, 3),
        "people": people_truth(town, living),
        "old_town_market": old_town_market(living, cell_centres(town, CELL, MARGIN_M)),
        "streets": street_truth(town),
        "buildings": building_truth(town),
        "heights": height_truth(
            town.buildings, {"heritage_zones": heritage_zones(), "zoning": zoning(town.size)}
        ),
        "wall_heights": wall_truth(town.buildings, heritage_zones()[-1]["area"], WALL_LIMIT, STOREY_M),
        "roofs": roof_truth(town),
        "walled_city": walled_city_truth(),
        "changes": {"survey": SURVEY_DATE, **past(town.buildings, STOREY_M).changes},
        "views": view_truth(town),
        "land_use": land_use_truth(),
        "plan": plan_truth(town),
        "open_space": open_space_truth(town, living),
        "places": place_truth(town),
        "heritage_assets": asset_truth(town),
        "transit": transit_truth(town),
        "growth": growth_truth(town, living, covers),
        "land_cover_cells": {str(year): _cells(cover) for year, cover in covers.items()},
        "built_up": built_up_truth(town),
        "broken": {
            "way_with_missing_node": town.roads.broken_way,
            "relation_with_missing_member": town.roads.broken_relation,
        },
    }


def people_truth(town: Town, living: NDArray[np.float64]) -> Truth:
    """Return people in the city, by zone, and around the lane that no street meets."""
    points, count = _inhabited(town, living)
    lonely = shapely.distance(disconnected_lane(), shapely.points(points)) < CELL
    return {
        "city": int(count.sum()),
        "by_zone": {code: int(count[inside].sum()) for code, inside in _by_zone(town, points)},
        "inhabited_cells": len(count),
        "on_disconnected_lane": {
            "people": int(count[lonely].sum()),
            "cells": [cell_id(point) for point in points[lonely]],
            "zone": "0110",
            "rule": "the nearest street of these cells is a component of its own: nothing can be reached",
        },
        "rule": "no inhabited cell is cut by a border, so any way of giving cells to zones finds the same people",
    }


def built_up_truth(town: Town) -> Truth:
    """Return where less is on the map than is built, and how much less."""
    built = built_up(town)
    x, y = cell_centres(town, CELL, MARGIN_M)
    cells = {}
    for point in UNMAPPED_CELLS:
        seen = float(built[int(np.argmin(np.abs(y - point[1]))), int(np.argmin(np.abs(x - point[0])))])
        cells[cell_id(np.array(point))] = {
            "built_up_m2": round(seen, 2),
            "mapped_share": round((seen - UNMAPPED_M2) / 2 / seen, 6),
        }
    return {
        "m2": round(float(built.sum()), 1),
        "unmapped_cells": cells,
        "rule": "all other buildings are on the map",
    }


def building_truth(town: Town) -> Truth:
    """Return numbers of buildings by what is known of them, and the ground they cover."""
    footprints = np.array(town.buildings.areas)
    tags = town.buildings.tags
    area = shapely.area(footprints)
    i, j = BLOCK
    block = shapely.box(COLUMNS[i], ROWS[j], COLUMNS[i + 1], ROWS[j + 1])
    inside = shapely.contains(block, footprints)
    centre = shapely.get_coordinates(shapely.point_on_surface(footprints))
    zones = {}
    for (code, held), zone in zip(_by_zone(town, centre), town.zones, strict=True):
        covered = float(area[held].sum())
        zones[code] = {
            "buildings": int(held.sum()),
            "footprint_m2": round(covered, 2),
            "coverage": round(covered / zone.area.area, 8),
        }
    return {
        "in_file": len(tags),
        "in_city": int(sum(zone["buildings"] for zone in zones.values())),
        "by_zone": zones,
        "with_height_tag": sum("height" in each for each in tags),
        "with_levels_tag": sum("building:levels" in each for each in tags),
        "with_neither": sum(not {"height", "building:levels"} & set(each) for each in tags),
        "with_courtyard": [_label(key) for key in town.buildings.objects if key[0] == "relation"],
        "odd_texts": {
            _label(key): each
            for key, each, storeys in zip(town.buildings.objects, tags, town.buildings.storeys, strict=True)
            if not storeys and len(each) > 1
        },
        "block": {
            "columns": [COLUMNS[i], COLUMNS[i + 1]],
            "rows": [ROWS[j], ROWS[j + 1]],
            "buildings": int(inside.sum()),
            "coverage": round(float(area[inside].sum()) / block.area, 8),
        },
        "rule": "no two footprints overlap and none crosses a border, so covered ground is the sum of footprints",
    }


def land_use_truth() -> Truth:
    """Return the areas of land use in zone 0107, exact by the plan."""
    drawn = {use: shapely.box(*box) for use, box in WEST_QUARTER_USES}
    whole = shapely.box(*QUARTER).area
    area: dict[str, float] = {}
    for use, shape in drawn.items():
        over = sum(other.area for other in drawn.values() if other is not shape and shape.contains(other))
        area[LAND_USE_CLASS.get(use, use)] = shape.area - over
    share = np.array(list(area.values())) / sum(area.values())
    return {
        "zone": "0107",
        "zone_m2": whole,
        "mapped_m2": sum(area.values()),
        "area_m2": area,
        "share_of_mapped": dict(zip(area, share.tolist(), strict=True)),
        "entropy_nat": float(-(share * np.log(share)).sum()),
        "hhi": float((share**2).sum()),
        "commercial_within_residential_m2": drawn["commercial"].area,
        "rule": "where areas overlap, the smaller one holds; divide the entropy by ln K of your scheme",
    }


def open_space_truth(town: Town, living: NDArray[np.float64]) -> Truth:
    """Return public parks and recreation grounds by zone, per person, and the park with a pond."""
    points, count = _inhabited(town, living)
    persons = {code: int(count[inside].sum()) for code, inside in _by_zone(town, points)}
    parks = [site for site in town.sites if site.tags.get("leisure") == "park"]
    centres = np.array([[site.area.centroid.x, site.area.centroid.y] for site in parks])
    area = np.array([site.area.area for site in parks])
    by_zone = {}
    land = land_use_truth()
    recreation = land["area_m2"]["open_space"]
    for code, inside in _by_zone(town, centres):
        green = float(area[inside].sum())
        ground = recreation if code == land["zone"] else 0.0
        by_zone[code] = {
            "parks": int(inside.sum()),
            "park_m2": round(green, 2),
            "recreation_ground_m2": ground,
            "m2_per_person": round((green + ground) / persons[code], 8) if persons[code] else None,
        }
    pond = next(site for site in parks if len(site.area.interiors))
    return {
        "by_zone": by_zone,
        "park_with_pond": {
            "object": _label(pond.object),
            "zone": "0104",
            "area_m2": round(pond.area.area, 2),
            "pond_m2": round(shapely.Polygon(pond.area.interiors[0]).area, 2),
        },
        "private_gardens": [
            _label(site.object) for site in town.sites if site.tags.get("access") == "private"
        ],
        "rule": "public open space: leisure=park and, in zone 0107, landuse=recreation_ground; none crosses a border",
    }


def place_truth(town: Town) -> Truth:
    """Return numbers of tagged points and areas, by tag, in the file and in the city."""
    city = outline(town.size)
    shapely.prepare(city)
    found: dict[str, dict[str, int]] = {}
    for tags, inside in _tagged(town, city):
        for key in PLACE_KEYS:
            name, _, value = key.partition("=")
            if name in tags and value in {"", tags[name]}:
                entry = found.setdefault(f"{name}={tags[name]}", {"in_file": 0, "in_city": 0})
                entry["in_file"] += 1
                entry["in_city"] += int(inside)
    return found


def asset_truth(town: Town) -> Truth:
    """Return heritage assets by zone, in the register and on the map, and how the two lists meet."""
    register = heritage_register(town)
    points = np.array([entry.at for entry in register])
    mapped = {
        tags["name:th"]
        for tags, _ in _tagged(town, outline(town.size))
        if "historic" in tags and "name:th" in tags
    }
    names = {entry.name_th for entry in register}
    return {
        "register": len(register),
        "registered": sum(entry.registered for entry in register),
        "register_by_zone": {code: int(inside.sum()) for code, inside in _by_zone(town, points)},
        "in_both": sorted(names & mapped),
        "register_only": sorted(names - mapped),
        "map_only": sorted(mapped - names),
        "rule": "a name in both lists is one asset",
    }


def transit_truth(town: Town) -> Truth:
    """Return the numbers of lines and stops of the feed."""
    lines = bus_lines(town.size)
    return {
        "routes": len(lines),
        "stops": sum(len(line.stops) for line in lines),
        "stops_by_route": {line.route: len(line.stops) for line in lines},
    }


def cell_id(point: NDArray[np.float64]) -> str:
    """Return the id of the analysis cell around a point in local metres: row and column of 100 m from UTM's origin."""
    col, row = np.floor((point + ORIGIN) / CELL).astype(int)
    return f"r{row}c{col}"


def _label(key: tuple[str, int]) -> str:
    return f"{key[0]}/{key[1]}"


def _inhabited(town: Town, living: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return centres and people of the cells where someone lives."""
    x, y = cell_centres(town, CELL, MARGIN_M)
    row, col = np.nonzero(living > 0)
    return np.column_stack([x[col], y[row]]), living[row, col]


def _by_zone(town: Town, points: NDArray[np.float64]) -> Iterable[tuple[str, NDArray[np.bool_]]]:
    for zone in town.zones:
        yield zone.code, shapely.contains_xy(zone.area, points)


def _tagged(town: Town, city: Any) -> Iterable[tuple[Tags, bool]]:
    """Return tags of everything tagged that is no part of something else, and whether it lies in the city."""
    xy = town.draft.coordinates()
    for node, tags in town.draft.node_tags.items():
        yield tags, bool(shapely.contains_xy(city, *xy[node - 1]))
    for way in town.draft.ways:
        if way.tags and "highway" not in way.tags:
            yield way.tags, bool(shapely.contains_xy(city, *xy[way.nodes[0] - 1]))
    for relation in town.draft.relations:
        first = relation.members[0][1]
        if first <= len(town.draft.ways):
            yield relation.tags, bool(shapely.contains_xy(city, *xy[town.draft.ways[first - 1].nodes[0] - 1]))


def _cells(cover: NDArray[np.uint8]) -> dict[str, int]:
    classes, count = np.unique(cover, return_counts=True)
    return dict(zip(map(str, classes.tolist()), count.tolist(), strict=True))
