"""The city file: what a `data/cities/<id>.yml` may say, and its meaning."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from pyproj import CRS
from pyproj.exceptions import CRSError

from urbanplan.base.traffic import driving_side
from urbanplan.model.heights import HeightModel
from urbanplan.model.layers import LAYERS

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _inside_folder(text: str) -> str:
    if "://" in text or text.lower().startswith(("vsi", "/vsi")):
        raise ValueError("must be a file inside the data folder; an address goes under `origin: {url: …}`")
    path = PurePosixPath(text.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", text):
        raise ValueError("must be a path inside the data folder, without '..'")
    return text


class Words(_Strict):
    """A text in several languages; English is always there."""

    en: str = Field(min_length=1, description="English")
    th: str | None = Field(None, description="Thai")

    def in_language(self, lang: str) -> str:
        """Return the text in a language, or in English where it is not given."""
        return getattr(self, lang, None) or self.en


class Circle(_Strict):
    """A circle on the ground."""

    centre: tuple[Longitude, Latitude] = Field(description="Longitude, latitude in degrees")
    radius_m: float = Field(gt=0, le=200_000, description="Radius in metres")


class Box(_Strict):
    """A box of longitudes and latitudes."""

    bbox: tuple[Longitude, Latitude, Longitude, Latitude] = Field(
        description="West, south, east, north in degrees"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Box:
        west, south, east, north = self.bbox
        if not (west < east and south < north):
            raise ValueError("bbox must be [west, south, east, north] with west < east and south < north")
        return self


class FromSource(_Strict):
    """An area drawn in one of the sources."""

    source: str = Field(description="Key in `sources`")
    layer: str | None = Field(None, description="Layer inside the file, where it has several")
    where: dict[str, str | int | float | list[str | int | float]] = Field(
        default_factory=dict, description="Keep features whose column has this value (or one of these)"
    )


class Place(_Strict):
    """An area by its name in OpenStreetMap; needs the network on the first run."""

    place: str = Field(min_length=2, description='As typed into a search box, e.g. "Khon Kaen, Thailand"')


Area = Circle | Box | FromSource | Place


SERVICES = ("wfs", "features", "arcgis", "postgis")
"""Keys of `origin` that name a service which is asked for one layer."""


class Origin(_Strict):
    """Where a source can be fetched from when it is not in the data folder."""

    url: str | None = Field(None, pattern=r"^https?://", description="Address of the file")
    sha256: str | None = Field(
        None, pattern=r"^[0-9a-f]{64}$", description="Its checksum, checked after download"
    )
    overpass: bool = Field(
        default=False, description="Ask the Overpass API for OpenStreetMap inside boundary + buffer"
    )
    attic: str | None = Field(
        None,
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="With `overpass`: ask for OpenStreetMap as it was on this day, YYYY-MM-DD",
    )
    set: str | None = Field(
        None, description="A public set of data/sources.csv; its tiles are found from the boundary"
    )
    window: bool = Field(
        default=False, description="With `url`: fetch only the part of the GeoTIFF that covers the city"
    )
    cut: bool = Field(
        default=False, description="With `url`: cut the OpenStreetMap extract to the city, and keep only that"
    )
    wfs: str | None = Field(None, pattern=r"^https?://", description="Address of a WFS (1.1 or 2.0)")
    features: str | None = Field(
        None, pattern=r"^https?://", description="Address of an OGC API Features service: its landing page"
    )
    arcgis: str | None = Field(
        None,
        pattern=r"^https?://",
        description="Address of an ArcGIS FeatureServer or MapServer, or of its layer",
    )
    postgis: str | None = Field(
        None, description="Name of the environment variable that holds a PostGIS database's address"
    )
    layer: str | None = Field(
        None, min_length=1, description="The service's layer, collection or table (`schema.table`)"
    )
    note: str | None = Field(None, description="How to get the file where it cannot be fetched by a program")

    @field_validator("attic", mode="before")
    @classmethod
    def _attic_text(cls, value: object) -> object:
        return value.isoformat() if isinstance(value, dt.date) else value

    @model_validator(mode="after")
    def _belongs_together(self) -> Origin:
        ways = [name for name in ("url", "overpass", "set", *SERVICES) if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"{' and '.join(ways)} are different ways to fetch a source; give one")
        if self.service in {"wfs", "features", "postgis"} and self.layer is None:
            raise ValueError(f"{self.service} needs `layer:`, the name of what to read there")
        if self.layer is not None and self.service is None:
            raise ValueError(
                "layer goes with wfs, features, arcgis or postgis; a file's layer is named under `layers`"
            )
        for name, needs in (("window", "url"), ("cut", "url"), ("attic", "overpass")):
            if getattr(self, name) and not getattr(self, needs):
                raise ValueError(f"{name} needs {needs}")
        if self.cut and not str(self.url).lower().endswith(".pbf"):
            raise ValueError("cut takes an address that ends in .pbf")
        if self.window and (self.sha256 or self.cut):
            raise ValueError("window fetches a part of a raster: it goes with neither sha256 nor cut")
        return self

    @property
    def reachable(self) -> bool:
        """Whether a program can fetch it."""
        return bool(self.url or self.overpass or self.set or self.service)

    @property
    def service(self) -> str | None:
        """Which service the source comes from: wfs, features, arcgis, postgis, or none of them."""
        return next((name for name in SERVICES if getattr(self, name) is not None), None)

    @field_validator("postgis")
    @classmethod
    def _variable(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Z][A-Z0-9_]{0,60}", value):
            raise ValueError(
                "must be the name of an environment variable, e.g. PLAN_DB; the address of a database never stands in a file"
            )
        return value

    @field_validator("url", "wfs", "features", "arcgis")
    @classmethod
    def _without_password(cls, value: str | None) -> str | None:
        if value is None:
            return value
        try:
            parts = urlsplit(value)
            known = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            known = False
        if not known:
            raise ValueError("is not an address; write it whole, https://host/path")
        if parts.username or parts.password:
            raise ValueError("must not carry a user name or password; leave them out")
        return value


class Source(_Strict):
    """One file (or service) with its date and licence."""

    file: Annotated[str, AfterValidator(_inside_folder)] = Field(description="Path inside the data folder")
    origin: Origin = Field(default_factory=Origin)
    date: str = Field(
        pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$", description="Date of the data, YYYY[-MM[-DD]], Common Era"
    )
    licence: str = Field(min_length=2, description="SPDX identifier or name")
    attribution: str = Field(min_length=2, description="How the source wants to be named")
    encoding: str | None = Field(None, description="Text encoding, where the file does not tell it rightly")
    crs: str | None = Field(None, description="CRS, where the file does not tell it rightly")

    @field_validator("date", mode="before")
    @classmethod
    def _date_text(cls, value: object) -> object:
        if isinstance(value, dt.date):
            return value.isoformat()
        return str(value) if isinstance(value, int) else value

    @model_validator(mode="after")
    def _kept_as(self) -> Source:
        end = {None: "", "postgis": ".parquet"}.get(self.origin.service, ".geojson")
        if not self.file.lower().endswith(end):
            raise ValueError(
                f"file: what {self.origin.service} gives is kept as {end}; write a name that ends so"
            )
        return self


class LayerEntry(_Strict):
    """How one layer (or one part of it) is read from a source."""

    source: str = Field(description="Key in `sources`")
    layer: str | None = Field(None, description="Layer inside the file, where it has several")
    where: dict[str, str | int | float | list[str | int | float]] = Field(
        default_factory=dict, description="Keep features whose column has this value (or one of these)"
    )
    columns: dict[str, str] = Field(default_factory=dict, description="Our column: column in the file")
    values: dict[str, dict[str, str | int | float | bool]] = Field(
        default_factory=dict, description="Our column: {value in the file: our value}"
    )
    constants: dict[str, str | int | float | bool] = Field(
        default_factory=dict, description="Our column: one value for all features"
    )
    known_within: Area | None = Field(
        None,
        description="Where the source is complete; outside, absence means unknown. Default: the whole city",
    )
    point_cell_m: float | None = Field(
        None, gt=0, description="Population given as points: side of the square that each point stands for"
    )
    date: str | None = Field(None, description="Date of this layer where it differs from its source's")
    note: Words | None = Field(None, description="What a reader must know, shown wherever the layer is shown")


class Remark(_Strict):
    """A disagreement or comment that the report must show beside its subject."""

    about: str = Field(description="Metric or layer id")
    by: str
    date: str
    text: Words

    @field_validator("date", mode="before")
    @classmethod
    def _date_text(cls, value: object) -> object:
        return str(value)


class Views(_Strict):
    """What views need beside their layers."""

    reach_m: float = Field(
        0,
        ge=0,
        le=60_000,
        description="How far beyond the boundary elevation and view targets are read: as far as the mountain, in metres",
    )
    elevation_holds: Literal["ground", "surface"] = Field(
        "ground",
        description="Whether elevation is that of the bare ground, or of a surface with roofs and trees (then no street views)",
    )


class Scenario(_Strict):
    """One other state of the city's buildings, for which all that reads buildings is measured again."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$", description="Short name in tables")
    name: Words
    kind: Literal["ordinance", "proposal"] = Field(
        description="ordinance: each building as high as the plans allow; proposal: new buildings in place of what stands there"
    )
    buildings: LayerEntry | None = Field(
        None,
        description="For a proposal: footprints with height_m (or levels), read as the layer `buildings` is",
    )

    @model_validator(mode="after")
    def _own_buildings(self) -> Scenario:
        if self.id == "actual":
            raise ValueError("id: 'actual' is the city as it is; choose another name")
        if (self.kind == "proposal") != (self.buildings is not None):
            raise ValueError(
                "buildings: a proposal names the source of its buildings, and an ordinance none; mend `kind` or `buildings`"
            )
        return self


class City(_Strict):
    """One city, as its YAML file describes it."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$", description="Short name for folders and commands")
    name: Words
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code, quoted")
    driving_side: Literal["left", "right"] | None = Field(
        None, description="Side of the street that people drive on; by default what is usual in the country"
    )
    synthetic: bool = Field(
        default=False, description="True for an invented city; shown wherever its numbers are shown"
    )
    crs: str | None = Field(
        None, description="Projected CRS in metres, e.g. EPSG:32647; default: the UTM zone"
    )
    languages: list[Literal["th", "en"]] = Field(["en"], min_length=1)
    boundary: Area
    buffer_m: float = Field(
        2000, ge=0, le=20_000, description="How far beyond the boundary data are read, in metres"
    )
    cell_m: float = Field(100, ge=10, le=5_000, description="Side of an analysis cell in metres")
    land_use_scheme: Annotated[str, AfterValidator(_inside_folder)] | None = Field(
        None,
        description="A land-use scheme of the city's own over the package's, as a path inside the data folder",
    )
    sources: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Source]
    layers: dict[str, list[LayerEntry]]
    views: Views = Field(default_factory=Views, description="What views need beside their layers")
    scenarios: list[Scenario] = Field(
        default_factory=list, description="Other states of the city's buildings"
    )
    remarks: list[Remark] = Field(default_factory=list)
    heights: HeightModel = Field(
        default_factory=HeightModel,
        description="What is assumed of heights of buildings, where it is not as usual",
    )

    @property
    def side_driven(self) -> str:
        """Side of the street that people drive on: left, right, or empty where the file does not tell."""
        return self.driving_side or driving_side(self.country)

    @field_validator("layers", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: [entry] if isinstance(entry, dict) else entry for key, entry in value.items()}
        return value

    @field_validator("crs")
    @classmethod
    def _metric_crs(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            crs = CRS.from_user_input(value)
        except CRSError as error:
            raise ValueError(f"{value!r} is not a coordinate reference system") from error
        if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
            raise ValueError(
                f"{value!r} is not projected in metres; for Thailand write EPSG:32647 or EPSG:32648"
            )
        return value

    @model_validator(mode="after")
    def _references(self) -> City:
        known = list(DECLARABLE)
        for name, entries in self.layers.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"layers are {', '.join(known)}"
                raise ValueError(f"layers.{name}: no such layer; {hint}")
            for entry in entries:
                if entry.source not in self.sources:
                    raise ValueError(
                        f"layers.{name}: source {entry.source!r} is not declared under `sources`"
                    )
        named = [scenario.id for scenario in self.scenarios]
        if len(set(named)) < len(named):
            raise ValueError(f"scenarios: {named} holds an id twice; give each scenario its own")
        for scenario in self.scenarios:
            if scenario.buildings is not None and scenario.buildings.source not in self.sources:
                raise ValueError(
                    f"scenarios.{scenario.id}: source {scenario.buildings.source!r} is not declared under `sources`"
                )
        if isinstance(self.boundary, FromSource) and self.boundary.source not in self.sources:
            raise ValueError(f"boundary: source {self.boundary.source!r} is not declared under `sources`")
        return self


DECLARABLE: tuple[str, ...] = (
    "streets",
    "transit",
    *(
        name
        for name, layer in LAYERS.items()
        if layer.kind != "network" and name not in {"boundary", "cells", "osm_edits"} and not layer.made_of
    ),
)
"""Layers that a city file may declare: `streets` makes the networks of all modes, `transit` adds stops to the places."""


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(City.model_json_schema(), ensure_ascii=False, indent=1) + "\n")
