"""Floor, covered ground and open ground against their limits, with how sure storeys, outlines and grounds are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.compliance.dates import compared, holds_on
from urbanplan.methods.compliance.exceedance import chance_above, expected_excess
from urbanplan.methods.compliance.grounds import Grounds, grounds_of
from urbanplan.methods.compliance.rules import HALF, words_of
from urbanplan.methods.compliance.zones import PerZone, strictest
from urbanplan.methods.floors import STOREY_M, TOLD, estimate_floors

if TYPE_CHECKING:
    from urbanplan.model.network import StreetNetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BULK: dict[str, str] = {
    "far": "max_far",
    "coverage": "max_bcr",
    "osr": "min_osr",
    "open_space": "min_open_space",
    "storeys": "max_storeys",
}
"""Words of limits, and the kinds of rules that give them."""
STOREYS, _HALF_STOREY = "max_storeys", 0.5
LEAST = ("min_osr", "min_open_space")
"""Kinds of which the higher number is the stricter one."""


@dataclass(frozen=True)
class Stock:
    """Grounds with what is estimated of them, whatever their limit.

    Attributes
    ----------
    grounds : Grounds
        Plots and their substitutes.
    floors, floors_sd : ndarray of float64, shape (pieces,)
        Storeys of the building of each piece.
    floor_m2, covered_m2 : ndarray of float64, shape (grounds,)
        Estimated floor area and covered ground; floor is NaN where storeys are told of less than half of what stands there.
    told : ndarray of bool, shape (grounds,)
        Whether storeys are told of at least half of it.
    use : ndarray of str, shape (grounds,)
        Of the building that covers most of the ground.
    dates : list of list
        Dates at which the buildings of each ground were built, None where unknown.
    """

    grounds: Grounds
    floors: Floats
    floors_sd: Floats
    floor_m2: Floats
    covered_m2: Floats
    told: NDArray[np.bool_]
    use: NDArray[np.object_]
    dates: list[list[object]]


@dataclass(frozen=True)
class BulkCase:
    """Grounds under one limit of floor, coverage or open ground.

    Attributes
    ----------
    rule : Series
        The row of the rule; its value is NaN where no number was given.
    rows : ndarray of int64
        Positions of the grounds that lie at least half in its area and are not exempt.
    exempt : int
        How many are.
    estimate : ndarray of float64
        Of each ground the ratio that is limited.
    chance : ndarray of float64
        Probability that it lies beyond the limit.
    beyond_m2 : ndarray of float64
        Expected floor, or covered ground, above the limit; or open ground that is lacking.
    built : ndarray of str
        before, after or unknown: when what stands there was built, by the day from which the rule holds.
    stock : Stock
        Of the grounds.
    """

    rule: pd.Series
    rows: Ints
    exempt: int
    estimate: Floats
    chance: Floats
    beyond_m2: Floats
    built: NDArray[np.object_]
    stock: Stock


def bulk_rules(rules: GeoDataFrame, kinds: tuple[str, ...], *, on_date: str = "") -> GeoDataFrame:
    """Return the limits of these kinds that hold on a date, or that nobody has ended."""
    chosen = rules[rules["kind"].isin(kinds)]
    return chosen[holds_on(chosen["in_force_from"], chosen["in_force_to"], chosen["status"], on_date)]


def bulk_cases(
    buildings: GeoDataFrame,
    rules: GeoDataFrame,
    plots: GeoDataFrame | None = None,
    drive: StreetNetwork | None = None,
    *,
    storey_m: float = STOREY_M,
    **spreads: float,
) -> list[BulkCase]:
    """Put each limit beside the grounds under it.

    Parameters
    ----------
    buildings : GeoDataFrame
        Layer `buildings`, all of the city.
    rules : GeoDataFrame
        Limits of `BULK`, see `bulk_rules`.
    plots : GeoDataFrame, optional
        Layer `plots`.
    drive : StreetNetwork, optional
        Streets at whose edges the substitutes of plots end.
    storey_m : float
        Height of a storey, where only the height of a building is known.
    **spreads : float
        `reach_m`, `ground_sd_share`, `outline_sd_m` of `grounds_of`.
    """
    if buildings.empty or rules.empty:
        return []
    within = shapely.union_all(rules.geometry.to_numpy())
    streets = None if drive is None else drive.edges()
    stock = take_stock(
        buildings, grounds_of(buildings, plots, streets, within=within, **spreads), storey_m=storey_m
    )
    shapes = stock.grounds.frame.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    out = []
    for place in range(len(rules)):
        rule, ground = rules.iloc[place], rules.geometry.iloc[place]
        rows = np.sort(tree.query(ground, predicate="intersects"))
        shared = shapely.area(shapely.intersection(shapes[rows], ground))
        rows = rows[shared >= HALF * stock.grounds.area_m2[rows]]
        exempt = np.isin(stock.use[rows], words_of(rule["exempt"]))
        out.append(_case(stock, rule, rows[~exempt], int(exempt.sum())))
    return out


def bulk_per_zone(
    buildings: GeoDataFrame,
    heritage_rules: GeoDataFrame,
    units: GeoDataFrame,
    limit: str,
    *,
    plots: GeoDataFrame | None,
    drive: StreetNetwork | None,
    on_date: str,
    **knobs: float,
) -> PerZone[BulkCase]:
    """Find the strictest limit of one of `BULK` that holds in each heritage zone, with the grounds under it.

    Parameters
    ----------
    buildings, plots, drive : GeoDataFrame, StreetNetwork
        As for `bulk_cases`.
    heritage_rules : GeoDataFrame
        Layer `heritage_rules`.
    units : GeoDataFrame
        Rows of `heritage_zones`; their outlines may be cut to where buildings are mapped.
    limit : str
        A key of `BULK`.
    on_date : str
        See `holds_on`.
    **knobs : float
        As for `bulk_cases`.

    Raises
    ------
    InputError
        If the limit or the date is none.
    """
    if limit not in BULK:
        raise InputError(f"limit is {limit!r}; it must be one of {', '.join(BULK)}")
    kind = BULK[limit]
    return strictest(
        heritage_rules,
        bulk_rules(heritage_rules, (kind,), on_date=on_date),
        units,
        lambda rules: bulk_cases(buildings, rules, plots, drive, **knobs),
        kinds=(kind,),
        nothing=buildings.empty,
        most=kind in LEAST,
    )


def take_stock(buildings: GeoDataFrame, grounds: Grounds, *, storey_m: float = STOREY_M) -> Stock:
    """Estimate floor and covered ground of grounds, with uses and dates of what stands there.

    A building of which nothing tells the storeys, not even its like, is as high as the others on its ground, give or take one.
    """
    floors, number = estimate_floors(buildings, storey_m=storey_m).iloc[grounds.building], len(grounds.frame)

    def total(weight: Floats) -> Floats:
        return np.bincount(grounds.ground, grounds.piece_m2 * weight, minlength=number).astype(np.float64)

    covered = total(np.ones(len(floors), dtype=np.float64))
    told: Floats = np.asarray(floors["floors_from"].isin(TOLD), dtype=np.float64)
    known = total(told) >= HALF * covered
    storeys, spread = floors["floors"].to_numpy(np.float64), floors["floors_sd"].to_numpy(np.float64)
    open_: NDArray[np.bool_] = np.isnan(storeys)
    with np.errstate(divide="ignore", invalid="ignore"):
        like = total(np.where(open_, 0.0, storeys)) / total(np.where(open_, 0.0, 1.0))
    storeys, spread = np.where(open_, like[grounds.ground], storeys), np.where(open_, 1.0, spread)
    use = np.full(number, None, dtype=object)
    dates: list[list[object]] = [[] for _ in range(number)]
    words, built = buildings["use"].astype(object).to_numpy(), buildings["built"].astype(object).to_numpy()
    for at in np.lexsort((grounds.building, grounds.piece_m2)):
        use[grounds.ground[at]] = words[grounds.building[at]]
        dates[grounds.ground[at]].append(built[grounds.building[at]])
    return Stock(
        grounds=grounds,
        floors=storeys,
        floors_sd=spread,
        floor_m2=np.where(known, total(storeys), np.nan),
        covered_m2=covered,
        told=known,
        use=use,
        dates=dates,
    )


def _case(stock: Stock, rule: pd.Series, rows: Ints, exempt: int) -> BulkCase:
    grounds, kind, limit = stock.grounds, str(rule["kind"]), float(rule["value"])
    chance, beyond = _over_storeys(stock, limit) if kind == STOREYS else _over_area(stock, kind, limit)
    unknown = ~stock.told if kind in {"max_far", "min_osr", STOREYS} else np.zeros(len(chance), dtype=bool)
    free = np.maximum(grounds.area_m2 - stock.covered_m2, 0.0)
    if kind == STOREYS:
        estimate = np.where(stock.told, _most(stock, stock.floors), np.nan)
    else:
        over, under = {
            "max_far": (stock.floor_m2, grounds.area_m2),
            "max_bcr": (stock.covered_m2, grounds.area_m2),
            "min_osr": (free, stock.floor_m2),
            "min_open_space": (free, grounds.area_m2),
        }[kind]
        estimate = over / under
    start = rule["in_force_from"]
    return BulkCase(
        rule=rule,
        rows=rows,
        exempt=exempt,
        estimate=estimate[rows],
        chance=np.where(unknown, np.nan, chance)[rows],
        beyond_m2=np.where(unknown, np.nan, beyond)[rows],
        built=np.array([_built(stock.dates[row], start) for row in rows], dtype=object),
        stock=stock,
    )


def _over_area(stock: Stock, kind: str, limit: float) -> tuple[Floats, Floats]:
    """Return how likely each ground is beyond a limit of area, and the expected area beyond."""
    grounds = stock.grounds
    used, used_sd = _used(stock, kind, limit)
    part = {"min_osr": 1.0, "min_open_space": 1.0 - limit}.get(kind, limit)
    allowed, spread = part * grounds.area_m2, np.hypot(used_sd, part * grounds.area_sd_m2)
    return chance_above(allowed, used, spread), expected_excess(allowed, used, spread)


def _over_storeys(stock: Stock, limit: float) -> tuple[Floats, Floats]:
    """Return how likely the highest building of each ground has more storeys, and the expected floor above the limit.

    Storeys are whole: one more than allowed begins half a storey above the limit.
    """
    pieces = stock.grounds
    over = chance_above(limit + _HALF_STOREY, stock.floors, stock.floors_sd)
    floor = pieces.piece_m2 * expected_excess(limit, stock.floors, stock.floors_sd)
    total = np.bincount(pieces.ground, floor, minlength=len(pieces.frame)).astype(np.float64)
    return _most(stock, over), total


def _most(stock: Stock, values: Floats) -> Floats:
    """Return the largest value of the pieces of each ground."""
    out = np.full(len(stock.grounds.frame), np.nan)
    np.fmax.at(out, stock.grounds.ground, values)
    return out


def _used(stock: Stock, kind: str, limit: float) -> tuple[Floats, Floats]:
    r"""Return what stands on each ground as far as a limit counts it, in square metres, with its standard deviation.

    Notes
    -----
    Of a piece with the area a (standard deviation s) and n storeys (t) a limit counts k a: k = n for the floor area ratio, 1 for
    coverage and open space, :math:`1 + m n` for an open space ratio of m, because :math:`(A - B) / F < m` where
    :math:`B + m F > A`. The variance of a product of two independent numbers is exact:

    .. math:: Var(k a) = k^2 s^2 + a^2 u^2 + u^2 s^2

    with u the standard deviation of k. Errors of different buildings are taken as independent.
    """
    pieces = stock.grounds
    if kind == "max_far":
        times, times_sd = stock.floors, stock.floors_sd
    elif kind == "min_osr":
        times, times_sd = 1.0 + limit * stock.floors, limit * stock.floors_sd
    else:
        times, times_sd = np.ones(len(stock.floors)), np.zeros(len(stock.floors))
    area, area_sd = pieces.piece_m2, pieces.piece_sd_m2
    variance = (times * area_sd) ** 2 + (area * times_sd) ** 2 + (area_sd * times_sd) ** 2
    number = len(pieces.frame)
    used: Floats = np.bincount(pieces.ground, weights=times * area, minlength=number).astype(np.float64)
    return used, np.sqrt(np.bincount(pieces.ground, weights=variance, minlength=number))


def _built(dates: list[object], start: object) -> str:
    """Tell whether all that stands on a ground is older than a rule, or anything is younger, or it cannot be told."""
    words = {compared(date, start) for date in dates}
    if "after" in words:
        return "after"
    return "before" if words == {"before"} else "unknown"
