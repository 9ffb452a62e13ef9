"""Whether high values lie near high ones: Moran's I, and where (LISA), through PySAL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats, Ints

if TYPE_CHECKING:
    from libpysal.graph import Graph

FEWEST = 30
"""With fewer units permutations tell nothing: no p-values."""
PERMUTATIONS = 9999
_CHUNK = 2_000_000


class Moran(NamedTuple):
    """Spatial autocorrelation of a value over all units.

    Attributes
    ----------
    value : float
        Moran's I; NaN where the value does not differ, or no unit has a neighbour.
    p : float
        Two-sided pseudo p-value; NaN with fewer than 30 units.
    expected : float
        What it would be without any pattern.
    n : int
        Units with a known value.
    """

    value: float
    p: float
    expected: float
    n: int


def neighbours_of(units: GeoDataFrame) -> Graph:
    """Return which units touch each other, at a corner or along a border, with weights that add up to one.

    Units that touch none are islands: they have no neighbour, and none is made up for them.
    """
    from libpysal.graph import Graph  # noqa: PLC0415 - seconds to import

    plain = units.geometry.reset_index(drop=True).to_frame("geometry").set_geometry("geometry")
    return Graph.build_contiguity(plain, rook=False).transform("r")


def moran(units: GeoDataFrame, values: Floats, *, permutations: int = PERMUTATIONS, seed: int = 0) -> Moran:
    r"""Measure whether units of similar values lie beside each other.

    Parameters
    ----------
    units : GeoDataFrame
        Polygons.
    values : ndarray of float64, shape (units,)
        NaN where unknown: such units are left out, as if they were not there.
    permutations, seed : int
        How often the values are dealt out anew, and from which seed.

    Returns
    -------
    Moran

    Notes
    -----
    .. math:: I = \frac{n}{S_0} \frac{z' W z}{z' z}

    with weights that add up to one for each unit. The p-value is two-sided: twice the smaller tail, at most one.
    """
    known = np.flatnonzero(np.isfinite(values))
    n = len(known)
    nothing = Moran(float("nan"), float("nan"), -1 / (n - 1) if n > 1 else float("nan"), n)
    if n < 3 or np.ptp(values[known]) == 0:  # noqa: PLR2004 - two units have no pattern
        return nothing
    graph = neighbours_of(units.iloc[known])
    weights = _matrix(graph)
    if not weights.nnz:
        return nothing
    import esda  # noqa: PLC0415 - seconds to import

    y = values[known]
    found = float(esda.Moran(y, graph, permutations=0).I)
    p = float("nan")
    if n >= FEWEST and permutations > 0:
        z = y - y.mean()
        scale = n / weights.sum() / (z @ z)
        dealt = _dealt(z, weights, permutations, seed) * scale
        p = float(_two_sided(np.array([found]), dealt[None, :])[0])
    return Moran(found, p, nothing.expected, n)


def local_moran(
    units: GeoDataFrame, values: Floats, *, permutations: int = PERMUTATIONS, seed: int = 0
) -> pd.DataFrame:
    r"""Find where units of similar values lie beside each other (LISA).

    Parameters
    ----------
    units, values, permutations, seed
        As in `moran`.

    Returns
    -------
    DataFrame
        On the index of the units: `local` (:math:`I_i`), `kind` ("high_high", "low_low", "high_low", "low_high"; the unit first, then its
        neighbours), `p` (two-sided, conditional permutations) and `q` (p adjusted for asking so many units at
        once: false discovery rate). NaN and "" for units that are unknown or islands; p and q are NaN with fewer than 30 units.

    Notes
    -----
    .. math:: I_i = \frac{z_i \sum_j w_{ij} z_j}{z'z / (n - 1)}

    References
    ----------
    Anselin (1995), Local indicators of spatial association. Benjamini and Hochberg (1995).
    """
    out = pd.DataFrame({"local": np.nan, "kind": "", "p": np.nan, "q": np.nan}, index=units.index)
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 3 or np.ptp(values[known]) == 0:  # noqa: PLR2004 - two units have no pattern
        return out
    graph = neighbours_of(units.iloc[known])
    weights = _matrix(graph)
    met = np.diff(weights.indptr) > 0
    if not met.any():
        return out
    z = values[known] - values[known].mean()
    lag = weights @ z
    local = z * lag / ((z @ z) / (len(known) - 1))
    kind = np.select(
        [(z > 0) & (lag > 0), (z <= 0) & (lag <= 0), z > 0], ["high_high", "low_low", "high_low"], "low_high"
    )
    p = np.full(len(known), np.nan)
    if len(known) >= FEWEST and permutations > 0:
        p[met] = _local_p(z, weights, local, np.flatnonzero(met), permutations, seed)
    at = known[met]
    out.iloc[at, 0], out.iloc[at, 1] = local[met], kind[met]
    out.iloc[at, 2], out.iloc[at, 3] = p[met], false_discovery(p[met])
    return out


def _matrix(graph: Graph) -> Any:
    """Return the weights as a sparse matrix; an island, which the graph gives a weight of zero to itself, has none."""
    weights = graph.sparse.tocsr()
    weights.eliminate_zeros()
    return weights


def false_discovery(p: Floats) -> Floats:
    """Adjust p-values for how many were asked (Benjamini and Hochberg); NaN stays NaN."""
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - half a second to import

    known = np.isfinite(p)
    out = np.full(len(p), np.nan)
    if known.any():
        out[known] = false_discovery_control(p[known])
    return out


def _dealt(z: Floats, weights: Any, permutations: int, seed: int) -> Floats:
    """Return z'Wz of values dealt out anew, again and again."""
    rng = np.random.default_rng(seed)
    out = np.empty(permutations)
    step = max(_CHUNK // len(z), 1)
    for first in range(0, permutations, step):
        many = rng.permuted(np.tile(z, (min(step, permutations - first), 1)), axis=1)
        out[first : first + len(many)] = ((weights @ many.T).T * many).sum(axis=1)
    return out


def _local_p(z: Floats, weights: Any, local: Floats, met: Ints, permutations: int, seed: int) -> Floats:
    """Return two-sided p-values of units: their own value stays, their neighbours are dealt from all others."""
    degree = np.diff(weights.indptr)
    others = _draws(len(z) - 1, int(degree.max()), permutations, np.random.default_rng(seed))
    scale = (len(z) - 1) / (z @ z)
    out = np.empty(len(met))
    for at, unit in enumerate(met):
        begin, end = weights.indptr[unit], weights.indptr[unit + 1]
        drawn = others[: end - begin]
        near = z[drawn + (drawn >= unit)]
        dealt = z[unit] * (weights.data[begin:end] @ near) * scale
        out[at] = _two_sided(local[unit : unit + 1], dealt[None, :])[0]
    return out


def _draws(n: int, k: int, times: int, rng: np.random.Generator) -> Ints:
    """Draw k different numbers below n so many times; shape (k, times)."""
    if k > n:
        raise InputError(f"a unit has {k} neighbours, but there are only {n} other units")
    out = rng.integers(0, n, (times, k))
    while True:
        order = np.sort(out, axis=1)
        twice = (order[:, 1:] == order[:, :-1]).any(axis=1)
        if not twice.any():
            return np.ascontiguousarray(out.T)
        if 4 * k > n:
            out[twice] = rng.permuted(np.tile(np.arange(n), (int(twice.sum()), 1)), axis=1)[:, :k]
        else:
            out[twice] = rng.integers(0, n, (int(twice.sum()), k))


def _two_sided(observed: Floats, dealt: NDArray[np.float64]) -> Floats:
    """Return two-sided pseudo p-values: twice the share of the smaller tail, the observation counted in, at most one."""
    times = dealt.shape[1]
    above = (dealt >= observed[:, None]).sum(axis=1)
    below = (dealt <= observed[:, None]).sum(axis=1)
    p: Floats = np.minimum(2 * (np.minimum(above, below) + 1) / (times + 1), 1.0)
    return p
