"""The impact dossier: evidence by attribute, what proposals do together, and what assessors decided, beside one another."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.model.listing import Listing, conform_listing
from urbanplan.model.results import Results
from urbanplan.model.study_area import StudyArea
from urbanplan.study.dossier import entries as table
from urbanplan.study.dossier.evidence import COLUMNS as EVIDENCE
from urbanplan.study.dossier.evidence import evidence
from urbanplan.study.dossier.together import COLUMNS as TOGETHER
from urbanplan.study.dossier.together import together

__all__ = ["DOSSIER", "add_dossier"]


def _entry(name: str, title: str, columns: dict[str, str], by: str, summary: str) -> Listing:
    return Listing(
        id=f"impact.{name}",
        theme="impact",
        name=title,
        geometry="any",
        columns=columns,
        by=by,
        direction="neutral",
        references=("icomos2011", "unesco2022"),
        layers=(),
        optional=(),
        knobs={},
        requires=(),
        standard=False,
        summary=summary,
        function=add_dossier,
    )


def add_dossier(results: Results, area: StudyArea | None = None) -> Results:
    """Return results with the dossier among their listings.

    Parameters
    ----------
    results : Results
        Views, rules of height and assets, of the city as it is and of its scenarios.
    area : StudyArea, optional
        The prepared city, for what assessors have entered.

    Returns
    -------
    Results
        The same numbers, and the listings `impact.evidence`, `impact.together` and `impact.entries`. No number of the results is
        changed by what an assessor enters, and none of the listings is a verdict.
    """
    found = evidence(results)
    frames: dict[str, GeoDataFrame] = {"evidence": found}
    if any(facts.get("of") for facts in (results.provenance.get("scenarios") or {}).values()):
        frames["together"] = together(results, found)
    if area is not None and area.city.assessment.entries is not None:
        entered = pd.read_parquet(area.folder / "layers" / table.FILE)
        frames["entries"] = table.beside(entered, found)
    listings, facts = dict(results.listings), dict(results.listing_facts)
    for name, frame in frames.items():
        one = DOSSIER[f"impact.{name}"]
        listings[one.id] = conform_listing(frame, one, results.provenance["crs"])
        facts[one.id] = {**one.record(), "scenario": "actual", "missing": [], "known_share": 1.0, "period": "", "reason": ""}  # fmt: skip
    return replace(results, listings=listings, listing_facts=facts)


DOSSIER: dict[str, Listing] = {
    one.id: one
    for one in (
        _entry(
            "evidence",
            "Evidence on impacts, by attribute",
            EVIDENCE,
            "magnitude",
            "Lay what each scenario changes of views, limits and assets beside the clause, the run and the sources that it hangs on.",
        ),
        _entry(
            "together",
            "Several proposals at once, and one by one",
            TOGETHER,
            "adds_up",
            "Compare what proposals do together, measured on one city that holds them all, with the sum of what each does alone.",
        ),
        _entry(
            "entries",
            "What assessors decided, beside what was computed",
            table.COLUMNS,
            "agreement",
            "Keep every decision of an assessor with name, date and reason, and say where it differs from what was computed.",
        ),
    )
}
"""The listings of a dossier, by id."""
