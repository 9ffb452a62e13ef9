"""Objects that say the same under some keys: what follows from their tags is worked out once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Alike(NamedTuple):
    """What objects say under the keys that count.

    Attributes
    ----------
    code : ndarray of int64, shape (n,)
        For each object a row of `said`.
    said : list of dict
        Tags under these keys; two rows may say the same in another order.
    """

    code: NDArray[np.int64]
    said: list[dict[str, str]]

    @classmethod
    def of(cls, tagged: Iterable[Mapping[str, str]], keys: Collection[str]) -> Alike:
        """Give equal numbers to objects that say the same under the given keys."""
        wanted = frozenset(keys)
        known: dict[tuple[tuple[str, str], ...], int] = {}
        codes = [
            known.setdefault(tuple([pair for pair in tags.items() if pair[0] in wanted]), len(known))
            for tags in tagged
        ]
        return cls(np.array(codes, dtype=np.int64), [dict(pairs) for pairs in known])

    def each(self, what: Callable[[Mapping[str, str]], Any], dtype: DTypeLike) -> NDArray[Any]:
        """Return what follows from the tags of each object."""
        return np.array([what(tags) for tags in self.said], dtype=dtype)[self.code]
