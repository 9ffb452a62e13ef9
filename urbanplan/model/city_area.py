"""Areas and words of a city file: circles, boxes, outlines of a source, places by name."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from urbanplan.base.faults import Fault

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class Strict(BaseModel):
    """A part of the city file: it takes no key that it does not know, and is not changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def inside_folder(text: str) -> str:
    """Return a path as it is, where it stays inside the data folder.

    Raises
    ------
    ValueError
        If it is an address, or leads out of the folder.
    """
    if "://" in text or text.lower().startswith(("vsi", "/vsi")):
        raise ValueError(Fault("city_file_inside"))
    path = PurePosixPath(text.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", text):
        raise ValueError(Fault("city_path_inside"))
    return text


class Words(Strict):
    """A text in several languages; English is always there."""

    en: str = Field(min_length=1, description="English")
    th: str | None = Field(None, description="Thai")

    def in_language(self, lang: str) -> str:
        """Return the text in a language, or in English where it is not given."""
        return getattr(self, lang, None) or self.en


class Circle(Strict):
    """A circle on the ground."""

    centre: tuple[Longitude, Latitude] = Field(description="Longitude, latitude in degrees")
    radius_m: float = Field(gt=0, le=200_000, description="Radius in metres")


class Box(Strict):
    """A box of longitudes and latitudes."""

    bbox: tuple[Longitude, Latitude, Longitude, Latitude] = Field(
        description="West, south, east, north in degrees"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Box:
        west, south, east, north = self.bbox
        if not (west < east and south < north):
            raise ValueError(Fault("city_bbox"))
        return self


class FromSource(Strict):
    """An area drawn in one of the sources."""

    source: str = Field(description="Key in `sources`")
    layer: str | None = Field(None, description="Layer inside the file, where it has several")
    where: dict[str, str | int | float | list[str | int | float]] = Field(
        default_factory=dict, description="Keep features whose column has this value (or one of these)"
    )


class Place(Strict):
    """An area by its name in OpenStreetMap; needs the network on the first run."""

    place: str = Field(min_length=2, description='As typed into a search box, e.g. "Khon Kaen, Thailand"')


Area = Circle | Box | FromSource | Place
