"""Which metrics and listings some words name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple

from urbanplan.base.errors import UsageError
from urbanplan.model.listing import LISTINGS, Listing
from urbanplan.model.metric import REGISTRY, Metric


class Selection(NamedTuple):
    """Metrics and listings, each in the order of their ids."""

    metrics: list[Metric]
    listings: list[Listing]


def select(words: Iterable[str]) -> Selection:
    """Return the metrics and listings that these words name.

    Parameters
    ----------
    words : iterable of str
        Ids (`access.nearest_food`), ids without variants (`access.nearest`), or themes (`access`), which name
        only what is standard.

    Raises
    ------
    UsageError
        If a word names nothing; the message offers the nearest id.
    """
    known: dict[str, Metric | Listing] = {**REGISTRY, **LISTINGS}
    chosen: set[str] = set()
    for word in words:
        found = {
            key
            for key, entry in known.items()
            if word in {key, entry.base} or (entry.standard and word == entry.theme)
        }
        if not found:
            names = {*known, *(entry.base for entry in known.values()), *(e.theme for e in known.values())}
            near = difflib.get_close_matches(word, sorted(names), n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise UsageError(f"no metric is called {word!r}; {hint}`urbanplan metrics` lists them all")
        chosen |= found
    return Selection(
        [REGISTRY[key] for key in sorted(chosen & set(REGISTRY))],
        [LISTINGS[key] for key in sorted(chosen & set(LISTINGS))],
    )
