"""What tags mean: schemes of classes, kept as data beside the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from urbanplan.model.scheme import LandUseScheme, TagRule, default_scheme

Tags = Mapping[str, str]
Values = Mapping[str, frozenset[str]]

_ANY = "*"
_MOST_KNOWN = 100_000
"""Tags of which a scheme remembers the classes; cities have a few thousand that differ."""


@dataclass(frozen=True)
class Rule:
    """One rule of a scheme: its class, and the conditions beside the tag that led to it."""

    rank: int
    name: str
    needed: Values
    barred: Values

    def fits(self, tags: Tags) -> bool:
        """Say whether all needed tags and none of the barred ones are there."""
        return all(_holds(tags.get(key), values) for key, values in self.needed.items()) and not any(
            _holds(tags.get(key), values) for key, values in self.barred.items()
        )


@dataclass(frozen=True)
class Scheme:
    """Rules by key and value, so that an object's class is found by looking at its own few tags."""

    index: Mapping[str, Mapping[str, tuple[Rule, ...]]]
    known: dict[tuple[tuple[str, str], ...], dict[str, str]] = field(default_factory=dict, compare=False)
    """Classes by the tags that matter, of the objects asked for so far."""

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys that can make an object a member of a class."""
        return frozenset(self.index)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Keys that any rule asks for."""
        rules = [rule for held in self.index.values() for rules in held.values() for rule in rules]
        return self.keys.union(*(rule.needed.keys() | rule.barred.keys() for rule in rules))

    def classes(self, tags: Tags) -> dict[str, str]:
        """Return the classes of an object, each with the tag (`key=value`) that made it so, the first rule first."""
        asked = self.asked
        matters = tuple([pair for pair in tags.items() if pair[0] in asked])
        found = self.known.get(matters)
        if found is None:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            found = self.known[matters] = self._classes(tags)
        return dict(found)

    def _classes(self, tags: Tags) -> dict[str, str]:
        found: list[tuple[int, str, str, str]] = []
        for key in tags.keys() & self.index.keys():
            rules = self.index[key]
            for value in tags[key].split(";"):
                word = value.strip()
                given = rules.get(word, ()) + (rules.get(_ANY, ()) if word != "no" else ())
                found.extend((rule.rank, rule.name, key, word) for rule in given if rule.fits(tags))
        classes: dict[str, str] = {}
        for _, name, key, word in sorted(found):
            classes.setdefault(name, f"{key}={word}")
        return classes


@cache
def scheme(name: str) -> Scheme:
    """Return the scheme of this name: that of land use, or `<name>.yml` that stands beside this module."""
    if name in {"land_use", "building_use"}:
        return (land_rules if name == "land_use" else building_rules)(default_scheme())
    return _scheme(TagRule.model_construct(**_words(entry)) for entry in read_yaml(name))


def land_rules(classes: LandUseScheme) -> Scheme:
    """Return what a land-use scheme says of areas."""
    return _scheme(classes.land)


def building_rules(classes: LandUseScheme) -> Scheme:
    """Return what a land-use scheme says of buildings."""
    return _scheme(classes.buildings)


def _scheme(entries: Iterable[TagRule]) -> Scheme:
    index: dict[str, dict[str, tuple[Rule, ...]]] = {}
    for rank, entry in enumerate(entries):
        rule = Rule(rank, entry.class_, _values(entry.with_), _values(entry.unless))
        for key, words in entry.tags.items():
            for word in words:
                held = index.setdefault(key, {})
                held[word] = (*held.get(word, ()), rule)
    return Scheme(index)


def _words(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "class_": entry["class"],
        "tags": entry["tags"],
        "with_": entry.get("with", {}),
        "unless": entry.get("unless", {}),
    }


def read_yaml(name: str) -> Any:
    """Read `<name>.yml` from this folder."""
    from ruamel.yaml import YAML  # noqa: PLC0415  (only where a file is read)

    return YAML(typ="safe").load(Path(__file__).with_name(f"{name}.yml"))


def _values(entry: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(words) for key, words in entry.items()}


def _holds(value: str | None, words: frozenset[str]) -> bool:
    if value is None:
        return False
    if _ANY in words and value != "no":
        return True
    return value in words or any(part.strip() in words for part in value.split(";"))
