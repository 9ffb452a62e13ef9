"""Find the same thing in two lists: by reference and place, or by name and place, never by name alone."""

from __future__ import annotations

import unicodedata

import pandas as pd
import shapely
from geopandas import GeoDataFrame

NAMES = ("name", "name_en", "name_th", "aliases")
REFERENCES = ("wikidata", "ref")
SAME_REFERENCE_M = 1000.0
"""Two rows of one reference farther apart than this are a mistake of one list, not the same thing."""


def match(first: GeoDataFrame, second: GeoDataFrame, *, max_distance_m: float) -> pd.Series:
    """Find for each row of the second list the row of the first that is the same thing.

    Two rows are the same when they share a reference and lie within `SAME_REFERENCE_M` of each other, or when they
    share a name (in any language, whatever the case and spacing) and lie within `max_distance_m`; rows of different
    Wikidata ids never are. Pairs by reference are made first, then the nearest, and each row is used once.

    Parameters
    ----------
    first, second : GeoDataFrame
        In one projected CRS; names are read from the columns `name`, `name_en`, `name_th`, `aliases` that are there,
        references from `wikidata` and `ref`.
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
    reach = max(max_distance_m, SAME_REFERENCE_M)
    theirs_at, ours_at = near.query(second.geometry.array, predicate="dwithin", distance=reach)
    away = shapely.distance(first.geometry.array[ours_at], second.geometry.array[theirs_at])
    ours, theirs = _names(first), _names(second)
    our_refs, their_refs = _references(first), _references(second)
    candidates = []
    for i, j, metres in zip(ours_at.tolist(), theirs_at.tolist(), away.tolist(), strict=True):
        same = _same_reference(our_refs[i], their_refs[j])
        named = same is None and metres <= max_distance_m and bool(ours[i] & theirs[j])
        if same or named:
            candidates.append((not same, metres, str(first.index[i]), i, j))
    used: set[int] = set()
    for _, _, label, i, j in sorted(candidates):
        if i not in used and found[j] is None:
            found[j] = label
            used.add(i)
    return pd.Series(found, index=second.index, dtype=object)


def _names(frame: GeoDataFrame) -> list[set[str]]:
    columns = [frame[column] for column in NAMES if column in frame]
    return [
        {_folded(part) for text in row if isinstance(text, str) for part in text.split(";") if _folded(part)}
        for row in (zip(*columns, strict=True) if columns else [()] * len(frame))
    ]


def _references(frame: GeoDataFrame) -> list[tuple[str, ...]]:
    """Return the references of each row, in the order of `REFERENCES`; an empty text is none."""
    columns = [frame[name] if name in frame else [None] * len(frame) for name in REFERENCES]
    return [
        tuple(_folded(text) if isinstance(text, str) else "" for text in row)
        for row in zip(*columns, strict=True)
    ]


def _same_reference(one: tuple[str, ...], other: tuple[str, ...]) -> bool | None:
    """Tell whether references are the same; None where they cannot tell, since numbers of two registers are not comparable."""
    if one[0] and other[0]:
        return one[0] == other[0]
    return True if one[1] and one[1] == other[1] else None


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
