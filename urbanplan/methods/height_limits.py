"""How high the plans allow to build at a place: the lowest limit in force there, and which instrument sets it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.compliance.rules import ASSUMED_REFERENCE
from urbanplan.methods.heights.candidates import roof_rise
from urbanplan.model.heights import HeightModel

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class HeightLimits:
    """The lowest limit at each of n places.

    Attributes
    ----------
    limit_m : ndarray of float64, shape (n,)
        Metres over the ground; NaN where no limit was given: not regulated there, or not in the data.
    source : ndarray of str, shape (n,)
        Instrument and clause that set it, or the area's name; None where there is none.
    reference : ndarray of str, shape (n,)
        What the height is measured to: highest_point, wall_top or roof_deck. A roof may stand over the last two.
    """

    limit_m: Floats
    source: Texts
    reference: Texts


def limiting_areas(zoning: GeoDataFrame, rules: GeoDataFrame) -> GeoDataFrame:
    """Gather the areas in which a plan limits heights.

    Parameters
    ----------
    zoning : GeoDataFrame
        Areas of the statutory plan, with `max_height_m`.
    rules : GeoDataFrame
        Limits of height of heritage zones, see `compliance.rules.height_rules`.

    Returns
    -------
    GeoDataFrame
        With `limit_m`, `source` and `reference`, lowest limit first. A limit that does not say what it is measured to is
        taken for that of the highest point.
    """
    rules, areas = rules[rules["value"] > 0], zoning[zoning["max_height_m"] > 0]
    said = rules["height_reference"].astype(object)
    parts = [
        _named(rules, rules["value"], rules["instrument"], said.where(said.notna(), ASSUMED_REFERENCE)),
        _named(areas, areas["max_height_m"], areas["name"], pd.Series(ASSUMED_REFERENCE, areas.index)),
    ]
    parts = [part for part in parts if len(part)] or parts[:1]
    joined = GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=zoning.crs)
    return joined.sort_values("limit_m", kind="stable", ignore_index=True)


def _named(frame: GeoDataFrame, limit: pd.Series, name: pd.Series, reference: pd.Series) -> GeoDataFrame:
    source = [
        " ".join(str(part) for part in parts if isinstance(part, str) and part) or str(key)
        for key, parts in zip(frame.index, zip(name, frame["clause"], strict=True), strict=True)
    ]
    return GeoDataFrame(
        {
            "limit_m": limit.to_numpy(dtype=np.float64),
            "source": np.array(source, dtype=object),
            "reference": reference.to_numpy(dtype=object),
        },
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )


def limits_at(places: GeoDataFrame, areas: GeoDataFrame) -> HeightLimits:
    """Find the lowest limit at each place.

    Parameters
    ----------
    places : GeoDataFrame
        Footprints, plots or squares; each is where a point inside it is.
    areas : GeoDataFrame
        From `limiting_areas`.
    """
    limit = np.full(len(places), np.nan)
    source, reference = np.full(len(places), None, dtype=object), np.full(len(places), None, dtype=object)
    place, area = _pairs(places, areas)
    first = np.ones(len(place), dtype=bool)
    first[1:] = place[1:] != place[:-1]
    place, area = place[first], area[first]
    limit[place] = areas["limit_m"].to_numpy()[area]
    source[place] = areas["source"].to_numpy(dtype=object)[area]
    reference[place] = areas["reference"].to_numpy(dtype=object)[area]
    return HeightLimits(limit, source, reference)


def _pairs(places: GeoDataFrame, areas: GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return place and area of every place inside an area, by place and then by limit."""
    if not (len(places) and len(areas)):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    spots = shapely.point_on_surface(np.asarray(places.geometry.array))
    place, area = shapely.STRtree(np.asarray(areas.geometry.array)).query(spots, predicate="intersects")
    order = np.lexsort((area, place))
    return place[order].astype(np.int64), area[order].astype(np.int64)


def implied_tops(buildings: GeoDataFrame, areas: GeoDataFrame) -> pd.DataFrame:
    """Find how high each building could be under all limits at once, with the roof that its kind has.

    Parameters
    ----------
    buildings : GeoDataFrame
        Layer `buildings`.
    areas : GeoDataFrame
        From `limiting_areas`.

    Returns
    -------
    DataFrame
        `highest_point`, `wall_top` and `roof_deck` in metres over the ground; NaN where no limit was given. A limit to the
        wall's top or the roof's deck leaves the roof above it.
    """
    rise, _ = roof_rise(buildings, HeightModel())
    top = np.full(len(buildings), np.inf)
    place, area = _pairs(buildings, areas)
    over = areas["reference"].to_numpy(dtype=object)[area] != ASSUMED_REFERENCE
    np.minimum.at(top, place, areas["limit_m"].to_numpy()[area] + np.where(over, rise[place], 0.0))
    top = np.where(np.isfinite(top), top, np.nan)
    wall = np.maximum(top - rise, 0.0)
    return pd.DataFrame({"highest_point": top, "wall_top": wall, "roof_deck": wall}, index=buildings.index)
