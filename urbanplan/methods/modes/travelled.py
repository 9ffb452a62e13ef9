"""A street network as it is travelled: the seconds of every street both ways, closures, cuts and turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.modes.cutting import Streets, assembled, cut, streets_of
from urbanplan.methods.modes.delays import closures, delay_seconds, delays_of
from urbanplan.methods.modes.slopes import EFFORT_FLAT_J_KG_M, Floats, minetti, slope_means, tobler
from urbanplan.methods.modes.speeds import Speeds, kind_speeds, speeds_of
from urbanplan.methods.modes.stress import CALM, MOST, stress_of
from urbanplan.methods.modes.turning import turned
from urbanplan.model.network.details import StreetDetails, plain_details

if TYPE_CHECKING:
    from urbanplan.model.network import StreetNetwork

SLOPES = ("tobler", "minetti", "flat")
_Both = tuple[Floats, Floats]


def travelled(
    network: StreetNetwork,
    *,
    speeds_kmh: Speeds | float | None = None,
    slopes: str = "tobler",
    delays_s: Mapping[str, float] | None = None,
    max_stress: int | None = None,
    push_kmh: float | None = None,
    step_free: bool = False,
    turn_s: float = 0.0,
) -> StreetNetwork:
    """Return a network with the costs of travel that somebody assumes.

    Parameters
    ----------
    network : StreetNetwork
        As `prepare` or `read_osm` made it. Of a network without details (from osmnx, say) every edge is of one kind, and
        nothing is met on it.
    speeds_kmh : mapping or float, optional
        Speeds by `highway` in place of `SPEEDS_KMH` of the mode, or one for all; see `speeds_of`.
    slopes : str
        tobler: walking slows down on slopes (where heights are known); minetti: walking keeps its effort, so that time grows
        as effort does; flat: slopes do not matter. Only those who walk heed it.
    delays_s : mapping, optional
        Seconds at what is met, in place of `DELAYS_S` of the mode; infinite closes the way there.
    max_stress : int, optional
        Cycling only where stress is at most this (1 to 4); by default everywhere.
    push_kmh : float, optional
        Speed at which a bicycle is pushed where stress is too great; by default it is not pushed.
    step_free : bool
        Whether stairs, and what is tagged `wheelchair=no`, are closed: for wheelchairs, prams and trolleys.
    turn_s : float
        Seconds of a full turn at a junction; going straight on costs next to nothing, turning across the oncoming traffic more
        than the other way. 0 makes turning free; what is forbidden stays forbidden.

    Returns
    -------
    StreetNetwork
        Seconds both ways; streets cut where nobody gets through; forbidden turns. Edges keep their numbers; parts of streets
        that were cut, and twins of streets by way of which turns are forbidden, follow after them. It has no details left.

    Raises
    ------
    InputError
        If an assumption cannot be meant, or does not go with the mode.
    """
    _check(network.mode, slopes, max_stress, push_kmh, turn_s)
    details = network.details or plain_details(network.tags, network.length_m)
    delays = delays_of(network.mode, delays_s)
    seconds = _piece_seconds(network, details, speeds_of(network.mode, speeds_kmh), slopes)
    opened = (network.forward.copy(), network.backward.copy())
    if max_stress is not None:
        seconds, opened = _calm(network, details, seconds, opened, max_stress, push_kmh)
    if step_free:
        shut = _with_steps(details, len(network.edge_u))
        opened = (opened[0] & ~shut, opened[1] & ~shut)
    lost = delay_seconds(details, delays, len(network.edge_u))
    seconds = (seconds[0] + lost[0], seconds[1] + lost[1])
    streets = cut(network, streets_of(network, opened, seconds), *closures(details, delays))
    return _with_turns(network, details, streets, turn_s)


def _check(mode: str, slopes: str, max_stress: int | None, push_kmh: float | None, turn_s: float) -> None:
    if slopes not in SLOPES:
        raise InputError(f"slopes are {', '.join(SLOPES)}, not {slopes!r}")
    if (max_stress is not None or push_kmh is not None) and mode != "bike":
        raise InputError(f"max_stress and push_kmh are for bicycles, but this network is for the mode {mode}")
    if max_stress is not None and max_stress not in range(CALM, MOST + 1):
        raise InputError(f"max_stress is a level of traffic stress, 1 to 4, not {max_stress}")
    if push_kmh is not None and not push_kmh > 0:
        raise InputError(f"push_kmh must be above zero, not {push_kmh}")
    if not (np.isfinite(turn_s) and turn_s >= 0):
        raise InputError(f"turn_s must be zero or more seconds, not {turn_s}")


def _sums(details: StreetDetails, values: Floats, edges: int) -> Floats:
    return np.bincount(details.piece_edge, weights=values, minlength=edges).astype(np.float64)


def _either_way(details: StreetDetails, drawn: Floats, against: Floats) -> _Both:
    """Return what kinds of street say by the direction in which they are drawn, for pieces from u to v and from v to u."""
    one, other = drawn[details.piece_kind], against[details.piece_kind]
    return np.where(details.piece_against, other, one), np.where(details.piece_against, one, other)


def _piece_seconds(network: StreetNetwork, details: StreetDetails, speeds: Speeds, slopes: str) -> _Both:
    """Return the seconds of each edge both ways, by kind of street and slope."""
    m = len(network.edge_u)
    pace = _either_way(details, *kind_speeds(details.kinds, speeds))
    each = [details.piece_length_m / side for side in pace]
    if network.mode != "walk" or slopes == "flat":
        return _sums(details, each[0], m), _sums(details, each[1], m)
    law = tobler if slopes == "tobler" else minetti
    means = slope_means(details, network.length_m, law)
    # stairs are slow because they are steep: their slope is in their speed already
    stairs = (details.kinds["highway"] == "steps").to_numpy(dtype=bool)[details.piece_kind]
    out = []
    for side, mean in zip(each, means, strict=True):
        factor = 1 / mean if slopes == "tobler" else mean / EFFORT_FLAT_J_KG_M
        level = _sums(details, np.where(stairs, 0.0, side), m)
        out.append(
            _sums(details, np.where(stairs, side, 0.0), m)
            + level * np.where(np.isfinite(factor), factor, 1.0)
        )
    return out[0], out[1]


def _calm(
    network: StreetNetwork,
    details: StreetDetails,
    seconds: _Both,
    opened: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    max_stress: int,
    push_kmh: float | None,
) -> tuple[_Both, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Close what is too stressful in each direction, or push the bicycle along it."""
    m = len(network.edge_u)
    levels = _either_way(
        details, *(side.astype(np.float64) for side in stress_of(details.kinds, details.driving_side))
    )
    too_much = [side > max_stress for side in levels]
    if push_kmh is None:
        shut = [_sums(details, side.astype(np.float64), m) > 0 for side in too_much]
        return seconds, (opened[0] & ~shut[0], opened[1] & ~shut[1])
    slow = [np.where(side, details.piece_length_m, 0.0) for side in too_much]
    whole = np.maximum(_sums(details, details.piece_length_m, m), 1e-9)
    pushed = []
    for side, ridden in zip(slow, seconds, strict=True):
        metres = _sums(details, side, m)
        pushed.append(ridden * (1 - metres / whole) + metres / (push_kmh / 3.6))
    return (pushed[0], pushed[1]), opened


def _with_steps(details: StreetDetails, edges: int) -> NDArray[np.bool_]:
    """Say which edges cannot be travelled on wheels."""
    kinds = details.kinds
    lifted = kinds["wheelchair"].isin(["yes", "designated", "limited"])
    steep = (kinds["highway"].isin(["steps", "escalator"]) & ~lifted) | (kinds["wheelchair"] == "no")
    out = np.zeros(edges, dtype=bool)
    out[details.piece_edge[steep.to_numpy(dtype=bool)[details.piece_kind]]] = True
    return out


def _with_turns(
    network: StreetNetwork, details: StreetDetails, streets: Streets, turn_s: float
) -> StreetNetwork:
    """Put the edges together again, with turns and twins."""
    bans = _bans_after(details, network, streets)
    found = turned(
        (streets.u, streets.v),
        (streets.forward, streets.backward),
        _bearings(streets),
        bans,
        turn_s=turn_s,
        driving_side=details.driving_side,
    )
    fresh = len(streets.node)
    made = assembled(network, _with_twins(streets, found.twin_of, found.twin_against))
    turns = None
    if found.turns is not None:
        node = np.where(found.turns.node < len(network.node_id), found.turns.node + fresh, -1)
        own = len(network.node_id) + fresh - 1 - found.turns.node
        twins = np.arange(len(streets.u), len(streets.u) + len(found.twin_of))
        turns = found.turns._replace(node=np.where(node >= 0, node, own), twin=twins, twin_of=found.twin_of)
    return replace(made, turns=turns)


def _bans_after(
    details: StreetDetails, network: StreetNetwork, streets: Streets
) -> list[tuple[int, tuple[int, ...]]]:
    """Return the bans that still can be broken: those whose edges were not cut, or only elsewhere."""
    if not len(details.ban_node):
        return []
    m = len(network.edge_u)
    at_end = np.arange(m)
    at_end[streets.source[m:]] = np.arange(m, len(streets.u))
    was = network.edge_v.tolist()
    out = []
    for node, edges in zip(details.ban_node.tolist(), details.bans(), strict=True):
        first = int(at_end[edges[0]]) if was[edges[0]] == node else edges[0]
        last = edges[-1]
        if len(edges) > 1:
            before = node
            for edge in edges[1:-1]:
                before = (
                    int(network.edge_v[edge]) if network.edge_u[edge] == before else int(network.edge_u[edge])
                )
            last = edges[-1] if network.edge_u[edges[-1]] == before else int(at_end[edges[-1]])
        if any(at_end[edge] != edge for edge in edges[1:-1]):
            continue
        out.append((node, (first, *edges[1:-1], last)))
    return out


def _with_twins(streets: Streets, twin_of: NDArray[np.int64], against: NDArray[np.bool_]) -> Streets:
    if not len(twin_of):
        return streets
    again = np.concatenate([np.arange(len(streets.u)), twin_of])
    lines = [streets.xy[streets.offsets[edge] : streets.offsets[edge + 1]] for edge in twin_of.tolist()]
    ends = streets.offsets[-1] + np.cumsum([len(line) for line in lines])
    return streets._replace(
        u=streets.u[again],
        v=streets.v[again],
        forward=np.concatenate([streets.forward, ~against]),
        backward=np.concatenate([streets.backward, against]),
        length=streets.length[again],
        seconds_forward=streets.seconds_forward[again],
        seconds_backward=streets.seconds_backward[again],
        offsets=np.concatenate([streets.offsets, ends]).astype(np.int64),
        xy=np.concatenate([streets.xy, *lines]),
        source=streets.source[again],
    )


def _bearings(streets: Streets) -> _Both:
    """Return the direction in which each edge leaves its ends, in radians."""
    if len(streets.offsets) == 1:
        return np.zeros(0), np.zeros(0)
    begin, end = streets.offsets[:-1], streets.offsets[1:]
    out = streets.xy[begin + 1] - streets.xy[begin]
    home = streets.xy[end - 2] - streets.xy[end - 1]
    return np.arctan2(out[:, 1], out[:, 0]), np.arctan2(home[:, 1], home[:, 0])
