"""Rules of the statutory plan: read from a table, given the areas of the plan that each speaks of."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from urbanplan.base.errors import InputError, LayerError
from urbanplan.model.layers import LAND_USE_CLASSES, conform
from urbanplan.model.plan_words import OTHERS, SAYS
from urbanplan.study.drawn import Drawn

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.model.city import LayerEntry
    from urbanplan.model.scheme import LandUseScheme
    from urbanplan.study.prepare import Preparation

NAME = "plan_rules"
_SHOWN = 12


def add_plan_rules(job: Preparation, layers: dict[str, Drawn]) -> None:
    """Add the rules of the plan to the layers, where any is declared.

    Raises
    ------
    LayerError
        If a rule speaks of no area of the plan, of no class of land use, or says nothing that has a meaning.
    """
    entries, zoning = job.city.layers.get(NAME, []), layers.get("zoning")
    if not entries:
        return
    if zoning is None or zoning.frame is None:
        raise LayerError(f"{job.city.id}: layers.{NAME}: rules belong to a plan; declare `zoning` too")
    parts = [read_plan_rules(job, entry) for entry in entries]
    rules = pd.concat([frame for frame, _ in parts])
    layers[NAME] = Drawn(
        frame=with_plan_areas(rules, zoning.frame, job.scheme, where=job.city.id),
        sources=sorted({entry.source for entry in entries}),
        dates=[entry.date or job.city.sources[entry.source].date for entry in entries],
        quality=[record for _, record in parts],
        notes=[entry.note.model_dump() for entry in entries if entry.note],
    )


def read_plan_rules(job: Preparation, entry: LayerEntry) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return the rows of a table of rules, and the record of its reading."""
    from urbanplan.sources.municipal import read_attributes  # noqa: PLC0415 - only cities with municipal layers

    source = job.city.sources[entry.source]
    try:
        frame, record = read_attributes(
            job.path(entry.source),
            name=NAME,
            layer=entry.layer,
            where=entry.where,
            columns=entry.columns,
            values=entry.values,
            constants=entry.constants,
            units=entry.units,
            encoding=source.encoding,
            source=entry.source,
        )
    except InputError as error:
        raise error.within(f"{job.city.id}: layers.{NAME}") from error
    return frame.assign(source=entry.source), record.to_dict()


def with_plan_areas(
    rules: pd.DataFrame, zoning: GeoDataFrame, scheme: LandUseScheme, *, where: str = ""
) -> GeoDataFrame:
    """Return one row per use and zone, with the areas of the plan that it speaks of.

    Parameters
    ----------
    rules : DataFrame
        With `zone` (a class of the plan, its Thai name, or the id of one area), `use` (one class or several with `;`
        between them, or `*`), `says`, and `weight` or `quota_share` where they are needed; indexed by unique ids.
    zoning : GeoDataFrame
        Layer `zoning`.
    scheme : LandUseScheme
        Knows the Thai names of zones and uses.
    where : str
        Begins the text of an error.

    Returns
    -------
    GeoDataFrame
        Layer `plan_rules`; `rule` holds the id as it was given.

    Raises
    ------
    LayerError
        If a word has no meaning, or a number is missing or impossible.
    """
    begin = f"{where}: layers.{NAME}: rule "
    out = []
    for key, row in zip(rules.index.astype(str), rules.to_dict("records"), strict=True):
        zone = _zone(row.get("zone"), zoning, scheme, f"{begin}{key!r}")
        uses = _uses(row.get("use"), scheme, f"{begin}{key!r}")
        out += [{**row, "zone": zone, "use": use, "rule": key, "id": f"{key}/{use}"} for use in uses]
        _check(row, f"{begin}{key!r}")
    table = pd.DataFrame(out).set_index("id")
    twice = table[table.duplicated(["zone", "use"], keep=False)]
    if len(twice):
        first = twice.iloc[0]
        told = ", ".join(
            sorted(set(twice.loc[(twice["zone"] == first["zone"]) & (twice["use"] == first["use"]), "rule"]))
        )
        raise LayerError(
            f"{where}: layers.{NAME}: {first['use']!r} in {first['zone']!r} is ruled more than once ({told}); keep one"
        )
    areas = {zone: _area(zone, zoning) for zone in table["zone"].unique()}
    shapes = np.array([areas[zone] for zone in table["zone"]], dtype=object)
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=zoning.crs)
    frame.index = frame.index.rename("unit_id")
    return conform(frame, NAME)


def _zone(given: object, zoning: GeoDataFrame, scheme: LandUseScheme, where: str) -> str:
    text = str(given or "").strip()
    classes = {str(name) for name in zoning["class"].dropna()}
    if text in classes or text in set(zoning.index.astype(str)):
        return text
    known = scheme.zone_class(text) if text else None
    if known in classes:
        return str(known)
    if known is not None:
        return known  # a kind of zone that this plan does not use: its rule waits
    names = sorted(classes)
    near = difflib.get_close_matches(text, names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise LayerError(
        f"{where} speaks of the zone {text!r}, which the plan does not have; {hint}Its zones are {', '.join(names[:_SHOWN])}"
    )


def _uses(given: object, scheme: LandUseScheme, where: str) -> list[str]:
    words = [word.strip() for word in str(given or "").split(";") if word.strip()]
    uses = []
    for word in words:
        shares = {word: 1.0} if word in (*LAND_USE_CLASSES, OTHERS) else scheme.land_shares(word)
        if shares is None or len(shares) != 1:
            raise LayerError(
                f"{where} speaks of the use {word!r}; uses are {', '.join(LAND_USE_CLASSES)}, or {OTHERS} for all others"
            )
        uses += list(shares)
    if not uses:
        raise LayerError(
            f"{where} names no use; write one, several with ; between them, or {OTHERS} for all others"
        )
    return uses


def _check(row: Mapping[Any, Any], where: str) -> None:
    says, weight, quota = str(row.get("says") or ""), row.get("weight"), row.get("quota_share")
    if says not in SAYS:
        raise LayerError(f"{where} says {says!r}; it must say one of {', '.join(SAYS)}")
    for name, value in (("weight", weight), ("quota_share", quota)):
        if isinstance(value, float) and np.isfinite(value) and not 0 < value <= 1:
            raise LayerError(
                f"{where}: {name} is {value:g}; write a share between 0 and 1 (10 per cent is 0.1)"
            )
    if says == "quota" and not (isinstance(quota, float) and np.isfinite(quota)):
        raise LayerError(
            f"{where} is a quota without a quota_share; write the share of the area, 0.1 for 10 per cent"
        )


def _area(zone: str, zoning: GeoDataFrame) -> object:
    own = zoning[zoning.index.astype(str) == zone]
    rows = own if len(own) else zoning[zoning["class"].astype(str) == zone]
    return shapely.union_all(rows.geometry.to_numpy()) if len(rows) else shapely.Polygon()
