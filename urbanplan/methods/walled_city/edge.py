"""The edge of a moat, metre by metre: open water, a way beside it, built against, or no water any more."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Floats, Shapes

EDGE_STEP_M = 2.0
_WET_M = 3.0
"""Water this near the line is at it: the line of a closed gap runs straight from bank to bank."""


class Stretch(NamedTuple):
    """A part of the edge in one state.

    Attributes
    ----------
    state : str
        gap (no water), built (a building stands at or over the edge), accessible (a way beside open water), open, or not_mapped.
    line : LineString
        Where.
    length_m : float
        How long.
    """

    state: str
    line: Any
    length_m: float


def stretches(
    ring: Any, water: Any, ways: Shapes, buildings: Shapes, unknown: Any, *, access_m: float, built_m: float
) -> list[Stretch]:
    """Divide the edge of a moat into stretches, in the direction of the ring, as long as they go on.

    Parameters
    ----------
    ring : LinearRing
        Edge of the moat with its gaps closed.
    water : Polygon or MultiPolygon
        The moat as it is mapped.
    ways, buildings : ndarray of geometries
        Streets and paths open on foot; footprints.
    unknown : Polygon or MultiPolygon
        Where ways or buildings are not mapped completely: there a stretch of water has no other state than that.
    access_m, built_m : float
        How near a way makes the edge accessible, and a building makes it built.
    """
    count = max(4, round(ring.length / EDGE_STEP_M))
    step = ring.length / count
    spots = shapely.line_interpolate_point(ring, (np.arange(count) + 0.5) * step)
    state = np.full(count, "open", dtype=object)
    state[_near(spots, ways, access_m)] = "accessible"
    state[_near(spots, buildings, built_m)] = "built"
    shapely.prepare(unknown)
    state[(state != "built") & shapely.intersects(unknown, spots)] = "not_mapped"
    state[~shapely.dwithin(spots, water, _WET_M)] = "gap"
    return _runs(ring, state, step)


def _near(spots: Shapes, things: Shapes, reach_m: float) -> NDArray[np.bool_]:
    out = np.zeros(len(spots), dtype=bool)
    if len(things):
        out[shapely.STRtree(things).query(spots, predicate="dwithin", distance=reach_m)[0]] = True
    return out


def _runs(ring: Any, state: NDArray[np.object_], step: float) -> list[Stretch]:
    """Join neighbours in one state; the ring has no beginning, so that the last may go on in the first."""
    turns = np.flatnonzero(state != np.roll(state, 1))
    if not len(turns):
        return [Stretch(str(state[0]), shapely.LineString(ring), float(ring.length))]
    length = np.diff(np.append(turns, turns[0] + len(state)))
    return [
        Stretch(str(state[begin]), _part(ring, begin * step, (begin + many) * step), float(many * step))
        for begin, many in zip(turns.tolist(), length.tolist(), strict=True)
    ]


def _part(ring: Any, begin_m: float, end_m: float) -> Any:
    """Return the part of a ring between two distances along it; the end may lie beyond the beginning."""
    line = shapely.LineString(ring)
    if end_m <= line.length:
        return _between(line, begin_m, end_m)
    first, second = _between(line, begin_m, line.length), _between(line, 0.0, end_m - line.length)
    xy: Floats = np.concatenate([shapely.get_coordinates(first), shapely.get_coordinates(second)[1:]])
    return shapely.LineString(xy)


def _between(line: Any, begin_m: float, end_m: float) -> Any:
    xy = shapely.get_coordinates(line)
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [begin_m, end_m]))
    within = (at > begin_m) & (at < end_m)
    return shapely.LineString(np.concatenate([ends[:1], xy[within], ends[1:]]))
