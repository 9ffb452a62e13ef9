"""The registry of metrics: `@metric` writes down what a function measures and leaves the function as it is."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from urbanplan.base.errors import UsageError
from urbanplan.model.layers import LAYERS

Direction = Literal["higher", "lower", "neutral"]
Function = TypeVar("Function", bound=Callable[..., Any])

SUPPORTS: dict[str, str] = {
    "cell": "cells",
    "zone": "zones",
    "city": "boundary",
    "building": "buildings",
    "street": "walk",
    "asset": "heritage_assets",
    "viewpoint": "viewpoints",
    "heritage_zone": "heritage_zones",
}
"""What one value may belong to, and the layer whose rows these are."""


@dataclass(frozen=True)
class Metric:
    """What is known about one metric without running it.

    Attributes
    ----------
    id : str
        `<theme>.<function>`, with `_<value>` for each variant, e.g. `access.nearest_food`.
    base : str
        The id without variants: the key of its words in the locales.
    layers : tuple of str
        What it reads: names before the star. `units` stands for the polygons of the support.
    optional : tuple of str
        Layers without which it can be measured too: those whose parameters have the default None.
    knobs : dict
        What can be changed: names after the star with their defaults.
    variant : dict
        Knobs that the id fixes, with their values.
    requires : tuple of str
        Layers that must have been given besides, e.g. "population" for people in cells.
    standard : bool
        Whether the word of its theme names it too; the others are computed when they are named themselves.
    direction : str
        Which way is better for the people who live there: higher, lower, or neutral.
    """

    id: str
    base: str
    theme: str
    name: str
    unit: str
    direction: Direction
    formula: str
    references: tuple[str, ...]
    supports: tuple[str, ...]
    layers: tuple[str, ...]
    optional: tuple[str, ...]
    knobs: Mapping[str, Any]
    variant: Mapping[str, Any]
    requires: tuple[str, ...]
    standard: bool
    summary: str
    function: Callable[..., Any]

    @property
    def mapped_layers(self) -> tuple[str, ...]:
        """Layers in which absence may mean that nobody has mapped the thing yet; optional ones limit nothing."""
        needed = [name for name in self.layers if name not in self.optional]
        return tuple(name for name in needed if name in LAYERS and LAYERS[name].mapped)

    def record(self) -> dict[str, Any]:
        """Return the metadata as plain values, for files and documentation."""
        return {
            "id": self.id,
            "base": self.base,
            "theme": self.theme,
            "name": self.name,
            "unit": self.unit,
            "direction": self.direction,
            "formula": self.formula,
            "references": list(self.references),
            "supports": list(self.supports),
            "layers": list(self.layers),
            "knobs": {
                key: value for key, value in self.knobs.items() if value is not inspect.Parameter.empty
            },
            "variant": dict(self.variant),
            "requires": list(self.requires),
            "standard": self.standard,
            "summary": self.summary,
        }


REGISTRY: dict[str, Metric] = {}


def metric(
    *,
    name: str,
    unit: str,
    supports: tuple[str, ...],
    formula: str,
    direction: Direction = "neutral",
    references: tuple[str, ...] = (),
    requires: tuple[str, ...] = (),
    standard: bool = True,
    variants: Mapping[str, Mapping[Any, str]] | None = None,
) -> Callable[[Function], Function]:
    """Register a function as a metric and return it unchanged.

    A layer before the star whose default is None may be missing: the function is then given None for it.

    Parameters
    ----------
    name : str
        English name; `{knob}` stands for the words of a variant.
    unit : str
        Unit of the value: "m", "m2", "share" (0-1, shown as per cent), "1" (index), "1/km2", …
    supports : tuple of str
        Keys of `SUPPORTS` that the metric can be computed for.
    formula : str
        The formula in LaTeX.
    direction : {"higher", "lower", "neutral"}
        Which way is better.
    references : tuple of str
        Citation keys, see `data/references.yml`.
    requires : tuple of str
        Layers that must have been given besides the function's own.
    standard : bool
        Whether a city's report should hold it: its theme's word then names it.
    variants : mapping of str to mapping, optional
        `{knob: {value: English words}}`: one metric is registered for each combination of values.

    Raises
    ------
    UsageError
        If a layer before the star or a support is not in the vocabulary, or an id is taken.
    """

    def register(function: Function) -> Function:
        theme = function.__module__.rpartition(".")[0].rpartition(".")[2] or "own"
        parameters = inspect.signature(function).parameters.values()
        layers = tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
        optional = tuple(p.name for p in parameters if p.name in layers and p.default is None)
        knobs = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
        unknown = [word for word in layers if word not in LAYERS and word != "units"]
        unknown += [word for word in supports if word not in SUPPORTS]
        unknown += [word for word in variants or {} if word not in knobs]
        if unknown:
            raise UsageError(
                f"metric {theme}.{function.__name__}: {', '.join(unknown)} is not in the vocabulary"
            )
        for choice in itertools.product(*(words.items() for words in (variants or {}).values())):
            variant = dict(zip(variants or {}, (value for value, _ in choice), strict=True))
            labels = dict(zip(variants or {}, (label for _, label in choice), strict=True))
            _add(
                Metric(
                    id="_".join([f"{theme}.{function.__name__}", *map(str, variant.values())]),
                    base=f"{theme}.{function.__name__}",
                    theme=theme,
                    name=name.format(**labels),
                    unit=unit,
                    direction=direction,
                    formula=formula,
                    references=references,
                    supports=supports,
                    layers=layers,
                    optional=optional,
                    knobs={key: value for key, value in knobs.items() if key not in variant},
                    variant=variant,
                    requires=requires,
                    standard=standard,
                    summary=(inspect.getdoc(function) or "").split("\n", 1)[0],
                    function=function,
                )
            )
        return function

    return register


def _add(entry: Metric) -> None:
    taken = REGISTRY.get(entry.id)
    if taken is not None and taken.function.__module__ != entry.function.__module__:
        raise UsageError(f"metric {entry.id}: this id is already taken by {taken.function.__module__}")
    REGISTRY[entry.id] = entry
