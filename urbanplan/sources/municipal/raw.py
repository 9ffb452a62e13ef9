"""A layer as its file holds it, before anything was done to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass
class RawLayer:
    """Attributes and geometries of one layer, side by side, with what its file says of itself.

    Attributes
    ----------
    table : DataFrame
        The attributes, one row a feature, on a plain range.
    geometry : ndarray of geometries
        As many as rows; None where a feature has none.
    crs : object or None
        What the file says its reference system is: anything that pyproj understands.
    crs_from : str
        Where in the file this stands.
    encoding : str
        The encoding of the text, and by what evidence.
    notes : list of str
        Sentences for the quality record.
    """

    table: pd.DataFrame
    geometry: NDArray[np.object_]
    crs: Any
    crs_from: str
    encoding: str
    notes: list[str] = field(default_factory=list)
