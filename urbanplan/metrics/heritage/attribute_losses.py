"""What a heritage area seems to have lost since an earlier date, to be confirmed by a person."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.change import compare_buildings
from urbanplan.methods.landscape.change import transitions
from urbanplan.methods.matching import match
from urbanplan.model.land_cover import LandCover
from urbanplan.model.layers import LAND_COVER_CLASSES
from urbanplan.model.listing import listing

COLUMNS = {
    "thing": "",
    "loss": "",
    "asset": "",
    "zone": "",
    "lost_m2": "m2",
    "lost_share": "share",
    "evidence": "",
}
SAME_ASSET_M = 100.0
IN_PLACE_M = 10.0
LEAST_TREES_SHARE = 0.05
_AREA = 2
_TREES = next(number for number, name in LAND_COVER_CLASSES.items() if name == "trees")
_LINE_TOLERANCE_M = 10.0
Rows = list[dict[str, Any]]


@listing(
    name="Attributes that seem to be lost since the earlier date",
    geometry="any",
    columns=COLUMNS,
    by="loss",
)
def attribute_losses(
    heritage_zones: GeoDataFrame,
    heritage_assets: GeoDataFrame,
    heritage_assets_before: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    buildings_before: GeoDataFrame | None = None,
    water: GeoDataFrame | None = None,
    water_before: GeoDataFrame | None = None,
    land_cover: LandCover | None = None,
    *,
    near_asset_m: float = 10.0,
    outline_sd_m: float = 0.5,
    least_water_m2: float = 25.0,
) -> GeoDataFrame:
    """List assets, buildings of assets, moats and trees that an earlier map or list holds and the later does not.

    Parameters
    ----------
    heritage_zones : GeoDataFrame
        Zones; water and trees are looked at in those that nobody has ended.
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls.
    heritage_assets_before : GeoDataFrame, optional
        The same at an earlier date.
    buildings, buildings_before : GeoDataFrame, optional
        Footprints at both dates.
    water, water_before : GeoDataFrame, optional
        Water areas and waterways at both dates.
    land_cover : LandCover, optional
        Classes at two dates or more: the first and the last are compared, where their cells lie on one grid.
    near_asset_m : float
        A building belongs to an asset that is a point within this distance, or to one whose outline it meets.
    outline_sd_m : float
        How far a wall or a bank may be drawn from where it is.
    least_water_m2 : float
        Smaller pieces of water are left out.

    Returns
    -------
    GeoDataFrame
        One row for each: asset_gone (on the earlier list and not on the later: by reference, by name and place, or without a name
        by kind and place), designation_lost (registered before, not now), building_gone (of an asset), water_lost (a piece of
        water wider than twice the error of both banks; of a waterway that is a line only the share) and trees_lost (of a zone that
        lost at least 5 % of its ground under trees). Where the data of one date are missing a row says not_compared, with the
        layer: nothing is known then, not nothing lost.

    Notes
    -----
    A queue for a person to confirm on the spot, no finding of loss: a map may have been corrected, a name mended, a tree's crown
    mistaken. What no earlier map shows is not looked for.
    """
    zones = heritage_zones[heritage_zones["in_force_to"].isna()].sort_index()
    compared: dict[str, Rows | None] = {
        "heritage_assets_before": None
        if heritage_assets_before is None
        else _assets(heritage_assets, heritage_assets_before),
        "buildings_before": None
        if buildings is None or buildings_before is None
        else _buildings(buildings, buildings_before, heritage_assets, near_asset_m, outline_sd_m),
        "water_before": None
        if water is None or water_before is None
        else _water(water, water_before, zones, outline_sd_m, least_water_m2),
        "land_cover": None if land_cover is None else _trees(land_cover, zones),
    }
    rows: Rows = [row for found in compared.values() for row in found or ()]
    rows += [_not_compared(layer, heritage_zones) for layer, found in compared.items() if found is None]
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    table["zone"] = table["zone"].where(table["zone"].notna(), _zones_of(table["geometry"].to_numpy(), zones))
    last = table["loss"] == "not_compared"
    table = table.assign(last=last).sort_values(["last", "loss", "thing"], kind="stable").drop(columns="last")
    return GeoDataFrame(table, geometry="geometry", crs=heritage_zones.crs)


def _not_compared(layer: str, zones: GeoDataFrame) -> dict[str, Any]:
    """Return the row which says that there was nothing to compare with."""
    place = shapely.point_on_surface(shapely.union_all(zones.geometry.to_numpy()))
    return {
        "thing": None,
        "loss": "not_compared",
        "asset": None,
        "zone": "",
        "lost_m2": np.nan,
        "lost_share": np.nan,
        "evidence": layer,
        "geometry": place,
    }


def _zones_of(shapes: Any, zones: GeoDataFrame) -> Any:
    """Return the first zone that each shape's middle lies in; None outside all."""
    out = np.full(len(shapes), None, dtype=object)
    if len(shapes) and len(zones):
        at, zone = shapely.STRtree(zones.geometry.to_numpy()).query(
            shapely.point_on_surface(shapes), predicate="intersects"
        )
        order = np.lexsort((-zone, at))
        out[at[order]] = zones.index.to_numpy()[zone[order]]
    return out


def _assets(now: GeoDataFrame, before: GeoDataFrame) -> Rows:
    same = match(now, before, max_distance_m=SAME_ASSET_M)
    nameless = _in_place(now, before[same.isna()])
    rows: Rows = []
    for key, later in same.items():
        if later is None and key in nameless:
            continue
        shape, area = before.geometry[key], before.geometry[key].area
        fact = {
            "thing": key,
            "asset": key,
            "geometry": shape,
            "lost_m2": area or np.nan,
            "lost_share": np.nan,
        }
        if later is None:
            rows.append({**fact, "loss": "asset_gone", "evidence": "heritage_assets_before"})
        elif before.loc[key, "registered"] == 1 and now.loc[later, "registered"] == 0:
            rows.append(
                {
                    **fact,
                    "asset": later,
                    "loss": "designation_lost",
                    "lost_m2": np.nan,
                    "evidence": "heritage_assets",
                }
            )
    return rows


def _in_place(now: GeoDataFrame, before: GeoDataFrame) -> set[Any]:
    """Return the earlier assets without a name or reference in common with a later one of their kind that stands where they stood."""
    at, later = shapely.STRtree(now.geometry.to_numpy()).query(
        before.geometry.to_numpy(), predicate="dwithin", distance=IN_PLACE_M
    )
    alike = before["kind"].astype(object).to_numpy()[at] == now["kind"].astype(object).to_numpy()[later]
    open_ones = (before["name"].isna().to_numpy()[at]) | (now["name"].isna().to_numpy()[later])
    return set(before.index[at[alike & open_ones]])


def _buildings(
    now: GeoDataFrame, before: GeoDataFrame, assets: GeoDataFrame, near_m: float, outline_sd_m: float
) -> Rows:
    gone = before[compare_buildings(before, now, outline_sd_m=outline_sd_m).before == "gone"]
    if gone.empty or assets.empty:
        return []
    shapes = assets.geometry.to_numpy()
    ground = np.where(shapely.get_dimensions(shapes) == _AREA, shapes, shapely.buffer(shapes, near_m))
    at, asset = shapely.STRtree(ground).query(gone.geometry.to_numpy(), predicate="intersects")
    order = np.lexsort((asset, at))
    first = np.unique(at[order], return_index=True)[1]
    return [
        {
            "thing": gone.index[place],
            "loss": "building_gone",
            "asset": assets.index[owner],
            "lost_m2": gone.geometry.iloc[place].area,
            "lost_share": 1.0,
            "evidence": "buildings_before",
            "geometry": gone.geometry.iloc[place],
        }
        for place, owner in zip(at[order][first], asset[order][first], strict=True)
    ]


def _water(
    now: GeoDataFrame, before: GeoDataFrame, zones: GeoDataFrame, outline_sd_m: float, least_m2: float
) -> Rows:
    ground = shapely.union_all(zones.geometry.to_numpy())
    today = shapely.union_all(now.geometry.to_numpy())
    rows: Rows = []
    for key, shape in before.geometry[shapely.intersects(before.geometry.to_numpy(), ground)].items():
        if shapely.get_dimensions(shape) == _AREA:
            width = outline_sd_m * 2.0
            left = shapely.difference(shape, today)
            # a strip no wider than the error of both banks vanishes when it is drawn in from both sides
            left = shapely.intersection(shapely.buffer(shapely.buffer(left, -width), width), shape)
            whole, lost = shape.area, left.area
            if lost < least_m2:
                continue
        else:
            left = shapely.difference(shape, shapely.buffer(today, _LINE_TOLERANCE_M))
            whole, lost = shape.length, left.length
            if lost < _LINE_TOLERANCE_M:
                continue
        area = shapely.get_dimensions(shape) == _AREA
        rows.append(
            {
                "thing": key,
                "loss": "water_lost",
                "asset": None,
                "lost_m2": lost if area else np.nan,
                "lost_share": lost / whole,
                "evidence": "water_before",
                "geometry": left,
            }
        )
    return rows


def _trees(cover: LandCover, zones: GeoDataFrame) -> Rows | None:
    first, last = cover.earliest, cover.latest
    if first is last or not first.same_grid(last):
        return None
    rows: Rows = []
    for key in zones.index:
        found = transitions(first, last, zones.loc[[key]])
        place = np.flatnonzero(found.classes == _TREES)
        before = float(found.area_m2[place].sum())
        lost = before - float(found.area_m2[place, place].sum())
        if before > 0 and lost / before >= LEAST_TREES_SHARE:
            rows.append(
                {
                    "thing": key,
                    "loss": "trees_lost",
                    "asset": None,
                    "zone": key,
                    "lost_m2": lost,
                    "lost_share": lost / before,
                    "evidence": "land_cover",
                    "geometry": zones.geometry[key],
                }
            )
    return rows
