"""How likely an uncertain quantity lies above a limit, and by how much on average."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

LIKELY, UNLIKELY = 0.9, 0.1
"""From here on an excess is likely; down to here it is not to be expected."""


def chance_above(limit: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Floats:
    r"""Return the probability that a quantity that cannot be negative lies above a limit.

    Parameters
    ----------
    limit, mean, sd : array of float
        In one unit; `sd` may be zero, and then the quantity is known: exactly the limit is not above it.

    Returns
    -------
    ndarray of float64
        Between 0 and 1; NaN where anything is unknown.

    Notes
    -----
    Of a normal distribution truncated at zero:

    .. math:: P(h > L) = \frac{1 - \Phi\left(\frac{L - \mu}{\sigma}\right)}{\Phi\left(\frac{\mu}{\sigma}\right)}

    Examples
    --------
    >>> chance_above(12.0, 12.0, 1.0).round(6), chance_above(12.0, 12.0, 0.0), chance_above(9.0, 9.5, 0.0)
    (array(0.5), array(0.), array(1.))
    """
    limit, mean, sd = (np.asarray(each, dtype=np.float64) for each in (limit, mean, sd))
    with np.errstate(divide="ignore", invalid="ignore"):
        truncated = ndtr((mean - np.maximum(limit, 0.0)) / sd) / ndtr(mean / sd)
    known = np.where(mean > limit, 1.0, 0.0)
    unknown = np.isnan(limit) | np.isnan(mean) | np.isnan(sd)
    return np.asarray(np.where(unknown, np.nan, np.where(sd > 0, truncated, known)))


def expected_excess(limit: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Floats:
    r"""Return by how much the quantity lies above the limit on average, where below counts as nothing.

    Notes
    -----
    .. math:: E[\max(0, h - L)] = \frac{\sigma \varphi(z) + (\mu - L) \Phi(z)}{\Phi(\mu / \sigma)}, \quad z = (\mu - L) / \sigma

    Examples
    --------
    >>> float(expected_excess(10.0, 10.0, 1.0).round(6)), float(expected_excess(10.0, 13.0, 0.0))
    (0.398942, 3.0)
    """
    limit, mean, sd = (np.asarray(each, dtype=np.float64) for each in (limit, mean, sd))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (mean - limit) / sd
        density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
        truncated = (sd * density + (mean - limit) * ndtr(z)) / ndtr(mean / sd)
    return np.asarray(np.where(sd > 0, truncated, np.maximum(mean - limit, 0.0)))


def share_class(
    chance: ArrayLike, *, likely: float = LIKELY, unlikely: float = UNLIKELY
) -> NDArray[np.object_]:
    """Return the class of each probability: likely, possible, compliant, or unknown.

    Examples
    --------
    >>> share_class([0.9, 0.5, 0.1, float("nan")]).tolist()
    ['likely', 'possible', 'compliant', 'unknown']
    """
    value = np.asarray(chance, dtype=np.float64)
    words = np.select(
        [np.isnan(value), value >= likely, value <= unlikely], ["unknown", "likely", "compliant"], "possible"
    )
    return words.astype(object)
