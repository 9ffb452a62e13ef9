"""The geometry of a walled city: its walls or moat as a rectangle, its gates and corners, the edge of its moat."""

from urbanplan.methods.walled_city.cores import Core, Trace, cores, traces_of
from urbanplan.methods.walled_city.edge import EDGE_STEP_M, Stretch, stretches
from urbanplan.methods.walled_city.fit import SIDES, Fit, fit_sides
from urbanplan.methods.walled_city.places import Kind, kind_of_place

__all__ = [
    "EDGE_STEP_M",
    "SIDES",
    "Core",
    "Fit",
    "Kind",
    "Stretch",
    "Trace",
    "cores",
    "fit_sides",
    "kind_of_place",
    "stretches",
    "traces_of",
]
