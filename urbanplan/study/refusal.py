"""A file that will not do: one line in each language that begins with its name and says how to mend it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from urbanplan.base.errors import InputError, UrbanPlanError
from urbanplan.base.faults import LANGUAGES, Fault

_LONGEST = 600
_SHOWN_MISTAKES = 3
_MENDS = {"city": Fault("correct_city"), "notebook": Fault("correct_notebook")}
MENDING = (
    *(
        "did you mean",
        "ask for",
        "ask the",
        "ask again",
        "write ",
        "give ",
        "save ",
        "download",
        "correct",
        "export",
    ),
    *(
        "check ",
        "declare it",
        "or declare",
        "rename",
        "unpack",
        "pack ",
        "choose",
        "say ",
        "leave",
        "cut it",
        "copy it",
        "mend",
        "remove",
    ),
    *(
        "georeference",
        "warp",
        "turn it",
        "compute",
        "close it",
        "clear",
        "convert",
        "split",
        "put quotes",
        "resample",
    ),
    *(
        "swapped",
        "open and save",
        "perhaps",
        "filled in",
        "must have a line",
        "must lie",
        "is at least",
        "use ",
    ),
)
"""English words by which a sentence says how to mend what is wrong."""


class RefusedFileError(InputError):
    """A file was refused.

    Parameters
    ----------
    said : mapping of str to str
        The sentence in each language.
    """

    def __init__(self, said: Mapping[str, str]) -> None:
        super().__init__(said["en"])
        self.said = dict(said)

    def in_language(self, lang: str) -> str:
        """Return the sentence in a language."""
        return self.said[lang]


def refusal(error: UrbanPlanError, path: Path, kind: str = "") -> RefusedFileError:
    """Return an error as one line in each language, which gives no folder of this machine away.

    Parameters
    ----------
    error : UrbanPlanError
        What a reader said.
    path : Path
        The file.
    kind : str
        Its kind, where it is known: some readers leave how to mend it to whoever knows the file.
    """
    if isinstance(error, RefusedFileError):
        return error
    mended = any(word in str(error) for word in MENDING)
    mend = None if mended else _MENDS.get(kind, Fault("ask_again"))
    return RefusedFileError(
        {lang: _sentence(error.in_language(lang), path, mend, lang) for lang in LANGUAGES}
    )


def _sentence(text: str, path: Path, mend: Fault | None, lang: str) -> str:
    name = _printable(path.name or str(path))
    mistakes = [line for line in text.replace(path.name or name, name).splitlines() if line.strip()]
    line = " ".join("; ".join(mistakes[:_SHOWN_MISTAKES]).split())
    if len(mistakes) > _SHOWN_MISTAKES:
        line += Fault("and_more", count=len(mistakes) - _SHOWN_MISTAKES).said(lang)
    if mend is not None:
        line = Fault("and_mend", text=line, mend=mend).said(lang)
    line = _printable(line.replace(f"{path.parent}/", "") if path.parent.name else line)
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST].rstrip()} …"
    return line if name in line else f"{name}: {line}"


def _printable(text: str) -> str:
    return "".join(
        letter if unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"} else "?" for letter in text
    )
