"""Units of the numbers of rules: which a kind of rule may be given in, and the one that is counted with."""

from __future__ import annotations

FOOT_M = 0.3048
_METRES = {"m": 1.0, "ft": FOOT_M}
_RATIO = {"1": 1.0, "%": 0.01}

UNITS: dict[str, dict[str, float]] = {
    "max_height": _METRES,
    "max_storeys": {"storeys": 1.0},
    "max_far": _RATIO,
    "max_bcr": _RATIO,
    "min_osr": _RATIO,
    "min_open_space": _RATIO,
    "setback": _METRES,
    "street_ratio": {"1": 1.0},
}
"""By kind of rule its units, the one that is counted with first, and what one of each is in that."""

BOUNDS: dict[str, tuple[float, float]] = {
    "max_height": (0.0, 1000.0),
    "max_storeys": (0.0, 300.0),
    "max_far": (0.0, 30.0),
    "max_bcr": (0.0, 1.0),
    "min_osr": (0.0, 5.0),
    "min_open_space": (0.0, 1.0),
    "setback": (0.0, 1000.0),
    "street_ratio": (0.0, 20.0),
}
"""Between what a number can be, in the unit that is counted with: beyond lies a slip, mostly a per cent taken for a share."""

_SAME: dict[str, str] = {
    **dict.fromkeys(("m", "m.", "metre", "metres", "meter", "meters", "ม", "ม.", "เมตร"), "m"),
    **dict.fromkeys(("ft", "foot", "feet", "'", "ฟุต"), "ft"),
    **dict.fromkeys(("storeys", "storey", "stories", "floors", "levels", "ชั้น"), "storeys"),
    **dict.fromkeys(("1", "ratio", "share", "times", "m2/m2", "เท่า", "อัตราส่วน"), "1"),
    **dict.fromkeys(("%", "percent", "per cent", "ร้อยละ", "เปอร์เซ็นต์"), "%"),
}


def factor(kind: str, unit: object) -> float | None:
    """Return what one of a unit is in the unit that a kind of rule is counted with; None where it cannot be given in it.

    Parameters
    ----------
    kind : str
        Kind of rule; one without a number takes any unit.
    unit : str or None
        As it was written; nothing stands for the unit that is counted with.

    Examples
    --------
    >>> factor("max_bcr", "ร้อยละ"), factor("max_far", None), factor("max_height", "ฟุต"), factor("max_far", "m")
    (0.01, 1.0, 0.3048, None)
    """
    known = UNITS.get(kind)
    text = unit.strip().lower() if isinstance(unit, str) else ""
    if known is None or not text:
        return 1.0
    return known.get(_SAME.get(text, text))


def counted_in(kind: str) -> str:
    """Return the unit that a kind of rule is counted with; nothing for a kind without a number."""
    return next(iter(UNITS.get(kind, {"": 1.0})))
