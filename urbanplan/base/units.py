"""Units of the field: SI inside, others only at the edges."""

from __future__ import annotations

RAI_M2 = 1600.0
"""One rai (ไร่) in square metres."""
NGAN_M2 = 400.0
"""One ngan (งาน) in square metres."""
WAH2_M2 = 4.0
"""One square wah (ตารางวา) in square metres."""
HECTARE_M2 = 1e4
KM2_M2 = 1e6
BUDDHIST_ERA = 543
"""Years to add to a year of the Common Era for the Thai Buddhist Era (พ.ศ.)."""
WALK_SPEED_M_S = 4.8 / 3.6
"""Walking speed behind 15 minutes = 1,200 m."""

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def arabic_digits(text: str) -> str:
    """Return the text with Thai digits written as Arabic ones.

    Examples
    --------
    >>> arabic_digits("พ.ศ. ๒๕๖๙")
    'พ.ศ. 2569'
    """
    return text.translate(_THAI_DIGITS)


def rai_ngan_wah(area_m2: float) -> tuple[int, int, float]:
    """Split an area into whole rai, whole ngan and square wah.

    Parameters
    ----------
    area_m2 : float
        Area in square metres, not negative.

    Returns
    -------
    tuple of (int, int, float)
        Rai, ngan (0-3) and square wah (0 to below 100).

    Examples
    --------
    >>> rai_ngan_wah(3_004.0)
    (1, 3, 51.0)
    """
    rai, rest = divmod(area_m2, RAI_M2)
    ngan, rest = divmod(rest, NGAN_M2)
    return int(rai), int(ngan), rest / WAH2_M2
