"""From the words of surveys and plans to classes: land-use codes, names and colours of plan zones."""

from __future__ import annotations

import pandas as pd

from urbanplan.model.layers import LAND_USE_CLASSES
from urbanplan.model.quality import QualityRecord
from urbanplan.model.scheme import LandUseScheme

_MANY = 8


def classed(table: pd.DataFrame, name: str, scheme: LandUseScheme, record: QualityRecord) -> pd.DataFrame:
    """Give the areas of a land-use survey, or of a plan, the classes that their words stand for.

    Parameters
    ----------
    table : DataFrame
        With our columns; it is not changed.
    name : str
        The layer; others than land_use and zoning are returned as they are.
    scheme : LandUseScheme
        What words mean. A word that it does not know stays as it is.
    record : QualityRecord
        Takes notes of what was understood.

    Returns
    -------
    DataFrame
        Of land use: `class`, and where a code names two uses `class_2` with `share`, the share of the first; the code
        itself as `kind`. Of a plan: `class`, and the words themselves as `name`.
    """
    if name == "land_use" and "class" in table.columns:
        return _land(table, scheme, record)
    if name == "zoning" and "class" in table.columns:
        return _zones(table, scheme, record)
    return table


def _land(table: pd.DataFrame, scheme: LandUseScheme, record: QualityRecord) -> pd.DataFrame:
    words = table["class"].map(lambda word: "" if pd.isna(word) else str(word).strip())
    strange = sorted(set(words) - set(LAND_USE_CLASSES) - {""})
    found = {word: shares for word in strange if (shares := scheme.land_shares(word)) is not None}
    if not found:
        return table
    out = table.copy()
    classes = {word: list(shares.items()) for word, shares in found.items()}
    known = words.isin(found)
    out["class"] = table["class"].astype(object)
    out.loc[known, "class"] = words[known].map(lambda word: classes[word][0][0] if classes[word] else None)
    out["class_2"] = words.map(lambda word: classes[word][1][0] if len(classes.get(word, ())) > 1 else None)
    out["share"] = words.map(lambda word: classes[word][0][1] if classes.get(word) else 1.0)
    if "kind" not in out.columns:
        out["kind"] = words
    mixed = int((out["share"] < 1).sum())
    record.note("words_by_scheme", count=len(found), scheme=scheme.name)
    if mixed:
        record.note("two_uses", count=mixed)
    return out


def _zones(table: pd.DataFrame, scheme: LandUseScheme, record: QualityRecord) -> pd.DataFrame:
    words = table["class"].map(lambda word: "" if pd.isna(word) else str(word).strip())
    found = {
        word: zone for word in sorted(set(words) - {""}) if (zone := scheme.zone_class(word)) is not None
    }
    out = table.copy()
    out["class"] = [found.get(word, word or None) for word in words]
    if "name" not in out.columns:
        out["name"] = words.where(words != "", None)
    strange = sorted(set(words) - set(found) - {""})
    if strange:
        shown = ", ".join(strange[:_MANY]) + (" …" if len(strange) > _MANY else "")
        record.note("zones_unknown_to_scheme", count=len(strange), words=shown)
    return out
