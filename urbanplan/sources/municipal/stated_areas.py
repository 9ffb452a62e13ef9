"""Areas that deeds and notices state, beside those that are drawn: where they differ, one of the two is wrong."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.model.quality import QualityRecord
from urbanplan.sources.municipal.repair import areas_m2

COLUMN = "stated_area_m2"
TOLERANCE = 0.1
"""Share by which a drawn area may differ from the stated one: surveys of title deeds agree far better."""
_NAMED = 5


def compare_areas(frame: GeoDataFrame, record: QualityRecord) -> None:
    """Note how many features are drawn larger or smaller than their papers say.

    Parameters
    ----------
    frame : GeoDataFrame
        The layer in its own CRS, after mending.
    record : QualityRecord
        Takes the note.
    """
    if COLUMN not in frame or frame[COLUMN].isna().all():
        return
    known = frame[frame[COLUMN].notna()]
    stated = known[COLUMN].to_numpy(dtype="float64")
    differs = np.abs(areas_m2(known.geometry, known.crs) - stated) > TOLERANCE * stated
    if differs.any():
        record.note(
            "areas_differ",
            count=int(differs.sum()),
            total=len(known),
            percent=round(100 * TOLERANCE),
            features=", ".join(map(str, known.index[differs][:_NAMED])),
        )
