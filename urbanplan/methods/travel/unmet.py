"""What no street leads to, and why: too far away, cut off, or on streets that lead nowhere else."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import InputError
from urbanplan.methods.grid_areas import Floats, Ints
from urbanplan.methods.travel.doors import Doors
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason


class Unmet(NamedTuple):
    """Origins or places that cannot be reached from the rest of the city, one entry each.

    Attributes
    ----------
    row : ndarray of int64
        Which of them, ascending.
    reason : ndarray of str
        "off_network": no street is near enough. "cut_off": what `across` names lies before every near one. "disconnected": the
        street is part of a network of its own.
    across : ndarray of str
        What lies before the nearest street: water, rail, motorway, several with ";" between; empty where nothing does.
    away_m : ndarray of float64
        Metres straight to the nearest street, whatever lies between; NaN where there is no street at all.
    part : ndarray of int64
        Number of the connected part of the network (`StreetNetwork.component`) that it lies on; -1 where it meets no street.
    part_m : ndarray of float64
        Length of all streets of that part, in metres; NaN where it meets no street.
    """

    row: Ints
    reason: NDArray[np.object_]
    across: NDArray[np.object_]
    away_m: Floats
    part: Ints
    part_m: Floats

    def take(self, rows: Ints) -> Unmet:
        """Return some of the entries."""
        return Unmet(
            self.row[rows], self.reason[rows], self.across[rows], self.away_m[rows], self.part[rows], self.part_m[rows]
        )  # fmt: skip

    def columns(self) -> dict[str, Any]:
        """Return what listings tell of them: codes, metres, and kilometres of street of their part of the network."""
        part = [None if number < 0 else str(number) for number in self.part.tolist()]
        return {
            "unreached": self.reason,
            "across": self.across,
            "away_m": self.away_m,
            "part": np.array(part, dtype=object),
            "part_km": self.part_m / 1000,
        }


def unmet(
    network: StreetNetwork, shapes: NDArray[np.object_], doors: Doors, *, own_part_share: float
) -> Unmet:
    """Find which origins or places cannot be reached from the rest of the city, and why.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    shapes : ndarray of geometries, shape (owners,)
        Origins or places.
    doors : Doors
        Where they meet the streets.
    own_part_share : float
        A part of the network that holds at least this share (0-1) of the length of all streets is a town of its own, and
        nothing in it is disconnected.

    Raises
    ------
    InputError
        If the share is not between 0 and 1.
    """
    if not 0 <= own_part_share <= 1:
        raise InputError(f"own_part_share must be a share from 0 to 1, not {own_part_share}")
    count = len(shapes)
    part, away = np.full(count, len(network.component_sizes), dtype=np.int64), np.full(count, np.inf)
    np.minimum.at(part, doors.of, network.component[network.edge_u[doors.edge]])
    np.minimum.at(away, doors.of, doors.distance_m)
    met = np.isfinite(away)
    # parts are numbered by their junctions; what counts here is how far one gets in them
    lengths = np.bincount(
        network.component[network.edge_u], weights=network.length_m, minlength=len(network.component_sizes)
    )
    part_m = np.append(lengths, np.nan)[part]
    with_few = met & (part_m < own_part_share * lengths.sum()) & (part_m < lengths.max(initial=0.0))
    row = np.flatnonzero(~met | with_few)
    lost = np.flatnonzero(~met)
    away[lost] = np.nan
    if len(network.edge_u) and len(lost):
        (at, _), metres = network.tree.query_nearest(shapes[lost], return_distance=True, all_matches=False)
        away[lost[at]] = metres
    reason = np.where(with_few, Reason.DISCONNECTED.value, doors.reason).astype(object)
    across = np.where(met, "", doors.across).astype(object)
    return Unmet(row, reason[row], across[row], away[row], np.where(met, part, -1)[row], part_m[row])
