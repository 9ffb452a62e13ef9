"""Warming up: every loop compiled once, on a street of two houses, so that the first question is answered at once."""

from __future__ import annotations

import numpy as np

from urbanplan.methods.decay import linear
from urbanplan.methods.engine.bounded import bounded
from urbanplan.methods.engine.centrality import betweenness, closeness
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.graphs import metric_graph
from urbanplan.methods.engine.matrix import matrix
from urbanplan.methods.engine.nearest import nearest
from urbanplan.methods.engine.pairs import pairs
from urbanplan.methods.engine.reach import reach
from urbanplan.model.network import StreetNetwork


def warm_up() -> None:
    """Compile the loops of the engine, or read them from the cache; about 15 seconds at the first time ever."""
    street = StreetNetwork.assemble(
        mode="walk", crs="EPSG:32647", node_id=[1, 2], node_x=[0.0, 100.0], node_y=[0.0, 0.0], edge_u=[0], edge_v=[1]
    )  # fmt: skip
    engine = Engine.build(street)
    houses = engine.at([0, 0], [20.0, 60.0])
    nearest(engine, houses, houses)
    reach(engine, houses, houses, np.ones(2), cutoffs=[50.0], decays=[linear(end=50.0)])
    matrix(engine, houses, houses)
    pairs(engine, houses, houses, 50.0)
    _ = bounded(engine, houses, 50.0).node_cost
    graph = metric_graph(engine)
    betweenness(graph, radius_m=50.0)
    closeness(graph)
