"""What is wrong, as a code with its facts; the sentence in each language stands in the locales under `faults`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from urbanplan.base.notes import templates

LANGUAGES = ("en", "th")


class Fault:
    """One thing that is wrong.

    Parameters
    ----------
    code : str
        A key of `faults` in the locales.
    **facts
        What fills the blanks of its sentence: texts, numbers, other faults, or errors that carry one.

    Examples
    --------
    >>> print(Fault("no_bytes", file="plan.gpkg"))
    plan.gpkg: is empty (0 bytes); copy it again
    >>> print(Fault("no_bytes", file="plan.gpkg").said("th"))
    plan.gpkg: ว่างเปล่า (0 ไบต์) ให้คัดลอกใหม่
    """

    def __init__(self, code: str, /, **facts: Any) -> None:
        self.code = code
        self.facts = facts

    def said(self, lang: str) -> str:
        """Return the sentence in a language, with the faults inside it in the same."""
        return templates("faults", lang)[self.code].format(
            **{key: _said(value, lang) for key, value in self.facts.items()}
        )

    def __str__(self) -> str:
        return self.said("en")


class Word:
    """A code that has a word in each language, e.g. why features were left out."""

    def __init__(self, family: str, code: str) -> None:
        self.family = family
        self.code = code

    def said(self, lang: str) -> str:
        """Return the word in a language."""
        return templates(self.family, lang).get(self.code, self.code.replace("_", " "))


class Several:
    """Faults or texts, one after another."""

    def __init__(self, parts: Iterable[object], between: Fault | str = ", ") -> None:
        self.parts = tuple(parts)
        self.between = between

    def said(self, lang: str) -> str:
        """Return all of them in a language."""
        return said(self.between, lang).join(said(part, lang) for part in self.parts)


def said(value: object, lang: str) -> str:
    """Return a fault, or an error that carries one, in a language; any other text as it is."""
    return str(_said(value, lang))


def _said(value: object, lang: str) -> Any:
    if isinstance(value, Fault | Word | Several):
        return value.said(lang)
    if isinstance(value, BaseException):
        told = getattr(value, "fault", None) or next(iter(value.args), None)
        return told.said(lang) if isinstance(told, Fault) else str(value)
    return value
