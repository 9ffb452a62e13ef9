"""Street networks to and from osmnx and networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoSeries
from pyproj import CRS

from urbanplan.base.crs import parse_crs, to_crs, transform_points, utm_for
from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.model.network.assembly import assemble, crs_text
from urbanplan.model.network.street_network import StreetNetwork
from urbanplan.model.network.tagging import TAG_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx
    from numpy.typing import NDArray

_OWN = {"osm_way", "stairs", "stairs_m", "oneway"}
_WORDS = [name for name, dtype in TAG_COLUMNS.items() if dtype == "str" and name not in _OWN]


def to_networkx(network: StreetNetwork) -> nx.MultiDiGraph:
    """Return the network as osmnx would hold it; see `StreetNetwork.to_networkx`."""
    import networkx as nx  # noqa: PLC0415  (only needed here)

    graph = nx.MultiDiGraph(crs=network.crs, simplified=True)
    columns = (network.node_id, network.node_x, network.node_y, network.street_count)
    graph.add_nodes_from(
        (node, {"x": x, "y": y, "street_count": count})
        for node, x, y, count in zip(*(column.tolist() for column in columns), strict=True)
    )
    u, v = network.node_id[network.edge_u].tolist(), network.node_id[network.edge_v].tolist()
    reverse = shapely.reverse(network.lines)
    for edge, common in enumerate(_attributes(network)):
        if network.forward[edge]:
            graph.add_edge(
                u[edge],
                v[edge],
                **common,
                reversed=False,
                geometry=network.lines[edge],
                travel_time=float(network.seconds_forward[edge]),
            )
        if network.backward[edge]:
            graph.add_edge(
                v[edge],
                u[edge],
                **common,
                reversed=True,
                geometry=reverse[edge],
                travel_time=float(network.seconds_backward[edge]),
            )
    return graph


def _attributes(network: StreetNetwork) -> Iterable[dict[str, Any]]:
    words = {name: network.tags[name].tolist() for name in _WORDS}
    for edge, ways in enumerate(network.tags["osm_way"]):
        ids = [int(way) for way in ways.split(";")] if ways else []
        common: dict[str, Any] = {
            "osmid": ids[0] if len(ids) == 1 else ids,
            "oneway": bool(network.forward[edge] != network.backward[edge]),
            "length": float(network.length_m[edge]),
        }
        common |= {name: values[edge] for name, values in words.items() if values[edge] is not None}
        yield common


def from_osmnx(graph: nx.MultiDiGraph, *, mode: str, crs: Any = None) -> StreetNetwork:
    """Take over a graph of osmnx; see `StreetNetwork.from_osmnx`."""
    if graph.number_of_nodes() == 0:
        raise LayerError("the graph has no nodes; download or read a larger area")
    try:
        ids = [int(node) for node in graph.nodes]
        x = np.array([attributes["x"] for _, attributes in graph.nodes(data=True)], dtype=np.float64)
        y = np.array([attributes["y"] for _, attributes in graph.nodes(data=True)], dtype=np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise LayerError(
            f"the nodes of the graph must be whole numbers with x and y as in osmnx ({error})"
        ) from error
    number = {node: row for row, node in enumerate(graph.nodes)}
    pairs = _paired(graph)
    lines = [
        line
        if line is not None
        else shapely.linestrings([(x[number[u]], y[number[u]]), (x[number[v]], y[number[v]])])
        for u, v, line, _, _ in pairs
    ]
    target, source = _projection(graph, crs, x, y)
    drawn = np.asarray(
        to_crs(GeoSeries(lines, crs=source), target, where="the graph").to_numpy(), dtype=object
    )
    x, y = transform_points(x, y, source, target, where="the graph")
    there, back = [pair[3] for pair in pairs], [pair[4] for pair in pairs]
    either = [a if a is not None else b or {} for a, b in zip(there, back, strict=True)]
    length = np.array([data.get("length", np.nan) for data in either], dtype=np.float64)
    length = np.where(np.isnan(length), shapely.length(drawn), length)
    return assemble(
        mode=mode,
        crs=target,
        node_id=ids,
        node_x=x,
        node_y=y,
        edge_u=[number[pair[0]] for pair in pairs],
        edge_v=[number[pair[1]] for pair in pairs],
        forward=[data is not None for data in there],
        backward=[data is not None for data in back],
        lines=drawn,
        length_m=length,
        seconds_forward=_seconds(there),
        seconds_backward=_seconds(back),
        tags=_tags(either, length),
    )


_Attributes = dict[str, Any]
_Pair = tuple[Any, Any, Any, _Attributes | None, _Attributes | None]


def _paired(graph: nx.MultiDiGraph) -> list[_Pair]:
    """Return physical segments: an edge and the one that travels the same drawing back are one."""
    pairs: list[_Pair] = []
    waiting: dict[tuple[Any, Any, bytes], list[int]] = {}
    for u, v, data in graph.edges(data=True):
        line = data.get("geometry")
        coords = b"" if line is None else shapely.get_coordinates(line).tobytes()
        mirror = b"" if line is None else shapely.get_coordinates(line)[::-1].tobytes()
        partners = waiting.get((v, u, mirror))
        if partners:
            row = partners.pop(0)
            tail, head, drawn, first, _ = pairs[row]
            drawn_back = bool(first and first.get("reversed") is True and data.get("reversed") is False)
            pairs[row] = (u, v, line, data, first) if drawn_back else (tail, head, drawn, first, data)
        else:
            waiting.setdefault((u, v, coords), []).append(len(pairs))
            pairs.append((u, v, line, data, None))
    return pairs


def _projection(
    graph: nx.MultiDiGraph, crs: Any, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[str, CRS]:
    """Return the CRS to project to and the one that the graph is in."""
    if graph.graph.get("crs") is None:
        raise NoCrsError('the graph has no CRS; set graph.graph["crs"], for osmnx data it is EPSG:4326')
    source = parse_crs(graph.graph["crs"], where="the graph")
    if crs is not None:
        return crs_text(crs), source
    return crs_text(source) if source.is_projected else utm_for(float(x.mean()), float(y.mean())), source


def _seconds(data: list[_Attributes | None]) -> NDArray[np.float64] | None:
    given = [attributes for attributes in data if attributes is not None]
    if not given or not all("travel_time" in attributes for attributes in given):
        return None
    return np.array([np.inf if attributes is None else attributes["travel_time"] for attributes in data])


def _word(value: Any) -> str | None:
    if isinstance(value, list | tuple | set):
        return ";".join(str(part) for part in value) or None
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return str(value)


def _tags(data: list[_Attributes], length: NDArray[np.float64]) -> pd.DataFrame:
    columns: dict[str, Any] = {name: [_word(row.get(name)) for row in data] for name in _WORDS}
    columns["osm_way"] = [_word(row.get("osmid")) for row in data]
    columns["oneway"] = ["yes" if row.get("oneway") is True else None for row in data]
    columns["stairs"] = ["steps" in (word or "").split(";") for word in columns["highway"]]
    whole = np.array([word == "steps" for word in columns["highway"]], dtype=bool)
    # which share of a merged edge is stairs cannot be told from osmnx's list of values
    columns["stairs_m"] = np.where(whole, length, np.where(columns["stairs"], np.nan, 0.0))
    return pd.DataFrame(columns)
