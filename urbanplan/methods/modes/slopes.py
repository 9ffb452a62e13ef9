"""Heights along streets, and what walking on slopes costs: time (Tobler) and effort (Minetti)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.model.network.details import StreetDetails, plain_details

if TYPE_CHECKING:
    import xarray as xr

    from urbanplan.model.network import StreetNetwork

Floats = NDArray[np.float64]

COARSEST_M = 100.0
"""Elevation in larger cells than this says nothing of the slope of a street."""
_SHORTEST_M = 10.0
"""Heights along a street stand no closer than this."""
_STEEPEST = 0.5
"""Slope up to which effort was measured; steeper counts as this."""
_HAIR = 1e-6
EFFORT_FLAT_J_KG_M = 2.5
"""Effort of walking a metre on the flat, in joules a kilogram."""


def tobler(slope: Floats) -> Floats:
    """Return walking speed on a slope as a multiple of that which is used up on the way: 1.2·e^(-3.5·|s+0.05|).

    Examples
    --------
    >>> tobler(np.array([-0.05, 0.0, 0.1])).round(4).tolist()
    [1.2, 1.0073, 0.7099]
    """
    return np.asarray(1.2 * np.exp(-3.5 * np.abs(np.asarray(slope, dtype=np.float64) + 0.05)))


def minetti(slope: Floats) -> Floats:
    """Return the effort of walking a metre on a slope, in joules a kilogram; steeper than 1 in 2 counts as that.

    Examples
    --------
    >>> minetti(np.array([0.0, 0.1, -0.1, 0.9])).round(4).tolist()
    [2.5, 4.8991, 1.1271, 20.7719]
    """
    s = np.clip(np.asarray(slope, dtype=np.float64), -_STEEPEST, _STEEPEST)
    return np.asarray(2.5 + 19.6 * s + 51.9 * s**2 - 76.8 * s**3 - 58.7 * s**4 + 280.5 * s**5)


def cell_of(elevation: xr.DataArray) -> float:
    """Return the side of the cells of an elevation raster in metres, the longer one."""
    return max(abs(float(elevation[axis][1] - elevation[axis][0])) for axis in ("x", "y"))


def drape(
    network: StreetNetwork, elevation: xr.DataArray, *, max_cell_m: float = COARSEST_M
) -> StreetNetwork:
    """Lay a street network over the ground.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    elevation : DataArray
        Metres above sea level on coordinates x and y in the network's CRS; NaN where not known.
    max_cell_m : float
        Larger cells are refused.

    Returns
    -------
    StreetNetwork
        With the heights along each edge in its details. Heights are taken straight between the four cells around. Bridges
        and tunnels do not follow the ground: they run straight between where they leave it, also through junctions on them.

    Raises
    ------
    InputError
        If the raster is too small to tell a slope, or its cells are too large.
    """
    if min(elevation.sizes["x"], elevation.sizes["y"]) < 2:  # noqa: PLR2004  (a slope needs two)
        raise InputError("the elevation has fewer than 2 by 2 cells; no slope can be told from it")
    cell = cell_of(elevation)
    if cell > max_cell_m:
        raise InputError(
            f"the elevation has cells of {cell:,.0f} m: slopes of streets need {max_cell_m:,.0f} m or finer; take another "
            "raster, or leave streets flat"
        )
    details = network.details or plain_details(network.tags, network.length_m)
    start, edge, share = _stations(network.length_m, max(cell, _SHORTEST_M))
    x, y = _places(network, edge, share)
    height = _sampled(elevation, x, y)
    height = _lifted(network, details, height, (start, edge, share))
    made = replace(details, height_start=start, height_m=height.astype(np.float32))
    return replace(network, details=made)


def _stations(length: Floats, step: float) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return where heights are taken: first row of each edge, edge of each row, share of the edge passed there."""
    steps = np.maximum(np.rint(length / step).astype(np.int64), 1)
    start = np.append(0, np.cumsum(steps + 1))
    edge = np.repeat(np.arange(len(length)), steps + 1)
    share = (np.arange(start[-1]) - start[edge]) / steps[edge]
    return start, edge, share


def _places(network: StreetNetwork, edge: NDArray[np.int64], share: Floats) -> tuple[Floats, Floats]:
    """Return the coordinates at shares of the drawings of edges."""
    offsets, xy = network.geom_offsets, network.geom_xy
    if not len(edge):
        return np.zeros(0), np.zeros(0)
    step = np.zeros(len(xy))
    step[1:] = np.hypot(*np.diff(xy, axis=0).T)
    step[offsets[:-1]] = 0.0
    through = np.cumsum(step)
    begin, end = through[offsets[:-1]], through[offsets[1:] - 1]
    # drawings follow each other without a gap in `through`, so that one look finds every place
    wanted = begin[edge] + share * (end - begin)[edge]
    after = np.clip(np.searchsorted(through, wanted), offsets[:-1][edge] + 1, offsets[1:][edge] - 1)
    before = after - 1
    span = through[after] - through[before]
    part = np.clip((wanted - through[before]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
    place = xy[before] + part[:, None] * (xy[after] - xy[before])
    return place[:, 0], place[:, 1]


def _sampled(elevation: xr.DataArray, x: Floats, y: Floats) -> Floats:
    """Return the height between the four cells around each place; NaN where one of them is unknown or beyond the edge."""
    from scipy.interpolate import RegularGridInterpolator  # noqa: PLC0415  (heavy)

    axes: list[Any] = [elevation["y"].to_numpy(), elevation["x"].to_numpy()]
    values = elevation.to_numpy().astype(np.float64)
    for axis in (0, 1):
        if axes[axis][0] > axes[axis][1]:
            axes[axis], values = axes[axis][::-1], np.flip(values, axis)
    between = RegularGridInterpolator(axes, values, bounds_error=False, fill_value=np.nan)
    return np.asarray(between(np.stack([y, x], axis=1)), dtype=np.float64)


def _lifted(
    network: StreetNetwork,
    details: StreetDetails,
    height: Floats,
    stations: tuple[NDArray[np.int64], NDArray[np.int64], Floats],
) -> Floats:
    """Put bridges and tunnels straight between where they leave the ground."""
    start, _, share = stations
    off = off_ground(details)
    if not off.any():
        return height
    begin, end, whole = _spans(details, off, network.length_m)
    first, last = start[:-1], start[1:] - 1
    n = len(network.node_id)
    ends = np.concatenate([network.edge_u, network.edge_v])
    seen = np.concatenate([height[first], height[last]])
    grounded = np.zeros(n, dtype=bool)
    grounded[ends[~np.concatenate([whole, whole])]] = True
    node = np.full(n, np.nan)
    node[ends] = seen
    node = _between(network, node, grounded, whole)
    out = height.copy()
    for number in np.flatnonzero(begin < end).tolist():
        rows = slice(first[number], last[number] + 1)
        place, own = share[rows], out[rows].copy()
        if whole[number]:
            low, high = node[network.edge_u[number]], node[network.edge_v[number]]
        else:
            low, high = np.interp([begin[number], end[number]], place, own)
        over = (place >= begin[number]) & (place <= end[number])
        width = end[number] - begin[number]
        own[over] = low + (high - low) * (place[over] - begin[number]) / width
        out[rows] = own
    return out


def off_ground(details: StreetDetails) -> NDArray[np.bool_]:
    """Say of each piece whether it runs on a bridge or in a tunnel."""
    kinds = details.kinds
    away = (kinds["bridge"].notna() & (kinds["bridge"] != "no")) | (
        kinds["tunnel"].notna() & ~kinds["tunnel"].isin(["no", "building_passage"])
    )
    found: NDArray[np.bool_] = away.to_numpy(dtype=bool)[details.piece_kind]
    return found


def _spans(
    details: StreetDetails, off: NDArray[np.bool_], length: Floats
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the shares of each edge between which it is off the ground, and whether that is all of it."""
    m = len(length)
    through = np.cumsum(details.piece_length_m)
    edge = details.piece_edge.astype(np.int64)
    before = through - details.piece_length_m
    at = np.searchsorted(edge, np.arange(m))
    base = before[np.minimum(at, max(len(before) - 1, 0))]
    total = np.maximum(np.bincount(edge, weights=details.piece_length_m, minlength=m), 1e-9)
    begin, end = np.full(m, np.inf), np.full(m, -np.inf)
    np.minimum.at(begin, edge[off], ((before - base[edge]) / total[edge])[off])
    np.maximum.at(end, edge[off], ((through - base[edge]) / total[edge])[off])
    whole = (begin <= _HAIR) & (end >= 1 - _HAIR)
    return begin, end, whole


def _between(
    network: StreetNetwork, height: Floats, grounded: NDArray[np.bool_], whole: NDArray[np.bool_]
) -> Floats:
    """Give nodes on bridges the height that makes every bridge as straight as it can be between its ends on the ground."""
    from scipy.sparse import coo_matrix, diags  # noqa: PLC0415  (heavy)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415
    from scipy.sparse.linalg import spsolve  # noqa: PLC0415

    n = len(height)
    rows = np.flatnonzero(whole & (network.edge_u != network.edge_v))
    u, v = network.edge_u[rows], network.edge_v[rows]
    held = grounded & np.isfinite(height)
    weight = 1.0 / np.maximum(network.length_m[rows], 0.01)
    links = coo_matrix(
        (np.tile(weight, 2), (np.concatenate([u, v]), np.concatenate([v, u]))), shape=(n, n)
    ).tocsr()
    _, part = connected_components(links, directed=False)
    anchored = np.zeros(int(part.max()) + 1, dtype=bool)
    anchored[part[held]] = True
    loose = np.flatnonzero(~held & anchored[part] & (np.diff(links.indptr) > 0))
    if not len(loose):
        return height
    out = height.copy()
    fixed = np.flatnonzero(held)
    laplace = diags(np.asarray(links.sum(axis=1)).ravel()) - links
    right = -laplace.tocsr()[loose][:, fixed] @ height[fixed]
    out[loose] = spsolve(laplace.tocsr()[loose][:, loose].tocsc(), right)
    return out


def slope_means(details: StreetDetails, length: Floats, law: Any) -> tuple[Floats, Floats]:
    """Return the mean of a law of the slope along each edge, walked from u to v and from v to u; NaN where not known."""
    m = len(length)
    if len(details.height_start) != m + 1:
        return np.full(m, np.nan), np.full(m, np.nan)
    steps = np.diff(details.height_start) - 1
    edge = np.repeat(np.arange(m), steps)
    inner = np.ones(max(len(details.height_m) - 1, 0), dtype=bool)
    inner[details.height_start[1:-1] - 1] = False
    rise = np.diff(details.height_m.astype(np.float64))[inner]
    run = (length / np.maximum(steps, 1))[edge]
    slope = np.where(run > 0, rise / np.where(run > 0, run, 1.0), 0.0)
    sums = [np.bincount(edge, weights=law(side), minlength=m) for side in (slope, -slope)]
    ahead, home = (np.asarray(total / np.maximum(steps, 1), dtype=np.float64) for total in sums)
    return ahead, home


def effort(network: StreetNetwork) -> tuple[Floats, Floats]:
    """Return the effort of walking each edge from u to v, and from v to u, in joules a kilogram of body and load.

    Parameters
    ----------
    network : StreetNetwork
        Streets with heights, as `drape` gives; where they are not known the street counts as flat.

    References
    ----------
    Minetti et al. 2002.
    """
    details = network.details or plain_details(network.tags, network.length_m)
    ahead, home = slope_means(details, network.length_m, minetti)
    return tuple(  # type: ignore[return-value]  # two of them
        np.where(np.isfinite(side), side, EFFORT_FLAT_J_KG_M) * network.length_m for side in (ahead, home)
    )
