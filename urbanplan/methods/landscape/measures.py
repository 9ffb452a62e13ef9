"""Landscape metrics as FRAGSTATS defines them, from counted patches and borders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from urbanplan.base.errors import InputError
from urbanplan.base.units import HECTARE_M2
from urbanplan.methods.class_book import Classes
from urbanplan.methods.landscape.counting import Counts, count
from urbanplan.methods.landscape.neighbours import Neighbours, nearest_neighbours
from urbanplan.methods.landscape.sweeping import Floats, Ints

PER_100_HA = 100 * HECTARE_M2
PERCENT = 100.0
_PAIR = 2

CLASS_MEASURES = ("CA", "PLAND", "NP", "PD", "LPI", "TE", "ED", "LSI", "AI", "IJI", "MESH", "ENN_MN")
LANDSCAPE_MEASURES = (
    *("TA", "NP", "PD", "LPI", "TE", "ED", "LSI", "SHDI", "CONTAG", "AI", "IJI", "MESH", "ENN_MN"),
)


@dataclass(frozen=True)
class Pattern:
    """The landscape metrics of one map.

    Attributes
    ----------
    landscape : dict of str to float
        By the names of FRAGSTATS, for the whole map; NaN where one is not defined.
    classes : DataFrame
        The same for each class: index is the number of the class, columns are measures.
    counts : Counts
        What they were worked out from.
    """

    landscape: dict[str, float]
    classes: pd.DataFrame
    counts: Counts


def pattern(
    raster: Any,
    *,
    cell_m: float,
    nodata: int | None = None,
    neighbours: int = 8,
    edges_of_map: bool = False,
    distances: bool = True,
) -> Pattern:
    r"""Measure the pattern of a map of classes as FRAGSTATS 4 does.

    Parameters
    ----------
    raster : ndarray of int, shape (rows, columns), or a sequence of strips of one
        Class of each cell; strips run from north to south.
    cell_m : float
        Side of a cell in metres.
    nodata : int, optional
        Number of cells that belong to no class; they are no part of the landscape.
    neighbours : int
        8: cells that touch at a corner belong to one patch; 4: only those that share a side.
    edges_of_map : bool
        Whether sides that look outside the landscape count as edge in TE and ED (`count_boundary`).
    distances : bool
        Whether to measure ENN, which keeps all borders in memory; it is NaN without.

    Returns
    -------
    Pattern
        Areas in ha, edges in m, densities by 100 ha and by ha, shares in per cent.

    Raises
    ------
    InputError
        If the cell has no size, or the map is not one of classes.

    Notes
    -----
    With :math:`A` the area of the landscape, :math:`a_{ij}` that of patch j of class i, :math:`P_i` the share of
    class i, :math:`e_{ik}` the edge between two classes, :math:`g_{ik}` their shared sides counted from both cells,
    and m classes present:

    .. math::
        PD &= n / A, \quad LPI = \max a_{ij} / A, \quad ED = E / A, \quad MESH = \sum a_{ij}^2 / A \\
        LSI &= 0.25\,E^* / \sqrt{A}, \quad LSI_i = e_i^* / \min e_i, \quad SHDI = -\sum P_i \ln P_i \\
        CONTAG &= 1 + \sum_i \sum_k \frac{q_{ik} \ln q_{ik}}{2 \ln m},
        \quad q_{ik} = P_i \frac{g_{ik}}{\sum_k g_{ik}} \\
        AI_i &= g_{ii} / \max g_{ii}, \quad AI = \sum P_i AI_i, \quad
        IJI = \frac{-\sum_{i<k} (e_{ik}/E) \ln (e_{ik}/E)}{\ln (m (m - 1) / 2)}

    :math:`E^*` and :math:`e_i^*` hold the sides along the outside whatever `edges_of_map` says, as FRAGSTATS' do.
    Its help page gives LSI of a class as that of the landscape; what the program returns is :math:`e_i^*` over the
    least edge that so many cells can have. ENN is the mean distance between the centres of the nearest cells of a
    patch and of another one of its class.

    References
    ----------
    McGarigal, Cushman and Ene (2023), FRAGSTATS v4. Riitters et al. (1996), CONTAG. He et al. (2000), AI.
    Jaeger (2000), MESH.
    """
    if not (np.isfinite(cell_m) and cell_m > 0):
        raise InputError(f"cell_m must be a number of metres above zero, not {cell_m}")
    strips = [raster] if isinstance(raster, np.ndarray) else raster
    counts = count(strips, nodata=nodata, neighbours=neighbours)
    near = nearest_neighbours(strips, nodata=nodata, neighbours=neighbours) if distances else None
    return measured(counts, near, cell_m=cell_m, edges_of_map=edges_of_map)


def measured(
    counts: Counts, near: Neighbours | None, *, cell_m: float, edges_of_map: bool = False
) -> Pattern:
    """Work out the measures from what was counted; see `pattern`."""
    whole, cell = float(counts.cells.sum()), cell_m**2
    area = whole * cell
    edge = float(counts.sides.sum() - np.trace(counts.sides)) / _PAIR
    between = counts.sides - np.diag(np.diag(counts.sides))
    classes = _classes(counts, between, area, cell_m, edges_of_map=edges_of_map)
    rim = float(counts.rim.sum())
    total = (edge + (rim if edges_of_map else 0.0)) * cell_m
    share = counts.cells / whole if whole else np.zeros(0)
    landscape = {
        "TA": area / HECTARE_M2,
        "NP": float(counts.patches.sum()),
        "PD": _over(float(counts.patches.sum()) * PER_100_HA, area),
        "LPI": _over(PERCENT * float(counts.largest.max(initial=0)) * cell, area),
        "TE": total,
        "ED": _over(total * HECTARE_M2, area),
        "LSI": _over(0.25 * (edge + rim), float(np.sqrt(whole))),
        "SHDI": float(-(share * np.log(share)).sum()) + 0.0 if whole else np.nan,
        "CONTAG": contagion(counts),
        "AI": float(np.nansum(share * classes["AI"].to_numpy())) if classes["AI"].notna().any() else np.nan,
        "IJI": interspersion(between),
        "MESH": _over(float(counts.squares.sum()) * cell, whole) / HECTARE_M2,
        "ENN_MN": np.nan,
    }
    classes["ENN_MN"] = np.nan
    if near is not None:
        classes["ENN_MN"] = near.mean.reindex(counts.classes).to_numpy() * cell_m
        landscape["ENN_MN"] = near.mean_of_all * cell_m
    return Pattern(landscape, classes[list(CLASS_MEASURES)], counts)


def _classes(
    counts: Counts, between: Ints, area: float, cell_m: float, *, edges_of_map: bool
) -> pd.DataFrame:
    cell = cell_m**2
    edge = between.sum(axis=1)
    total = (edge + (counts.rim if edges_of_map else 0)) * cell_m
    columns = {
        "CA": counts.cells * cell / HECTARE_M2,
        "PLAND": PERCENT * counts.cells * cell / area if area else np.zeros(0),
        "NP": counts.patches.astype(float),
        "PD": counts.patches * PER_100_HA / area if area else np.zeros(0),
        "LPI": PERCENT * counts.largest * cell / area if area else np.zeros(0),
        "TE": total,
        "ED": total * HECTARE_M2 / area if area else np.zeros(0),
        "LSI": (edge + counts.rim) / least_edge(counts.cells),
        "AI": aggregation(np.diag(counts.sides), counts.cells),
        "IJI": _interspersion_by_class(between),
        "MESH": counts.squares * cell * cell / area / HECTARE_M2 if area else np.zeros(0),
    }
    return pd.DataFrame(columns, index=pd.Index(counts.classes, name="class"))


def contagion(counts: Counts) -> float:
    """Return CONTAG in per cent; NaN with fewer than two classes."""
    m = len(counts.classes)
    twice = counts.sides + np.diag(np.diag(counts.sides))  # like sides are met from both cells too
    sums = twice.sum(axis=1)
    if m < _PAIR or not sums.any():
        return float("nan")
    share = counts.cells / counts.cells.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        q = share[:, None] * np.where(sums[:, None] > 0, twice / sums[:, None], 0.0)
        terms = np.where(q > 0, q * np.log(q), 0.0)
    return float(PERCENT * (1 + terms.sum() / (2 * np.log(m))))


def aggregation(like: Ints, cells: Ints) -> Floats:
    """Return AI in per cent: shared sides within a class over the most that so many cells can have; NaN for one cell."""
    n = _root(cells)
    rest = cells - n**2
    most = 2 * n * (n - 1) + np.where(rest == 0, 0, np.where(rest <= n, 2 * rest - 1, 2 * rest - 2))
    index: Floats = np.divide(PERCENT * like, most, out=np.full(len(cells), np.nan), where=most > 0)
    return index


def least_edge(cells: Ints) -> Ints:
    """Return the fewest sides that can enclose so many cells."""
    n = _root(cells)
    rest = cells - n**2
    least: Ints = 4 * n + np.where(rest == 0, 0, np.where(cells <= n * (n + 1), 2, 4))
    return least


def interspersion(between: Ints) -> float:
    """Return IJI in per cent; NaN with fewer than three classes."""
    m = len(between)
    pairs = between[np.triu_indices(m, 1)].astype(float)
    if m <= _PAIR or not pairs.any():
        return float("nan")
    share = pairs[pairs > 0] / pairs.sum()
    return float(-PERCENT * (share * np.log(share)).sum() / np.log(m * (m - 1) / 2)) + 0.0


def _interspersion_by_class(between: Ints) -> Floats:
    m = len(between)
    sums = between.sum(axis=1)
    if m <= _PAIR:
        return np.full(m, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = between / sums[:, None]
        terms = np.where(share > 0, share * np.log(share), 0.0)
    return np.where(sums > 0, -PERCENT * terms.sum(axis=1) / np.log(m - 1) + 0.0, np.nan)


def _root(cells: Ints) -> Ints:
    """Return the side of the largest whole square of at most so many cells."""
    root: Ints = np.floor(np.sqrt(cells.astype(float))).astype(np.int64)
    root -= root**2 > cells
    root += (root + 1) ** 2 <= cells
    return root


def _over(one: float, other: float) -> float:
    return one / other if other else float("nan")


def strips_of(raster: Classes, rows: int) -> Iterable[Classes]:
    """Cut a map into strips of so many rows."""
    return [raster[top : top + rows] for top in range(0, len(raster), rows)]
