"""Rules of heritage zones: read from a table, given the area and the dates of the zone that each names."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from urbanplan.base.errors import InputError, LayerError
from urbanplan.model.heritage_words import IN_FORCE
from urbanplan.model.layers import conform
from urbanplan.model.rule_units import counted_in, factor
from urbanplan.study.drawn import Drawn

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.model.city import LayerEntry
    from urbanplan.study.prepare import Preparation

_FROM_ZONE = (*IN_FORCE, "version", "status", "proxy", "source")


def add_rules(job: Preparation, layers: dict[str, Drawn]) -> None:
    """Add the rules of the heritage zones to the layers; zones without any have an empty list: nothing is regulated in the data."""
    entries, zones = job.city.layers.get("heritage_rules", []), layers.get("heritage_zones")
    if entries or zones is not None:
        layers["heritage_rules"] = read_rules(job, entries, zones)


def read_rules(job: Preparation, entries: list[LayerEntry], zones: Drawn | None) -> Drawn:
    """Read the declared rules, and add the heights that the zones themselves limit.

    Parameters
    ----------
    job : Preparation
        Whose city.
    entries : list of LayerEntry
        Declared under `heritage_rules`; may be empty.
    zones : Drawn or None
        The heritage zones as read.

    Raises
    ------
    LayerError
        If a rule names a zone that is not there, or an id stands twice.
    """
    if zones is None or zones.frame is None:
        raise LayerError(
            f"{job.city.id}: layers.heritage_rules: rules belong to heritage zones; declare `heritage_zones` too"
        )
    parts = [read_rule_table(job, entry) for entry in entries]
    rules = pd.concat([frame for frame, _ in parts]) if parts else pd.DataFrame(columns=["zone", "kind"])
    frame = with_areas(rules, zones.frame, where=job.city.id)
    return Drawn(
        frame=frame,
        sources=sorted({entry.source for entry in entries} or set(zones.sources)),
        dates=[entry.date or job.city.sources[entry.source].date for entry in entries] or zones.dates,
        quality=[record for _, record in parts],
        notes=[entry.note.model_dump() for entry in entries if entry.note],
    )


def read_rule_table(job: Preparation, entry: LayerEntry) -> tuple[pd.DataFrame, dict[str, object]]:
    """Read one table of rules: it has no places of its own.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    from urbanplan.sources.municipal import read_attributes  # noqa: PLC0415 - only cities with municipal layers

    source = job.city.sources[entry.source]
    try:
        frame, record = read_attributes(
            job.path(entry.source),
            name="heritage_rules",
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
        raise error.within(f"{job.city.id}: layers.heritage_rules") from error
    return frame.assign(source=entry.source), record.to_dict()


def with_areas(rules: pd.DataFrame, zones: GeoDataFrame, *, where: str = "") -> GeoDataFrame:
    """Return the rules with the areas of their zones; what a rule leaves open is as its zone says.

    Parameters
    ----------
    rules : DataFrame
        With `zone` and `kind`, indexed by unique ids.
    zones : GeoDataFrame
        Layer `heritage_zones`. A zone with `max_height_m` and no rule on heights gets one, `<zone>/max_height`.
    where : str
        Begins the text of an error.

    Returns
    -------
    GeoDataFrame
        Layer `heritage_rules`; numbers are in the unit that their kind is counted with (60 % is 0.6, 40 ft are 12.192 m).

    Raises
    ------
    LayerError
        If a rule names no zone of the layer, or an id stands twice.
    """
    for rule, zone in zip(rules.index, rules["zone"], strict=True):
        if zone not in zones.index:
            near = difflib.get_close_matches(str(zone), zones.index.astype(str), n=1, cutoff=0)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise LayerError(
                f"{where}: layers.heritage_rules: {rule!r} names the zone {zone!r}, which is not among the heritage zones; {hint}"
                f"Zones are {', '.join(zones.index.astype(str)[:12])}"
            )
    ruled = set(rules.loc[rules["kind"] == "max_height", "zone"])
    own = zones[zones["max_height_m"].notna() & ~zones.index.isin(ruled)]
    stated = pd.DataFrame(
        {"zone": own.index, "kind": "max_height", "value": own["max_height_m"].to_numpy(), "unit": "m"},
        index=[f"{zone}/max_height" for zone in own.index],
    )
    joined = pd.concat([part for part in (rules, stated) if len(part)] or [stated])
    if not joined.index.is_unique:
        twice = joined.index[joined.index.duplicated()][0]
        raise LayerError(
            f"{where}: layers.heritage_rules: the id {twice!r} stands twice; map `id` to a column of unique codes"
        )
    joined = _in_one_unit(joined)
    of_zone = zones.loc[joined["zone"]]
    for column in _FROM_ZONE:
        given = joined[column] if column in joined else pd.Series(None, joined.index, dtype=object)
        joined[column] = given.where(given.notna(), pd.Series(of_zone[column].to_numpy(), joined.index))
    frame = gpd.GeoDataFrame(joined, geometry=of_zone.geometry.to_numpy(), crs=zones.crs)
    frame.index = frame.index.astype(str).rename("unit_id")
    return conform(frame, "heritage_rules")


def _in_one_unit(rules: pd.DataFrame) -> pd.DataFrame:
    """Give each number in the unit that its kind is counted with; a unit without a meaning was refused when it was read."""
    kinds = rules["kind"].astype(str)
    units = rules["unit"] if "unit" in rules else pd.Series(None, rules.index, dtype=object)
    times = [factor(kind, unit) or 1.0 for kind, unit in zip(kinds, units, strict=True)]
    if "value" not in rules:
        return rules
    own = pd.Series([counted_in(kind) for kind in kinds], rules.index, dtype=object)
    return rules.assign(value=rules["value"].astype("float64") * times, unit=own.where(own != "", None))
