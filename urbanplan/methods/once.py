"""What several metrics of one city ask for one after the other is worked out once: the last answer is kept, by a digest of what it is of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

T = TypeVar("T")


class Last(Generic[T]):
    """The answer that was worked out last.

    Examples
    --------
    >>> last, asked = Last[int](), []
    >>> [last.of(key, lambda: asked.append(1) or len(asked)) for key in ("a", "a", "b", "a")]
    [1, 1, 2, 3]
    """

    def __init__(self) -> None:
        self._kept: tuple[str, T] | None = None

    def of(self, key: str, make: Callable[[], T]) -> T:
        """Return the answer of this key: that of the last call where it was of the same, else a new one.

        The old answer is let go before the new one is made: two large ones may not fit beside each other.
        """
        if self._kept is None or self._kept[0] != key:
            self._kept = None
            self._kept = key, make()
        return self._kept[1]


def digest_of(
    about: object, tables: Iterable[GeoDataFrame | None] = (), arrays: Iterable[NDArray[np.float64]] = ()
) -> str:
    """Return a digest of plain values, of every cell of tables with their index and geometry, and of numbers."""
    digest = hashlib.blake2b(repr(about).encode())
    for values in arrays:
        digest.update(np.ascontiguousarray(values, dtype=np.float64).tobytes())
    for table in tables:
        if table is None:
            digest.update(b"none")
            continue
        digest.update(b"".join(table.geometry.to_wkb()))
        for column in table.columns.drop(table.geometry.name):
            digest.update(repr(column).encode() + repr(table[column].tolist()).encode())
        digest.update(repr(table.index.tolist()).encode())
    return digest.hexdigest()
