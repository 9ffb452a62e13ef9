"""Everything that one OpenStreetMap file says of a city, read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.crs import WGS84, TransformInfo, check_projected_metres, transform_info
from urbanplan.base.errors import LayerError, UsageError
from urbanplan.base.notes import Note
from urbanplan.model.layers import MODES
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.osm.objects import Objects
from urbanplan.sources.osm.reading import read_objects
from urbanplan.sources.osm.streets import street_networks

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.model.network import StreetNetwork
    from urbanplan.model.scheme import LandUseScheme

LAYER_NAMES: tuple[str, ...] = (
    "places",
    "buildings",
    "land_use",
    "open_space",
    "water",
    "heritage_assets",
    "venues",
)
"""Layers that an OpenStreetMap file can give, beside the street networks."""

_MARGIN_DEG = 0.001
_MANY_MISSING = 0.05


@dataclass(frozen=True, eq=False)
class OsmExtract:
    """Layers and street networks of one OpenStreetMap file.

    Attributes
    ----------
    layers : dict of str to GeoDataFrame
        Layers by name, in the projected CRS, with the columns of `urbanplan.model.layers`, indexed "node/1".
    networks : dict of str to StreetNetwork
        Street networks by mode.
    counts : Counter
        What was read and was broken, by name.
    notes : list of Note
        What a reader must know of the file.
    records : dict of str to QualityRecord
        The quality record of each layer and of the `streets`.
    """

    layers: dict[str, GeoDataFrame]
    networks: dict[str, StreetNetwork]
    counts: Counter[str]
    notes: list[Note]
    records: dict[str, QualityRecord]

    @cached_property
    def report(self) -> dict[str, Any]:
        """The same as plain values: `objects` (counts), `notes` (sentences) and `layers` (quality records)."""
        return {
            "objects": dict(sorted(self.counts.items())),
            "notes": [str(note) for note in self.notes],
            "layers": {name: record.to_dict() for name, record in self.records.items()},
        }

    def __getattr__(self, name: str) -> GeoDataFrame:
        if name in LAYER_NAMES:
            if name in self.layers:
                return self.layers[name]
            raise AttributeError(f"layer {name!r} was not asked for; read the file with layers=[{name!r}]")
        raise AttributeError(name)

    def quality(self, name: str) -> dict[str, Any]:
        """Return the quality record of one layer, or of the `streets`.

        Returns
        -------
        dict
            A `QualityRecord` as plain values.
        """
        return self.records[name].to_dict()


def read_osm(
    path: Path | str,
    *,
    clip: Any = None,
    crs: Any,
    layers: Iterable[str] = LAYER_NAMES,
    modes: Iterable[str] = MODES,
    driving_side: str = "",
    surround: bool = False,
    classes: LandUseScheme | None = None,
) -> OsmExtract:
    """Read layers and street networks of a city from an OpenStreetMap file.

    Parameters
    ----------
    path : Path or str
        PBF, XML (also packed by gzip or bzip2) or an Overpass answer in JSON.
    clip : Polygon or MultiPolygon, optional
        Area to read in EPSG:4326; streets, land use, open space and water are cut at its edge, places, buildings
        and heritage assets that touch it are kept whole. By default everything is read.
    crs : CRS or str
        Projected CRS in metres.
    layers : iterable of str
        Some of places, buildings, land_use, open_space, water, heritage_assets, venues.
    modes : iterable of str
        Some of walk, bike, motorcycle, drive.
    driving_side : str
        left or right: on which side of the street people drive; empty where not known.
    surround : bool
        Whether the networks shall know what cuts doors off from streets (water, rails, motorways), and doors.
    classes : LandUseScheme, optional
        What tags of land and buildings mean; by default the package's scheme.

    Returns
    -------
    OsmExtract
        Layers, networks and the report on both.

    Raises
    ------
    MissingFileError
        If there is no such file.
    OsmFileError
        If the file is empty, truncated, damaged or not OpenStreetMap.
    LayerError
        If nothing in the file lies inside the clip.
    NoCrsError
        If the CRS is not projected in metres.
    """
    path, wanted, ways = Path(path), list(dict.fromkeys(layers)), list(dict.fromkeys(modes))
    _check_names(wanted, ways)
    target = check_projected_metres(crs, where=str(path))
    box = None if clip is None else _box(clip)
    keys = wanted_keys(wanted, ways, classes, surround=surround)
    objects = read_objects(path, **keys, box=box, streets=bool(ways))
    if not (objects.counts["points"] or objects.counts["lines"] or objects.counts["areas"]):
        raise LayerError(
            f"{path}: nothing of what was asked for lies in the city; check the boundary and the file's area"
        )
    ground = None if clip is None else _ground(clip, target)
    notes, records = notes_on(path, objects), {}
    networks: dict[str, StreetNetwork] = {}
    if ways:
        networks, records["streets"] = street_networks(
            objects, ways, clip=ground, crs=target, driving_side=driving_side
        )
        if surround:
            networks = _surrounded(networks, objects, ground, target)
        if not records["streets"].kept:
            notes.append(Note("osm_no_street_here", {"file": path.name}))
    frames: dict[str, GeoDataFrame] = {}
    if wanted:
        from urbanplan.sources.osm.layers import built_layers  # noqa: PLC0415 - heavy, and streets need none

        frames, made = built_layers(objects, wanted, clip=ground, crs=target, classes=classes)
        records |= made
    operation = transform_info(WGS84, target, box, where=str(path))
    for record in records.values():
        _complete(record, path, operation, notes)
    return OsmExtract(frames, networks, objects.counts, notes, records)


def _ground(clip: Any, crs: Any) -> Any:
    """Return the area to read in metres."""
    import numpy as np  # noqa: PLC0415 - only where something is cut

    from urbanplan.sources.osm.features import project  # noqa: PLC0415 - only where something is cut

    return project(np.array([clip], dtype=object), crs)[0]


def _surrounded(
    networks: dict[str, StreetNetwork], objects: Objects, clip: Any, crs: Any
) -> dict[str, StreetNetwork]:
    from urbanplan.sources.osm.surroundings import surroundings  # noqa: PLC0415 - only where asked

    around = surroundings(objects, clip=clip, crs=crs)
    return {mode: replace(network, surroundings=around) for mode, network in networks.items()}


def _complete(record: QualityRecord, path: Path, operation: TransformInfo, notes: list[Note]) -> None:
    record.file, record.crs, record.crs_from, record.encoding = path.name, operation.source, "format", "UTF-8"
    record.operation, record.pipeline = operation.operation, operation.pipeline
    record.operation_accuracy_m = operation.accuracy_m
    record.add(*operation.notes, *notes)


def _box(clip: Any) -> tuple[float, float, float, float]:
    west, south, east, north = clip.bounds
    return west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG


def _check_names(layers: list[str], modes: list[str]) -> None:
    for name in layers:
        if name not in LAYER_NAMES:
            raise UsageError(
                f"layer {name!r} cannot be read from OpenStreetMap; layers are {', '.join(LAYER_NAMES)}"
            )
    for mode in modes:
        if mode not in MODES:
            raise UsageError(f"{mode!r} is not a mode of travel; modes are {', '.join(MODES)}")


def wanted_keys(
    layers: list[str], modes: list[str], classes: LandUseScheme | None = None, *, surround: bool = False
) -> dict[str, set[str]]:
    """Return the keys that make an object worth reading for these layers and modes."""
    keys: dict[str, set[str]] = {"point_keys": set(), "line_keys": set(), "area_keys": set()}
    if modes:
        keys["line_keys"].add("highway")
    if layers:
        from urbanplan.sources.osm.layers import add_layer_keys  # noqa: PLC0415 - heavy, and streets need none

        add_layer_keys(keys, layers, classes)
    if surround and modes:
        from urbanplan.sources.osm.surroundings import SURROUNDING_LINE_KEYS  # noqa: PLC0415 - only where asked
        from urbanplan.sources.osm.tagging import scheme  # noqa: PLC0415 - only where asked

        keys["line_keys"].update(SURROUNDING_LINE_KEYS)
        keys["area_keys"].update(scheme("surroundings").keys - {"railway", "highway"})
    return keys


def notes_on(path: Path, objects: Objects) -> list[Note]:
    """Return what a reader must know of the file: what it lacks and what had to be mended."""
    counts = objects.counts
    broken, lines = counts["ways_with_missing_nodes"], counts["lines"]
    cut = broken > _MANY_MISSING * max(lines, 1)
    ways = "osm_ways_cut" if cut else "osm_ways_at_edge"
    found = {
        ways: broken,
        "osm_relations_incomplete": counts["relations_incomplete"],
        "osm_areas_incomplete": counts["areas_incomplete"],
        "osm_areas_repaired": counts["areas_repaired"],
        "osm_areas_invalid": counts["areas_dropped_invalid"],
    }
    facts = {ways: {"total": lines}}
    return [
        Note(code, {"file": path.name, "count": count, **facts.get(code, {})})
        for code, count in found.items()
        if count
    ]
