"""Which layer of urbanplan a file is: by what it is called, what is drawn in it, and what its columns hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from urbanplan.model.layers import LAYERS
from urbanplan.model.scheme import LandUseScheme
from urbanplan.sources.municipal.proposal.evidence import (
    Values,
    is_area,
    is_date,
    is_length,
    is_number,
    known_uses,
    known_words,
)
from urbanplan.sources.municipal.proposal.piece_of_evidence import Evidence
from urbanplan.sources.municipal.proposal.vocabulary import fit, vocabulary

CANDIDATES = (
    *("zones", "places", "buildings", "land_use", "open_space", "water", "heritage_assets", "heritage_zones"),
    *("zoning", "plots", "venues", "population"),
)
"""Layers that are proposed by themselves; any other can be asked for."""
_ENOUGH = 3.0
_AHEAD = 1.0
_BY_FILE = {3: 3.0, 2: 3.0, 1: 0.0}
_HALF = 0.5
_KNOWN_VALUES = 3.0
_SCHEME = 4.0


@dataclass
class Candidate:
    """A layer that a file may be."""

    layer: str
    score: float = 0.0
    evidence: list[Evidence] = field(default_factory=list)

    def add(self, score: float, code: str, **facts: str | float) -> None:
        """Count a piece of evidence."""
        if score:
            self.score += score
            self.evidence.append(Evidence(code, facts))


def candidates(
    columns: Sequence[Values], titles: Sequence[str], kinds: set[str], scheme: LandUseScheme
) -> list[Candidate]:
    """Return the layers that a file may be, the likeliest first.

    Parameters
    ----------
    columns : sequence of Values
        Its columns.
    titles : sequence of str
        What the file and its layer are called.
    kinds : set of str
        What is drawn: point, line, polygon.
    scheme : LandUseScheme
        What words for land use mean.
    """
    found = [_judged(layer, columns, titles, scheme) for layer in CANDIDATES if _drawable(layer, kinds)]
    return sorted(found, key=lambda each: (-each.score, CANDIDATES.index(each.layer)))


def decided(found: Sequence[Candidate]) -> Candidate | None:
    """Return the layer that stands well before all others, or nothing: then the reader must say it."""
    if not found or found[0].score < _ENOUGH:
        return None
    return found[0] if len(found) == 1 or found[0].score - found[1].score >= _AHEAD else None


def _drawable(layer: str, kinds: set[str]) -> bool:
    wanted = "point" if layer in {"population", "venues"} else LAYERS[layer].kind
    return wanted == "any" or wanted in kinds


def _judged(layer: str, columns: Sequence[Values], titles: Sequence[str], scheme: LandUseScheme) -> Candidate:
    words, found = vocabulary(), Candidate(layer)
    fits = [(each, title) for title in titles if (each := fit(title, words.files[layer]))]
    if fits:
        best, title = max(fits, key=lambda pair: (pair[0].strength, len(pair[0].word)))
        found.add(_BY_FILE[best.strength] + len(best.word) / 100, "file_called", title=title, word=best.word)
    for column, weight in words.telling.get(layer, {}).items():
        held = [each for each in columns if fit(each.name, words.columns[column]) and _holds(each, column)]
        if held:
            found.add(float(weight), "has_column", column=held[0].name, ours=column)
    if layer in {"land_use", "zoning"}:
        _judge_uses(found, columns, scheme)
    if layer == "places":
        _judge_words(found, columns, "category")
    if layer == "venues":
        _judge_words(found, columns, "use_of_venues")
    return found


def _holds(values: Values, column: str) -> bool:
    """Tell whether a column's values can be what its name says, where that is a number."""
    if column == "stated_area_m2":
        return values.share(is_area) >= _HALF
    if column.endswith(("_m", "levels")):
        return values.share(is_length) >= _HALF
    if column in {"instrument", "clause"}:
        return values.share(is_date) < _HALF
    numbers = ("max_far", "max_bcr", "min_osr", "population", "rooms")
    return values.share(is_number) >= _HALF if column in numbers else values.filled > 0


def _judge_uses(found: Candidate, columns: Sequence[Values], scheme: LandUseScheme) -> None:
    best = max(columns, key=lambda each: _known_share(each, found.layer, scheme), default=None)
    if best is None:
        return
    share = _known_share(best, found.layer, scheme)
    named = fit(best.name, vocabulary().columns["class"])
    if share >= _HALF and (best.different > 1 or named):
        found.add(
            _SCHEME * share, "scheme_knows", column=best.name, percent=round(100 * share), scheme=scheme.name
        )


def _known_share(values: Values, layer: str, scheme: LandUseScheme) -> float:
    known = known_uses(values, layer, scheme)
    return values.share(lambda text: known[text])


def _judge_words(found: Candidate, columns: Sequence[Values], family: str) -> None:
    meaning = vocabulary().meaning(family)
    for values in columns:
        words = known_words(values, meaning)
        share = values.share(words.__contains__)
        if len(words) > 1 and share >= _HALF / 2:
            found.add(
                _KNOWN_VALUES, "words_known", column=values.name, count=len(words), total=values.different
            )
            return
