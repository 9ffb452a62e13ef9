"""How high the plans allow to build at a place: the lowest limit in force there, and which instrument sets it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]

HIGHEST_POINT = "highest_point"


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


def limiting_areas(zoning: GeoDataFrame, heritage_rules: GeoDataFrame, *, on_date: str = "") -> GeoDataFrame:
    """Gather the areas in which a plan limits heights.

    Parameters
    ----------
    zoning : GeoDataFrame
        Areas of the statutory plan, with `max_height_m`.
    heritage_rules : GeoDataFrame
        Rules of heritage zones; those of kind max_height count.
    on_date : str
        YYYY-MM-DD: rules in force that day; "" for those that nothing has ended.

    Returns
    -------
    GeoDataFrame
        With `limit_m`, `source` and `reference`, lowest limit first. A zoning limit has no stated reference and is taken for
        that of the highest point.
    """
    rules = heritage_rules[(heritage_rules["kind"] == "max_height") & (heritage_rules["value"] > 0)]
    rules = rules[_in_force(rules, on_date)]
    areas = zoning[zoning["max_height_m"] > 0]
    parts = [
        _named(rules, rules["value"], rules["instrument"], rules["height_reference"]),
        _named(areas, areas["max_height_m"], areas["name"], pd.Series(None, areas.index, dtype=object)),
    ]
    parts = [part for part in parts if len(part)] or parts[:1]
    joined = GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=zoning.crs)
    return joined.sort_values("limit_m", kind="stable", ignore_index=True)


def _in_force(rules: GeoDataFrame, on_date: str) -> NDArray[np.bool_]:
    begins = rules["in_force_from"].fillna("").astype(str).to_numpy()
    ends = rules["in_force_to"].fillna("").astype(str).to_numpy()
    if not on_date:
        return np.asarray(ends == "")
    held: NDArray[np.bool_] = (begins <= on_date) & ((ends == "") | (on_date <= ends))
    return held


def _named(frame: GeoDataFrame, limit: pd.Series, name: pd.Series, reference: pd.Series) -> GeoDataFrame:
    clause = frame["clause"]
    source = [
        " ".join(str(part) for part in parts if isinstance(part, str) and part) or str(key)
        for key, parts in zip(frame.index, zip(name, clause, strict=True), strict=True)
    ]
    return GeoDataFrame(
        {
            "limit_m": limit.to_numpy(dtype=np.float64),
            "source": np.array(source, dtype=object),
            "reference": reference.astype(object).where(reference.notna(), HIGHEST_POINT).to_numpy(),
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
    if len(places) and len(areas):
        spots = shapely.point_on_surface(np.asarray(places.geometry.array))
        place, area = shapely.STRtree(np.asarray(areas.geometry.array)).query(spots, predicate="intersects")
        order = np.lexsort((area, place))
        place, area = place[order], area[order]
        first = np.ones(len(place), dtype=bool)
        first[1:] = place[1:] != place[:-1]
        place, area = place[first], area[first]
        limit[place] = areas["limit_m"].to_numpy()[area]
        source[place] = areas["source"].to_numpy(dtype=object)[area]
        reference[place] = areas["reference"].to_numpy(dtype=object)[area]
    return HeightLimits(limit, source, reference)
