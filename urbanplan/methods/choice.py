"""The choice of people between congested places, in machine code."""

from __future__ import annotations

import numpy as np

from urbanplan.methods.engine.kernel import kernel
from urbanplan.methods.grid_areas import Floats, Ints


@kernel
def choose(
    first: Ints,
    place: Ints,
    travel: Floats,
    room: Floats,
    crowd: Floats,
    load: Floats,
    flow: Floats,
) -> None:
    """Let the people of each origin in turn fill the places in reach to one level; changes `load` and `flow`."""
    for origin in range(len(crowd)):
        begin, end = first[origin], first[origin + 1]
        if begin == end or crowd[origin] <= 0:
            continue
        bare = np.empty(end - begin)
        for row in range(begin, end):
            load[place[row]] = max(load[place[row]] - flow[row], 0.0)
            bare[row - begin] = travel[row] + load[place[row]] / room[place[row]]
        order = np.argsort(bare)
        rooms, weighed, level = 0.0, crowd[origin], np.inf
        for k in order:
            if bare[k] >= level:
                break
            rooms += room[place[begin + k]]
            weighed += room[place[begin + k]] * bare[k]
            level = weighed / rooms
        for row in range(begin, end):
            flow[row] = max(level - bare[row - begin], 0.0) * room[place[row]]
            load[place[row]] += flow[row]
