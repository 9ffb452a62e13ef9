"""Layers of a city file: how each is read from a source, and what stands beside it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from urbanplan.base.faults import Fault
from urbanplan.base.quantities import STOREYS_OF, Unit, dimension_of, units_for
from urbanplan.model.city_area import Area, Strict, Words
from urbanplan.model.layers import LAYERS

MAPPED: tuple[str, ...] = (
    "zones",
    *(name for name, layer in LAYERS.items() if "source" in layer.columns and not layer.made_of),
    *("population", "population_before"),
)
"""Layers whose columns an entry maps to those of a file."""


class LayerEntry(Strict):
    """How one layer (or one part of it) is read from a source."""

    source: str = Field(description="Key in `sources`")
    layer: str | None = Field(None, description="Layer inside the file, where it has several")
    where: dict[str, str | int | float | list[str | int | float]] = Field(
        default_factory=dict, description="Keep features whose column has this value (or one of these)"
    )
    tags: dict[str, str | list[str] | Literal[True]] = Field(
        default_factory=dict,
        description="Of an OpenStreetMap file: whatever carries one of these tags (true: any value of the key)",
    )
    columns: dict[str, str] = Field(default_factory=dict, description="Our column: column in the file")
    values: dict[str, dict[str, str | int | float | bool]] = Field(
        default_factory=dict, description="Our column: {value in the file: our value}"
    )
    units: dict[str, Unit] = Field(
        default_factory=dict,
        description="Our column: unit that the file gives it in, where it is not that of the column's name: "
        "m, km, ft, wah (2 m), storeys (heights of buildings) for lengths; "
        "m2, km2, ha, ft2, rai, ngan, wah (4 m2) for areas",
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


class Remark(Strict):
    """A disagreement or comment that the report must show beside its subject."""

    about: str = Field(description="Metric or layer id")
    by: str
    date: str
    text: Words

    @field_validator("date", mode="before")
    @classmethod
    def _date_text(cls, value: object) -> object:
        return str(value)


class Views(Strict):
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
    tree_height_m: float = Field(
        8.0, ge=0, le=80, description="How high trees are taken to be in what fills a view, in metres"
    )
    tree_height_sd_m: float = Field(
        4.0, ge=0, le=40, description="How sure that is: its standard deviation in metres"
    )


class Scenario(Strict):
    """One other state of the city's buildings, for which all that reads buildings is measured again."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$", description="Short name in tables")
    name: Words
    kind: Literal["ordinance", "proposal", "together"] = Field(
        description="ordinance: each building as high as the plans allow; proposal: new buildings in place of what stands there; "
        "together: several others built at once"
    )
    buildings: LayerEntry | None = Field(
        None,
        description="For a proposal: footprints with height_m (or levels), read as the layer `buildings` is",
    )
    of: list[str] = Field(
        default_factory=list,
        description="For a scenario of kind together: ids of two or more other scenarios",
    )

    @model_validator(mode="after")
    def _own_buildings(self) -> Scenario:
        if self.id == "actual":
            raise ValueError(Fault("city_actual"))
        if (self.kind == "proposal") != (self.buildings is not None):
            raise ValueError(Fault("city_proposal_buildings"))
        if (self.kind == "together") != (len(set(self.of)) > 1) or len(set(self.of)) < len(self.of):
            raise ValueError(Fault("city_together_of"))
        return self


def units_fault(entry: LayerEntry) -> Fault | None:
    """Return which column of a layer cannot be given in its unit; nothing where all can."""
    for column, unit in entry.units.items():
        known = units_for(dimension_of(column), storeys=column in STOREYS_OF)
        if not known:
            return Fault("unit_of_nothing", column=column)
        if unit not in known:
            return Fault("unit_wrong", column=column, unit=unit, known=", ".join(known))
    return None
