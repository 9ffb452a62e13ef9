"""How unevenly two groups, or several, are spread over units."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats

_TWO = 2


def dissimilarity(one: ArrayLike, other: ArrayLike) -> float:
    r"""Return the index of dissimilarity of two groups: the share of either that would have to move to be spread alike.

    Parameters
    ----------
    one, other : array_like, shape (units,)
        Amounts of the two groups in each unit.

    Returns
    -------
    float
        0 (spread alike) to 1 (never in one unit); NaN where one of them is nowhere.

    Notes
    -----
    .. math:: D = \frac{1}{2} \sum_i \left|\frac{x_i}{X} - \frac{y_i}{Y}\right|

    References
    ----------
    Duncan and Duncan (1955), A methodological analysis of segregation indexes.

    Examples
    --------
    >>> dissimilarity([10, 0], [5, 5]), dissimilarity([3, 1], [30, 10])
    (0.5, 0.0)
    """
    x, y = (_amounts(part) for part in (one, other))
    if not (x.sum() > 0 and y.sum() > 0):
        return float("nan")
    return float(np.abs(x / x.sum() - y / y.sum()).sum() / _TWO)


def information_theory(groups: ArrayLike) -> float:
    r"""Return Theil's H: how much less mixed the units are than the whole.

    Parameters
    ----------
    groups : array_like, shape (units, groups)
        Amount of each group in each unit.

    Returns
    -------
    float
        0 (every unit is mixed as the whole) to 1 (each unit holds one group only); NaN where there is one group only.

    Notes
    -----
    .. math:: H = \sum_i \frac{t_i (E - E_i)}{E T}

    with :math:`E` the entropy of the whole, :math:`E_i` and :math:`t_i` entropy and total of unit i.
    """
    table = _amounts(groups)
    total, whole = table.sum(axis=1), table.sum()
    if not whole > 0:
        return float("nan")
    own = _entropy(np.divide(table, total[:, None], out=np.zeros_like(table), where=total[:, None] > 0))
    entire = _entropy((table.sum(axis=0) / whole)[None, :])[0]
    return float((total * (entire - own)).sum() / (entire * whole)) if entire > 0 else float("nan")


def _entropy(share: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(share > 0, share * np.log(share), 0.0)
    total: Floats = -terms.sum(axis=1)
    return total


def _amounts(values: ArrayLike) -> Floats:
    table = np.asarray(values, dtype=np.float64)
    if not np.isfinite(table).all() or (table < 0).any():
        raise InputError(
            "amounts of groups are known and not negative; leave out units of which nothing is known"
        )
    return table
