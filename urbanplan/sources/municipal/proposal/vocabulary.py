"""The words by which columns, files and values of municipal files are recognised, in Thai and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

_BREAK = re.compile(r"[\s_\-./()\[\]:]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_SHAPEFILE_NAME = 10
_SHORTEST_THAI = 3
_SHORTEST_TAIL = 4


@dataclass(frozen=True)
class Fit:
    """A word that a name was recognised by; `strength` is 3 for the word itself, 2 for a part, 1 for a tail of one."""

    word: str
    strength: int


@dataclass(frozen=True)
class Vocabulary:
    """What stands in `vocabulary.yml`."""

    files: Mapping[str, list[str]]
    columns: Mapping[str, list[str]]
    telling: Mapping[str, Mapping[str, int]]
    units: Mapping[str, list[str]]
    values: Mapping[str, Mapping[str | int, list[str]]]

    def meaning(self, family: str) -> dict[str, str | int]:
        """Return our word for each known word of a family of values."""
        return {plain(word): ours for ours, words in self.values.get(family, {}).items() for word in words}


@cache
def vocabulary() -> Vocabulary:
    """Return the words that come with the package."""
    text = files(__package__).joinpath("vocabulary.yml").read_text(encoding="utf-8")
    tree: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return Vocabulary(**tree)


def plain(text: object) -> str:
    """Return a word by which others are compared: one form of each letter, no case, no marks and spaces."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(letter for letter in folded if not (letter.isspace() or letter in "_-./()[]:"))


def parts(name: str) -> list[str]:
    """Return the parts of a column's name.

    Examples
    --------
    >>> parts("BLDG_Height2"), parts("ความสูง (ม.)")
    (['bldg', 'height', '2'], ['ความสูง', 'ม'])
    """
    return [part.casefold() for part in _BREAK.split(unicodedata.normalize("NFKC", name)) if part]


def fit(name: str, words: Iterable[str]) -> Fit | None:
    """Return the word that a name fits best, or nothing.

    Examples
    --------
    >>> fit("B_HEIGHT", ["height"]), fit("dname", ["name"]), fit("username_x", ["name"])
    (Fit(word='height', strength=2), Fit(word='name', strength=1), None)
    >>> fit("จำนวนชั้นอาคาร", ["จำนวนชั้น"]), fit("floor_area", ["floor_area_ratio"])
    (Fit(word='จำนวนชั้น', strength=2), Fit(word='floor_area_ratio', strength=2))
    """
    found = [each for each in (_fit(name, word) for word in words) if each]
    return max(found, key=lambda each: (each.strength, len(each.word)), default=None)


def _fit(name: str, word: str) -> Fit | None:
    own, wanted = plain(name), plain(word)
    if own == wanted:
        return Fit(word, 3)
    if not word.isascii():
        return Fit(word, 2) if len(wanted) >= _SHORTEST_THAI and wanted in own else None
    held, sought = parts(name), parts(word)
    if any(held[at : at + len(sought)] == sought for at in range(len(held) - len(sought) + 1)):
        return Fit(word, 2)
    if len(name) == _SHAPEFILE_NAME and word.casefold().startswith(name.casefold()):
        return Fit(word, 2)
    tail = len(wanted) >= _SHORTEST_TAIL or word == "id"
    if tail and any(part.endswith(wanted) and len(part) - len(wanted) <= 1 for part in held):
        return Fit(word, 1)
    return None
