"""The form of the town inside heritage zones against that around them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from scipy.stats import false_discovery_control

from urbanplan.methods.contrast import (
    MIN_BLOCKS,
    Contrast,
    Ground,
    compare_entropies,
    compare_values,
    lay_independent_blocks,
    size_word,
)
from urbanplan.methods.contrast.elements import Measured, near, of_buildings, of_streets
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.streets import bearings, entropy_of_counts, numbers_of_bearings
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork

COLUMNS = {
    "form_measure": "",
    "heritage_zone": "",
    "inside_number": "count",
    "outside_number": "count",
    "inside_typical": "1",
    "outside_typical": "1",
    "effect": "1",
    "effect_low": "1",
    "effect_high": "1",
    "effect_size": "",
    "unknown_because": "",
    "p_value": "1",
    "p_adjusted": "1",
    "p_step": "1",
    "block_m": "m",
    "inside_blocks": "count",
    "outside_blocks": "count",
    "blocks_alike": "1",
}
BINS = 36
MEANS = ("share", "1")
"""Units of which the mean is told, because the median of a share or of a number of streets hardly says anything."""
Row = dict[str, Any]


@listing(
    name="Form of the town inside heritage zones and around them",
    geometry="polygon",
    columns=COLUMNS,
    by="",
    references=(
        "cliff1993",
        "romano2006",
        "fortin2000",
        "chung2013",
        "boeing2019",
        "fleischmann2019",
        "benjamini1995",
    ),
)
def form_contrast(
    heritage_zones: GeoDataFrame,
    drive: StreetNetwork | None = None,
    buildings: GeoDataFrame = None,
    *,
    around_m: float = 1000.0,
    block_m: float = 400.0,
    permutations: int = 9999,
    level_share: float = 0.9,
    seed: int = 0,
) -> GeoDataFrame:
    """Compare buildings, plots, blocks and streets inside each heritage zone with those around it, and with what chance would do.

    Parameters
    ----------
    heritage_zones : GeoDataFrame
        Zones; those that nobody has ended.
    drive : StreetNetwork, optional
        Streets open to cars.
    buildings : GeoDataFrame, optional
        Footprints with estimated heights.
    around_m : float
        How far around a zone its surroundings reach.
    block_m : float
        Side of the squares of ground that change sides whole; where neighbouring squares are alike beyond chance, half as much more,
        then twice as much is taken, as long as four are left on each side.
    permutations : int
        How often they do; with no more ways than that, all are tried and the p-value is exact.
    level_share : float
        Probability of the interval.
    seed : int
        Of the random permutations.

    Returns
    -------
    GeoDataFrame
        One row for each zone and measure. `inside_typical` and `outside_typical` are medians (means of shares and pure numbers);
        `effect` is Cliff's delta (above 0: inside has more; ±1: always), for the entropy of street orientation the difference in
        nats; `p_value` of the blocked permutation test with its resolution `p_step`, `p_adjusted` for the measures of one zone
        (Benjamini and Hochberg); `block_m` is the side that was taken, `blocks_alike` Moran's I of neighbouring blocks: well above 0, p is too small.

    Notes
    -----
    What differs was not therefore made so by the zone: zones are drawn around what is already different. Only what is mapped is
    compared; where one side has nothing, or fewer than four blocks, the row says so and gives no chance.
    """
    zones = heritage_zones[heritage_zones["in_force_to"].isna()].sort_index()
    measured: list[Measured] = []
    if buildings is not None:
        measured += of_buildings(near(buildings, zones, around_m))
    if drive is not None:
        measured += of_streets(drive)
    rows: list[Row] = []
    for code, shape in zip(zones.index, zones.geometry, strict=True):
        options = {"permutations": permutations, "level": level_share, "seed": seed}
        found = [_compare(one, shape, around_m, block_m, options) for one in measured]
        if drive is not None:
            found.append(_orientation(drive, shape, around_m, block_m, options))
        rows += [{"heritage_zone": str(code), "geometry": shape, **row} for row in _adjusted(found)]
    # what could be compared comes first: of a quarter that was mapped in part it would drown
    rows.sort(key=lambda row: "effect" not in row)
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=heritage_zones.crs)


def _sides(x: Floats, y: Floats, zone: Any, around_m: float) -> tuple[Any, Any]:
    """Return which points count, and which of those lie inside the zone."""
    points = shapely.points(x, y)
    shapely.prepare(zone)
    inside = shapely.intersects(zone, points)
    return inside | shapely.dwithin(zone, points, around_m), inside


def _compare(one: Measured, zone: Any, around_m: float, block_m: float, options: Row) -> Row:
    counts, inside = _sides(one.x, one.y, zone, around_m)
    counts &= np.isfinite(one.value)
    value, within = one.value[counts], inside[counts]
    typical = np.mean if one.unit in MEANS else np.median
    row = _row(one.measure, within)
    row |= {f"{side}_typical": typical(value[part]) if part.any() else np.nan
            for side, part in (("inside", within), ("outside", ~within))}  # fmt: skip
    if row["unknown_because"]:
        return row
    ground = lay_independent_blocks(
        one.x[counts], one.y[counts], within, value, block_m=block_m, least=MIN_BLOCKS
    )
    return row | _told(compare_values(value, ground, **options), ground, delta=True)


def _orientation(drive: StreetNetwork, zone: Any, around_m: float, block_m: float, options: Row) -> Row:
    middle = shapely.get_coordinates(shapely.line_interpolate_point(drive.lines, 0.5, normalized=True))
    x, y = middle.reshape(-1, 2).T
    angle = bearings(drive) if len(x) else np.empty(0)
    counts, inside = _sides(x, y, zone, around_m)
    counts &= np.isfinite(angle)
    within = inside[counts]
    row = _row("orientation_entropy", within)
    if row["unknown_because"]:
        return row
    # four times the bearing is the same for all streets of one grid
    turn = np.cos(4 * np.radians(angle[counts]))
    ground = lay_independent_blocks(x[counts], y[counts], within, turn, block_m=block_m, least=MIN_BLOCKS)
    table = _by_block(angle[counts], ground)
    sums = [table[part].sum(axis=0) for part in (ground.inside, ~ground.inside)]
    row |= dict(zip(("inside_typical", "outside_typical"), entropy_of_counts(np.array(sums)), strict=True))
    told = _told(compare_entropies(table, ground, **options), ground, delta=False)
    return row | told | {"blocks_alike": ground.alike(turn)}


def _by_block(angle: Floats, ground: Ground) -> Floats:
    number, of = numbers_of_bearings(angle, BINS)
    blocks = len(ground.inside)
    at = ground.block[of] * BINS + number
    return np.bincount(at, minlength=blocks * BINS).reshape(blocks, BINS).astype(np.float64)


def _row(measure: str, within: Any) -> Row:
    inside, outside = int(within.sum()), int((~within).sum())
    cause = "" if inside and outside else "none_inside" if outside else "none_outside" if inside else "none"
    return {
        "form_measure": measure,
        "inside_number": inside,
        "outside_number": outside,
        "unknown_because": cause,
    }


def _told(found: Contrast, ground: Ground, *, delta: bool) -> Row:
    few = np.isnan(found.p)
    return {
        "effect": found.effect,
        "effect_low": found.low,
        "effect_high": found.high,
        "effect_size": str(size_word(found.effect)[()]) if delta else "",
        "p_value": found.p,
        "p_step": found.p_step,
        "block_m": ground.block_m,
        "inside_blocks": found.inside_blocks,
        "outside_blocks": found.outside_blocks,
        "blocks_alike": found.alike,
        "unknown_because": "few_blocks" if few else "",
    }


def _adjusted(rows: Iterable[Row]) -> list[Row]:
    """Add p-values that allow for how many measures were compared."""
    out = list(rows)
    known = [row for row in out if np.isfinite(row.get("p_value", np.nan))]
    if known:
        for row, value in zip(known, false_discovery_control([row["p_value"] for row in known]), strict=True):
            row["p_adjusted"] = float(value)
    return out
