"""Everything that one OpenStreetMap file says of a city, read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.base.crs import WGS84, TransformInfo, check_projected_metres, transform_info
from urbanplan.base.errors import LayerError, UsageError
from urbanplan.base.notes import Note
from urbanplan.model.layers import MODES
from urbanplan.model.quality import QualityRecord
from urbanplan.model.scheme import LandUseScheme, default_scheme
from urbanplan.sources.osm.buildings import KEYS as BUILDING_KEYS
from urbanplan.sources.osm.buildings import buildings
from urbanplan.sources.osm.features import FeatureSet, feature_set, project
from urbanplan.sources.osm.heritage import heritage_assets
from urbanplan.sources.osm.places import places
from urbanplan.sources.osm.reading import Objects, read_objects
from urbanplan.sources.osm.streets import street_networks
from urbanplan.sources.osm.surfaces import land_use, open_space, water
from urbanplan.sources.osm.surroundings import SURROUNDING_LINE_KEYS, surroundings
from urbanplan.sources.osm.tagging import land_rules, scheme
from urbanplan.sources.osm.venues import venues

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.model.network import StreetNetwork

Builder = Callable[[FeatureSet], "tuple[GeoDataFrame, QualityRecord]"]

_BUILDERS: Mapping[str, Builder] = {
    "places": places,
    "buildings": buildings,
    "land_use": land_use,
    "open_space": open_space,
    "water": water,
    "heritage_assets": heritage_assets,
    "venues": venues,
}
LAYER_NAMES: tuple[str, ...] = tuple(_BUILDERS)
"""Layers that an OpenStreetMap file can give, beside the street networks."""

_SCHEMES = {
    "places": "places",
    "open_space": "open_space",
    "water": "water",
    "heritage_assets": "heritage",
    "venues": "venues",
}
_AREAS_ONLY = frozenset({"land_use", "open_space", "buildings"})
_LINE_KEYS = {
    "places": ("public_transport",),
    "water": ("waterway",),
    "heritage_assets": ("barrier", "historic", "heritage"),
}
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
    report : dict
        `objects`: counts of what was read and was broken; `notes`: sentences that a reader must know; `layers`: the
        quality record of each layer and of the `streets`.
    """

    layers: dict[str, GeoDataFrame]
    networks: dict[str, StreetNetwork]
    report: dict[str, Any] = field(default_factory=dict)

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
        record: dict[str, Any] = self.report["layers"][name]
        return record


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
    own = classes or default_scheme()
    keys = _keys(wanted, ways, own, surround=surround)
    objects = read_objects(path, **keys, box=box, streets=bool(ways))
    if not (objects.counts["points"] or objects.counts["lines"] or objects.counts["areas"]):
        raise LayerError(
            f"{path}: nothing of what was asked for lies in the city; check the boundary and the file's area"
        )
    ground = None if clip is None else project(np.array([clip], dtype=object), target)[0]
    notes, records = _notes(path, objects), {}
    networks: dict[str, StreetNetwork] = {}
    if ways:
        networks, records["streets"] = street_networks(
            objects, ways, clip=ground, crs=target, driving_side=driving_side
        )
        if surround:
            around = surroundings(objects, clip=ground, crs=target)
            networks = {mode: replace(network, surroundings=around) for mode, network in networks.items()}
        if not records["streets"].kept:
            notes.append(Note("osm_no_street_here", {"file": path.name}))
    frames: dict[str, GeoDataFrame] = {}
    if wanted:
        found = feature_set(objects, clip=ground, crs=target, scheme=own)
        for name in wanted:
            frames[name], records[name] = _BUILDERS[name](found)
    operation = transform_info(WGS84, target, box, where=str(path))
    for record in records.values():
        _complete(record, path, operation, notes)
    report = {
        "objects": dict(sorted(objects.counts.items())),
        "notes": [str(note) for note in notes],
        "layers": {name: record.to_dict() for name, record in records.items()},
    }
    return OsmExtract(frames, networks, report)


def _complete(record: QualityRecord, path: Path, operation: TransformInfo, notes: list[Note]) -> None:
    record.file, record.crs, record.crs_from, record.encoding = path.name, operation.source, "format", "UTF-8"
    record.operation, record.pipeline = operation.operation, operation.pipeline
    record.operation_accuracy_m = operation.accuracy_m
    record.add(*operation.notes, *notes)


def _box(clip: Any) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(clip).tolist()
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


def _keys(
    layers: list[str], modes: list[str], classes: LandUseScheme, *, surround: bool = False
) -> dict[str, set[str]]:
    """Return the keys that make an object worth reading for these layers."""
    points: set[str] = set()
    lines: set[str] = {"highway"} if modes else set()
    areas: set[str] = set()
    for name in layers:
        keys = _keys_of(name, classes)
        areas |= keys
        lines |= set(_LINE_KEYS.get(name, ()))
        points |= set() if name in _AREAS_ONLY | {"water"} else keys
    if surround and modes:
        lines |= set(SURROUNDING_LINE_KEYS)
        areas |= scheme("surroundings").keys - {"railway", "highway"}
    return {"point_keys": points, "line_keys": lines, "area_keys": areas}


def _keys_of(name: str, classes: LandUseScheme) -> frozenset[str]:
    if name == "buildings":
        return BUILDING_KEYS
    return land_rules(classes).keys if name == "land_use" else scheme(_SCHEMES[name]).keys


def _notes(path: Path, objects: Objects) -> list[Note]:
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
