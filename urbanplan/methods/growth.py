"""How fast a city grows: in land, in people, and in land for each of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from urbanplan.base.errors import InputError

Floats = NDArray[np.float64]

NEARLY_STILL = 1e-3
"""Growth of people by year, below which a ratio to it says nothing."""


class Growth(NamedTuple):
    """Growth between two dates.

    Attributes
    ----------
    land_simple, land : ndarray of float64, shape (n,)
        Rate at which land is consumed in a year: as a share of what was built, and logarithmic.
    people : ndarray of float64, shape (n,)
        Logarithmic rate at which the population grows in a year.
    ratio_simple, ratio : ndarray of float64, shape (n,)
        Land consumption over population growth, by either rate; its value is kept where it is not interpretable.
    interpretable : ndarray of bool, shape (n,)
        Whether people grew enough for the ratio to mean anything.
    built_per_person_before, built_per_person : ndarray of float64, shape (n,)
        Square metres of built-up land for each inhabitant at both dates.
    """

    land_simple: Floats
    land: Floats
    people: Floats
    ratio_simple: Floats
    ratio: Floats
    interpretable: NDArray[np.bool_]
    built_per_person_before: Floats
    built_per_person: Floats


def land_and_people(
    built_before_m2: ArrayLike,
    built_m2: ArrayLike,
    people_before: ArrayLike,
    people: ArrayLike,
    *,
    land_years: float,
    people_years: float | None = None,
) -> Growth:
    r"""Work out SDG indicator 11.3.1: how fast land is consumed, compared with how fast the population grows.

    Parameters
    ----------
    built_before_m2, built_m2 : array_like, shape (n,)
        Built-up land at both dates.
    people_before, people : array_like, shape (n,)
        Inhabitants at both dates; NaN where unknown.
    land_years, people_years : float
        Years between the dates of land and those of people; the same by default.

    Returns
    -------
    Growth

    Raises
    ------
    InputError
        If the years between are not above zero.

    Notes
    -----
    .. math::
        LCR_{simple} = \frac{(V_2 - V_1) / V_1}{T}, \quad LCR = \frac{\ln (V_2 / V_1)}{T}, \quad
        PGR = \frac{\ln (P_2 / P_1)}{T}, \quad LCRPGR = \frac{LCR}{PGR}

    The variant changes the headline: with land from 60 to 90 km2 and people from 300,000 to 360,000 in ten years the
    ratio is 2.742 or 2.224. Rates of places without land, or people, at the first date are NaN; so are ratios to a
    population that did not change at all. With fewer people than before, or a growth below 0.1 % in a year, the ratio is kept but is
    not interpretable.

    References
    ----------
    UN-Habitat (2021), SDG indicator 11.3.1 metadata and training module.

    Examples
    --------
    >>> found = land_and_people([60e6], [90e6], [300_000], [360_000], land_years=10)
    >>> found.ratio_simple.round(5).tolist(), found.ratio.round(5).tolist()
    ([2.74241], [2.2239])
    """
    years = land_years if people_years is None else people_years
    if not (land_years > 0 and (years > 0 or np.isnan(years))):
        raise InputError(
            f"growth needs a later and an earlier date; there are {land_years:g} and {years:g} years between them"
        )
    v1, v2, p1, p2 = (
        np.asarray(part, dtype=np.float64) for part in (built_before_m2, built_m2, people_before, people)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = np.where(v1 > 0, (v2 - v1) / v1, np.nan) / land_years
        land = np.where((v1 > 0) & (v2 > 0), np.log(v2 / v1), np.nan) / land_years
        grown = np.where((p1 > 0) & (p2 > 0), np.log(p2 / p1), np.nan) / years
        ratio_simple, ratio = (np.where(grown != 0, rate / grown, np.nan) for rate in (simple, land))
        each_before, each = (np.where(p > 0, v / p, np.nan) for v, p in ((v1, p1), (v2, p2)))
    return Growth(simple, land, grown, ratio_simple, ratio, grown >= NEARLY_STILL, each_before, each)
