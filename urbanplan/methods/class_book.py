"""Numbers of classes as small codes, in the order in which they are met."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError

Classes = NDArray[np.integer]

MAX_CLASSES = 256
OUTSIDE = -1
"""Code of a cell that belongs to no class: no data, or outside the area looked at."""


class ClassBook:
    """Gives the classes of a map small numbers, in the order in which they are met.

    Attributes
    ----------
    numbers : list of int
        Class of each code.
    """

    def __init__(self, nodata: int | None) -> None:
        self.nodata = nodata
        self.numbers: list[int] = []
        self._known: dict[int, int] = {}

    def codes(self, strip: Classes) -> NDArray[np.int16]:
        """Return the code of each cell, `OUTSIDE` where it has no class.

        Raises
        ------
        InputError
            If the strip holds anything but whole numbers, or there are more than 256 classes.
        """
        if strip.ndim != 2 or not np.issubdtype(strip.dtype, np.integer):  # noqa: PLR2004 - rows and columns
            raise InputError(
                f"a map of classes is a table of whole numbers, not {strip.dtype} in {strip.ndim} dimensions"
            )
        if strip.dtype == np.uint8:
            present = np.flatnonzero(np.bincount(strip.ravel(), minlength=256))
        else:
            present = np.unique(strip)
        codes = [self._code(int(number)) for number in present]
        if len(self.numbers) > MAX_CLASSES:
            raise InputError(
                f"the map has more than {MAX_CLASSES} different numbers; these are measurements, not classes"
            )
        if strip.dtype == np.uint8:
            table = np.full(256, OUTSIDE, dtype=np.int16)
            table[present] = codes
            return table[strip]
        return np.array(codes, dtype=np.int16)[np.searchsorted(present, strip)]

    def _code(self, number: int) -> int:
        if number == self.nodata:
            return OUTSIDE
        if number not in self._known:
            self._known[number] = len(self.numbers)
            self.numbers.append(number)
        return self._known[number]
