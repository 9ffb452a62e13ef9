"""The features of all answers together, written as one GeoJSON file that says where it is from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.base.errors import FetchError, LayerError
from urbanplan.base.io import write_text
from urbanplan.sources.service.client import MAX_FEATURES

if TYPE_CHECKING:
    from urbanplan.sources.service.client import Client

_DEGREES = {"OGC:CRS84", "EPSG:4326"}


@dataclass
class Collected:
    """Features as they come, each once.

    Attributes
    ----------
    client : Client
        The service.
    layer : str
        The layer that is read.
    crs : str
        The reference system of its coordinates, easting (or longitude) first.
    """

    client: Client
    layer: str
    crs: str = "OGC:CRS84"
    _ids: list[str] = field(default_factory=list)
    _properties: list[dict[str, Any]] = field(default_factory=list)
    _geometry: list[Any] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, unit: object, properties: dict[str, Any], geometry: Any) -> bool:
        """Add one feature; return whether it is new. One without an id is always taken for new."""
        name = "" if unit is None else str(unit)
        if name and name in self._known:
            return False
        if len(self) >= MAX_FEATURES:
            raise self.client.many(len(self) + 1)
        self._known.add(name)
        self._ids.append(name)
        self._properties.append(properties)
        self._geometry.append(geometry)
        return True

    def add_geojson(self, features: Iterable[Any]) -> int:
        """Add the features of an answer in GeoJSON; return how many were new.

        Raises
        ------
        FetchError
            If one of them is none.
        """
        new = 0
        for feature in features:
            if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
                raise FetchError(f"{self.client.name}: answered with something that is not a GeoJSON feature")
            new += self.add(
                feature.get("id"), dict(feature.get("properties") or {}), _shape(feature.get("geometry"))
            )
        return new

    def geometry(self) -> np.ndarray:
        """Return all geometries."""
        out = np.full(len(self), None, dtype=object)
        out[:] = self._geometry
        return out

    def put(self, geometry: np.ndarray) -> None:
        """Put other geometries in the place of those that came."""
        self._geometry = list(geometry)

    def write(self, target: Path) -> Path:
        """Write the file, in the order of the ids, so that the same features make the same bytes.

        Raises
        ------
        LayerError
            If nothing came.
        """
        if not len(self):
            raise LayerError(
                f"{self.client.name}: {self.layer!r} has no feature in the area of the city; check the layer"
            )
        order = (
            sorted(range(len(self)), key=lambda at: (len(self._ids[at]), self._ids[at]))
            if all(self._ids)
            else range(len(self))
        )
        texts = shapely.to_geojson(self.geometry())
        lines = [
            json.dumps(
                {
                    "type": "Feature",
                    **({"id": self._ids[at]} if self._ids[at] else {}),
                    "properties": self._properties[at],
                    "geometry": None if texts[at] is None else json.loads(texts[at]),
                },
                ensure_ascii=False,
            )
            for at in order
        ]
        member = {"type": "name", "properties": {"name": self.crs}}
        crs = "" if self.crs in _DEGREES else f'"crs": {json.dumps(member)},\n'
        write_text(
            target, f'{{"type": "FeatureCollection",\n{crs}"features": [\n' + ",\n".join(lines) + "\n]}\n"
        )
        return target


def _shape(geometry: Any) -> Any:
    """Return a geometry of GeoJSON; None where there is none, or none that can be read."""
    if not isinstance(geometry, dict):
        return None
    return shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
