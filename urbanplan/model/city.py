"""The city file: what a `data/cities/<id>.yml` may say, and its meaning."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator
from pyproj import CRS
from pyproj.exceptions import CRSError

from urbanplan.base.faults import Fault
from urbanplan.base.traffic import driving_side
from urbanplan.model.assessment import Assessment
from urbanplan.model.city_area import Area, Box, Circle, FromSource, Place, Strict, Words, inside_folder
from urbanplan.model.city_layer import LayerEntry, Remark, Scenario, Views, units_fault
from urbanplan.model.city_source import SERVICES, Origin, Source
from urbanplan.model.heights import HeightModel
from urbanplan.model.layers import LAYERS
from urbanplan.model.travel import Travel

__all__ = [
    "DECLARABLE",
    "SERVICES",
    "Area",
    "Box",
    "Circle",
    "City",
    "FromSource",
    "LayerEntry",
    "Origin",
    "Place",
    "Remark",
    "Scenario",
    "Source",
    "Views",
    "Words",
]


class City(Strict):
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
    land_use_scheme: Annotated[str, AfterValidator(inside_folder)] | None = Field(
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
    assessment: Assessment = Field(
        default_factory=Assessment,
        description="What an assessment of impacts on heritage takes for granted",
    )
    heights: HeightModel = Field(
        default_factory=HeightModel,
        description="What is assumed of heights of buildings, where it is not as usual",
    )
    travel: Travel = Field(
        default_factory=Travel,
        description="How people travel: of a mode that is named here, access in minutes and closures on the way heed it",
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
            raise ValueError(Fault("city_crs_unknown", value=value)) from error
        if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
            raise ValueError(Fault("city_crs_not_metric", value=value))
        return value

    @model_validator(mode="after")
    def _references(self) -> City:
        known = list(DECLARABLE)
        for name, entries in self.layers.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
                hint = (
                    Fault("mean_this", near=near[0]) if near else Fault("layers_are", names=", ".join(known))
                )
                raise ValueError(Fault("city_no_layer", name=name, hint=hint))
            for entry in entries:
                if entry.source not in self.sources:
                    raise ValueError(Fault("city_layer_source", name=name, source=entry.source))
                if fault := units_fault(entry):
                    raise ValueError(Fault("city_layer_fault", name=name, fault=fault))
        if self.assessment.entries is not None and self.assessment.entries not in self.sources:
            raise ValueError(Fault("city_assessment_source", source=self.assessment.entries))
        if isinstance(self.boundary, FromSource) and self.boundary.source not in self.sources:
            raise ValueError(Fault("city_boundary_source", source=self.boundary.source))
        return self

    @model_validator(mode="after")
    def _scenarios(self) -> City:
        named = [scenario.id for scenario in self.scenarios]
        if len(set(named)) < len(named):
            raise ValueError(Fault("city_scenario_twice", named=named))
        for scenario in self.scenarios:
            if scenario.buildings is not None and scenario.buildings.source not in self.sources:
                raise ValueError(
                    Fault("city_scenario_source", id=scenario.id, source=scenario.buildings.source)
                )
        parts = {scenario.id for scenario in self.scenarios if scenario.kind != "together"}
        for scenario in self.scenarios:
            if lost := [name for name in scenario.of if name not in parts]:
                raise ValueError(Fault("city_scenario_of", id=scenario.id, of=lost[0]))
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
