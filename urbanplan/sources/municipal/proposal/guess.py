"""A guess: one column of ours, the column of the file that it may be, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from urbanplan.sources.municipal.proposal.piece_of_evidence import Evidence

_SHOWN = 6


@dataclass
class Guess:
    """One column of ours, and the column of the file that it may be.

    Attributes
    ----------
    ours, column : str
        Names of the two.
    strength : float
        By which guesses are ranked.
    evidence : list of Evidence
        On what it stands; a key of `proposal` in the locales.
    unit : str, optional
        The unit that the file's numbers are in, where it is not ours.
    meanings : dict
        The file's words and ours.
    strange : list of str
        Words of a column of words that have no meaning here.
    doubts : list of Evidence
        What the reader must decide.
    """

    ours: str
    column: str
    strength: float
    evidence: list[Evidence] = field(default_factory=list)
    unit: str | None = None
    meanings: dict[str, str | int] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    doubts: list[Evidence] = field(default_factory=list)

    def find_strange(self, words: Iterable[str]) -> None:
        """Keep words that have no meaning here, and say so."""
        self.strange = sorted(words)
        if self.strange:
            shown = ", ".join(self.strange[:_SHOWN]) + (" …" if len(self.strange) > _SHOWN else "")
            self.doubts.append(
                Evidence("words_strange", {"column": self.column, "count": len(self.strange), "words": shown})
            )

    def with_share(self, code: str, share: float) -> Guess | None:
        """Return the guess with how many of the values fit as evidence; nothing where fewer than half do."""
        if share < 1 / 2:
            return None
        self.strength += share
        self.evidence.append(Evidence(code, {"percent": round(100 * share)}))
        return self
