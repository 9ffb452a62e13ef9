"""Walks of people to places, and the streets that they run along."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from urbanplan.base.errors import InputError
from urbanplan.methods.decay import Decay
from urbanplan.methods.grid_areas import Floats
from urbanplan.methods.street_centrality import Ways, told_ways
from urbanplan.methods.travel import engine_of
from urbanplan.methods.travel.doors import Doors
from urbanplan.model.network import StreetNetwork


def walks(
    network: StreetNetwork,
    people: ArrayLike,
    places: ArrayLike,
    *,
    radius_m: float,
    decay: Decay | None = None,
    samples: int = 0,
) -> Ways:
    r"""Send everybody once to the places within reach, the nearer the likelier, and count who passes where.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    people, places : array_like of float, shape (n,)
        People and places at each node of the network.
    radius_m : float
        How far people walk.
    decay : Decay, optional
        How much likelier a near place is than a far one (f); by default each is as likely as the other.
    samples : int
        Nodes drawn at random to set out from; 0 for all.

    Returns
    -------
    Ways
        People: :math:`\sum_i P_i \sum_j \frac{O_j f(d_{ij})}{\sum_{k: d_{ik} \le r} O_k f(d_{ik})} [\text{the way from } i
        \text{ to } j \text{ runs along}]`. Who reaches nothing, or stands at the only place, walks nowhere.
    """
    from urbanplan.methods.engine import betweenness, metric_graph  # noqa: PLC0415  (a second to import)

    leaving, drawing = np.asarray(people, dtype=np.float64), np.asarray(places, dtype=np.float64)
    if leaving.shape != (len(network.node_id),):
        raise InputError(f"people must be told for each of the {len(network.node_id)} nodes of the network")
    if not len(network.edge_u):
        return Ways(*np.empty((3, 0)))
    found = betweenness(
        metric_graph(engine_of(network)), weights_from=leaving, weights_to=drawing, limit=radius_m,
        samples=samples or None, most=float(leaving.max(initial=0.0)), decay=decay, divided=True,
    )  # fmt: skip
    return told_ways(network, found.on_edge, found.edge_bound)


def at_junctions(network: StreetNetwork, doors: Doors, weights: ArrayLike) -> Floats:
    """Bring what stands at origins or places to the nearer ends of their streets; several doors share it equally.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    doors : Doors
        Where origins or places meet them; what has no door is left out.
    weights : array_like of float, shape (owners,)
        What stands at each.

    Returns
    -------
    ndarray of float64, shape (n,)
        At each node of the network.
    """
    stands = np.asarray(weights, dtype=np.float64)
    shares = stands / np.maximum(np.bincount(doors.of, minlength=len(stands)), 1)
    early = doors.offset_m * 2 <= network.length_m[doors.edge]
    node = np.where(early, network.edge_u[doors.edge], network.edge_v[doors.edge])
    summed = np.bincount(node, weights=shares[doors.of], minlength=len(network.node_id))
    return summed.astype(np.float64)
