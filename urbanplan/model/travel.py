"""How people travel, as a city file may declare it: speeds, slopes, waits, stress, stairs and turns by mode."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

Speed = Annotated[float, Field(gt=0, le=200)]
Highway = Literal[
    "default", "ceiling", "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary",
    "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "busway",
    "road", "track", "path", "footway", "pedestrian", "cycleway", "bridleway", "steps", "corridor", "elevator",
    "escalator", "platform", "raceway",
]  # fmt: skip
"""OSM's classes of street, `default` for those that are not named, and `ceiling`: the most, whatever is posted."""
Met = Literal[
    "signals", "marked", "unmarked_tertiary", "unmarked_secondary", "unmarked_primary", "unmarked_trunk",
    "unmarked_motorway", "stop", "give_way", "level_crossing", "gate", "lift_gate", "toll_booth", "checkpoint", "stile",
    "turnstile", "cycle_barrier", "private",
]  # fmt: skip
"""What is met on streets: lights, crossings marked or not (by the road that is crossed), signs, gates."""
Wait = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] | Literal["closed"]


class Assumed(BaseModel):
    """What is assumed of any mode of travel; what is not given is as usual (`urbanplan.methods.modes`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speed_kmh: Speed | None = Field(
        None, description="One speed in km/h everywhere (stairs aside), whatever is posted"
    )
    speeds_kmh: dict[Highway, Speed] = Field(
        default_factory=dict, description="Speeds in km/h by class of street, in place of the usual ones"
    )
    delays_s: dict[Met, Wait] = Field(
        default_factory=dict,
        description="Seconds lost at what is met, in place of the usual ones; `closed`: nobody gets through",
    )

    @field_validator("speeds_kmh", "delays_s", mode="before")
    @classmethod
    def _in_vocabulary(cls, value: Any, info: ValidationInfo) -> Any:
        known = get_args(Highway if info.field_name == "speeds_kmh" else Met)
        for word in value if isinstance(value, dict) else ():
            if word not in known:
                near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(known)}"
                raise ValueError(f"no such word {word!r}; {hint}")
        return value

    @model_validator(mode="after")
    def _one_or_by_class(self) -> Self:
        if self.speed_kmh is not None and self.speeds_kmh:
            raise ValueError(
                "speed_kmh is one speed everywhere, and speeds_kmh are by class of street: give one"
            )
        return self

    def knobs(self) -> dict[str, Any]:
        """Return what is declared, as `urbanplan.methods.modes.travelled` takes it."""
        given = self.model_dump(exclude={"speed_kmh", "speeds_kmh", "delays_s"}, exclude_none=True)
        speeds = self.speed_kmh or self.speeds_kmh
        waits = {word: float("inf") if wait == "closed" else wait for word, wait in self.delays_s.items()}
        return {**given, **({"speeds_kmh": speeds} if speeds else {}), "delays_s": waits}


class OnFoot(Assumed):
    """How people walk."""

    slopes: Literal["tobler", "minetti", "flat"] = Field(
        "tobler",
        description="tobler: slower on slopes; minetti: time grows as effort does; flat: slopes do not count",
    )
    step_free: bool = Field(default=False, description="No stairs, and nothing that is closed to wheelchairs")


class ByBicycle(Assumed):
    """How people cycle."""

    max_stress: Literal[1, 2, 3, 4] | None = Field(
        None, description="Only streets of at most this level of traffic stress; by default all"
    )
    push_kmh: Speed | None = Field(
        None, description="Speed at which the bicycle is pushed along streets of more stress, in km/h"
    )
    step_free: bool = Field(default=False, description="No stairs, not even to carry the bicycle")
    turn_s: float = Field(0.0, ge=0, le=120, description="Seconds of a full turn at a junction")


class AtTheWheel(Assumed):
    """How people drive or ride."""

    turn_s: float = Field(0.0, ge=0, le=120, description="Seconds of a full turn at a junction")


class Travel(BaseModel):
    """How people travel, by mode; of a mode that is not named nothing is declared, and `{}` declares the usual."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    walk: OnFoot | None = None
    bike: ByBicycle | None = None
    motorcycle: AtTheWheel | None = None
    drive: AtTheWheel | None = None

    def of(self, mode: str) -> dict[str, Any] | None:
        """Return what is declared of a mode, as `urbanplan.methods.modes.travelled` takes it; None where nothing is."""
        declared: Assumed | None = getattr(self, mode)
        return None if declared is None else declared.knobs()
