"""The one entry: write the invented town's files into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.base.io import write_json

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20260101


def write_sample(folder: Path, *, size: str = "town", seed: int = SEED) -> Path:
    """Write the sample city: an invented town with a moat, in the formats that real cities come in.

    Parameters
    ----------
    folder : Path
        Where the files go; it is made where it does not exist. `data/cities/sample.yml` names the files.
    size : str
        "village" (400 buildings, 4 by 3.2 km), "town" (6,000 buildings, 4 by 4 km), "city" (60,000 buildings,
        12 by 12 km) or "metro" (44 by 44 km with about a million street nodes; its 60,000 buildings stand in the inner
        12 by 12 km).
    seed : int
        All chance comes from it: the same size and seed give the same bytes.

    Returns
    -------
    Path
        `truth.json`: what is true of the town by construction, for tests.

    Raises
    ------
    UsageError
        If there is no such size.
    """
    from urbanplan.sources.sample import (  # noqa: PLC0415  # heavy
        assessors,
        municipal,
        osm_file,
        past,
        plan_rules,
        rasters,
        roof_rasters,
        transit,
    )
    from urbanplan.sources.sample.buildings import STOREY_M  # noqa: PLC0415
    from urbanplan.sources.sample.plan import size_named  # noqa: PLC0415
    from urbanplan.sources.sample.town import draw_town  # noqa: PLC0415
    from urbanplan.sources.sample.truth import truths  # noqa: PLC0415

    town = draw_town(size_named(size), seed)
    osm_file.write_osm(town.draft, folder / "osm" / "sample.osm.pbf")
    municipal.write_zones(town.zones, folder / "municipal" / "zones.shp")
    municipal.write_plan(town, folder / "municipal" / "plan.gpkg")
    plan_rules.write_plan_rules(folder / "municipal" / "plan_rules.csv")
    assessors.write_entries(folder / "municipal" / "assessment.csv")
    municipal.write_register(municipal.heritage_register(town), folder / "municipal" / "assets.csv")
    past.write_past(
        past.past(town.buildings, STOREY_M), folder / "municipal" / "buildings_2553.gpkg", municipal.FILE_DATE
    )
    living, covers = rasters.people(town), rasters.land_covers(town)
    rasters.write_rasters(town, living, covers, folder / "raster")
    roof_rasters.write_roofs(town, folder / "raster")
    transit.write_gtfs(town.size, folder / "transit" / "gtfs.zip")
    write_json(folder / "truth.json", truths(town, living, covers))
    return folder / "truth.json"
