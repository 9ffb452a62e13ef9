"""Gates: what goes in must come out. Area and people are neither lost nor made on the way."""

from __future__ import annotations

from urbanplan.base.errors import ConservationError

TOLERANCE = 1e-3
"""Share by which a sum may change through reprojection and overlay."""


def check_conserved(before: float, after: float, *, what: str, tolerance: float = TOLERANCE) -> None:
    """Stop where a sum that must stay the same does not.

    Parameters
    ----------
    before, after : float
        The sum before and after a step, in one unit.
    what : str
        What was added up, and in which step: "area of land use in the overlay with buildings".
    tolerance : float
        Share of the sum that rounding may take.

    Raises
    ------
    ConservationError
        If the sums differ by more, or one of them is not a number.

    Examples
    --------
    >>> check_conserved(100.0, 100.05, what="area")
    """
    if not abs(after - before) <= tolerance * max(abs(before), abs(after)):
        raise ConservationError(
            f"{what}: {before:,.1f} went in and {after:,.1f} came out; the outlines are damaged or overlap:"
            " repair the layer and run again"
        )
