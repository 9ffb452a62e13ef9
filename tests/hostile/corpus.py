"""What a case of the hostile corpus is: a file made on the fly, and what the doctor must say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """One file.

    `verdict` is ok (nothing to say against it), said (accepted, and `word` stands in its record) or refused
    (`word` stands in the sentence).
    """

    name: str
    make: Callable[[Path], object]
    verdict: str
    word: str = ""
    kind: str | None = None
    title: str = ""


class Corpus:
    """Collects cases; a maker gets the path to write."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    def case(self, name, verdict, word="", *, kind=None):
        """Register the decorated function as the maker of one file."""

        def register(make):
            self.cases.append(Case(name, make, verdict, word, kind, make.__name__))
            return make

        return register

    def raw(self, title, name, data, verdict, word="", *, kind=None):
        """Register a file by its bytes or text."""
        content = data.encode() if isinstance(data, str) else data
        self.cases.append(Case(name, lambda path: path.write_bytes(content), verdict, word, kind, title))
