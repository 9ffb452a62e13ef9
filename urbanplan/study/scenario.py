"""Scenarios: the same city with other buildings, for which all that reads buildings is measured again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.base.errors import UsageError
from urbanplan.methods.compliance.rules import height_rules, words_of
from urbanplan.methods.floors import STOREY_M
from urbanplan.methods.height_limits import implied_tops, limiting_areas
from urbanplan.model.city import Scenario
from urbanplan.model.heritage_words import HEIGHT_REFERENCES
from urbanplan.model.study_area import StudyArea

if TYPE_CHECKING:
    from urbanplan.study.prepare import Preparation

ACTUAL = "actual"
"""The city as it is, among its scenarios."""
_TOUCH_M2 = 1.0
"""A building goes when the proposal covers more of it than this: walls that are drawn a little over one another do not count."""


def scenario_named(area: StudyArea, name: str) -> Scenario:
    """Return a scenario of a city by its id.

    Raises
    ------
    UsageError
        If the city declares no such scenario.
    """
    for scenario in area.city.scenarios:
        if scenario.id == name:
            return scenario
    known = ", ".join(scenario.id for scenario in area.city.scenarios) or "none"
    raise UsageError(
        f"{area.city.id}: declares no scenario {name!r}; it declares {known} (`scenarios:` in its file)"
    )


def scenario_area(area: StudyArea, name: str) -> tuple[StudyArea, dict[str, Any]]:
    """Return a city as a scenario makes it, and what the scenario assumes.

    Parameters
    ----------
    area : StudyArea
        The prepared city.
    name : str
        Id of a scenario in its city file.

    Returns
    -------
    area : StudyArea
        The same city with other buildings.
    facts : dict
        For the record: kind, names, and how many buildings were changed, added, removed, or have no limit.

    Raises
    ------
    UsageError
        If there is no such scenario.
    """
    scenario, changed = scenario_named(area, name), area.layer("buildings")
    parts = [scenario_named(area, part) for part in scenario.of] or [scenario]
    counts: dict[str, int] = {}
    if any(part.kind == "ordinance" for part in parts):
        changed, counts = _as_allowed(area, changed)
    proposals = [part.id for part in parts if part.kind == "proposal"]
    if proposals:
        proposed = pd.concat([_proposed(area, part) for part in sorted(proposals)])
        changed, added = _with_proposal(changed, proposed)
        counts |= added
    facts: dict[str, Any] = {"kind": scenario.kind, "name": scenario.name.model_dump(), **counts}
    facts |= {"of": list(scenario.of)} if scenario.of else {}
    return replace(area, _cache={**area._cache, "buildings": changed}), facts  # noqa: SLF001 - our own class


def _proposed(area: StudyArea, name: str) -> GeoDataFrame:
    return gpd.read_parquet(area.folder / "layers" / f"scenario_{name}.parquet")


def _as_allowed(area: StudyArea, buildings: GeoDataFrame) -> tuple[GeoDataFrame, dict[str, int]]:
    """Build every footprint as high as the plans allow, with as many whole storeys; where no limit is given it stays as it is, and is counted."""
    rules = height_rules(area.layer("heritage_rules"))
    allowed = implied_tops(buildings, limiting_areas(area.layer("zoning"), rules))
    exempt = _exempt(buildings, rules)
    held = np.isfinite(allowed["highest_point"].to_numpy()) & ~exempt
    out = buildings.copy()
    before = buildings["highest_point_m"].to_numpy(dtype=np.float64)
    for reference in HEIGHT_REFERENCES:
        out.loc[held, f"{reference}_m"] = allowed.loc[held, reference]
        out.loc[held, f"{reference}_sd_m"] = 0.0
    out.loc[held, "levels"] = np.maximum(
        np.floor(allowed.loc[held, "wall_top"].to_numpy() / STOREY_M + 1e-9), 1.0
    )
    out["heights_from"] = out["heights_from"].astype(object)
    out.loc[held, "heights_from"] = "plan"
    after = out["highest_point_m"].to_numpy(dtype=np.float64)
    return out, {
        "buildings": len(out),
        "at_limit": int(held.sum()),
        "raised": int((after > before)[held].sum()),
        "lowered": int((after < before)[held].sum()),
        "exempt": int(exempt.sum()),
        "no_limit": int((~held & ~exempt).sum()),
    }


def _exempt(buildings: GeoDataFrame, rules: GeoDataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which buildings a rule that covers them exempts by their use."""
    out = np.zeros(len(buildings), dtype=bool)
    spots = shapely.point_on_surface(np.asarray(buildings.geometry.array))
    use = buildings["use"].astype(object).to_numpy()
    for words, ground in zip(rules["exempt"], rules.geometry, strict=True):
        named = np.isin(use, words_of(words))
        if named.any():
            out |= named & shapely.intersects(ground, spots)
    return out


def _with_proposal(buildings: GeoDataFrame, proposed: GeoDataFrame) -> tuple[GeoDataFrame, dict[str, int]]:
    """Put new buildings in the place of those on whose ground they stand."""
    new, old = shapely.STRtree(np.asarray(buildings.geometry.array)).query(
        np.asarray(proposed.geometry.array), predicate="intersects"
    )
    shared = shapely.area(shapely.intersection(proposed.geometry.array[new], buildings.geometry.array[old]))
    gone = np.zeros(len(buildings), dtype=bool)
    gone[old[shared > _TOUCH_M2]] = True
    joined = pd.concat([buildings[~gone], proposed[buildings.columns]])
    out = GeoDataFrame(joined, geometry="geometry", crs=buildings.crs)
    out.index.name = buildings.index.name
    counts = {"buildings": len(out), "added": len(proposed), "removed": int(gone.sum())}
    if clashing := _on_one_ground(proposed):
        counts["on_one_ground"] = clashing
    return out, {**counts, "unknown_height": int(proposed["highest_point_m"].isna().sum())}


def _on_one_ground(proposed: GeoDataFrame) -> int:
    """Count the new buildings whose ground another new one wants too: of proposals that cannot all be built."""
    shapes = np.asarray(proposed.geometry.array)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other])) > _TOUCH_M2
    return len(np.unique(one[shared & (one != other)]))


def read_proposals(job: Preparation, crs: str) -> dict[str, GeoDataFrame]:
    """Read the buildings of all proposals of a city, with their heights.

    Parameters
    ----------
    job : Preparation
        Whose city.
    crs : str
        Of the city.

    Returns
    -------
    dict of str to GeoDataFrame
        By id of the scenario; ids of its buildings begin with it.
    """
    from urbanplan.methods.heights import estimate_heights  # noqa: PLC0415 - only cities with a proposal
    from urbanplan.model.layers import conform  # noqa: PLC0415
    from urbanplan.study.layering import read_table  # noqa: PLC0415

    found = {}
    for scenario in job.city.scenarios:
        if scenario.buildings is None:
            continue
        table, _ = read_table(job, "buildings", scenario.buildings, crs)
        frame = conform(table.assign(source=scenario.buildings.source), "buildings")
        heights = estimate_heights(frame, model=job.city.heights)
        for column in heights:
            frame[column] = heights[column]
        frame.index = pd.Index([f"{scenario.id}/{key}" for key in frame.index], name="unit_id")
        found[scenario.id] = frame
    return found
