"""One date in place of the time of writing, where a format demands one: the same results give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

FIXED_DATE = "2000-01-01T00:00:00Z"


@contextmanager
def fixed_date() -> Iterator[None]:
    """Have GeoPackages written in this block say that they were written at the fixed date."""
    import pyogrio  # noqa: PLC0415 - GDAL is loaded only where something is written with it

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
