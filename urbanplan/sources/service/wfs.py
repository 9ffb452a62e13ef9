"""WFS 1.1 and 2.0: counted first, then read page by page, with the axes in the order that the numbers bear out."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import FetchError, LayerError
from urbanplan.sources.service import gml
from urbanplan.sources.service.axes import Box, borne_out, box_in, known_crs, north_first, turned
from urbanplan.sources.service.client import MAX_FEATURES, tag
from urbanplan.sources.service.collected import Collected

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from shapely.geometry.base import BaseGeometry

    from urbanplan.sources.service.client import Client

_PAGE = 1000
_JSON = ("application/json", "application/geo+json", "geojson", "json")
_WORTH_ALL = 50_000
"""A layer no larger than this is asked for whole where its server misunderstands the extent."""


@dataclass(frozen=True)
class _Layer:
    """What a server's capabilities say of one layer."""

    name: str
    srs: str
    version: str
    json: str | None

    @property
    def modern(self) -> bool:
        return self.version.startswith("2")

    def query(self) -> dict[str, Any]:
        """Return the words that every request for features has."""
        return {
            "service": "WFS",
            "version": self.version,
            "request": "GetFeature",
            "typeNames" if self.modern else "typeName": self.name,
            "srsName": self.srs,
        }


def bring_wfs(client: Client, name: str, target: Path, area: BaseGeometry | None) -> Path:
    """Write the features of a layer as GeoJSON, in the layer's own reference system.

    Parameters
    ----------
    client : Client
        At the address of the service.
    name : str
        Name of the layer, with or without its prefix.
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
    layer = _chosen(client, name)
    crs = known_crs(layer.srs, client.name)
    if crs is None:
        raise FetchError(
            f"{client.name}: gives {layer.name!r} in {layer.srs!r}, which is no known CRS; ask its office for a file"
        )
    box = box_in(area, crs, client.name)
    count = _count(client, layer, box)
    asked = box
    if count == 0 and box is not None:
        count = _count(client, layer, None)  # a server that takes the axes of the extent the other way round
        if count is not None and count > _WORTH_ALL:
            raise LayerError(
                f"{client.name}: has no feature of {layer.name!r} in the city; check the layer and the city"
            )
        asked = None
    if count is not None and count > MAX_FEATURES:
        raise client.many(count)
    found = Collected(client, layer.name, crs=crs)
    _gather(client, layer, asked, count, found)
    if count is not None and len(found) < count:
        raise client.short(len(found), count)
    _turn(found, box, client)
    return found.write(target)


def _chosen(client: Client, name: str) -> _Layer:
    root = client.xml(client.url(service="WFS", request="GetCapabilities", acceptVersions="2.0.0,1.1.0"))
    if tag(root) != "WFS_Capabilities":
        raise FetchError(
            f"{client.name}: is not a WFS (it answered with {tag(root)[:40]}); check the address"
        )
    types = {_text(one, "Name"): one for one in root.iter() if tag(one) == "FeatureType"}
    short = {key.rpartition(":")[2]: key for key in types}
    key = name if name in types else short.get(name)
    if key is None:
        near = difflib.get_close_matches(name, [*types, *short], n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise LayerError(
            f"{client.name}: has no layer {name!r}; {hint}it has {', '.join(types)[:300] or 'none'}"
        )
    srs = next(
        (text for word in ("DefaultCRS", "DefaultSRS", "SRS") if (text := _text(types[key], word))), ""
    )
    version = root.get("version") or "2.0.0"
    if not version.startswith(("1.1", "2.")):
        raise FetchError(
            f"{client.name}: speaks WFS {version[:10]}; 1.1 and 2.0 are read: ask its office for a file"
        )
    return _Layer(key, srs, version, _json_format(root))


def _json_format(root: ET.Element) -> str | None:
    """Return what the server calls GeoJSON, if it can write it."""
    formats = [
        (value.text or "").strip()
        for parameter in root.iter()
        if tag(parameter) == "Parameter" and str(parameter.get("name")).lower() == "outputformat"
        for value in parameter.iter()
        if tag(value) == "Value"
    ]
    formats += [(one.text or "").strip() for one in root.iter() if tag(one) == "Format"]
    ranked = sorted(
        (word for word in formats if word.lower() in _JSON or "subtype=geojson" in word.lower()),
        key=lambda word: _JSON.index(word.lower()) if word.lower() in _JSON else len(_JSON),
    )
    return ranked[0] if ranked else None


def _text(element: ET.Element, name: str) -> str:
    return next(((one.text or "").strip() for one in element.iter() if tag(one) == name), "")


def _extent(layer: _Layer, box: Box | None) -> dict[str, str]:
    """Return the extent in the order of axes that the name of the layer's system means."""
    if box is None:
        return {}
    west, south, east, north = box
    corners = (south, west, north, east) if north_first(layer.srs) else box
    return {"bbox": ",".join([*(f"{value:.9g}" for value in corners), layer.srs])}


def _count(client: Client, layer: _Layer, box: Box | None) -> int | None:
    """Return how many features there are, where the server says it."""
    root = client.xml(client.url(**layer.query(), **_extent(layer, box), resultType="hits"))
    text = root.get("numberMatched") or root.get("numberOfFeatures") or ""
    return int(text) if text.isdigit() else None


def _gather(client: Client, layer: _Layer, box: Box | None, count: int | None, found: Collected) -> None:
    """Ask for page after page, until all have come, or a page brings nothing new."""
    limit = "count" if layer.modern else "maxFeatures"
    while count is None or len(found) < count:
        start = {"startIndex": len(found)} if len(found) else {}
        url = client.url(
            **layer.query(), **_extent(layer, box), **{limit: _PAGE}, **start, outputFormat=layer.json
        )
        before, came = len(found), _take(client, layer, client.read(url), found)
        if came == 0 or len(found) == before:
            return


def _take(client: Client, layer: _Layer, raw: bytes, found: Collected) -> int:
    """Add the features of one answer; return how many it held."""
    if raw.lstrip()[:1] == b"{":
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise FetchError(f"{client.name}: its answer was cut off; try again later") from error
        features = answer.get("features")
        if not isinstance(features, list):
            raise FetchError(f"{client.name}: answered with something that is not a collection of features")
        found.add_geojson(features)
        return len(features)
    root = client.parsed(raw)
    if tag(root) != "FeatureCollection":
        raise FetchError(
            f"{client.name}: answered with {tag(root)[:40]} in place of features; check the layer"
        )
    came = 0
    for unit, properties, geometry in gml.features(root, layer.srs, client.name):
        found.add(unit, properties, geometry)
        came += 1
    return came


def _turn(found: Collected, box: Box | None, client: Client) -> None:
    """Exchange the axes where only the other order lies in the city; refuse what lies in neither."""
    geometry = found.geometry()
    fits = borne_out(geometry, box)
    if fits == "swapped":
        found.put(turned(geometry))
    elif fits == "elsewhere":
        raise LayerError(
            f"{client.name}: {found.layer!r} has no feature in the area of the city; check the layer and the city"
        )
