"""Indian 1975, the datum of Thai maps before the satellites: where it is used, and which of its two zones is meant."""

from __future__ import annotations

import shapely
from pyproj import CRS

from urbanplan.base.datum import is_everest, label, rough_degrees

TWINS = {"EPSG:32647": "EPSG:24047", "EPSG:32648": "EPSG:24048"}
"""The zones of WGS 84 and those of Indian 1975: the same numbers lie some 450 m apart."""
_THAILAND = shapely.Polygon(
    [(97.3, 18.6), (98.1, 16.3), (98.1, 15.3), (99.1, 13.8), (99.5, 11.8), (98.5, 10.1), (97.6, 9.1), (97.8, 7.5), (99.4, 6.3),
     (101.0, 5.6), (102.1, 6.1), (101.4, 7.1), (100.6, 9.9), (100.1, 12.3), (100.9, 12.4), (102.9, 11.5), (102.3, 13.6),
     (103.2, 14.3), (105.5, 14.2), (105.7, 15.4), (104.8, 16.4), (104.8, 17.4), (104.1, 18.3), (103.3, 18.5), (101.3, 18.0),
     (101.3, 19.6), (100.1, 20.5), (99.4, 20.3), (98.0, 19.8)]
).buffer(0.35)  # fmt: skip
"""The country, very roughly, in degrees."""


def in_thailand(lon: float, lat: float) -> bool:
    """Tell whether a place lies in Thailand or just beyond its border.

    Examples
    --------
    >>> in_thailand(102.83, 16.43), in_thailand(100.5, 7.0), in_thailand(104.98, 18.79), in_thailand(96.83, 16.43)
    (True, True, False, False)
    """
    return bool(shapely.intersects_xy(_THAILAND, lon, lat))


def other_zone(crs: CRS, x: float, y: float) -> str | None:
    """Return the other zone of Indian 1975 where coordinates lie in Thailand in that one only, else None.

    Examples
    --------
    >>> other_zone(CRS("EPSG:24047"), 269_235.0, 1_817_421.0), other_zone(CRS("EPSG:24047"), 498_226.0, 2_077_288.0)
    ('EPSG:24048', None)
    """
    zones = [CRS(code) for code in TWINS.values()]
    if crs not in zones or in_thailand(*rough_degrees(crs, x, y)):
        return None
    other = zones[1 - zones.index(crs)]
    return label(other) if in_thailand(*rough_degrees(other, x, y)) else None


def twin_of(code: str | None, crs: CRS | None) -> str | None:
    """Return the zone of Indian 1975 in place of that of WGS 84, for data that are labelled with this datum.

    Examples
    --------
    >>> twin_of("EPSG:32648", CRS("EPSG:24047")), twin_of("EPSG:32648", CRS("EPSG:32647"))
    ('EPSG:24048', 'EPSG:32648')
    """
    return TWINS.get(code or "", code) if crs is not None and is_everest(crs) else code
