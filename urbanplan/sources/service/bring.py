"""Bring one layer of a service into a file, so that everything after it reads files only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.sources.service.client import Client, Fetch

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from urbanplan.model.city import Origin


def describe(origin: Origin) -> str:
    """Return which service a source comes from, in words without its secrets; nothing where it comes from none."""
    if origin.postgis is not None:
        return f"the PostGIS database that the environment variable {origin.postgis} names"
    for kind, address in (("WFS", origin.wfs), ("OGC API", origin.features), ("ArcGIS", origin.arcgis)):
        if address is not None:
            return f"the {kind} service {address.partition('?')[0]}"
    return ""


def bring(
    origin: Origin, target: Path, area: BaseGeometry | None = None, *, fetch: Fetch | None = None
) -> Path:
    """Write the features of a service's layer into a file: GeoJSON, or GeoParquet from a database.

    Parameters
    ----------
    origin : Origin
        The service and the layer, as the city file declares them.
    target : Path
        The file; it is there whole, or not at all.
    area : Polygon or MultiPolygon, optional
        Where features are wanted, in longitude and latitude; everywhere by default.
    fetch : callable, optional
        The client; by default that of `urbanplan.sources.protocol`.

    Raises
    ------
    FetchError
        If the service cannot be reached, refuses, or gave less than it said it has.
    LayerError
        If it has no such layer, or nothing in the area.
    """
    if origin.postgis is not None:
        from urbanplan.sources.service.postgis import bring_table  # noqa: PLC0415 - only cities with a database

        return bring_table(origin.postgis, str(origin.layer), target, area)
    if origin.wfs is not None:
        from urbanplan.sources.service.wfs import bring_wfs  # noqa: PLC0415 - one kind of service at a time

        return bring_wfs(Client(origin.wfs, fetch=fetch), str(origin.layer), target, area)
    if origin.features is not None:
        from urbanplan.sources.service.features import bring_features  # noqa: PLC0415 - as above

        return bring_features(Client(origin.features, fetch=fetch), str(origin.layer), target, area)
    from urbanplan.sources.service.arcgis import bring_arcgis  # noqa: PLC0415 - as above

    return bring_arcgis(Client(str(origin.arcgis), fetch=fetch), origin.layer, target, area)
