"""Find the same thing in two lists: by name and by place together, never by name alone."""

from __future__ import annotations

import unicodedata

import pandas as pd
import shapely
from geopandas import GeoDataFrame

NAMES = ("name", "name_en", "name_th")


def match(first: GeoDataFrame, second: GeoDataFrame, *, max_distance_m: float) -> pd.Series:
    """Find for each row of the second list the row of the first that is the same thing.

    Two rows are the same when they share a name (in any language, whatever the case and spacing) and lie
    within `max_distance_m` of each other; the nearest pairs are made first, and each row is used once.

    Parameters
    ----------
    first, second : GeoDataFrame
        In one projected CRS; names are read from the columns `name`, `name_en`, `name_th` that are there.
    max_distance_m : float
        Largest distance between the geometries, in metres.

    Returns
    -------
    Series
        On the index of `second`: the index of its match in `first`, or None.

    Notes
    -----
    Homonyms are common: three temples of one city may share a name, so that a name alone proves nothing.
    """
    found: list[str | None] = [None] * len(second)
    near = shapely.STRtree(first.geometry.array)
    pairs = near.query(second.geometry.array, predicate="dwithin", distance=max_distance_m)
    ours, theirs = _names(first), _names(second)
    candidates = [
        (shapely.distance(first.geometry.iloc[i], second.geometry.iloc[j]), str(first.index[i]), i, j)
        for j, i in zip(*pairs, strict=True)
        if ours[i] & theirs[j]
    ]
    used: set[int] = set()
    for _, label, i, j in sorted(candidates):
        if i not in used and found[j] is None:
            found[j] = label
            used.add(i)
    return pd.Series(found, index=second.index, dtype=object)


def _names(frame: GeoDataFrame) -> list[set[str]]:
    columns = [frame[column] for column in NAMES if column in frame]
    return [
        {_folded(text) for text in row if isinstance(text, str) and _folded(text)}
        for row in (zip(*columns, strict=True) if columns else [()] * len(frame))
    ]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
