"""Where a table's coordinates stand, told by the names and the values of its columns; and how far apart points lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from geopandas import GeoSeries

from urbanplan.base.crs import to_crs, utm_for
from urbanplan.base.thai_dates import number
from urbanplan.sources.municipal.proposal.evidence import Values
from urbanplan.sources.municipal.proposal.guess import Guess
from urbanplan.sources.municipal.proposal.piece_of_evidence import Evidence
from urbanplan.sources.municipal.proposal.vocabulary import fit, vocabulary

_PAIRS = (("lon", "lat", (-180.0, 180.0), (-90.0, 90.0)), ("x", "y", (100_000.0, 900_000.0), (0.0, 1e7)))
_MOST = 0.8
_REGULAR = 0.05
_NEXT = 1.2
_OF_SQUARES = 5
"""A point of a square grid has itself and four others within so many sides; one of a grid of hexagons has six others."""


def coordinates(columns: Sequence[Values]) -> list[Guess]:
    """Return the two columns that hold coordinates, where their names and values say so."""
    for first, second, easts, norths in _PAIRS:
        found = [_column(columns, ours, bounds) for ours, bounds in ((first, easts), (second, norths))]
        if found[0] is not None and found[1] is not None and found[0].column != found[1].column:
            return [each for each in found if each is not None]
    return []


def _column(columns: Sequence[Values], ours: str, bounds: tuple[float, float]) -> Guess | None:
    best: Guess | None = None
    for values in columns:
        named = fit(values.name, vocabulary().columns[ours])
        if named is None or not values.filled:
            continue
        share = values.share(lambda text: _between(text, bounds))
        if share >= _MOST and (best is None or named.strength > best.strength):
            notes = [
                Evidence("called", {"word": named.word, "ours": ours}),
                Evidence("within", {"percent": round(100 * share), "low": bounds[0], "high": bounds[1]}),
            ]
            best = Guess(ours, values.name, float(named.strength), notes)
    return best


def _between(text: str, bounds: tuple[float, float]) -> bool:
    value = number(text)
    return value is not None and value != 0 and bounds[0] <= value <= bounds[1]


def spacing_m(points: GeoSeries) -> tuple[float, bool] | None:
    """Return how far points lie apart, and whether they are a square grid of that side.

    Parameters
    ----------
    points : GeoSeries
        In any CRS.
    """
    if len(points) <= 1:
        return None
    if points.crs.is_geographic:
        west, south, east, north = points.total_bounds
        points = to_crs(points, utm_for((west + east) / 2, float(np.clip((south + north) / 2, -80, 84))))
    values = points.to_numpy()
    tree = shapely.STRtree(values)
    _, distance = tree.query_nearest(values, exclusive=True, return_distance=True, all_matches=False)
    if not len(distance):
        return None
    middle = float(np.median(distance))
    regular = middle > 0 and bool(np.mean(np.abs(distance / middle - 1) < _REGULAR) > _MOST)
    if regular:
        around, _ = tree.query(values, predicate="dwithin", distance=middle * _NEXT)
        regular = bool(np.median(np.bincount(around)) <= _OF_SQUARES)
    return (float(f"{middle:.3g}"), regular) if middle > 0 else None
