"""Which geometries lie near the area that is read."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.sources.osm.objects import Box


def near(shapes: NDArray[np.object_], box: Box | None) -> NDArray[np.int64]:
    """Return the rows of the geometries whose bounds meet a box: all where there is none."""
    if box is None or not len(shapes):
        return np.arange(len(shapes))
    west, south, east, north = box
    bounds = shapely.bounds(shapes)
    return np.flatnonzero(
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )
