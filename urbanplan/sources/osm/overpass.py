"""OpenStreetMap over the network: an area from the Overpass API, a city's outline from Nominatim."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import shapely

from urbanplan.base.crs import WGS84, to_crs, utm_for
from urbanplan.base.errors import FetchError, LayerError, OsmFileError
from urbanplan.base.units import KM2_M2
from urbanplan.sources.osm.overpass_json import as_opl
from urbanplan.sources.osm.tagging import scheme

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Fetch = Callable[..., object]
"""Like `urbanplan.sources.protocol.fetch.fetch`: takes url, target, `data` and `validate`."""

OVERPASS = "https://overpass-api.de/api/interpreter"
NOMINATIM = "https://nominatim.openstreetmap.org/search"

_LARGEST_KM2 = 2_500.0
_TIMEOUT_S = 300
_LARGEST_ANSWER = 1 << 30
_LARGEST_JSON = 400_000_000
_LARGEST_PLACES = 50_000_000
_PLACES_WITHIN_S = 120.0
_WHOLE_EARTH = (-180.0, -90.0, 180.0, 90.0)
_SCHEMES = ("places", "land_use", "open_space", "water", "heritage", "building_use")
_RESULTS = 20


def overpass_query(area: Any, *, attic: str | None = None) -> str:
    """Write the Overpass query for everything that `read_osm` reads in the bounding box of an area.

    Parameters
    ----------
    area : Polygon or MultiPolygon
        In EPSG:4326. The query names only its bounding box, so its text is short whatever the area's outline.
    attic : str, optional
        YYYY-MM-DD: OpenStreetMap as it was at the end of that day (UTC).

    Returns
    -------
    str
        A query whose answer is JSON: the tagged objects, then the nodes and members that they are made of.

    Raises
    ------
    FetchError
        If the box is larger than a public server should be asked for at once.
    """
    import geopandas as gpd  # noqa: PLC0415  (heavy)

    west, south, east, north = shapely.bounds(area).tolist()
    box = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=WGS84)
    size = float(to_crs(box, utm_for((west + east) / 2, (south + north) / 2)).area.iloc[0]) / KM2_M2
    if size > _LARGEST_KM2:
        raise FetchError(
            f"the area's bounding box has {size:,.0f} km2, more than the {_LARGEST_KM2:,.0f} km2 that the Overpass API"
            " should be asked for at once; use a PBF extract of the region as the source"
        )
    keys = sorted({"highway", "barrier"}.union(*(scheme(name).keys for name in _SCHEMES)))
    wanted = "".join(f'nwr["{key}"];' for key in keys)
    past = f'[date:"{attic}T23:59:59Z"]' if attic else ""
    head = f"[out:json]{past}[timeout:{_TIMEOUT_S}][maxsize:{_LARGEST_ANSWER}]"
    return f"{head}[bbox:{south:.6f},{west:.6f},{north:.6f},{east:.6f}];({wanted});out body;>;out skel qt;"


def fetch_overpass(
    area: Any, target: Path, *, attic: str | None = None, url: str = OVERPASS, fetch: Fetch | None = None
) -> Path:
    """Download OpenStreetMap inside the bounding box of an area.

    Parameters
    ----------
    area : Polygon or MultiPolygon
        In EPSG:4326.
    target : Path
        Where the answer (JSON) goes; it is whole and checked, or it is not there.
    attic : str, optional
        YYYY-MM-DD: OpenStreetMap as it was on that day, where the server keeps its past.
    url : str
        Address of the API.
    fetch : callable, optional
        The client; by default that of `urbanplan.sources.protocol`.

    Raises
    ------
    FetchError
        If the server cannot be reached, refuses, or says (in `remark`) that its answer is not whole.
    """
    client = _client() if fetch is None else fetch
    query = overpass_query(area, attic=attic)
    client(url, target, data={"data": query}, validate=check_answer, max_bytes=_LARGEST_JSON)
    return target


def check_answer(path: Path) -> None:
    """Refuse an answer of Overpass that is partial, empty or something else.

    Raises
    ------
    FetchError
        With what the server said.
    """
    try:
        as_opl(path)
    except OsmFileError as error:
        raise FetchError(f"the Overpass API gave no usable answer: {error}") from error


def place_boundary(name: str, *, url: str = NOMINATIM, fetch: Fetch | None = None) -> GeoDataFrame:
    """Look up the outline of a city by its name.

    Parameters
    ----------
    name : str
        As typed into a search box, e.g. "Khon Kaen, Thailand".
    url : str
        Address of the search.
    fetch : callable, optional
        The client; by default that of `urbanplan.sources.protocol`.

    Returns
    -------
    GeoDataFrame
        One row in EPSG:4326, indexed like "relation/1": the first result that has an outline; `name` in full.

    Raises
    ------
    FetchError
        If the search cannot be reached or gives no usable answer.
    LayerError
        If nothing of that name has an outline.
    """
    import geopandas as gpd  # noqa: PLC0415  (heavy)

    options = {"q": name, "format": "jsonv2", "polygon_geojson": 1, "dedupe": 0, "limit": _RESULTS}
    client = _client() if fetch is None else fetch
    with tempfile.TemporaryDirectory(prefix="urbanplan-place-") as folder:
        target = Path(folder) / "place.json"
        client(f"{url}?{urlencode(options)}", target, deadline_s=_PLACES_WITHIN_S, max_bytes=_LARGEST_PLACES)
        try:
            results = _list_of(json.loads(target.read_bytes()))
            found = [(entry, entry["geojson"]) for entry in results if "geojson" in entry]
            areas = [(entry, shape) for entry, shape in found if shape["type"] in {"Polygon", "MultiPolygon"}]
            if areas:
                entry, shape = areas[0]
                outline = _outline(shape)
                key, title = f"{entry['osm_type']}/{int(entry['osm_id'])}", str(entry["display_name"])
                return gpd.GeoDataFrame({"name": [title]}, geometry=[outline], index=[key], crs=WGS84)
        except (
            *(KeyError, IndexError, TypeError, ValueError, AttributeError),
            *(RecursionError, OverflowError, shapely.errors.ShapelyError),
        ) as error:
            raise FetchError(
                f"the search for {name!r} gave no usable answer ({str(error)[:120]}); try again later"
            ) from error
    places = "; ".join(str(entry.get("display_name")) for entry, _ in found[:3]) or "nothing"
    raise LayerError(
        f"no area named {name!r} has an outline in OpenStreetMap (found: {places}); write the name with its province"
        " and country, or give the boundary as `bbox`, `centre` with `radius_m`, or a file"
    )


def _list_of(results: object) -> list[dict[str, Any]]:
    if not isinstance(results, list) or not all(isinstance(entry, dict) for entry in results):
        raise TypeError("it is not a list of places")
    return results


def _outline(shape: dict[str, Any]) -> Any:
    """Return an outline that encloses ground on the Earth."""
    outline = shapely.make_valid(shapely.geometry.shape(shape))
    if outline.area == 0 or not shapely.box(*_WHOLE_EARTH).covers(outline):
        raise ValueError("its outline encloses nothing on the Earth")
    return outline


def _client() -> Fetch:
    from urbanplan.sources.protocol.fetch import fetch  # noqa: PLC0415  (only where the network is used)

    return fetch
