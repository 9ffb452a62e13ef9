"""Open, citable evidence for cities; the names here are all that a notebook or a script needs.

`import urbanplan as up` costs nothing: each name is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan import report
    from urbanplan.methods.travel.network import TravelNetwork as StreetNetwork
    from urbanplan.model.city import City
    from urbanplan.model.city_file import read_city
    from urbanplan.model.results import Results
    from urbanplan.study.area import StudyArea
    from urbanplan.study.collect import collect
    from urbanplan.study.compute import compute
    from urbanplan.study.dossier import add_dossier
    from urbanplan.study.prepare import prepare

__version__ = "0.1.0"

__all__ = [
    "City",
    "Results",
    "StreetNetwork",
    "StudyArea",
    "add_dossier",
    "collect",
    "compute",
    "prepare",
    "read_city",
    "report",
]

_HOMES = {
    "City": "urbanplan.model.city",
    "Results": "urbanplan.model.results",
    "StreetNetwork": "urbanplan.methods.travel.network:TravelNetwork",
    "StudyArea": "urbanplan.study.area",
    "add_dossier": "urbanplan.study.dossier",
    "collect": "urbanplan.study.collect",
    "compute": "urbanplan.study.compute",
    "prepare": "urbanplan.study.prepare",
    "read_city": "urbanplan.model.city_file",
}


def __getattr__(name: str) -> Any:
    """Load a name of the face when it is first asked for."""
    if name == "report":
        return importlib.import_module("urbanplan.report")
    if name not in _HOMES:
        raise AttributeError(f"module 'urbanplan' has no attribute {name!r}")
    module, _, own_name = _HOMES[name].partition(":")
    value = getattr(importlib.import_module(module), own_name or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the names of the face."""
    return sorted({*globals(), *__all__})
