"""A queue with four children a node: what is nearest comes out first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.methods.engine.kernel import inner


@inner
def push(keys: NDArray[np.int64], size: int, key: int) -> int:
    """Put a key into a heap of `size` keys and return the new size."""
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if keys[above] <= key:
            break
        keys[at] = keys[above]
        at = above
    keys[at] = key
    return size + 1


@inner
def pop(keys: NDArray[np.int64], size: int) -> int:
    """Take the smallest key, `keys[0]`, out of a heap of `size` keys and return the new size."""
    size -= 1
    key = keys[size]
    at = 0
    while True:
        child = (at << 2) + 1
        if child >= size:
            break
        least = child
        smallest = keys[child]
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < smallest:
                smallest = keys[other]
                least = other
        if key <= smallest:
            break
        keys[at] = smallest
        at = least
    keys[at] = key
    return size
