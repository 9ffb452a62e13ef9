"""What a careful reader must know of data: a code with its facts in the record, the sentence in the locales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from urbanplan.base.locale import tree_of

Fact = str | int | float


@dataclass(frozen=True)
class Note:
    """One remark on data.

    Attributes
    ----------
    code : str
        A key of `notes` in the locales.
    facts : mapping
        What fills the blanks of its sentence.
    """

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the same as plain values for JSON."""
        return {"code": self.code, "facts": dict(self.facts)}

    def __str__(self) -> str:
        return sentence(self)


def sentence(note: Note | Mapping[str, Any] | str, lang: str = "en") -> str:
    """Return a note in the words of a language.

    Parameters
    ----------
    note : Note, mapping or str
        A note, the same as plain values, or a text that is one already.
    lang : str
        A language of the locales.

    Examples
    --------
    >>> sentence(Note("duplicates", {"count": 1200}))
    '1,200 features have exactly the outline of another; all were kept'
    """
    if isinstance(note, str):
        return note
    code, facts = (
        (note.code, note.facts) if isinstance(note, Note) else (str(note.get("code")), note.get("facts", {}))
    )
    template = templates("notes", lang).get(code)
    if template is None:
        return " ".join([code.replace("_", " "), *(f"{key}={value}" for key, value in facts.items())])
    return str(template).format(**{key: shown(value) for key, value in facts.items()})


def shown(value: Fact) -> str:
    """Return a fact as a sentence shows it: thousands apart, no more digits than there are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def templates(family: str, lang: str) -> dict[str, str]:
    """Return the sentences of a family (notes, faults, …) in a language, by their codes."""
    found: dict[str, str] = tree_of(lang)[family]
    return found
