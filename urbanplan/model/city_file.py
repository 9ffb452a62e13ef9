"""Read a city's YAML file, and say in one sentence per mistake where it is and what was meant."""

from __future__ import annotations

import difflib
import re
import typing
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from urbanplan.base.errors import CityFileError, MissingFileError
from urbanplan.base.faults import Fault, Several
from urbanplan.base.notes import templates
from urbanplan.base.workspace import city_folders
from urbanplan.model.city import City

MAX_BYTES = 1_000_000
MAX_PARTS = 200_000
MAX_DEPTH = 100
_BRACKETS = re.compile(r"[\[\]{}]")
_DASHES = re.compile(r"^[ ]*(?:[-?:] +){2,}", re.MULTILINE)
_NAMED = re.compile(r"([a-z_.]+): (.*)", re.DOTALL)


def city_path(city: str | Path) -> Path:
    """Return the path of a city file.

    Parameters
    ----------
    city : str or Path
        The id of a city in `data/cities`, or the path of a YAML file.

    Raises
    ------
    MissingFileError
        If there is no such file; the message names the nearest city.
    """
    text = str(city)
    if text.endswith((".yml", ".yaml")):
        path = Path(text)
        if not path.is_file():
            raise MissingFileError(Fault("city_file_missing", file=path))
        return path
    for folder in city_folders():
        path = folder / f"{text}.yml"
        if "/" not in text and path.is_file():
            return path
    known = sorted({path.stem for folder in city_folders() for path in folder.glob("*.yml")})
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
    hint = Fault("mean_this_then", near=near[0]) if near else ""
    raise MissingFileError(
        Fault("city_unknown", city=text, hint=hint, known=", ".join(known) or Fault("none"))
    )


def read_city(city: str | Path) -> City:
    """Read and check a city file.

    Raises
    ------
    CityFileError
        With one line per mistake: file:line:column, the key, what is wrong, the nearest valid key.
    """
    path = city_path(city)
    if path.stat().st_size > MAX_BYTES:
        raise CityFileError(Fault("city_file_large", file=path.name, max_bytes=MAX_BYTES))
    try:
        text = path.read_text(encoding="utf-8-sig")
        _check_depth(text)
        document = YAML(typ="rt").load(text)
    except UnicodeDecodeError as error:
        raise CityFileError(Fault("city_not_utf8", file=path.name, start=error.start)) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise CityFileError(
            Fault("city_not_yaml_at", file=path.name, where=where, problem=error.problem)
        ) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise CityFileError(Fault("city_not_yaml", file=path.name, text=_first_line(error))) from error
    if not isinstance(document, dict):
        raise CityFileError(Fault("city_not_mapping", file=path.name))
    try:
        plain = _plain(document, _Budget())
    except _LostZeroError as error:
        raise CityFileError(Fault("city_lost_zero", file=path.name, fault=error)) from error
    except RecursionError as error:
        raise CityFileError(Fault("city_unfolds", file=path.name)) from error
    try:
        return City.model_validate(plain)
    except ValidationError as error:
        raise CityFileError(Fault("all_of", faults=_faults(path.name, document, error))) from error


def _check_depth(text: str) -> None:
    """Refuse parts that lie very deep in one another: the parser's time grows with the square of it.

    Raises
    ------
    RecursionError
        If they do.
    """
    deepest, depth = max((run.count("-") for run in _DASHES.findall(text)), default=0), 0
    for mark in _BRACKETS.findall(text):
        depth = depth + 1 if mark in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise RecursionError(Fault("city_too_deep", max_depth=MAX_DEPTH))


class _LostZeroError(ValueError):
    """A code was written without quotes, and YAML took it for a number."""

    def __init__(self, value: int, width: int) -> None:
        code = f"{int(value):0{width}d}"
        super().__init__(Fault("code_loses_zeros", code=code))


class _Budget:
    """How many parts a city file may unfold to: references to references multiply."""

    left = MAX_PARTS

    def spend(self) -> None:
        """Count one part.

        Raises
        ------
        RecursionError
            If there are more than any city file has.
        """
        self.left -= 1
        if self.left < 0:
            raise RecursionError


def _plain(node: Any, budget: _Budget) -> Any:
    """Return plain dicts, lists and scalars in place of the YAML library's own types."""
    budget.spend()
    if isinstance(node, dict):
        return {str(key): _plain(value, budget) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value, budget) for value in node]
    width = getattr(node, "_width", None)
    if isinstance(node, int) and width is not None and width > len(str(int(node))):
        raise _LostZeroError(node, width)
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node) if kind is not bool else bool(node)
    return node


def _first_line(error: Exception) -> object:
    """Return what a parser says, as a fault where it is one of ours, else its first line."""
    told = next(iter(error.args), None)
    return told if isinstance(told, Fault) else (str(error) or "it").splitlines()[0]


def _faults(name: str, document: Any, error: ValidationError) -> Several:
    """Return one fault per mistake; of the kinds that an area may be, only the one that was meant."""
    plain: list[Any] = []
    unions: dict[tuple[Any, ...], dict[str, list[Any]]] = {}
    for item in error.errors(include_url=False):
        branch = next((i for i, part in enumerate(item["loc"]) if _is_area(part)), None)
        if branch is None:
            plain.append(item)
        else:
            kind = str(item["loc"][branch])
            unions.setdefault(item["loc"][:branch], {}).setdefault(kind, []).append(item)
    for kinds in unions.values():
        plain += min(
            kinds.values(), key=lambda items: sum(i["type"] in {"missing", "extra_forbidden"} for i in items)
        )
    found = []
    for item in plain:
        location = tuple(part for part in item["loc"] if not _is_area(part))
        told = _told(item)
        key = ".".join(map(str, location))
        if not location and (named := _NAMED.match(str(told))):
            location = tuple(named[1].split("."))  # a mistake of the whole city names its key itself
        line, column = _locate(document, location)
        place = {"file": name, "line": line, "column": column}
        fault = (
            Fault("mistake_at", **place, key=key, told=told) if key else Fault("mistake", **place, told=told)
        )
        if not key and not location:
            fault = Fault("mistake_at", **place, key="city", told=told)
        found.append((line, column, str(fault), fault))
    return Several((fault for *_, fault in sorted(found, key=lambda each: each[:3])), between="\n")


def _is_area(part: Any) -> bool:
    """Tell whether a part of a location is the checker's name for a kind of area, not a key of the file."""
    return str(part).rstrip("]").rsplit(" ", 1)[-1] in {"Circle", "Box", "FromSource", "Place"}


def _told(item: Any) -> Fault:
    """Return what the checker of the model says of one mistake."""
    kind, context = str(item["type"]), item.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(item)
    own = next(iter(getattr(context.get("error"), "args", ())), None)
    if isinstance(own, Fault):
        return own
    code = f"must_{kind}"
    if code in templates("faults", "en"):
        return Fault(code, **context)
    text = str(item["msg"]).removeprefix("Value error, ")
    return Fault("checker_says", text=text[0].lower() + text[1:] if text[1:2].islower() else text)


def _unknown_key(item: Any) -> Fault:
    key, valid = str(item["loc"][-1]), sorted(_fields_at(item["loc"][:-1]))
    near = difflib.get_close_matches(key, valid, n=1, cutoff=0.5)
    return Fault("key_near", near=near[0]) if near else Fault("key_unknown", valid=", ".join(valid))


def _fields_at(location: tuple[Any, ...]) -> set[str]:
    """Return the valid keys of the part of the city model that a location leads to."""
    models: list[Any] = [City]
    for part in location:
        following: list[Any] = []
        for model in models:
            if isinstance(model, type) and issubclass(model, BaseModel):
                if model.__name__ == part:
                    following.append(model)
                elif part in model.model_fields:
                    following.extend(_models_in(model.model_fields[part].annotation))
        models = following or models
    return {name for model in models if hasattr(model, "model_fields") for name in model.model_fields}


def _models_in(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models_in(part)]


def _locate(document: Any, location: tuple[Any, ...]) -> tuple[int, int]:
    """Return the line and column (from 1) of a place in the YAML document, or of its nearest parent."""
    line, column = 0, 0
    node: Any = document
    for part in location:
        try:
            marks = getattr(node, "lc")  # noqa: B009 - the YAML library's own mark, which no type declares
            line, column = marks.key(part) if isinstance(node, dict) else marks.item(part)
            node = node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line + 1, column + 1
