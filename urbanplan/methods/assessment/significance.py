"""The matrix of the guidance of 2011: value of the asset by magnitude of the change."""

from __future__ import annotations

from urbanplan.base.errors import InputError
from urbanplan.model.assessment import MAGNITUDES, VALUES

_MATRIX = {
    "very_high": ("neutral", "slight", "moderate_large", "large_very_large", "very_large"),
    "high": ("neutral", "slight", "slight_moderate", "moderate_large", "large_very_large"),
    "medium": ("neutral", "neutral_slight", "slight", "moderate", "moderate_large"),
    "low": ("neutral", "neutral_slight", "neutral_slight", "slight", "slight_moderate"),
    "negligible": ("neutral", "neutral", "neutral_slight", "neutral_slight", "slight"),
}


def significance(value: str, magnitude: str) -> str:
    """Return the field of the matrix for an asset's value and the magnitude of a change, adverse or beneficial.

    Parameters
    ----------
    value : str
        A word of `VALUES`.
    magnitude : str
        A word of `MAGNITUDES`.

    Returns
    -------
    str
        A word of `urbanplan.model.assessment.SIGNIFICANCE`. The direction is told beside it: the matrix is the same for harm and for good.

    Raises
    ------
    InputError
        If a word is unknown.

    References
    ----------
    ICOMOS (2011), Guidance on Heritage Impact Assessments for Cultural World Heritage Properties. The joint guidance of 2022
    does without this matrix: attributes of Outstanding Universal Value are not ranked by value.

    Examples
    --------
    >>> significance("very_high", "minor"), significance("low", "major")
    ('moderate_large', 'slight_moderate')
    """
    if value not in _MATRIX or magnitude not in MAGNITUDES:
        raise InputError(
            f"the matrix of 2011 has no field for value {value!r} and magnitude {magnitude!r}; values are "
            f"{', '.join(VALUES)}, magnitudes {', '.join(MAGNITUDES)}"
        )
    return _MATRIX[value][MAGNITUDES.index(magnitude)]
