"""Which column of a file is which of ours: found by its name and by its values, each with the evidence for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from urbanplan.base.quantities import dimension_of
from urbanplan.model.heritage_words import HEIGHTS, WORDS
from urbanplan.model.layers import CATEGORIES, LAND_USE_CLASSES, LAYERS
from urbanplan.model.scheme import LandUseScheme
from urbanplan.sources.municipal.mapping import DATES
from urbanplan.sources.municipal.proposal import evidence as of
from urbanplan.sources.municipal.proposal.evidence import Values
from urbanplan.sources.municipal.proposal.guess import Guess
from urbanplan.sources.municipal.proposal.measure import measured_guess
from urbanplan.sources.municipal.proposal.piece_of_evidence import Evidence
from urbanplan.sources.municipal.proposal.vocabulary import Fit, fit, parts, plain, vocabulary

_NEVER = {"source", "lists", "stood_before", "share", "class_2", *HEIGHTS}
"""Columns of ours that no file of an office has: they are worked out when a city is prepared."""
_HALF = 0.5
_SERIAL = {"objectid", "fid", "gid", "ลำดับ"}
"""Numbers that programs give to rows: ids only where there is no code."""


def guesses(
    columns: Sequence[Values], layer: str, scheme: LandUseScheme, drawn_m2: np.ndarray | None
) -> list[Guess]:
    """Return at most one guess for each column of a layer; a column of the file is used once.

    Parameters
    ----------
    columns : sequence of Values
        The file's columns.
    layer : str
        The layer, by urbanplan's vocabulary.
    scheme : LandUseScheme
        What words for land use mean.
    drawn_m2 : ndarray or None
        The drawn areas, row by row.
    """
    wanted = {layer: "float64"} if LAYERS[layer].kind == "raster" else LAYERS[layer].columns
    found = [*_ids(columns), *_names(columns, wanted)]
    for ours, dtype in wanted.items():
        if ours in _NEVER or ours.startswith("name"):
            continue
        guessed = (
            _guess(values, layer, ours, dtype, scheme, drawn_m2) for values in columns if values.filled
        )
        found += [guess for guess in guessed if guess is not None]
    return _best(found, ["id", *wanted])


def _best(found: Sequence[Guess], order: Sequence[str]) -> list[Guess]:
    chosen: dict[str, Guess] = {}
    taken: set[str] = set()
    for guess in sorted(found, key=lambda each: -each.strength):
        shared = guess.ours == "id" or guess.ours.startswith(
            "name"
        )  # `name` and the name in its language are one
        if guess.ours in chosen or (guess.column in taken and not shared):
            continue
        chosen[guess.ours] = guess
        taken |= {guess.column} if guess.ours != "id" else set()
    return [chosen[ours] for ours in order if ours in chosen]


def _called(values: Values, ours: str) -> tuple[Fit | None, list[Evidence]]:
    """Return how a column's name fits one of ours, as evidence."""
    if plain(values.name) == plain(ours):
        return Fit(ours, 4), [Evidence("same_name", {"ours": ours})]
    found = fit(values.name, vocabulary().columns.get(ours, [ours]))
    if found is None:
        return None, []
    return found, [Evidence("called", {"word": found.word, "ours": ours})]


def _ids(columns: Sequence[Values]) -> list[Guess]:
    """Return columns whose name says that they hold codes, and whose values are all there and all different."""
    out = []
    for values in columns:
        found, notes = _called(values, "id")
        if found is None or not values.filled == values.different == values.total:
            continue
        serial = plain(values.name) in _SERIAL
        notes.append(Evidence("all_different", {"count": values.different}))
        out.append(Guess("id", values.name, found.strength / 10 if serial else found.strength, notes))
    return out


def _names(columns: Sequence[Values], wanted: Sequence[str] | dict[str, str]) -> list[Guess]:
    """Return names in Thai and English by their letters; of several columns of names, those that differ most."""
    if "name" not in wanted:
        return []
    out = []
    for values in columns:
        found = fit(values.name, vocabulary().columns["name"])
        level = found is None and any(part in {"en", "th"} for part in parts(values.name))
        if (found is None and not level) or values.numeric or not values.filled:
            continue
        thai, latin = values.share(of.is_thai), values.share(of.is_latin)
        strength = (found.strength if found else 1) + values.different / max(values.total, 1)
        notes = [Evidence("called", {"word": found.word, "ours": "name"})] if found else []
        notes.append(Evidence("different", {"count": values.different, "total": values.total}))
        if thai >= _HALF:
            told = [*notes, Evidence("letters_thai", {"percent": round(100 * thai)})]
            out += [
                Guess(ours, values.name, strength + bonus, told)
                for ours, bonus in (("name", 0.5), ("name_th", 0.0))
            ]
        elif latin >= _HALF:
            told = [*notes, Evidence("letters_latin", {"percent": round(100 * latin)})]
            out += [
                Guess(ours, values.name, strength + bonus, told)
                for ours, bonus in (("name", -0.5), ("name_en", 0.0))
            ]
    return [guess for guess in out if guess.ours in wanted]


def _guess(
    values: Values, layer: str, ours: str, dtype: str, scheme: LandUseScheme, drawn_m2: np.ndarray | None
) -> Guess | None:
    """Return what speaks for one column being one of ours, or nothing."""
    found, notes = _called(values, ours)
    if (layer, ours) in {("land_use", "class"), ("zoning", "class")}:
        return _use_class(values, layer, scheme, found, notes)
    if found is None:
        return None
    base = Guess(ours, values.name, float(found.strength), notes)
    guess: Guess | None = base
    own = _own_words(layer, ours)
    if own or ours == "registered":
        guess = _worded(base, values, layer, own, scheme)
    elif ours in DATES:
        guess = _dated(base, values)
    elif dimension_of(ours):
        guess = measured_guess(base, values, drawn_m2)
    elif dtype == "float64":
        guess = base.with_share("numbers_read", values.share(of.is_number))
    elif dtype != "str" or values.share(of.is_date) >= _HALF:
        guess = None  # a date is no text
    return guess


def _use_class(
    values: Values, layer: str, scheme: LandUseScheme, found: Fit | None, notes: list[Evidence]
) -> Guess | None:
    known = of.known_uses(values, layer, scheme)
    share = values.share(lambda text: known[text])
    if share < _HALF and not (
        found and found.strength > 1 and values.different <= of.FEW and not values.numeric
    ):
        return None
    guess = Guess("class", values.name, (found.strength / 2 if found else 0) + 3 * share, notes)
    guess.evidence.append(Evidence("uses_known", {"percent": round(100 * share), "scheme": scheme.name}))
    own = LAND_USE_CLASSES if layer == "land_use" else ()
    guess.find_strange(text for text, is_known in known.items() if not is_known and text not in own)
    return guess


def _own_words(layer: str, ours: str) -> tuple[str, ...]:
    if (layer, ours) == ("places", "category"):
        return tuple(CATEGORIES)
    if (layer, ours) == ("buildings", "use"):
        return LAND_USE_CLASSES
    if (layer, ours) == ("venues", "use"):
        return tuple(map(str, vocabulary().values["use_of_venues"]))
    return WORDS.get((layer, ours), ())


def _worded(
    guess: Guess, values: Values, layer: str, own: tuple[str, ...], scheme: LandUseScheme
) -> Guess | None:
    """Map a column of few values, word by word."""
    if (layer, guess.ours) == ("buildings", "use"):
        shares = (
            {text: scheme.land_shares(text) for text in values.counts} if values.different <= of.FEW else {}
        )
        meaning: dict[str, str | int] = {
            plain(text): next(iter(held)) for text, held in shares.items() if held
        }
    else:
        meaning = vocabulary().meaning("use_of_venues" if layer == "venues" else guess.ours)
    known = of.known_words(values, meaning, own)
    if guess.ours == "registered" and set(values.counts) <= {"0", "1"}:
        known = {text: int(text) for text in values.counts}
    if not known:
        return guess if guess.evidence[0].code == "same_name" else None
    guess.meanings = {text: word for text, word in sorted(known.items()) if str(word) != text}
    guess.strength += len(known) / values.different
    guess.evidence.append(Evidence("words_known_here", {"count": len(known), "total": values.different}))
    guess.find_strange(set(values.counts) - set(known))
    return guess


def _dated(guess: Guess, values: Values) -> Guess | None:
    out = guess.with_share("dates_read", values.share(of.is_date))
    buddhist = values.share(of.is_buddhist)
    if out is not None and buddhist:
        out.evidence.append(Evidence("dates_in_be", {"percent": round(100 * buddhist)}))
    return out
