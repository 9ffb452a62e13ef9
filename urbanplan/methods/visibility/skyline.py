"""The line where the sky begins: how a new building breaks it, and how much sky a place has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SkylineChange:
    """How the skyline around n eyes rises from one state to another; NaN where a horizon is not known.

    Attributes
    ----------
    intrusion_sr : ndarray of float64, shape (n,)
        Sky that is taken, in steradians.
    peak_rise_rad, extent_rad : ndarray of float64, shape (n,)
        Greatest rise of the horizon, and width of all azimuths in which it rises.
    """

    intrusion_sr: Floats
    peak_rise_rad: Floats
    extent_rad: Floats


def skyline_change(before_rad: Floats, after_rad: Floats) -> SkylineChange:
    r"""Measure how far the skyline rises.

    A tower in front of a mountain may hide it without breaking the sky: pair this with `visible_fraction`.

    Parameters
    ----------
    before_rad, after_rad : ndarray of float64, shape (n, azimuths)
        `ViewComposition.horizon_rad` of the same eyes.

    Returns
    -------
    SkylineChange
        :math:`I = \sum \max(0, \sin e_1 - \sin e_0)\,\Delta\alpha`, peak and extent.

    Raises
    ------
    InputError
        If the two have different shapes.
    """
    if before_rad.shape != after_rad.shape:
        raise InputError(
            f"horizons have shapes {before_rad.shape} and {after_rad.shape}; compare the same eyes"
        )
    step = 2 * np.pi / before_rad.shape[1]
    taken = np.maximum(np.sin(after_rad) - np.sin(before_rad), 0)
    rise = np.maximum(after_rad - before_rad, 0)
    extent = np.where(np.isnan(rise).any(axis=1), np.nan, (rise > 0).sum(axis=1) * step)
    return SkylineChange(taken.sum(axis=1) * step, rise.max(axis=1), extent)


def sky_view_factor(horizon_rad: Floats) -> Floats:
    r"""Measure the share of the sky that level ground at the eye receives light from.

    Parameters
    ----------
    horizon_rad : ndarray of float64, shape (n, azimuths)
        Elevation angles of the horizon.

    Returns
    -------
    ndarray of float64, shape (n,)
        :math:`\frac{1}{2\pi} \int \cos^2 \max(e, 0)\,d\alpha`, from 0 to 1; NaN where a horizon is not known.

    References
    ----------
    Zakšek, K., Oštir, K., Kokalj, Ž. (2011). Sky-view factor as a relief visualization technique (there weighted
    by the cosine, for a level receiver).

    Examples
    --------
    >>> sky_view_factor(np.full((1, 8), np.pi / 4)).round(3).tolist()
    [0.5]
    """
    factor: Floats = (np.cos(np.maximum(horizon_rad, 0.0)) ** 2).mean(axis=1)
    return factor
