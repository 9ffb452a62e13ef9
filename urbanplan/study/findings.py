"""One thing that the doctor looked at, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["good", "note", "wrong"]
MARKS: dict[State, str] = {"good": "✓", "note": "!", "wrong": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    subject : str
        Its key in the city file, e.g. `layers.zones`.
    state : str
        good; note (will run, but worth knowing); wrong (the run will fail).
    text : str
        What was found; where it is wrong, what is wrong and how to mend it.
    """

    subject: str
    state: State
    text: str

    @property
    def good(self) -> bool:
        """Whether a run can go on with it."""
        return self.state != "wrong"
