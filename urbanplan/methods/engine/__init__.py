"""The routing engine: exact costs of travel on street networks, from every doorstep at once."""

from urbanplan.methods.engine.bounded import Bounded, Dots, Pieces, bounded
from urbanplan.methods.engine.centrality import Betweenness, Closeness, betweenness, closeness
from urbanplan.methods.engine.engine import Engine
from urbanplan.methods.engine.graphs import Graph, angular_graph, metric_graph
from urbanplan.methods.engine.matrix import matrix
from urbanplan.methods.engine.nearest import Nearest, nearest
from urbanplan.methods.engine.pairs import Pairs, pairs
from urbanplan.methods.engine.paths import Path, path
from urbanplan.methods.engine.positions import Positions
from urbanplan.methods.engine.reach import Reach, reach
from urbanplan.methods.engine.turns import Turns
from urbanplan.methods.engine.warming import warm_up

__all__ = [
    "Betweenness",
    "Bounded",
    "Closeness",
    "Dots",
    "Engine",
    "Graph",
    "Nearest",
    "Pairs",
    "Path",
    "Pieces",
    "Positions",
    "Reach",
    "Turns",
    "angular_graph",
    "betweenness",
    "bounded",
    "closeness",
    "matrix",
    "metric_graph",
    "nearest",
    "pairs",
    "path",
    "reach",
    "warm_up",
]
