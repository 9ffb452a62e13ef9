"""ArcGIS REST: feature layers, page by page or by ranges of their numbers, until all that were counted have come."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import FetchError, LayerError
from urbanplan.sources.service import esri
from urbanplan.sources.service.axes import Box, box_in
from urbanplan.sources.service.client import MAX_FEATURES
from urbanplan.sources.service.collected import Collected

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from urbanplan.sources.service.client import Client

_PAGE = 1000
_LARGEST_PAGE = 2000


def bring_arcgis(client: Client, layer: str | None, target: Path, area: BaseGeometry | None) -> Path:
    """Write the features of a layer as GeoJSON, in the layer's own reference system.

    The server's own shift of datum is never asked for: what it takes for Indian 1975 nobody can see.

    Parameters
    ----------
    client : Client
        At the address of a FeatureServer or MapServer, or of one layer of it.
    layer : str, optional
        Number or name of the layer, where the address names none.
    target : Path
        The file to write.
    area : Polygon or MultiPolygon, optional
        Where features are wanted, in longitude and latitude.

    Raises
    ------
    FetchError
        If the server refuses or gives less than it counted.
    LayerError
        If it has no such layer, or nothing in the area.
    """
    facts, path = _layer(client, layer)
    system = esri.spatial_reference(
        facts.get("sourceSpatialReference") or (facts.get("extent") or {}).get("spatialReference")
    )
    where: dict[str, Any] = {
        "where": "1=1",
        **_inside(box_in(area, system, client.name) if system else None, facts),
    }
    count = _asked(client, path, **where, returnCountOnly="true").get("count")
    if not isinstance(count, int) or isinstance(count, bool):
        raise FetchError(f"{client.name}: does not say how many features it has; ask its office for a file")
    if count > MAX_FEATURES:
        raise client.many(count)
    found = Collected(client, str(facts.get("name") or layer), crs=system or "")
    for answer in _answers(client, path, where, facts, count):
        _check_page(answer, client)
        given = esri.spatial_reference(answer.get("spatialReference")) or system
        if given is None or (found.crs and len(found) and given != found.crs):
            raise FetchError(f"{client.name}: does not say in which reference system its coordinates are")
        found.crs = given
        _take(answer, facts, found)
    if len(found) != count:
        raise client.short(len(found), count)
    return found.write(target)


def _layer(client: Client, layer: str | None) -> tuple[dict[str, Any], str]:
    """Return what the server says of the layer, and the layer's path below the address."""
    facts = _checked(client.json(client.url(f="json")), client)
    if "layers" not in facts:
        return _readable(facts, client), ""
    layers = [one for one in facts["layers"] if isinstance(one, dict) and not one.get("subLayerIds")]
    names = {str(one.get("name")): one.get("id") for one in layers}
    numbers = {str(number): number for number in names.values()}
    if layer is None and len(layers) == 1:
        layer = str(layers[0].get("id"))
    number = numbers.get(str(layer), names.get(str(layer)))
    if number is None:
        near = difflib.get_close_matches(str(layer), list(names), n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        told = ", ".join(f"{number} {name}" for name, number in names.items())
        raise LayerError(f"{client.name}: say which layer with `layer:`; {hint}it has {told[:300] or 'none'}")
    path = f"/{int(number)}"
    return _readable(_checked(client.json(client.url(path, f="json")), client), client), path


def _readable(facts: dict[str, Any], client: Client) -> dict[str, Any]:
    if facts.get("type") not in {"Feature Layer", "Table"} and "geometryType" not in facts:
        raise LayerError(
            f"{client.name}: is not a layer of features ({str(facts.get('type'))[:40]}); give the address of a FeatureServer"
        )
    return facts


def _checked(answer: dict[str, Any], client: Client) -> dict[str, Any]:
    """Refuse an error that comes as a good answer."""
    error = answer.get("error")
    if error is not None:
        text = str(error.get("message") if isinstance(error, dict) else error)[:200]
        raise FetchError(
            f"{client.name}: refuses: {text or 'without a reason'}; check the address and who may read it"
        )
    return answer


def _asked(client: Client, path: str, **query: object) -> dict[str, Any]:
    return _checked(client.json(client.url(f"{path}/query", **query, f="json")), client)


def _inside(box: Box | None, facts: dict[str, Any]) -> dict[str, str]:
    """Return the part of a query that asks for an extent, in the layer's own reference system."""
    if box is None:
        return {}
    own = facts.get("sourceSpatialReference") or (facts.get("extent") or {}).get("spatialReference")
    return {
        "geometry": ",".join(f"{value:.9g}" for value in box),
        "geometryType": "esriGeometryEnvelope",
        "spatialRel": "esriSpatialRelIntersects",
        "inSR": json.dumps(own),
    }


def _answers(
    client: Client, path: str, where: dict[str, Any], facts: dict[str, Any], count: int
) -> Iterator[dict[str, Any]]:
    """Ask for page after page; a server that cannot page is asked by ranges of the features' numbers."""
    size = facts.get("maxRecordCount")
    size = min(size, _LARGEST_PAGE) if isinstance(size, int) and size > 0 else _PAGE
    wanted = {"outFields": "*", "returnGeometry": "true", "returnZ": "false", "returnM": "false"}
    key = _key(facts)
    advanced = facts.get("advancedQueryCapabilities") or {}
    if advanced.get("supportsPagination") or facts.get("supportsPagination"):
        done = 0
        while done < count:
            answer = _asked(
                client, path, **where, **wanted, orderByFields=key, resultOffset=done, resultRecordCount=size
            )
            got = len(answer.get("features") or [])
            if not got:
                return
            done += got
            yield answer
        return
    if count <= size:
        yield _asked(client, path, **where, **wanted)
        return
    if key is None:
        raise client.short(size, count)
    numbers = _asked(client, path, **where, returnIdsOnly="true").get("objectIds")
    if not isinstance(numbers, list) or not all(isinstance(number, int) for number in numbers):
        raise client.short(0, count)
    numbers.sort()
    for start in range(0, len(numbers), size):
        part = numbers[start : start + size]
        asked = {**where, "where": f"{key} >= {part[0]} AND {key} <= {part[-1]}"}
        yield _asked(client, path, **asked, **wanted)


def _key(facts: dict[str, Any]) -> str | None:
    """Return the field of the features' numbers."""
    given = facts.get("objectIdField")
    fields = [one for one in facts.get("fields") or [] if isinstance(one, dict)]
    named = [str(one.get("name")) for one in fields if one.get("type") == "esriFieldTypeOID"]
    return str(given) if isinstance(given, str) else named[0] if named else None


def _check_page(answer: dict[str, Any], client: Client) -> None:
    if not isinstance(answer.get("features"), list) or not all(
        isinstance(one, dict) and isinstance(one.get("attributes"), dict) for one in answer["features"]
    ):
        raise FetchError(f"{client.name}: answered with something that is not a list of features")


def _take(answer: dict[str, Any], facts: dict[str, Any], found: Collected) -> None:
    key, fields = _key(facts), [one for one in facts.get("fields") or [] if isinstance(one, dict)]
    for feature in answer["features"]:
        values = esri.attributes(feature["attributes"], fields)
        found.add(
            values.get(key) if key else None,
            values,
            esri.geometry(feature.get("geometry"), found.client.name),
        )
