"""OpenStreetMap files small enough to work out by hand."""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import quoteattr

import shapely
from pyproj import Transformer

CRS = "EPSG:32647"
ORIGIN = (500_000.0, 2_077_000.0)
"""A corner of Chiang Mai's UTM zone; tests place nodes in metres from here."""

_TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def tags_xml(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def osm_xml(
    nodes: Mapping[int, tuple[float, float] | tuple[float, float, dict[str, str]]],
    ways: Iterable[tuple[int, Iterable[int], Mapping[str, str]]] = (),
    relations: Iterable[tuple[int, Iterable[tuple[str, int, str]], Mapping[str, str]]] = (),
) -> str:
    """Write OSM XML; nodes are given in metres from ORIGIN."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    for number, (x, y, *tags) in nodes.items():
        lon, lat = _TO_DEGREES.transform(ORIGIN[0] + x, ORIGIN[1] + y)
        inner = tags_xml(tags[0]) if tags else ""
        lines.append(f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">{inner}</node>')
    for number, refs, tags in ways:
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs) + tags_xml(tags)
        lines.append(f'<way id="{number}" version="1">{inner}</way>')
    for number, members, tags in relations:
        inner = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        lines.append(f'<relation id="{number}" version="1">{inner}{tags_xml(tags)}</relation>')
    return "\n".join([*lines, "</osm>"])


def placed(x: float, y: float) -> tuple[float, float]:
    """Return where a node given in metres from ORIGIN lies."""
    return ORIGIN[0] + x, ORIGIN[1] + y


def degrees(shape):
    """Return a geometry given in metres from ORIGIN in degrees."""
    return shapely.transform(
        shape, lambda x, y: _TO_DEGREES.transform(x + ORIGIN[0], y + ORIGIN[1]), interleaved=False
    )
