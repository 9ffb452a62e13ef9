"""Streets cut where nobody gets through: each side stays what it was, but no way leads on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.model.network import StreetNetwork

if TYPE_CHECKING:
    from urbanplan.methods.modes.slopes import Floats

_AT_END_M = 0.01
"""What stands closer to the end of an edge stands at its node."""


class Streets(NamedTuple):
    """Edges while they are worked on: ends, opened directions, metres, seconds, drawing, and the row of their tags.

    Attributes
    ----------
    u, v : ndarray of int64
        Node numbers; those from `len(x)` of the network on are new.
    forward, backward : ndarray of bool
        Open directions.
    length, seconds_forward, seconds_backward : ndarray of float64
        Metres and seconds.
    offsets, xy : ndarray
        Drawings, as in `StreetNetwork`.
    source : ndarray of int64
        Edge of the network that each was part of.
    node : ndarray of int64
        Node of the network that each new node stands at; -1 for one within an edge.
    place : ndarray of float64, shape (new, 2)
        Coordinates of the new nodes.
    """

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    length: Floats
    seconds_forward: Floats
    seconds_backward: Floats
    offsets: NDArray[np.int64]
    xy: Floats
    source: NDArray[np.int64]
    node: NDArray[np.int64]
    place: Floats


def streets_of(
    network: StreetNetwork,
    opened: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    seconds: tuple[Floats, Floats],
) -> Streets:
    """Return the edges of a network with other directions and seconds."""
    return Streets(
        network.edge_u.astype(np.int64), network.edge_v.astype(np.int64), *opened, network.length_m, *seconds,
        network.geom_offsets, network.geom_xy, np.arange(len(network.edge_u)), np.zeros(0, np.int64), np.zeros((0, 2)),
    )  # fmt: skip


def cut(network: StreetNetwork, streets: Streets, edge: NDArray[np.int32], offset: Floats) -> Streets:
    """Cut edges of a network at metres from their first ends.

    Parameters
    ----------
    network : StreetNetwork
        As it is.
    streets : Streets
        Its edges.
    edge, offset : ndarray
        Where to cut.

    Returns
    -------
    Streets
        The part at an edge's first end keeps its number; others follow after all edges. Seconds are shared out by length.
        A cut at the very end of an edge takes it off its node.
    """
    if not len(edge):
        return streets
    n = len(network.node_id)
    u, v = streets.u.copy(), streets.v.copy()
    nodes: list[int] = []
    places: list[NDArray[np.float64]] = []
    parts: list[tuple[int, int, int, float, NDArray[np.float64]]] = []
    kept: dict[int, tuple[float, NDArray[np.float64]]] = {}

    def new_node(at: int, place: NDArray[np.float64]) -> int:
        nodes.append(at)
        places.append(place)
        return n + len(nodes) - 1

    for number in np.unique(edge).tolist():
        length = float(streets.length[number])
        line = streets.xy[streets.offsets[number] : streets.offsets[number + 1]]
        cuts = np.unique(offset[edge == number])
        if cuts[0] <= _AT_END_M:
            u[number] = new_node(int(streets.u[number]), line[0])
        if cuts[-1] >= length - _AT_END_M:
            v[number] = new_node(int(streets.v[number]), line[-1])
        inner = cuts[(cuts > _AT_END_M) & (cuts < length - _AT_END_M)]
        if not len(inner):
            continue
        pieces = _split(line, inner / length)
        kept[number] = (float(inner[0]), pieces[0])
        end, last = int(v[number]), int(v[number])
        v[number] = new_node(-1, pieces[0][-1])
        for step, piece in enumerate(pieces[1:]):
            begin = new_node(-1, piece[0])
            final = step == len(pieces) - 2
            end = last if final else new_node(-1, piece[-1])
            stop = length if final else float(inner[step + 1])
            parts.append((number, begin, end, stop - float(inner[step]), piece))
    return _joined(streets._replace(u=u, v=v), kept, parts, nodes, places)


def _split(line: Floats, shares: Floats) -> list[Floats]:
    """Return the parts of a drawing between shares of its length."""
    step = np.append(0.0, np.hypot(*np.diff(line, axis=0).T))
    through = np.cumsum(step)
    wanted = shares * through[-1]
    points = np.stack([np.interp(wanted, through, line[:, axis]) for axis in (0, 1)], axis=1)
    limits = np.concatenate([[0.0], wanted, [through[-1]]])
    out = []
    for part in range(len(limits) - 1):
        between = (through > limits[part] + 1e-6) & (through < limits[part + 1] - 1e-6)
        first = line[0] if part == 0 else points[part - 1]
        last = line[-1] if part == len(points) else points[part]
        out.append(np.concatenate([[first], line[between], [last]]))
    return out


def _joined(
    streets: Streets,
    kept: dict[int, tuple[float, Floats]],
    parts: list[tuple[int, int, int, float, Floats]],
    nodes: list[int],
    places: list[Floats],
) -> Streets:
    """Put shortened edges in their places and the other parts behind."""
    source = np.concatenate([streets.source, streets.source[[part[0] for part in parts]]]).astype(np.int64)
    length = np.concatenate([streets.length, [part[3] for part in parts]])
    for number, (metres, _) in kept.items():
        length[number] = metres
    whole = np.concatenate([streets.length, streets.length[[part[0] for part in parts]]])
    share = np.where(whole > 0, length / np.where(whole > 0, whole, 1.0), 1.0)
    again = np.concatenate([np.arange(len(streets.u)), np.array([part[0] for part in parts], dtype=np.int64)])
    lines = [
        kept[number][1]
        if number in kept
        else streets.xy[streets.offsets[number] : streets.offsets[number + 1]]
        for number in range(len(streets.u))
    ] + [part[4] for part in parts]
    return streets._replace(
        u=np.concatenate([streets.u, np.array([part[1] for part in parts], dtype=np.int64)]),
        v=np.concatenate([streets.v, np.array([part[2] for part in parts], dtype=np.int64)]),
        forward=streets.forward[again],
        backward=streets.backward[again],
        length=length,
        seconds_forward=streets.seconds_forward[again] * share,
        seconds_backward=streets.seconds_backward[again] * share,
        offsets=np.append(0, np.cumsum([len(line) for line in lines])).astype(np.int64),
        xy=np.concatenate(lines),
        source=source,
        node=np.array(nodes, dtype=np.int64),
        place=np.array(places, dtype=np.float64).reshape(-1, 2),
    )


def assembled(network: StreetNetwork, streets: Streets) -> StreetNetwork:
    """Return a network of edges that were worked on; its details have done their work and are left behind.

    New nodes have ids below all others, the last one the lowest, so that every node of the network moves up by their number.
    """
    fresh = len(streets.node)
    lowest = min(int(network.node_id.min(initial=0)), 0)
    tags = network.tags.iloc[streets.source].reset_index(drop=True)
    return StreetNetwork.assemble(
        mode=network.mode,
        crs=network.crs,
        node_id=np.concatenate([network.node_id, lowest - 1 - np.arange(fresh)]),
        node_x=np.concatenate([network.node_x, streets.place[:, 0]]),
        node_y=np.concatenate([network.node_y, streets.place[:, 1]]),
        edge_u=streets.u,
        edge_v=streets.v,
        forward=streets.forward,
        backward=streets.backward,
        lines=(streets.offsets, streets.xy),
        length_m=streets.length,
        seconds_forward=streets.seconds_forward,
        seconds_backward=streets.seconds_backward,
        tags=tags,
        surroundings=network.surroundings,
    )
