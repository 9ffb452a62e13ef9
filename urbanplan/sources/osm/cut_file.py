"""Cut a large OpenStreetMap extract to the surroundings of a city: whole ways, whole areas, nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.base.errors import LayerError, OsmFileError
from urbanplan.base.io import atomic_path

if TYPE_CHECKING:
    from urbanplan.base.crs import Bounds

_AREAS = 1
"""Relations are completed to their ways; relations of relations are not."""


def cut_file(source: Path, target: Path, bounds: Bounds) -> Path:
    """Write the objects of an extract that touch a box: its nodes, its ways whole, and areas made of such ways whole.

    Parameters
    ----------
    source : Path
        A PBF file, e.g. of a country.
    target : Path
        Where to write, as PBF; the file is whole or not there.
    bounds : tuple of float
        West, south, east, north in degrees.

    Raises
    ------
    OsmFileError
        If the source is damaged or not an OpenStreetMap file.
    LayerError
        If nothing lies in the box.
    """
    import osmium  # noqa: PLC0415 - heavy, only where such a file is cut

    kept, found = osmium.IdTracker(), 0
    file = osmium.io.File(str(source), "osm.pbf")  # a cached file has no ending
    try:
        west, south, east, north = bounds
        for node in osmium.FileProcessor(file, osmium.osm.NODE):
            place = node.location
            if west <= place.lon <= east and south <= place.lat <= north:
                kept.add_node(node.id)
                found += 1
        if not found:
            raise LayerError(
                f"{source.name}: no node lies in the area of the city; take the extract of another region"
            )
        for way in osmium.FileProcessor(file, osmium.osm.WAY).with_filter(kept.contains_filter()):
            kept.add_way(way.id)
        for relation in osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(kept.contains_filter()):
            if relation.tags.get("type") in {"multipolygon", "boundary", "restriction", "public_transport"}:
                kept.add_relation(relation.id)
        kept.complete_backward_references(file, _AREAS)
        with (
            atomic_path(target) as draft,
            osmium.SimpleWriter(osmium.io.File(str(draft), "osm.pbf")) as writer,
        ):
            for thing in osmium.FileProcessor(file).with_filter(kept.id_filter()):
                writer.add(thing)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise OsmFileError(
            f"{source.name}: is damaged or not an OpenStreetMap file ({str(error)[:160]}); fetch it again"
        ) from error
    return target
