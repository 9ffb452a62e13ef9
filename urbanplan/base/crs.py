"""Coordinate reference systems: read, check and change them, by operations that `base.datum` chooses and names."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar

from pyproj import CRS
from pyproj.exceptions import CRSError

from urbanplan.base.datum import WGS84, Bounds, TransformInfo, finite, is_everest, label, plan, unbound
from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.base.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray

    Carry = Callable[
        [NDArray[np.float64], NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]
    ]
    Frame = TypeVar("Frame", GeoDataFrame, GeoSeries)

__all__ = [
    "WGS84",
    "Bounds",
    "TransformInfo",
    "carrier",
    "check_projected_metres",
    "check_true_to_ground",
    "is_everest",
    "label",
    "parse_crs",
    "to_crs",
    "transform_info",
    "transform_points",
    "unbound",
    "utm_for",
]

_METRE_TOLERANCE = 1e-9
_AREA_TOLERANCE, _LENGTH_TOLERANCE = (
    0.02,
    0.05,
)  # Las Palmas in the grid of all Europe has its areas right, lengths 3.8 % off
_UTM_SOUTH, _UTM_NORTH = -80.0, 84.0
_HALF_TURN = 180.0


def parse_crs(value: object, *, where: str = "the layer") -> CRS:
    """Read a reference system from a code, a WKT text or another library's object.

    Parameters
    ----------
    value : object
        Anything that pyproj understands: "EPSG:32647", WKT, a `pyproj.CRS`.
    where : str
        What the sentence of an error calls the thing that has this CRS.

    Raises
    ------
    NoCrsError
        If there is none, it cannot be understood, or it is neither geographic nor projected.
    """
    if value is None:
        raise NoCrsError(Fault("crs_none", file=where))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PROJ grumbles about old ways of writing, and reads them
            crs = CRS.from_user_input(value)
    except CRSError as error:
        raise NoCrsError(Fault("crs_unknown", file=where, value=str(value)[:80])) from error
    if not (crs.is_projected or crs.is_geographic):
        raise NoCrsError(Fault("crs_untied", file=where, crs=label(crs)))
    return crs


def check_projected_metres(crs: object, *, where: str = "the layer") -> CRS:
    """Refuse a reference system in which lengths and areas are not metres.

    Parameters
    ----------
    crs : object
        Anything that pyproj understands, or None.
    where : str
        What the sentence of an error calls the thing that has this CRS.

    Returns
    -------
    CRS
        The same system, parsed.

    Raises
    ------
    NoCrsError
        If it is missing, geographic, or projected in another unit.
    """
    parsed = parse_crs(crs, where=where)
    if not parsed.is_projected:
        raise NoCrsError(Fault("crs_degrees", file=where, crs=label(parsed)))
    if any(abs(axis.unit_conversion_factor - 1) > _METRE_TOLERANCE for axis in parsed.axis_info[:2]):
        raise NoCrsError(
            Fault("crs_other_unit", file=where, unit=parsed.axis_info[0].unit_name, crs=label(parsed))
        )
    return parsed


def check_true_to_ground(crs: object, lon: float, lat: float, *, where: str = "the city") -> None:
    """Refuse a projection in which lengths or areas at a place are far from those on the ground.

    Parameters
    ----------
    crs : object
        Anything that pyproj understands; in metres.
    lon, lat : float
        The place, in degrees.
    where : str
        What the sentence of an error calls the thing that has this CRS.

    Raises
    ------
    NoCrsError
        If areas are off by more than 2 % there, or lengths by more than 5 %; always for Web Mercator.
    """
    from pyproj import Proj  # noqa: PLC0415  # only looked at once per city

    parsed = parse_crs(crs, where=where)
    plain = unbound(parsed)
    operation = plain.coordinate_operation
    factors = Proj(plain).get_factors(lon, lat)
    area = abs(factors.areal_scale - 1)
    length = max(abs(factors.meridional_scale - 1), abs(factors.parallel_scale - 1))
    screen = operation is not None and "Pseudo" in operation.method_name
    if screen or not (area <= _AREA_TOLERANCE and length <= _LENGTH_TOLERANCE):
        raise NoCrsError(
            Fault(
                "crs_untrue",
                file=where,
                crs=label(parsed),
                what=Fault("for_screens" if screen else "not_true_there"),
                lon=lon,
                lat=lat,
                area=area,
                length=length,
                zone=utm_for(lon, lat),
            )
        )


def utm_for(lon: float, lat: float) -> str:
    """Name the UTM zone (on WGS 84) that a point lies in.

    Parameters
    ----------
    lon, lat : float
        Longitude and latitude in degrees.

    Returns
    -------
    str
        EPSG code, e.g. "EPSG:32647".

    Raises
    ------
    NoCrsError
        If the point is not on the Earth or lies beyond UTM (south of 80° S, north of 84° N).

    Examples
    --------
    >>> utm_for(98.98623, 18.78819), utm_for(102.84, 16.44), utm_for(-51.2, -30.0)
    ('EPSG:32647', 'EPSG:32648', 'EPSG:32722')
    """
    if not (abs(lon) <= _HALF_TURN and _UTM_SOUTH <= lat <= _UTM_NORTH):
        raise NoCrsError(Fault("no_utm_zone", lon=lon, lat=lat))
    zone = min(int((lon + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def to_crs(frame: Frame, target: object, *, where: str = "the layer") -> Frame:
    """Transform a layer to another reference system, by an operation that is named and right.

    Parameters
    ----------
    frame : GeoDataFrame or GeoSeries
        The layer; it is not changed. Heights (Z) are left out.
    target : object
        Anything that pyproj understands.
    where : str
        What the sentence of an error calls the layer.

    Returns
    -------
    GeoDataFrame or GeoSeries
        A copy with transformed geometry and the CRS `target`, on the same index.

    Raises
    ------
    NoCrsError
        If the layer has no CRS, or no trustworthy operation leads from its CRS to the target.
    LayerError
        If coordinates cannot be transformed because they do not belong to the CRS of the layer.
    """
    import shapely  # noqa: PLC0415  # heavy, only needed here

    source, goal = parse_crs(frame.crs, where=where), parse_crs(target, where="the target")
    legs, _ = plan(source, goal, finite(frame.total_bounds), where)
    values = shapely.force_2d(frame.geometry.to_numpy())
    for leg in legs:
        values = shapely.transform(values, leg.transform, interleaved=False)
    _check_finite(values, where, source)
    series = frame.geometry
    moved = type(series)(values, index=frame.index, crs=goal, name=series.name)
    return frame.set_geometry(moved) if hasattr(frame, "columns") else moved


def transform_points(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    source: object,
    target: object,
    *,
    where: str = "the layer",
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Transform coordinates given as two arrays, by the same operation as `to_crs`.

    Parameters
    ----------
    x, y : ndarray
        Easting (or longitude) and northing (or latitude), of one shape.
    source, target : object
        Anything that pyproj understands.
    where : str
        What the sentence of an error calls the data.

    Returns
    -------
    tuple of ndarray
        The coordinates in the target, easting (or longitude) first.
    """
    bounds = (float(x.min()), float(y.min()), float(x.max()), float(y.max())) if x.size else None
    return carrier(source, target, bounds, where=where)[0](x, y)


def carrier(
    source: object, target: object, bounds: Bounds | None, *, where: str = "the layer"
) -> tuple[Carry, TransformInfo]:
    """Choose an operation once, for coordinates that come piece by piece: all pieces go by the same.

    Parameters
    ----------
    source, target : object
        Anything that pyproj understands.
    bounds : tuple of float, optional
        West, south, east, north of all pieces together, in the source.
    where : str
        What the sentence of an error calls the data.

    Returns
    -------
    tuple of (callable, TransformInfo)
        Takes two arrays and returns them in the target, easting (or longitude) first; and what it does.
    """
    legs, info = plan(parse_crs(source, where=where), parse_crs(target, where="the target"), bounds, where)

    def carry(
        x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        for leg in legs:
            x, y = leg.transform(x, y)
        return x, y

    return carry, info


def transform_info(
    source: object, target: object, bounds: Bounds | None = None, *, where: str = "the layer"
) -> TransformInfo:
    """Say by which operation coordinates go from one reference system to another.

    Parameters
    ----------
    source, target : object
        Anything that pyproj understands.
    bounds : tuple of float, optional
        West, south, east, north of the data in the source; PROJ chooses the operation by it.
    where : str
        What the sentence of an error calls the data.
    """
    return plan(parse_crs(source, where=where), parse_crs(target, where="the target"), bounds, where)[1]


def _check_finite(values: Any, where: str, source: CRS) -> None:
    import numpy as np  # noqa: PLC0415  # heavy, only needed here
    import shapely  # noqa: PLC0415  # heavy, only needed here

    coordinates, owner = shapely.get_coordinates(values, return_index=True)
    bad = ~np.isfinite(coordinates).all(axis=1)
    if bad.any():
        raise LayerError(
            Fault("coordinates_not_in_crs", file=where, feature=int(owner[bad.argmax()]), crs=label(source))
        )
