"""Datum shifts: which operation leads from one reference system to another, chosen once and named.

Thai maps of before the GPS age are in Indian 1975, for which PROJ's own choice lies some 189 m off; this module
binds it to the parameters of the Royal Thai Survey Department instead, and to a file's own parameters first.
The reasons and the measurements are in docs/adr/0003-datum.md.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from pyproj import CRS, Transformer, network
from pyproj.aoi import AreaOfInterest
from pyproj.crs import BoundCRS
from pyproj.crs.coordinate_operation import ToWGS84Transformation
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from urbanplan.base.errors import NoCrsError
from urbanplan.base.faults import Fault
from urbanplan.base.notes import Note

if TYPE_CHECKING:
    from collections.abc import Iterable

Bounds = tuple[float, float, float, float]

WGS84 = CRS.from_epsg(4326)

RTSD_INDIAN_1975 = (206.0, 837.0, 295.0)
"""Geocentric translation from Indian 1975 to WGS 84 of the Royal Thai Survey Department, in metres."""
RTSD_ACCURACY_M = 3.1
"""How far the published translations for Indian 1975 (EPSG 1154, 1304, 1537) lie from this one at most."""

_EVEREST_RADIUS_M = (6_377_270.0, 6_377_310.0)
_NORMALISED = " (with axis order normalized for visualization)"
_WGS84_RADIUS_M = 6_378_137.0
_SAME_RADIUS_M = 1e-3
_NAMELESS = {"unknown", "unnamed", "", "undefined"}


@dataclass(frozen=True)
class TransformInfo:
    """What was done to the coordinates, for the provenance.

    Attributes
    ----------
    source, target : str
        The two reference systems, as authority code where they have one, else by name.
    operation : str
        The operation in words, as PROJ (or this module) names it.
    pipeline : str
        The same as PROJ strings, one for each leg, in the order in which they were applied.
    accuracy_m : float or None
        The accuracy that the operation claims, in metres; None where nobody states one.
    notes : tuple of Note
        What a careful reader must know: a better operation whose grid is not here, a datum taken as WGS 84.
    """

    source: str
    target: str
    operation: str
    pipeline: str
    accuracy_m: float | None
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the same as plain values for JSON."""
        return {**asdict(self), "notes": [note.to_dict() for note in self.notes]}


def label(crs: CRS) -> str:
    """Return the shortest name of a reference system that a reader can look up."""
    authority = crs.to_authority(min_confidence=100)
    if authority:
        return ":".join(authority)
    return f"an unnamed CRS on {crs.ellipsoid.name}" if crs.name in _NAMELESS else str(crs.name)


def is_everest(crs: CRS) -> bool:
    """Say whether a reference system stands on one of the Everest ellipsoids (old maps of South and South-East Asia)."""
    low, high = _EVEREST_RADIUS_M
    return crs.ellipsoid is not None and low < crs.ellipsoid.semi_major_metre < high


def unbound(crs: CRS) -> CRS:
    """Return the system without the datum shift that a file tied to it."""
    return crs.source_crs if crs.is_bound else crs


def plan(
    source: CRS, target: CRS, bounds: Bounds | None, where: str
) -> tuple[list[Transformer], TransformInfo]:
    """Choose the legs from one system to another: straight where the datum stays, else over WGS 84 and explicit."""
    if source.equals(target, ignore_axis_order=True):
        return [], TransformInfo(label(source), label(target), operation="none", pipeline="", accuracy_m=0.0)
    if _same_datum(source, target):
        steps = [_leg(source, target, bounds, where)]
    else:
        start, start_info = _bind(source, where)
        goal, goal_info = _bind(target, "the target")
        if start.is_bound or goal.is_bound:
            steps = (
                [_leg(start, WGS84, bounds, where, start_info)]
                if not start.equals(WGS84, ignore_axis_order=True)
                else []
            )
            if not goal.equals(WGS84, ignore_axis_order=True):
                steps.append(_leg(WGS84, goal, None, where, goal_info))
        else:
            steps = [_leg(start, goal, bounds, where)]
    accuracies = [info.accuracy_m for _, info in steps]
    known = [value for value in accuracies if value is not None]
    return [leg for leg, _ in steps], TransformInfo(
        source=label(source),
        target=label(target),
        operation=" + ".join(info.operation for _, info in steps),
        pipeline=" | ".join(info.pipeline for _, info in steps),
        accuracy_m=sum(known) if len(known) == len(accuracies) else None,
        notes=tuple(note for _, info in steps for note in info.notes),
    )


def rough_degrees(crs: CRS, x: Any, y: Any) -> tuple[Any, Any]:
    """Return about where on the Earth coordinates lie; a shift of datum of 500 m is left out, and raises for no system.

    Raises
    ------
    CRSError
        If the system can only be left by an operation that it is bound to.
    """
    lon, lat = Transformer.from_crs(unbound(crs), WGS84, always_xy=True).transform(x, y)
    return lon, lat


def _same_datum(source: CRS, target: CRS) -> bool:
    """Tell whether only the projection differs, so that no datum shift (and no choice of one) is needed."""
    if source.is_bound or target.is_bound:
        return False
    one, other = source.geodetic_crs, target.geodetic_crs
    return bool(one is not None and other is not None and one.equals(other, ignore_axis_order=True))


def _bind(crs: CRS, where: str) -> tuple[CRS, tuple[str, float | None] | None]:
    """Tie an Everest system to WGS 84 by explicit parameters; refuse one whose datum nobody names."""
    if crs.is_bound:
        shift = [float(value) for value in crs.coordinate_operation.towgs84]
        if is_everest(crs) and not any(shift):
            raise NoCrsError(Fault("everest_zero_shift", file=where))
        text = ", ".join(f"{value:g}" for value in shift)
        return crs, (f"{label(crs.source_crs)} to WGS 84 by the file's own parameters ({text})", None)
    if not is_everest(crs):
        return crs, None
    datum = str(crs.geodetic_crs.datum.name) if crs.geodetic_crs is not None else ""
    if datum in {"Indian 1975", "D_Indian_1975", "Indian_1975"}:
        shift_crs = ToWGS84Transformation(crs.geodetic_crs, *RTSD_INDIAN_1975)
        bound = BoundCRS(crs, WGS84, shift_crs)
        text = ", ".join(f"{value:g}" for value in RTSD_INDIAN_1975)
        return bound, (f"Indian 1975 to WGS 84, Royal Thai Survey Department ({text})", RTSD_ACCURACY_M)
    if not _names_its_datum(crs):
        raise NoCrsError(Fault("everest_nameless", file=where))
    return crs, None


def _names_its_datum(crs: CRS) -> bool:
    """Tell a true name from PROJ's guess: it takes a nameless Everest system for Indian 1954 (EPSG:23947)."""
    geodetic = crs.geodetic_crs
    code = geodetic.to_epsg() if geodetic is not None else None
    return code is not None and CRS.from_epsg(code).datum.name == geodetic.datum.name


def _leg(
    source: CRS, target: CRS, bounds: Bounds | None, where: str, named: tuple[str, float | None] | None = None
) -> tuple[Transformer, TransformInfo]:
    """Fix one operation between two systems, so that all coordinates go by the same."""
    network.set_network_enabled(active=False)  # the same numbers everywhere: no grids from elsewhere
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            group = TransformerGroup(source, target, always_xy=True, area_of_interest=_area(source, bounds))
            found = group.transformers
        except (ProjError, IndexError):  # another planet, a projection without its parameters
            found = []
    if not found:
        raise NoCrsError(Fault("crs_no_way", file=where, source=label(source), target=label(target)))
    best = found[0]
    notes = [Note("proj_says", {"text": str(item.message)}) for item in caught]
    if "Ballpark" in best.description:
        if any(
            abs(crs.ellipsoid.semi_major_metre - _WGS84_RADIUS_M) > _SAME_RADIUS_M for crs in (source, target)
        ):
            raise NoCrsError(Fault("datum_unplaced", file=where, source=label(source), target=label(target)))
        notes.append(Note("datum_taken", {"source": label(source), "target": label(target)}))
    words = [word for word in best.description.split(" + ") if word != "axis order change (2D)"]
    name, accuracy = named or (" + ".join(words).removesuffix(_NORMALISED), _claimed(best, source, target))
    info = TransformInfo(label(source), label(target), name, best.definition, accuracy, tuple(notes))
    return best, info


def _claimed(operation: Transformer, source: CRS, target: CRS) -> float | None:
    """Return the accuracy that an operation claims, in metres; a map projection on one datum is exact."""
    if operation.accuracy >= 0:
        return float(operation.accuracy)
    datums = [
        crs.geodetic_crs.datum.name for crs in (source, target) if crs.geodetic_crs and crs.geodetic_crs.datum
    ]
    same = len(datums) == 2 and datums[0] == datums[1]  # noqa: PLR2004 - source and target
    return 0.0 if same else None


def _area(source: CRS, bounds: Bounds | None) -> AreaOfInterest | None:
    if bounds is None or source.geodetic_crs is None:
        return None
    try:
        degrees = Transformer.from_crs(unbound(source), source.geodetic_crs, always_xy=True)
        west, south, east, north = degrees.transform_bounds(*bounds, densify_pts=3)
        return AreaOfInterest(west, south, east, north) if finite((west, south, east, north)) else None
    except (
        ProjError,
        ValueError,
    ):  # coordinates that do not belong to the CRS: the extent check says so better
        return None


def finite(bounds: Iterable[float]) -> Bounds | None:
    """Return an extent as four plain numbers, or None where it has none (an empty layer, infinite coordinates)."""
    west, south, east, north = (float(value) for value in bounds)
    return (west, south, east, north) if all(map(isfinite, (west, south, east, north))) else None
