"""Graphs that every tool is given alike: nodes, edges, whole millimetres, no parallel edges, one connected part."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def from_file(path):
    """Read the walking network of an OpenStreetMap file; return it simplified, and with every vertex a node."""
    from urbanplan.sources.osm import read_osm  # noqa: PLC0415 - slow to import, and tiling does not need it

    network = read_osm(path, crs=f"EPSG:{utm_zone(path)}", layers=[], modes=["walk"]).networks["walk"]
    return {"simplified": _simplified(network), "unsimplified": _every_vertex(network)}


def utm_zone(path):
    """Return the EPSG code of the UTM zone in the middle of a file."""
    import osmium  # noqa: PLC0415

    box = osmium.io.Reader(str(path), osmium.osm.NOTHING).header().box()
    if box.valid():
        lon, lat = (
            (box.bottom_left.lon + box.top_right.lon) / 2,
            (box.bottom_left.lat + box.top_right.lat) / 2,
        )
    else:
        spots = [
            (thing.location.lon, thing.location.lat)
            for thing, _ in zip(osmium.FileProcessor(str(path), osmium.osm.NODE), range(10_000), strict=False)
        ]
        lon, lat = np.median(spots, axis=0)
    return (32600 if lat >= 0 else 32700) + int((lon + 180) // 6) + 1


def _simplified(network):
    length = np.rint(network.length_m * 1000).astype(np.int64)
    return clean(network.node_x, network.node_y, network.edge_u, network.edge_v, length)


def _every_vertex(network):
    first, last = network.geom_offsets[:-1], network.geom_offsets[1:] - 1
    xy = network.geom_xy
    number = np.full(len(xy), -1, dtype=np.int64)
    number[first], number[last] = network.edge_u, network.edge_v
    inner = number < 0
    nodes = len(network.node_x)
    number[inner] = nodes + np.arange(inner.sum())
    x = np.concatenate([network.node_x, xy[inner, 0]])
    y = np.concatenate([network.node_y, xy[inner, 1]])
    tail = np.setdiff1d(np.arange(len(xy)), last)
    length = np.rint(np.hypot(*(xy[tail + 1] - xy[tail]).T) * 1000).astype(np.int64)
    return clean(x, y, number[tail], number[tail + 1], length)


def clean(x, y, u, v, length):
    """Keep the largest connected part; of parallel edges the shortest; no loops; every edge at least 1 mm."""
    low, high = np.minimum(u, v).astype(np.int64), np.maximum(u, v).astype(np.int64)
    order = np.lexsort((length, high, low))
    order = order[low[order] != high[order]]
    low, high, length = low[order], high[order], np.maximum(length[order], 1)
    fresh = np.ones(len(low), dtype=bool)
    fresh[1:] = (np.diff(low) != 0) | (np.diff(high) != 0)
    low, high, length = low[fresh], high[fresh], length[fresh]
    n = len(x)
    _, part = connected_components(coo_matrix((np.ones(len(low)), (low, high)), shape=(n, n)), directed=False)
    kept = part == np.argmax(np.bincount(part))
    number = np.cumsum(kept) - 1
    inside = kept[low]
    return {
        "x": x[kept],
        "y": y[kept],
        "u": number[low[inside]].astype(np.int32),
        "v": number[high[inside]].astype(np.int32),
        "mm": length[inside].astype(np.int32),
    }


def tile(graph, side):
    """Lay a graph side x side times next to itself, each copy joined to its neighbours by one street."""
    n, apart = len(graph["x"]), (np.ptp(graph["x"]) * 1.02, np.ptp(graph["y"]) * 1.02)
    copies = [(row, column) for row in range(side) for column in range(side)]
    x = np.concatenate([graph["x"] + column * apart[0] for _, column in copies])
    y = np.concatenate([graph["y"] + row * apart[1] for row, _ in copies])
    u = np.concatenate([graph["u"].astype(np.int64) + n * copy for copy in range(side * side)])
    v = np.concatenate([graph["v"].astype(np.int64) + n * copy for copy in range(side * side)])
    west, east, south, north = (
        graph["x"].argmin(),
        graph["x"].argmax(),
        graph["y"].argmin(),
        graph["y"].argmax(),
    )
    joins = [
        (copy * n + east, (copy + 1) * n + west)
        for copy, (_, column) in enumerate(copies)
        if column + 1 < side
    ]
    joins += [
        (copy * n + north, (copy + side) * n + south)
        for copy, (row, _) in enumerate(copies)
        if row + 1 < side
    ]
    a, b = np.array(joins, dtype=np.int64).reshape(-1, 2).T
    length = np.rint(np.hypot(x[a] - x[b], y[a] - y[b]) * 1000).astype(np.int32) + 1
    return {
        "x": x,
        "y": y,
        "u": np.concatenate([u, a]).astype(np.int32),
        "v": np.concatenate([v, b]).astype(np.int32),
        "mm": np.concatenate([np.tile(graph["mm"], side * side), length]),
    }
