"""Uses that visitors bring, those that residents need, and how sure a share of few of them is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from urbanplan.base.errors import InputError

Floats = NDArray[np.float64]

GROUPS: dict[str, tuple[str, ...]] = {
    "lodging": ("lodging",),
    "nightlife": ("bar", "nightclub"),
    "visitor": (
        "lodging",
        "bar",
        "nightclub",
        "restaurant",
        "cafe",
        "souvenir",
        "tour",
        "massage",
        "attraction",
    ),
    "daily": ("market", "grocery", "services", "health", "school", "crafts"),
}
"""Groups of uses of the layer `venues`; a use may be in several."""
INCOMPATIBLE: tuple[str, ...] = ("nightclub", "bar", "fuel", "car_repair", "billboard", "mast", "parking")
"""Uses that are often thought unfit beside a monument, where no rule says so."""


class Shrunk(NamedTuple):
    """Shares drawn towards that of the whole, the more the fewer they stand on; with a 90 % interval."""

    value: Floats
    low: Floats
    high: Floats


def shrunk_share(part: ArrayLike, whole: ArrayLike, *, prior: float, strength: float = 10.0) -> Shrunk:
    r"""Estimate shares from few observations, with the whole city's share as what is known before.

    Parameters
    ----------
    part, whole : array of float
        How many of how many.
    prior : float
        The city's share (0-1).
    strength : float
        How many observations the prior is worth.

    Raises
    ------
    InputError
        If a part is greater than its whole, or the prior lies outside 0 to 1.

    Notes
    -----
    The mean and the central interval of a Beta distribution:

    .. math:: \hat s = \frac{k + \kappa s_0}{n + \kappa}

    Examples
    --------
    >>> shrunk_share([1], [1], prior=0.5).value.round(4).tolist(), shrunk_share([100], [100], prior=0.5).value.round(4).tolist()
    ([0.5455], [0.9545])
    """
    some, all_ = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    if not 0 <= prior <= 1 or strength <= 0 or (some > all_).any() or (some < 0).any():
        raise InputError("a share needs a part no greater than its whole, and a prior between 0 and 1")
    a, b = some + strength * prior, all_ - some + strength * (1 - prior)
    value = a / (a + b)
    with np.errstate(invalid="ignore"):
        low = np.where(
            a > 0, np.where(b > 0, betaincinv(np.maximum(a, 1e-300), np.maximum(b, 1e-300), 0.05), 1.0), 0.0
        )
        high = np.where(
            b > 0, np.where(a > 0, betaincinv(np.maximum(a, 1e-300), np.maximum(b, 1e-300), 0.95), 0.0), 1.0
        )
    return Shrunk(value, np.minimum(low, value), np.maximum(high, value))
