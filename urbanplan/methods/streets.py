"""The layout of streets: which nodes and segments belong to which unit, and how they run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.base.crs import WGS84, transform_points
from urbanplan.methods.aggregate import explained
from urbanplan.methods.allotment import lengths_within, units_of_points
from urbanplan.methods.grid_areas import Floats, Ints, Shapes
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

FULL_CIRCLE = 360.0


def nodes_by_unit(network: StreetNetwork, units: GeoDataFrame) -> tuple[Ints, Ints]:
    """Find the nodes in each unit; nodes that only the edge of the data made are left out.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    units : GeoDataFrame
        Polygons.

    Returns
    -------
    node, unit : ndarray of int64, shape (k,)
        Each node once; one on a border lies in the unit whose id comes first.
    """
    real = np.flatnonzero(network.node_id >= 0)
    points: Shapes = np.asarray(shapely.points(network.node_x[real], network.node_y[real]), dtype=object)
    unit = units_of_points(points, units)
    inside = unit >= 0
    return real[inside], unit[inside]


def segments_by_unit(network: StreetNetwork, units: GeoDataFrame) -> tuple[Ints, Ints]:
    """Find the street segments of each unit: those whose middle lies in it, taken whole.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    units : GeoDataFrame
        Polygons.

    Returns
    -------
    edge, unit : ndarray of int64, shape (k,)
        Each segment once.
    """
    unit = units_of_points(shapely.line_interpolate_point(network.lines, 0.5, normalized=True), units)
    edge = np.flatnonzero(unit >= 0)
    return edge, unit[edge]


def street_lengths(network: StreetNetwork, units: GeoDataFrame) -> Floats:
    """Measure the length of streets in each unit; streets are cut at its border, one along the border counts half.

    Parameters
    ----------
    network : StreetNetwork
        Streets; each counts once, however many lanes or directions it has.
    units : GeoDataFrame
        Polygons.

    Returns
    -------
    ndarray of float64, shape (units,)
        Metres.
    """
    drawn = np.flatnonzero(shapely.length(network.lines) > 0)
    line, unit, share = lengths_within(network.lines[drawn], units.geometry.to_numpy())
    length = share * network.length_m[drawn][line]
    return np.bincount(unit, weights=length, minlength=len(units)).astype(np.float64)


def straight_lengths(network: StreetNetwork) -> Floats:
    """Return the straight distance in metres between the two ends of each segment."""
    u, v = network.edge_u, network.edge_v
    return np.hypot(network.node_x[u] - network.node_x[v], network.node_y[u] - network.node_y[v])


def bearings(network: StreetNetwork) -> Floats:
    """Return the compass bearing in degrees from the first to the last end of each segment.

    Returns
    -------
    ndarray of float64, shape (edges,)
        0 is true north (not the grid's), 90 east; NaN for loops.
    """
    u, v = network.edge_u, network.edge_v
    angle = compass(network.node_x[u], network.node_y[u], network.node_x[v], network.node_y[v], network.crs)
    return np.where(u == v, np.nan, angle)


def compass(from_x: Floats, from_y: Floats, to_x: Floats, to_y: Floats, crs: object) -> Floats:
    """Return the bearing in degrees of lines from one point to another: 0 is true north (not the grid's), 90 east."""
    lon, lat = transform_points(
        np.concatenate([from_x, to_x]), np.concatenate([from_y, to_y]), crs, WGS84, where="the streets"
    )
    (lon, lon_to), (lat, lat_to) = (np.split(np.radians(each), 2) for each in (lon, lat))
    east = np.sin(lon_to - lon) * np.cos(lat_to)
    north = np.cos(lat) * np.sin(lat_to) - np.sin(lat) * np.cos(lat_to) * np.cos(lon_to - lon)
    return np.asarray(np.degrees(np.arctan2(east, north)) % FULL_CIRCLE)


def bearing_entropy(angles: Floats, unit: Ints, *, units: int, bins: int) -> Floats:
    r"""Measure how evenly streets point in all directions.

    Parameters
    ----------
    angles : ndarray of float64, shape (k,)
        Bearings in degrees; each counts with its opposite, NaN not at all.
    unit : ndarray of int64, shape (k,)
        Unit of each.
    units : int
        Number of units.
    bins : int
        Number of equal bins around the compass; the first has north in its middle.

    Returns
    -------
    ndarray of float64, shape (units,)
        Shannon's entropy in nats, 0 to :math:`\ln` bins; NaN without streets.
    """
    number, of = numbers_of_bearings(angles, bins)
    counts = np.bincount(unit[of] * bins + number, minlength=units * bins).reshape(units, bins)
    return entropy_of_counts(counts.astype(np.float64))


def numbers_of_bearings(angles: Floats, bins: int) -> tuple[Ints, Ints]:
    """Return the bins of known bearings and of their opposites, and the position of the bearing that each is of."""
    known = np.flatnonzero(np.isfinite(angles))
    both = np.concatenate([angles[known], (angles[known] + FULL_CIRCLE / 2) % FULL_CIRCLE])
    width = FULL_CIRCLE / bins
    number = np.floor((both + width / 2) / width).astype(np.int64) % bins
    return number, np.tile(known, 2)


def entropy_of_counts(counts: Floats) -> Floats:
    """Return Shannon's entropy in nats of each row of counts; NaN of a row without any."""
    whole = counts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = counts / whole[:, None]
        terms = np.where(share > 0, share * np.log(share), 0.0)
    return np.where(whole > 0, np.abs(terms.sum(axis=1)), np.nan)


def orientation_order_of(angles: Floats, unit: Ints, *, units: int, bins: int) -> Floats:
    """Measure how near streets are to one grid, from 0 (none) to 1 (a grid, or less than one); NaN without streets.

    Takes what `bearing_entropy` takes.
    """
    grid, none = np.log(4.0), np.log(bins)
    entropy = bearing_entropy(angles, unit, units=units, bins=bins)
    return np.asarray(1.0 - ((np.maximum(entropy, grid) - grid) / (none - grid)) ** 2)


def averaged(
    total: NDArray[Any], number: NDArray[Any], units: GeoDataFrame, network: StreetNetwork
) -> pd.DataFrame:
    """Divide what was added up in each unit by how many there are, and say why where there are none.

    Parameters
    ----------
    total, number : ndarray, shape (units,)
        Sum and number of observations.
    units : GeoDataFrame
        What the values belong to.
    network : StreetNetwork
        Where they come from; without any street nothing is known.

    Returns
    -------
    DataFrame
        Columns value, reason and n, on the index of the units.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(number > 0, total / number, np.nan)
    return street_values(value, units, network).assign(n=np.asarray(number, dtype=np.float64))


def street_values(value: Floats, units: GeoDataFrame, network: StreetNetwork) -> pd.DataFrame:
    """Put values and reasons together; of a network without streets nothing is known."""
    return explained(units, value, (np.full(len(units), not len(network.edge_u)), Reason.NO_PLACES))
