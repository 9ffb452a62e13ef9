"""Types of built density in the plane of coverage and floor area ratio."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from ruamel.yaml import YAML


@cache
def types() -> dict[str, Any]:
    """Return the published polygon of each type, in the order in which they are tried."""
    rows = YAML(typ="safe").load(Path(__file__).with_name("spacemate.yml").read_text(encoding="utf-8"))
    return {row["type"]: shapely.Polygon(row["polygon"]) for row in rows}


def type_of(coverage: ArrayLike, floor_area_ratio: ArrayLike) -> NDArray[np.object_]:
    """Return the type of each pair of coverage (GSI) and floor area ratio (FSI); "" where one is unknown or none fits.

    Examples
    --------
    >>> type_of([0.42, 0.01, 0.25], [1.26, 0.02, 0.3]).tolist()
    ['mid_compact', 'unbuilt', 'low_strip']
    """
    x, y = np.asarray(coverage, dtype=np.float64), np.asarray(floor_area_ratio, dtype=np.float64)
    known = np.isfinite(x) & np.isfinite(y)
    points = shapely.points(np.where(known, x, -1.0), np.where(known, y, -1.0))
    out = np.full(x.shape, "", dtype=object)
    for name, polygon in reversed(types().items()):
        out[shapely.covers(polygon, points) & known] = name
    return out
