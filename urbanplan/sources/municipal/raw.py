"""A layer as its file holds it, before anything was done to it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import LayerError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note

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
    notes : list of Note
        Remarks for the quality record.
    unreadable : ndarray of bool, optional
        Rows whose geometry is there and cannot be read; theirs is None.
    """

    table: pd.DataFrame
    geometry: NDArray[np.object_]
    crs: Any
    crs_from: str
    encoding: str
    notes: list[Note] = field(default_factory=list)
    unreadable: NDArray[np.bool_] | None = None


def choose_layer(names: Sequence[str], wanted: str | None, where: str) -> str:
    """Return the layer that was asked for, or the only one there is."""
    if wanted is None:
        if len(names) == 1:
            return names[0]
        raise LayerError(Fault("layers_many", file=where, count=len(names), names=", ".join(names)))
    if wanted in names:
        return wanted
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0)
    raise LayerError(Fault("layer_unknown", file=where, name=wanted, near=near[0], names=", ".join(names)))
