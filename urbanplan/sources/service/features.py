"""OGC API Features: a collection, page by page along the server's own links."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

import shapely

from urbanplan.base.crs import label, parse_crs
from urbanplan.base.errors import FetchError, LayerError
from urbanplan.sources.protocol.answers import NoSuchFileError
from urbanplan.sources.service.axes import known_crs, north_first, turned
from urbanplan.sources.service.client import MAX_FEATURES
from urbanplan.sources.service.collected import Collected

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from urbanplan.sources.service.client import Client

_PAGE = 1000
_JSON = ("application/geo+json", "application/json")
_HALF_TURN = 180.0
_SHIFT_DEG = 0.01  # a server's own shift of datum may move the area by as much as this at most


def bring_features(client: Client, layer: str, target: Path, area: BaseGeometry | None) -> Path:
    """Write the items of a collection as GeoJSON, in the system that they are stored in where the server offers it.

    Parameters
    ----------
    client : Client
        At the address of the service (its landing page).
    layer : str
        Id of the collection.
    target : Path
        The file to write.
    area : Polygon or MultiPolygon, optional
        Where features are wanted, in longitude and latitude.

    Raises
    ------
    FetchError
        If the server refuses, its pages do not end, or it gives less than it counted.
    LayerError
        If it has no such collection, or nothing in the area.
    """
    facts = _collection(client, layer)
    system = _stored(facts, client)
    box = None if area is None else shapely.bounds(shapely.buffer(area, _SHIFT_DEG)).tolist()
    query = {"limit": _PAGE, "bbox": None if box is None else ",".join(f"{value:.6f}" for value in box)}
    found = Collected(client, layer)
    url: str | None = client.url(f"/collections/{quote(layer, safe='')}/items", **query, crs=system)
    seen: set[str] = set()
    stated: int | None = None
    while url is not None:
        if url in seen:
            raise FetchError(f"{client.name}: its pages lead back to one another; ask its office for a file")
        seen.add(url)
        answer = client.json(url)
        features = answer.get("features")
        if answer.get("type") != "FeatureCollection" or not isinstance(features, list):
            raise FetchError(f"{client.name}: answered with something that is not a collection of features")
        if isinstance(answer.get("numberMatched"), int):
            stated = answer["numberMatched"]
            if stated > MAX_FEATURES:
                raise client.many(stated)
        new = found.add_geojson(features)
        if features and not new:
            raise FetchError(
                f"{client.name}: gives the same features on every page; ask its office for a file"
            )
        url = _following(answer, url)
    if stated is not None and len(found) < stated:
        raise client.short(len(found), stated)
    _place(found, system, client)
    return found.write(target)


def _collection(client: Client, layer: str) -> dict[str, Any]:
    """Return what the server says of a collection; where it knows none of that name, say which there are."""
    try:
        return client.json(client.url(f"/collections/{quote(layer, safe='')}", f="json"))
    except NoSuchFileError as error:
        try:
            listed = client.json(client.url("/collections", f="json")).get("collections")
        except FetchError:
            raise error from None
        names = [str(one.get("id")) for one in listed or [] if isinstance(one, dict)]
        if layer in names or not names:
            raise
        near = difflib.get_close_matches(layer, names, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise LayerError(
            f"{client.name}: has no collection {layer!r}; {hint}it has {', '.join(names)[:300]}"
        ) from error


def _stored(facts: dict[str, Any], client: Client) -> str | None:
    """Return the system that the features are stored in, where it can be asked for: no shift of datum by the server."""
    stored, offered = facts.get("storageCrs"), facts.get("crs")
    if not isinstance(stored, str) or not isinstance(offered, list) or stored not in offered:
        return None
    return stored if known_crs(stored, client.name) else None


def _following(answer: dict[str, Any], url: str) -> str | None:
    links = answer.get("links")
    ahead = [
        str(link["href"])
        for link in (links if isinstance(links, list) else [])
        if isinstance(link, dict)
        and link.get("rel") == "next"
        and isinstance(link.get("href"), str)
        and str(link.get("type", _JSON[0])).partition(";")[0] in _JSON
    ]
    return urljoin(url, ahead[0]) if ahead else None


def _place(found: Collected, system: str | None, client: Client) -> None:
    """Put longitude or easting first, and tell a server that did not heed the system that was asked for."""
    if system is None:
        return
    geometry = found.geometry()
    crs = parse_crs(known_crs(system, client.name), where=client.name)
    west, south, east, north = shapely.total_bounds(geometry).tolist()
    if (
        crs.is_projected
        and max(abs(west), abs(east)) <= _HALF_TURN
        and max(abs(south), abs(north)) <= _HALF_TURN / 2
    ):
        return  # degrees all the same, as the standard has it by default
    found.crs = label(crs)
    if north_first(system):
        found.put(turned(geometry))
