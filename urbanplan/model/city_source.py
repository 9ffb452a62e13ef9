"""Sources of a city file: one file or service each, with its date and licence, and how it is fetched."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from urbanplan.base.faults import Fault
from urbanplan.model.city_area import Strict, inside_folder

SERVICES = ("wfs", "features", "arcgis", "postgis")
"""Keys of `origin` that name a service which is asked for one layer."""


class Origin(Strict):
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
            raise ValueError(Fault("city_many_ways", ways=" and ".join(ways)))
        if self.service in {"wfs", "features", "postgis"} and self.layer is None:
            raise ValueError(Fault("city_service_layer", service=self.service))
        if self.layer is not None and self.service is None:
            raise ValueError(Fault("city_layer_of_service"))
        for name, needs in (("window", "url"), ("cut", "url"), ("attic", "overpass")):
            if getattr(self, name) and not getattr(self, needs):
                raise ValueError(Fault("city_needs", name=name, needs=needs))
        if self.cut and not str(self.url).lower().endswith(".pbf"):
            raise ValueError(Fault("city_cut_pbf"))
        if self.window and (self.sha256 or self.cut):
            raise ValueError(Fault("city_window_alone"))
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
            raise ValueError(Fault("city_postgis_variable"))
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
            raise ValueError(Fault("city_not_address"))
        if parts.username or parts.password:
            raise ValueError(Fault("city_password"))
        return value


class Source(Strict):
    """One file (or service) with its date and licence."""

    file: Annotated[str, AfterValidator(inside_folder)] = Field(description="Path inside the data folder")
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
            raise ValueError(Fault("city_kept_as", service=self.origin.service, end=end))
        return self
