"""The numbers that stand in a report's tables, each with the reference by which it can be cited."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote


@dataclass(frozen=True)
class Cell:
    """One number of a report.

    Attributes
    ----------
    parts : tuple of str
        What it is a value of: the reference of its own cell, or of the first cell of its row, in its parts; empty where there is none.
    value : float
        The number as the page carries it, with more digits than it shows.
    text : str
        The same as a text.
    """

    parts: tuple[str, ...]
    value: float
    text: str


def cells_of(page: str) -> list[Cell]:
    """Return every number that a page's tables carry."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Cell] = []
        self.row = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the reference of a row and the numbers of its cells."""
        if tag == "tr":
            self.row = ""
        if tag != "td":
            return
        facts = dict(attrs)
        own = facts.get("id") or ""
        self.row = self.row or own
        text = facts.get("data-v")
        if text is not None:
            reference = own or self.row
            parts = tuple(unquote(part) for part in reference.split("/")) if reference else ()
            self.found.append(Cell(parts, float(text), text))
