"""One name for several variants of a metric: what they share, with a word for what they differ in."""

from __future__ import annotations

import re
from collections.abc import Sequence

GAP = "…"
"""Stands where the names of variants differ and no word says in what."""
_LAST = re.compile(rf"\s*[:,][^:]*{GAP}$")


def whole(name: str) -> str:
    """Return a name without a gap: what only tells variants apart at its end is left out; empty where the gap stays."""
    cut = _LAST.sub("", name)
    return "" if GAP in cut else cut


def common_name(names: Sequence[str], general: Sequence[str]) -> str:
    """Return the words that names share, with a general word in their midst.

    Parameters
    ----------
    names : sequence of str
        Names of the variants.
    general : sequence of str
        Words for what they differ in, a gap where there is none, in the order in which they stand in the names.
    """
    split = [name.split(" ") for name in names]
    first = _shared(split)
    last = _shared([words[len(first) :][::-1] for words in split])[::-1]
    bare = " ".join([*first, GAP, *last])
    word = next((word for word in general if word != GAP), GAP)
    name = whole(bare) or " ".join([*first, word, *last])
    return name[:1].upper() + name[1:]


def _shared(lists: Sequence[Sequence[str]]) -> list[str]:
    """Return the words with which all lists begin."""
    shared = []
    for words_at in zip(*lists, strict=False):
        if len(set(words_at)) > 1:
            break
        shared.append(words_at[0])
    return shared
