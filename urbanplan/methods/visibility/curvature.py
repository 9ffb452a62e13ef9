"""The Earth's curvature and the bending of light by air."""

from __future__ import annotations

from urbanplan.base.errors import InputError

EARTH_RADIUS_M = 6_371_000.0
REFRACTION = 1 / 7
"""Share of the Earth's curvature that air's bending of light takes back; optics by day, as in GDAL."""


def drop_per_m2(refraction: float | None = REFRACTION) -> float:
    r"""Return how far a distant point appears to sink, per square metre of its distance.

    Parameters
    ----------
    refraction : float or None
        Coefficient of refraction k, from 0 (no air) to 1 (light follows the Earth); None means a flat Earth.

    Returns
    -------
    float
        c in 1/m: a point at D metres appears c D² metres lower (0.27 m at 2 km, 6.7 m at 10 km for k = 1/7).

    Raises
    ------
    InputError
        If k is not between 0 and 1.

    Notes
    -----
    :math:`c = (1 - k) / 2R`. A sight line from height :math:`z_0` to :math:`z_1` at distance :math:`D` passes
    at :math:`z_0 + (z_1 - z_0) d/D - c\,d\,(D - d)` over the point at distance :math:`d`.

    References
    ----------
    GDAL, gdal_viewshed: curvature coefficient 1 - k = 0.85714.

    Examples
    --------
    >>> round(drop_per_m2() * 10_000**2, 1)
    6.7
    """
    if refraction is None:
        return 0.0
    if not 0 <= refraction <= 1:
        raise InputError(
            f"refraction is {refraction}; it must lie between 0 (no air) and 1, or be None (flat Earth)"
        )
    return (1 - refraction) / (2 * EARTH_RADIUS_M)
