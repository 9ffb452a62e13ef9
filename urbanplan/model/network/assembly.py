"""How the arrays of a street network are put together and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.base.crs import check_projected_metres
from urbanplan.base.errors import LayerError
from urbanplan.model.network.details import StreetDetails
from urbanplan.model.network.framed import Columns
from urbanplan.model.network.parts import lowest_joined
from urbanplan.model.network.street_network import StreetNetwork
from urbanplan.model.network.surroundings import Surroundings
from urbanplan.model.network.tagging import SPEED_KMH, TAG_COLUMNS
from urbanplan.model.network.turn_table import TurnTable

if TYPE_CHECKING:
    import pandas as pd


def assemble(
    *,
    mode: str,
    crs: Any,
    node_id: Any,
    node_x: Any,
    node_y: Any,
    edge_u: Any,
    edge_v: Any,
    forward: Any = None,
    backward: Any = None,
    lines: Any = None,
    length_m: Any = None,
    seconds_forward: Any = None,
    seconds_backward: Any = None,
    tags: pd.DataFrame | Columns | None = None,
    details: StreetDetails | None = None,
    surroundings: Surroundings | None = None,
    turns: TurnTable | None = None,
) -> StreetNetwork:
    """Build a network from its nodes and edges; see `StreetNetwork.assemble`."""
    ids = np.asarray(node_id, dtype=np.int64)
    order = np.argsort(ids, kind="stable")
    x, y = np.asarray(node_x, dtype=np.float64), np.asarray(node_y, dtype=np.float64)
    u, v = np.asarray(edge_u, dtype=np.int64), np.asarray(edge_v, dtype=np.int64)
    _check(ids[order], x, y, u, v)
    rank = np.empty(len(ids), dtype=np.int32)
    rank[order] = np.arange(len(ids), dtype=np.int32)
    ids, x, y, tail, head = ids[order], x[order], y[order], rank[u], rank[v]
    m = len(u)
    offsets, xy = _geometry(lines, x, y, tail, head)
    length = _given(length_m, m, "length_m") if length_m is not None else _lengths(offsets, xy)
    onward = np.ones(m, dtype=bool) if forward is None else np.asarray(forward, dtype=bool)
    back = np.ones(m, dtype=bool) if backward is None else np.asarray(backward, dtype=bool)
    pace = 3.6 / SPEED_KMH.get(mode, float("nan"))
    there = _given(seconds_forward, m, "seconds_forward") if seconds_forward is not None else length * pace
    home = _given(seconds_backward, m, "seconds_backward") if seconds_backward is not None else length * pace
    indptr, heads, arc_edge, arc_forward = arcs(len(ids), tail, head, onward, back)
    component, sizes = components(len(ids), tail, head)
    return StreetNetwork(
        mode=mode,
        crs=crs_text(crs),
        node_id=ids,
        node_x=x,
        node_y=y,
        edge_u=tail,
        edge_v=head,
        length_m=length,
        forward=onward,
        backward=back,
        seconds_forward=np.where(onward, there, np.inf),
        seconds_backward=np.where(back, home, np.inf),
        geom_offsets=offsets,
        geom_xy=xy,
        tags=conform_tags(tags, m),
        indptr=indptr,
        heads=heads,
        arc_edge=arc_edge,
        arc_forward=arc_forward,
        component=component,
        component_sizes=sizes,
        details=details,
        surroundings=surroundings,
        turns=turns,
    )


def crs_text(crs: Any) -> str:
    """Return the CRS as text, having checked that it is projected in metres."""
    return str(check_projected_metres(crs, where="the street network").to_string())


def conform_tags(tags: pd.DataFrame | Columns | None, rows: int) -> Any:
    """Return the tags with exactly the columns of `TAG_COLUMNS`, as columns of which a network makes its table."""
    given = {} if tags is None else tags
    sizes = {len(given[name]) for name in given} if isinstance(given, Mapping) else {len(given)}
    for size in sizes - {rows}:
        raise LayerError(f"the street network has {rows} edges but {size} rows of tags")
    columns: dict[str, Any] = {}
    for name, dtype in TAG_COLUMNS.items():
        values = np.asarray(given[name]) if name in given else None
        if dtype == "str":
            columns[name] = np.full(rows, None, dtype=object) if values is None else _text(values, given)
        else:
            kind = np.bool_ if dtype == "bool" else np.float64
            columns[name] = np.zeros(rows, dtype=kind) if values is None else values.astype(kind)
    return columns


def _text(values: NDArray[Any], given: Any) -> NDArray[np.object_]:
    """Return text of which what is unknown is None; tables of pandas say it in other ways too."""
    text = values.astype(object)
    if not isinstance(given, Mapping):
        import pandas as pd  # noqa: PLC0415  (heavy)

        text[pd.isna(text)] = None
    return text


def arcs(
    n: int,
    u: NDArray[np.int32],
    v: NDArray[np.int32],
    forward: NDArray[np.bool_],
    backward: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Return the arcs by the node that they leave: starts by node, heads, edges, whether from u to v."""
    there, back = np.flatnonzero(forward), np.flatnonzero(backward)
    tail = np.concatenate([u[there], v[back]])
    head = np.concatenate([v[there], u[back]])
    edge = np.concatenate([there, back]).astype(np.int32)
    onward = np.arange(len(edge)) < len(there)
    order = np.lexsort((~onward, edge, tail))
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=n), out=indptr[1:])
    return indptr, head[order].astype(np.int32), edge[order], onward[order]


def components(
    n: int, u: NDArray[np.int32], v: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the connected part of each node, the largest first, and the sizes."""
    lowest, label = np.unique(lowest_joined(n, u, v), return_inverse=True)
    sizes = np.bincount(label, minlength=len(lowest))
    order = np.lexsort((lowest, -sizes))
    rank = np.empty(len(lowest), dtype=np.int32)
    rank[order] = np.arange(len(lowest), dtype=np.int32)
    return rank[label], sizes[order].astype(np.int64)


def _check(
    ids: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    u: NDArray[np.int64],
    v: NDArray[np.int64],
) -> None:
    if not len(ids) == len(x) == len(y):
        raise LayerError(f"the street network has {len(ids)} node ids but {len(x)} x and {len(y)} y")
    if len(u) != len(v):
        raise LayerError(f"the street network has {len(u)} starts of edges but {len(v)} ends")
    if len(u) and (min(u.min(), v.min()) < 0 or max(u.max(), v.max()) >= len(ids)):
        raise LayerError(f"an edge of the street network names a node outside 0..{len(ids) - 1}")
    twice = np.flatnonzero(np.diff(ids) == 0)
    if len(twice):
        raise LayerError(f"node {ids[twice[0]]} stands twice in the street network; each id must stand once")
    bad = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(bad):
        raise LayerError(f"a node of the street network has no finite coordinates (row {bad[0]})")


def _geometry(
    lines: Any, x: NDArray[np.float64], y: NDArray[np.float64], u: NDArray[np.int32], v: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    m = len(u)
    if lines is None:
        xy = np.stack([np.stack([x[u], y[u]], axis=1), np.stack([x[v], y[v]], axis=1)], axis=1).reshape(-1, 2)
        return np.arange(m + 1, dtype=np.int64) * 2, xy
    if isinstance(lines, tuple):
        drawn, vertices = np.asarray(lines[0], dtype=np.int64), np.asarray(lines[1], dtype=np.float64)
        if len(drawn) != m + 1 or drawn[-1] != len(vertices) or (np.diff(drawn) <= 1).any():
            raise LayerError("the drawing of the street network does not give each edge two vertices or more")
        return drawn, vertices
    array = np.asarray(lines, dtype=object)
    if len(array) != m:
        raise LayerError(f"the street network has {m} edges but {len(array)} geometries")
    if not (shapely.get_type_id(array) == shapely.GeometryType.LINESTRING).all():
        raise LayerError("every edge of the street network must be drawn by one LineString")
    offsets = np.zeros(m + 1, dtype=np.int64)
    np.cumsum(shapely.get_num_coordinates(array), out=offsets[1:])
    return offsets, shapely.get_coordinates(array)


def _lengths(offsets: NDArray[np.int64], xy: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(offsets) == 1:
        return np.empty(0)
    step = np.zeros(len(xy))
    step[1:] = np.hypot(*np.diff(xy, axis=0).T)
    step[offsets[:-1]] = 0.0
    return np.add.reduceat(step, offsets[:-1])


def _given(values: Any, rows: int, name: str) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (rows,):
        raise LayerError(f"the street network has {rows} edges but {array.size} values of {name}")
    return array
