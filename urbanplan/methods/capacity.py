"""How much floor a plan allows, how much stands there, and what is left."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.methods.floors import STOREY_M
from urbanplan.methods.grid_areas import Floats

LIMITS: tuple[str, ...] = ("far", "coverage_and_height", "open_space")
"""What may bind: the floor area ratio; building coverage times the storeys that the height allows; the open space ratio."""


class Capacity(NamedTuple):
    """Allowed and built floor area.

    Attributes
    ----------
    allowed_m2 : ndarray of float64, shape (n,)
        Floor that the limits allow; NaN where none was given: not regulated, or not known.
    binding : ndarray of str, shape (n,)
        Which of `LIMITS` allows the least, "" where none was given.
    residual_m2, over_m2 : ndarray of float64, shape (n,)
        Floor that may still be built, and floor above what the limits allow; NaN where nothing was given, or what is
        built is not known.
    """

    allowed_m2: Floats
    binding: NDArray[np.object_]
    residual_m2: Floats
    over_m2: Floats


def capacity(
    ground_m2: ArrayLike,
    *,
    built_m2: ArrayLike,
    footprint_m2: ArrayLike,
    max_far: ArrayLike = np.nan,
    max_bcr: ArrayLike = np.nan,
    max_height_m: ArrayLike = np.nan,
    min_osr: ArrayLike = np.nan,
    storey_m: float = STOREY_M,
) -> Capacity:
    r"""Compare the floor that limits allow with the floor that is built.

    Parameters
    ----------
    ground_m2 : array_like of float, shape (n,)
        Land of each plot or block.
    built_m2, footprint_m2 : array_like of float
        Floor and covered ground of what stands there.
    max_far, max_bcr, max_height_m, min_osr : array_like of float
        Limits as shares (0.6 is 60 per cent) and metres; NaN where none was given.
    storey_m : float
        Height of a storey under the height limit.

    Returns
    -------
    Capacity

    Notes
    -----
    .. math:: F_{\max} = \min\Bigl(\mathrm{FAR} \cdot A,\; \mathrm{BCR} \cdot A \cdot
        \lfloor H / h \rfloor,\; \frac{A - B}{\mathrm{OSR}}\Bigr)

    Coverage alone, or height alone, bounds no floor area: without the height the storeys are free, without the coverage
    the whole plot may be covered, so that a height alone counts with a coverage of 1. A limit that was not given does
    not bind, and is never zero.

    Examples
    --------
    >>> found = capacity([800, 1600, 4000], built_m2=[1400, 900, 0], footprint_m2=0, max_far=[1.5, 2, 3])
    >>> found.allowed_m2.tolist(), found.residual_m2.tolist(), found.over_m2.tolist()
    ([1200.0, 3200.0, 12000.0], [0.0, 2300.0, 12000.0], [200.0, 0.0, 0.0])
    >>> capacity(1000, built_m2=0, footprint_m2=400, max_far=3, max_bcr=0.5, max_height_m=12, min_osr=0.3).allowed_m2.item()
    2000.0
    """
    ground, built, covered, far, bcr, height, osr = np.broadcast_arrays(
        *(
            np.atleast_1d(np.asarray(part, dtype=np.float64))
            for part in (ground_m2, built_m2, footprint_m2, max_far, max_bcr, max_height_m, min_osr)
        )
    )
    storeys = np.where(np.isfinite(height), np.floor(height / storey_m + 1e-9), np.nan)
    share = np.where(np.isfinite(height) & np.isnan(bcr), 1.0, bcr)
    with np.errstate(divide="ignore", invalid="ignore"):
        open_ground = np.where(osr > 0, np.maximum(ground - covered, 0.0) / osr, np.nan)
    limits = np.stack([far * ground, share * ground * storeys, open_ground])
    given = np.isfinite(limits)
    least = np.where(given, limits, np.inf)
    allowed = np.where(given.any(axis=0), least.min(axis=0), np.nan)
    binding = np.where(given.any(axis=0), np.array(LIMITS, dtype=object)[least.argmin(axis=0)], "")
    return Capacity(
        allowed, binding.astype(object), np.maximum(allowed - built, 0.0), np.maximum(built - allowed, 0.0)
    )
