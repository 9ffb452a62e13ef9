"""Every error that urbanplan raises on purpose: one sentence, a builtin to catch it by, an exit code."""

from __future__ import annotations

from typing import Self

from urbanplan.base.faults import Fault


class UrbanPlanError(Exception):
    """Something that the user can understand and mend; its text is one clear sentence.

    The text says what is wrong, where (file, layer, feature) and how to mend it.

    Parameters
    ----------
    told : Fault or str
        What is wrong, as a fault that has a sentence in each language, or as a sentence.

    Attributes
    ----------
    fault : Fault or None
        The fault, where there is one.
    lang : str
        The language in which whoever asked wants it told.
    """

    exit_code = 5

    def __init__(self, told: Fault | str = "") -> None:
        super().__init__(str(told))
        self.fault = told if isinstance(told, Fault) else None
        self.lang = "en"

    def in_language(self, lang: str) -> str:
        """Return the sentence in a language, in English where there is no other."""
        return str(self) if self.fault is None else self.fault.said(lang)

    def within(self, where: str) -> Self:
        """Return the same error, telling where it happened."""
        return type(self)(Fault("within", where=where, text=self))


class UsageError(UrbanPlanError, ValueError):
    """The command or function was asked for something that does not exist."""

    exit_code = 2


class InputError(UrbanPlanError, ValueError):
    """An input (file, layer, feature, parameter) is wrong."""

    exit_code = 3


class CityFileError(InputError):
    """A city's YAML file does not say what it must; the text gives file, line and column."""


class MissingFileError(InputError, FileNotFoundError):
    """A declared file is not there."""


class NoCrsError(InputError):
    """A layer has no coordinate reference system, or one that is not usable."""


class LayerError(InputError):
    """A layer is empty, of the wrong geometry, lacks a column or lies elsewhere."""


class OsmFileError(InputError):
    """An OpenStreetMap file is truncated, empty or not an OpenStreetMap file."""


class NotPreparedError(InputError, LookupError):
    """A city was asked for before it was prepared."""


class FetchError(UrbanPlanError, ConnectionError):
    """A download failed, was refused, or brought something else than was asked for."""

    exit_code = 4


class ConservationError(UrbanPlanError, ArithmeticError):
    """People or area were lost or made on the way; the run must not go on."""

    exit_code = 3


class BusyError(UrbanPlanError, RuntimeError):
    """Another run holds the same output folder."""

    exit_code = 3
