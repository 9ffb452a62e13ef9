import json
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest

from urbanplan.sources.sample import write_sample
from urbanplan.sources.sample.plan import size_named
from urbanplan.sources.sample.town import draw_town
from urbanplan.sources.sample.write import SEED


class Written:
    """One written town: its folder, its truths, and the layers as GDAL reads them."""

    def __init__(self, folder, size):
        self.folder = folder
        self.size = size_named(size)
        self.truth = json.loads(write_sample(folder, size=size).read_text(encoding="utf-8"))
        self._layers = {}

    def layer(self, name):
        if name not in self._layers:
            frame = gpd.read_file(self.folder / "osm" / "sample.osm.pbf", layer=name)
            tags = frame["other_tags"].fillna("").str.findall(r'"([^"]+)"=>"([^"]*)"').map(dict)
            frame = frame.assign(tags=tags)
            self._layers[name] = frame.to_crs(self.truth["crs"])
        return self._layers[name]

    def tag(self, frame, key):
        own = frame.get(key)
        other = frame["tags"].map(lambda tags: tags.get(key))
        return other if own is None else own.where(own.notna(), other)


@pytest.fixture(scope="session")
def village(tmp_path_factory):
    return Written(tmp_path_factory.mktemp("village"), "village")


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    return Written(tmp_path_factory.mktemp("town"), "town")


@pytest.fixture(scope="session")
def drawn_town():
    return draw_town(size_named("town"), SEED)


@pytest.fixture(scope="session")
def walk_pieces(town):
    """Pieces of all streets open on foot, from the file alone: ends (as node ids) and coordinates."""
    import osmium  # noqa: PLC0415

    nodes, ways = {}, []
    for entry in osmium.FileProcessor(str(town.folder / "osm" / "sample.osm.pbf")):
        if entry.is_node():
            nodes[entry.id] = (entry.lon, entry.lat)
        elif entry.is_way() and "highway" in entry.tags:
            tags = dict(entry.tags)
            if tags["highway"].startswith("motorway") or tags.get("access") == "private":
                continue
            ways.append([node.ref for node in entry.nodes if node.ref in nodes])
    ids = np.array([pair for way in ways for pair in pairwise(way)])
    frame = gpd.GeoSeries.from_xy(*np.array(list(nodes.values())).T, crs=4326).to_crs(town.truth["crs"])
    place = dict(zip(nodes, np.column_stack([frame.x, frame.y]), strict=True))
    return ids, place
