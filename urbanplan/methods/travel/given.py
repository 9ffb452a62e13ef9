"""What researchers give: layers of any CRS that can be transformed, ids that stand once, weights that are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.crs import to_crs
from urbanplan.base.errors import InputError, NoCrsError
from urbanplan.methods.grid_areas import Floats
from urbanplan.model.network import StreetNetwork

Layer: TypeAlias = GeoDataFrame | GeoSeries


class Measure(NamedTuple):
    """What journeys are measured by.

    Attributes
    ----------
    cost : str
        The engine's word: length or seconds.
    column : str
        Name of the column of costs: distance_m or time_s.
    unit : str
        m or s.
    """

    cost: str
    column: str
    unit: str


_MEASURES = {"distance": Measure("length", "distance_m", "m"), "time": Measure("seconds", "time_s", "s")}


def measure(by: str) -> Measure:
    """Return what journeys are measured by.

    Raises
    ------
    InputError
        If it is neither distance nor time.
    """
    if by not in _MEASURES:
        raise InputError(f"journeys are measured by distance or by time, not by {by!r}")
    return _MEASURES[by]


def measure_of_limits(
    metres: float | Sequence[float] | None,
    seconds: float | Sequence[float] | None,
    by: str | None,
    names: str,
) -> Measure:
    """Return what journeys are measured by, as the limits that were given tell.

    Parameters
    ----------
    metres, seconds : float or sequence of float, optional
        Limits in metres or seconds; not both.
    by : str, optional
        distance or time; must not contradict the limits.
    names : str
        Names of both parameters, for the error's sentence.

    Raises
    ------
    InputError
        If limits of both kinds are given, or `by` says otherwise.
    """
    told = {"distance": metres is not None, "time": seconds is not None}
    if all(told.values()):
        raise InputError(f"{names}: give limits in metres or in seconds, not both")
    kind = next((kind for kind, given in told.items() if given), None)
    if by is not None and kind is not None and by != kind:
        raise InputError(f"{names}: the limit is one of {kind}, but by={by!r}")
    return measure(by or kind or "distance")


def bring(layer: Layer, network: StreetNetwork, what: str) -> GeoDataFrame:
    """Return a layer in the network's CRS.

    Parameters
    ----------
    layer : GeoDataFrame or GeoSeries
        Of any CRS that can be transformed properly.
    network : StreetNetwork
        Streets.
    what : str
        What the sentence of an error calls the layer: origins or places.

    Raises
    ------
    NoCrsError
        If it has no CRS, or none that can be transformed.
    InputError
        If it is no layer with geometry, or an id stands in it twice.
    """
    if not isinstance(layer, (GeoDataFrame, GeoSeries)):
        raise InputError(f"{what} must be a GeoDataFrame or a GeoSeries, not {type(layer).__name__}")
    frame = layer if isinstance(layer, GeoDataFrame) else GeoDataFrame(geometry=layer)
    try:
        crs = frame.crs
    except AttributeError as error:
        raise InputError(f"{what} have no geometry; set it with set_geometry") from error
    if crs is None:
        raise NoCrsError(f"{what} have no CRS; say which one it is with set_crs, e.g. EPSG:32647")
    check_ids(frame, what)
    return to_crs(frame, network.crs, where=what)


def check_ids(layer: Layer, what: str) -> None:
    """Refuse a layer in which an id stands twice: it would be counted twice, or one of its answers be lost.

    Raises
    ------
    InputError
        With the first such id.
    """
    twice = layer.index[layer.index.duplicated()]
    if len(twice):
        raise InputError(
            f"{what}: id {twice[0]} stands twice in the index; each must stand once, e.g. after reset_index"
        )


def weights_of(places: GeoDataFrame, weights: str | Sequence[str] | pd.Series | None) -> pd.DataFrame:
    """Return what stands at each place, as a table of variables.

    Parameters
    ----------
    places : GeoDataFrame
        Places.
    weights : str, sequence of str or Series, optional
        Columns of the places, or numbers on their index; by default each place counts one, as `places`.

    Raises
    ------
    InputError
        If a column does not exist, or a number is lacking, unknown, negative or infinite.
    """
    if weights is None:
        return pd.DataFrame({"places": np.ones(len(places))}, index=places.index)
    if isinstance(weights, pd.Series):
        table = weights.to_frame(weights.name or "weight")
        if not table.index.is_unique or len(places.index.difference(table.index)):
            raise InputError("weights must have one number for each place, on the index of the places")
        table = table.loc[places.index]
    else:
        names = [weights] if isinstance(weights, str) else list(weights)
        lacking = [name for name in names if name not in places.columns]
        if lacking:
            raise InputError(f"places have no column {lacking[0]!r} to weigh them by")
        table = pd.DataFrame({name: places[name] for name in names})
    try:
        numbers: pd.DataFrame = table.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"weights of places must be numbers ({error})") from error
    _check(numbers)
    return numbers


def _check(table: pd.DataFrame) -> None:
    values: Floats = table.to_numpy()
    wrong = np.argwhere(~((values >= 0) & np.isfinite(values)))
    if len(wrong):
        row, column = wrong[0]
        raise InputError(
            f"weight {table.columns[column]!r} of place {table.index[row]!r} is {values[row, column]}; weights must be known and "
            "not negative: give it a number or leave the place out"
        )
