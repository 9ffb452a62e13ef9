"""Writing the drawn map as an OpenStreetMap PBF file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.base.io import atomic_path
from urbanplan.sources.sample.plan import to_lonlat

if TYPE_CHECKING:
    from pathlib import Path

    from urbanplan.sources.sample.draft import Draft


def write_osm(draft: Draft, target: Path) -> None:
    """Write the map as `.osm.pbf`; the same map gives the same bytes."""
    import osmium  # noqa: PLC0415  # heavy, only needed here
    from osmium.osm import mutable  # noqa: PLC0415

    header = osmium.io.Header()
    header.set("generator", "urbanplan synthetic sample")
    lonlat = to_lonlat(draft.coordinates()).round(7).tolist()
    with atomic_path(target) as path:
        writer = osmium.SimpleWriter(str(path), header=header)
        try:
            for node, location in enumerate(lonlat, start=1):
                writer.add_node(mutable.Node(id=node, location=location, tags=draft.node_tags.get(node)))
            for number, way in enumerate(draft.ways, start=1):
                writer.add_way(mutable.Way(id=number, nodes=way.nodes, tags=way.tags))
            for number, relation in enumerate(draft.relations, start=1):
                writer.add_relation(mutable.Relation(id=number, members=relation.members, tags=relation.tags))
        finally:
            writer.close()
