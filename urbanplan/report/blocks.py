"""Blocks of a document for paper: plain texts with their kind, which a typesetter lays out.

A block that is to be kept stays on the page of the block that follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from urbanplan.report.content import Counter
from urbanplan.report.legend import Entry
from urbanplan.report.values import Number

Block = dict[str, Any]
Cell = dict[str, Any]

_WIDE_COLUMNS = 10
"""A table with more columns is laid on a page turned by a quarter."""


class Writer:
    """What all chapters of one document share: what is told, its words, its numbers of figures and tables."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told, self.counter = told, Counter()
        self.t: Callable[..., str] = told["t"]
        self.anchors = {section.anchor for _, _, sections in told["chapters"] for section in sections}

    def rows(
        self,
        caption: str,
        head: Sequence[tuple[str, float]],
        rows: list[list[Cell]],
        numbers: Iterable[int] = (),
    ) -> Block:
        """Return a table of the report itself; its headings are words of the locale."""
        columns = [
            {"text": self.t(word), "unit": "", "number": place in set(numbers), "share": share}
            for place, (word, share) in enumerate(head)
        ]
        return self.laid(caption, columns, rows)

    def laid(self, caption: str, head: list[dict[str, Any]], rows: list[list[Cell]]) -> Block:
        """Return a table with the next number; `head` tells of each column its text, unit, kind and share of the width."""
        return {
            "kind": "table",
            "lead": self.t("report.table", number=self.counter.next("table")),
            "caption": caption,
            "head": head,
            "rows": rows,
            "wide": len(head) > _WIDE_COLUMNS,
        }

    def remark(self, one: dict[str, str], about: str = "") -> Block:
        """Return what somebody recorded; `about` names its subject where it does not stand beside it."""
        by = self.t("report.remark_by", by=one["by"], date=one["date"])
        subject = self.t("report.remark_about", subject=about) + ": " if about else ""
        return box("remark", f"{self.t('report.remark')} ({by})", [f"{subject}{one['text']}"])


def heading(level: int, text: str, anchor: str = "", *, listed: bool = True) -> Block:
    """Return a heading; `listed` tells whether it stands in the table of contents."""
    return {"kind": "heading", "level": level, "text": text, "anchor": anchor, "listed": listed}


def paragraph(text: str, *, after: str = "", quiet: bool = False) -> Block:
    """Return a paragraph; `after` follows it in grey, a quiet one is grey and small."""
    return {"kind": "text", "text": text, "after": after, "quiet": quiet, "keep": False}


def listed(items: Iterable[tuple[str, str]]) -> Block:
    """Return a list of items, each with its bold beginning and the rest."""
    return {"kind": "list", "items": list(items)}


def box(style: str, title: str, items: Sequence[str]) -> Block:
    """Return a box of style "note", "gap" or "remark"."""
    return {"kind": "box", "style": style, "title": title, "items": list(items), "keep": False}


def cell(text: object, *, code: str = "", number: bool = False, to: str = "") -> Cell:
    """Return a cell of a table, with a small code behind its text, and a link to a section's anchor."""
    return {"text": str(text), "code": code, "unknown": False, "low": False, "plain": not number, "to": to}


def value(one: Number) -> Cell:
    """Return a value as the page shows it; one of low coverage carries its sign."""
    text = f"{one.text}°" if one.low else one.text
    return {"text": text, "code": "", "unknown": one.unknown, "low": one.low, "plain": one.plain, "to": ""}


def sign(entry: Entry) -> dict[str, str]:
    """Return one line of a legend."""
    return {"label": entry.label, "colour": entry.colour or "#000000", "kind": entry.kind}
