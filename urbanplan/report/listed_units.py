"""Listings whose rows are of zones, viewpoints and other units: their names, and which rows a map shows."""

from __future__ import annotations

import shapely
from geopandas import GeoDataFrame

from urbanplan.model.results import Results
from urbanplan.report.words import Words

_BY_NAME = frozenset({"heritage_zone", "walled_city"})


def drawn_rows(frame: GeoDataFrame, results: Results) -> GeoDataFrame:
    """Return the rows that a map shows: of zones with their city beside them, the zones alone."""
    city = results.units.get("city")
    if city is None or len(frame) <= 1:
        return frame
    whole = shapely.equals(frame.geometry.to_numpy(), city.geometry.iloc[0])
    return frame if whole.all() else frame[~whole]


def unit_words(results: Results, spoken: Words) -> dict[str, dict[str, str]]:
    """Return words for the columns that hold ids of viewpoints and other units, or names of zones and of the city."""
    frames = {
        "viewpoint": results.context.get("viewpoints"),
        "target": results.context.get("view_targets"),
        "heritage_zone": results.context.get("heritage_zones"),
        "walled_city": results.context.get("heritage_zones"),
    }
    out = {"name": _names_of_units(results, spoken)}
    for column, frame in frames.items():
        if frame is not None and len(frame):
            names = [spoken.name_of(row) for row in frame.drop(columns="geometry").to_dict("records")]
            # a zone's id may be a file's long word: its name is enough where no other zone has it
            plain = {name for name in names if names.count(name) == 1} if column in _BY_NAME else set()
            out[column] = {
                str(key): name if name in plain else f"{key} {name}" if name else str(key)
                for key, name in zip(frame.index, names, strict=True)
            }
    return out


def _names_of_units(results: Results, spoken: Words) -> dict[str, str]:
    """Return the names of zones and of the city in this language by their own; one that two of them bear stays as it is."""
    found: dict[str, set[str]] = {}
    for support in ("city", "zone"):
        units = results.units.get(support)
        for row in [] if units is None else units.drop(columns="geometry").to_dict("records"):
            found.setdefault(str(row.get("name")), set()).add(spoken.name_of(row))
    return {own: names.pop() for own, names in found.items() if len(names) == 1 and "" not in names}
