"""The ground that streets take."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.allotment import lengths_within
from urbanplan.methods.grid_areas import Floats
from urbanplan.model.network import StreetNetwork

LANE_M = 3.25
WIDTH_M = {
    "motorway": 25.0,
    "trunk": 20.0,
    "primary": 16.0,
    "secondary": 13.0,
    "tertiary": 10.0,
    "unclassified": 8.0,
    "residential": 8.0,
    "living_street": 6.0,
    "pedestrian": 6.0,
    "service": 5.0,
    "track": 3.0,
    "cycleway": 2.5,
}
"""Width between property lines of a street whose width and lanes are not known, by its class."""
PATH_M = 2.0
NARROWEST_M, WIDEST_M = 0.5, 100.0
"""A tag that says less or more is a mistake."""


def street_widths(network: StreetNetwork) -> Floats:
    """Return the width of each street: as tagged, else its lanes at 3.25 m, else what is usual for its class.

    Returns
    -------
    ndarray of float64, shape (edges,)
        Metres.
    """
    tags = network.tags
    kind = tags["highway"].astype(str).str.removesuffix("_link")
    usual = kind.map(WIDTH_M).fillna(PATH_M).to_numpy(dtype=np.float64)
    lanes = _number(tags, "lanes", r"^(\d{1,2})(?:$|[.;,\s])") * LANE_M
    width = _number(tags, "width", r"^(\d{1,3}(?:[.,]\d+)?)\s*(?:m|metres?|meters?)?$")
    return np.select([_true(width), _true(lanes)], [width, lanes], usual)


def _number(tags: pd.DataFrame, column: str, pattern: str) -> Floats:
    """Read the number that stands in a tag; NaN where none does that can be read."""
    if column not in tags:
        return np.full(len(tags), np.nan)
    text = tags[column].astype(object).where(tags[column].notna(), "").astype(str).str.strip()
    found = text.str.extract(pattern, expand=False).str.replace(",", ".", regex=False)
    return pd.to_numeric(found, errors="coerce").to_numpy(dtype=np.float64)


def _true(width: Floats) -> NDArray[np.bool_]:
    return (width >= NARROWEST_M) & (width <= WIDEST_M)


def street_areas(network: StreetNetwork, units: GeoDataFrame) -> Floats:
    """Measure the ground that streets take in each unit: the length within it times the width.

    Returns
    -------
    ndarray of float64, shape (units,)
        Square metres; crossings count for each street that crosses.
    """
    drawn = np.flatnonzero(shapely.length(network.lines) > 0)
    line, unit, share = lengths_within(network.lines[drawn], units.geometry.to_numpy())
    area = share * (network.length_m * street_widths(network))[drawn][line]
    return np.bincount(unit, weights=area, minlength=len(units)).astype(np.float64)
