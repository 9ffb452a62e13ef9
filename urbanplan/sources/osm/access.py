"""Which ways each mode of travel may use, in which direction, and how fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from urbanplan.methods.modes.speeds import SPEEDS_KMH, metres_per_second, speed_kmh
from urbanplan.sources.osm.rules import read_rules

_FORWARD = frozenset({"yes", "true", "1", "T"})
_BACKWARD = frozenset({"-1", "reverse"})
_BOTH = frozenset({"no", "false", "0", "F", "reversible", "alternating"})
_GENERAL = frozenset({"access", "vehicle", "motor_vehicle"})
_CYCLEWAYS = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")


@dataclass(frozen=True)
class ModeRules:
    """Rules of one mode, as `access.toml` states them."""

    mode: str
    closed: frozenset[str]
    asked: frozenset[str]
    permits: tuple[str, ...]
    service: frozenset[str]
    separate: tuple[str, ...]
    oneway: tuple[str, ...]
    implied: bool
    speeds: Mapping[str, float]
    given: frozenset[str]
    refused: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """Keys that matter to the rules."""
        single = ("highway", "area", "service", "junction", "maxspeed")
        return frozenset((*single, *self.separate, *self.permits, *self.oneway, *_CYCLEWAYS))

    def admits(self, tags: Mapping[str, str]) -> bool:
        """Say whether a way with these tags is part of the network of this mode."""
        highway = tags.get("highway")
        if highway is None or highway in self.closed or tags.get("area") == "yes":
            return False
        if tags.get("service") in self.service:
            return False
        if any(tags.get(key) == "separate" for key in self.separate):
            return False
        permission = self.permission(tags)
        return permission == "own" if highway in self.asked else permission != "refused"

    def permission(self, tags: Mapping[str, str]) -> str:
        """Return what the most telling key says: own (this very mode may), general, refused or silent."""
        for key in self.permits:
            words = {word.strip() for word in tags[key].split(";")} if key in tags else set()
            if words & self.given:
                return "general" if key in _GENERAL else "own"
            if words & self.refused:
                return "refused"
        return "silent"

    def private(self, tags: Mapping[str, str]) -> bool:
        """Say whether what refuses everybody else lets those through who live there."""
        words = [tags[key] for key in self.permits if key in tags]
        return bool(words) and words[0] == "private"

    def directions(self, tags: Mapping[str, str]) -> tuple[bool, bool]:
        """Say whether the way may be travelled as it is drawn, and against it."""
        if self.mode == "bike" and any(tags.get(key, "").startswith("opposite") for key in _CYCLEWAYS):
            return True, True
        for key in self.oneway:
            value = tags.get(key)
            if value in _FORWARD:
                return True, False
            if value in _BACKWARD:
                return False, True
            if value in _BOTH:
                return True, True
        if self.implied and (tags.get("junction") == "roundabout" or tags.get("highway") == "motorway"):
            return True, False
        return True, True

    def metres_per_second(self, tags: Mapping[str, str]) -> float:
        """Return the speed of travel: the posted limit where the mode is bound by it, else by kind of street."""
        # only who keeps to posted limits needs to read them
        posted = speed_kmh(tags.get("maxspeed")) if "ceiling" in self.speeds else float("nan")
        return metres_per_second(tags.get("highway", ""), posted, self.speeds)


@cache
def mode_rules(mode: str) -> ModeRules:
    """Read the rules of a mode from `access.toml`."""
    content = read_rules("access")
    entry = content["modes"][mode]
    return ModeRules(
        mode=mode,
        closed=frozenset([*content["unusable"], *entry["closed"]]),
        asked=frozenset(entry["asked"]),
        permits=tuple(entry["permits"]),
        service=frozenset(entry["service"]),
        separate=tuple(entry["separate"]),
        oneway=tuple(entry["oneway"]),
        implied=entry["implied"],
        speeds=SPEEDS_KMH[mode],
        given=frozenset(content["given"]),
        refused=frozenset(content["refused"]),
    )
