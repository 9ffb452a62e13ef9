"""The land-use scheme: which class the words of OpenStreetMap, of Thai plans and surveys, and of a user stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from urbanplan.base.errors import InputError, MissingFileError
from urbanplan.model.layers import LAND_USE_CLASSES

Confidence = Literal["H", "M", "L"]
HALVES = 2
"""Most uses that one code of a survey may name: each then has half of the ground."""
_LDD = re.compile(r"^[UAFMW]\d{0,4}$")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Classed(_Strict):
    @field_validator("class_", "main", check_fields=False)
    @classmethod
    def _in_vocabulary(cls, value: str | None) -> str | None:
        if value is not None and value not in LAND_USE_CLASSES:
            raise ValueError(
                f"{value!r} is not a class of land use; classes are {', '.join(LAND_USE_CLASSES)}"
            )
        return value


class TagRule(_Classed):
    """Tags of OpenStreetMap that make an area, or a building, a member of a class."""

    class_: str = Field(alias="class")
    tags: dict[str, list[str]]
    with_: dict[str, list[str]] = Field(default_factory=dict, alias="with")
    unless: dict[str, list[str]] = Field(default_factory=dict)


class SurveyCode(_Classed):
    """A code of the Land Development Department; without a class its land is left out."""

    class_: str | None = Field(alias="class")
    th: str = ""
    confidence: Confidence = "L"


class PlanZone(_Strict):
    """A kind of zone of the statutory plan: its name, its colour, and the use that it is drawn for."""

    class_: str = Field(alias="class")
    th: str
    also: list[str] = Field(default_factory=list)
    main: str | None = None
    colour: str = ""
    also_colours: list[str] = Field(default_factory=list)
    paint: str = Field("#d8cfc4", pattern=r"^#[0-9a-f]{6}$")
    confidence: Confidence = "L"


class LandUseScheme(_Strict):
    """What the words of each kind of source mean.

    Attributes
    ----------
    name : str
        How the scheme is called where its results are shown.
    mixed : list of str
        Classes whose mixture is measured; their number is K.
    land, buildings : list of TagRule
        OpenStreetMap tags of areas and of buildings; the first rule that fits decides.
    ldd : dict of str to SurveyCode
        Codes of the Land Development Department; the longest that a code begins with decides.
    plan_zones : list of PlanZone
        Zones of Thai statutory plans; the longest name that stands in a text decides.
    words : dict of str to list of str
        Words in a user's own columns, by class.
    """

    name: str
    mixed: list[str] = Field(default_factory=list)
    land: list[TagRule] = Field(default_factory=list)
    buildings: list[TagRule] = Field(default_factory=list)
    ldd: dict[str, SurveyCode] = Field(default_factory=dict)
    plan_zones: list[PlanZone] = Field(default_factory=list)
    words: dict[str, list[str]] = Field(default_factory=dict)

    @field_validator("words")
    @classmethod
    def _classes(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for name in value:
            if name not in LAND_USE_CLASSES:
                raise ValueError(
                    f"{name!r} is not a class of land use; classes are {', '.join(LAND_USE_CLASSES)}"
                )
        return value

    def land_shares(self, text: str) -> dict[str, float] | None:
        """Return the classes that a word or a survey's code stands for, with the share of the ground that each has.

        Parameters
        ----------
        text : str
            A word of the user's own, or a code: `U201`, `A101/A302` (half of each), `A101+A203` (the first counts).

        Returns
        -------
        dict of str to float, or None
            Shares by class, which add up to less than 1 where a half is of no class (water); None where the scheme
            does not know the word.

        Examples
        --------
        >>> default_scheme().land_shares("U201/A302")
        {'residential': 0.5, 'agriculture': 0.5}
        >>> default_scheme().land_shares("A101+U201"), default_scheme().land_shares("โรงงาน")
        ({'agriculture': 1.0}, {'industrial': 1.0})
        """
        word = _plain(text)
        for name, known in self.words.items():
            if word in {_plain(each) for each in known}:
                return {name: 1.0}
        halves = [
            part.split("+")[0].strip().upper() for part in unicodedata.normalize("NFKC", text).split("/")
        ]
        codes = [self._code(part) for part in halves]
        if not 1 <= len(codes) <= HALVES or any(code is None for code in codes):
            return None
        shares: dict[str, float] = {}
        for code in codes:
            if code is not None and code.class_ is not None:
                shares[code.class_] = shares.get(code.class_, 0.0) + 1.0 / len(codes)
        return shares

    def zone_class(self, text: str) -> str | None:
        """Return the kind of plan zone that a text names, by its longest name, or else by its colour.

        Examples
        --------
        >>> default_scheme().zone_class("ที่ดินประเภทอนุรักษ์ชนบทและเกษตรกรรม (บริเวณ ๔.๒)")
        'conservation_rural'
        >>> default_scheme().zone_class("สีม่วงอ่อน"), default_scheme().zone_class("R-3")
        ('special_industrial', None)
        """
        found = self.plan_zone(text)
        return None if found is None else found.class_

    def plan_zone(self, text: str) -> PlanZone | None:
        """Return the entry of the plan zone that a text names; None where the scheme does not know it."""
        word = _plain(text)
        for zone in self.plan_zones:
            if word == zone.class_:
                return zone
        names = [(_plain(name), zone) for zone in self.plan_zones for name in (zone.th, *zone.also)]
        held = [(len(name), zone) for name, zone in names if name in word]
        if not held:
            colours = [(c, zone) for zone in self.plan_zones for c in (zone.colour, *zone.also_colours) if c]
            held = [(len(name), zone) for name, zone in colours if word.removeprefix("สี") == _plain(name)]
        return max(held, key=lambda pair: pair[0])[1] if held else None

    def extended(self, own: LandUseScheme) -> LandUseScheme:
        """Return this scheme with a city's own: its rules are asked first, its codes and words hold before these."""
        zones = {zone.class_: zone for zone in (*self.plan_zones, *own.plan_zones)}
        taken = {_plain(word) for words in own.words.values() for word in words}
        words = {name: [w for w in known if _plain(w) not in taken] for name, known in self.words.items()}
        for name, known in own.words.items():
            words[name] = [*words.get(name, []), *known]
        return LandUseScheme(
            name=own.name,
            mixed=self.mixed,
            land=[*own.land, *self.land],
            buildings=[*own.buildings, *self.buildings],
            ldd={**self.ldd, **own.ldd},
            plan_zones=list(zones.values()),
            words=words,
        )

    def _code(self, text: str) -> SurveyCode | None:
        if not _LDD.match(text):
            return None
        lengths = range(len(text), 0, -1)
        return next((self.ldd[text[:length]] for length in lengths if text[:length] in self.ldd), None)


@cache
def default_scheme() -> LandUseScheme:
    """Return the scheme that comes with the package."""
    return _validated(_loaded(Path(__file__).with_name("land_use.yml")), "land_use.yml")


def read_scheme(path: Path | None) -> LandUseScheme:
    """Read a city's own scheme over the package's; without a path, return the package's.

    Raises
    ------
    MissingFileError
        If there is no such file.
    InputError
        If it does not say what a scheme must; the text names the file, the key and the mend.
    """
    if path is None:
        return default_scheme()
    if not path.is_file():
        raise MissingFileError(f"{path}: no such land-use scheme; put it there or take `land_use_scheme` out")
    own = _validated(_loaded(path), path.name)
    if own.mixed and own.mixed != default_scheme().mixed:
        raise InputError(
            f"{path.name}: mixed: K is the same for all cities, so that they can be compared; take this key out"
        )
    return default_scheme().extended(own)


def _loaded(path: Path) -> Any:
    try:
        return YAML(typ="safe").load(path.read_text(encoding="utf-8-sig"))
    except (YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path.name}: not valid YAML in UTF-8: {str(error).splitlines()[0]}") from error


def _validated(document: Any, name: str) -> LandUseScheme:
    if not isinstance(document, Mapping):
        raise InputError(f"{name}: a land-use scheme is a mapping that starts with `name:`")
    try:
        return LandUseScheme.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{name}: {where}: {str(first['msg']).removeprefix('Value error, ')}") from error


def _plain(text: str) -> str:
    """Return a word by which others are compared: one form of each letter, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
