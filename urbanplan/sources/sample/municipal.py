"""The town hall's files: zones as a shapefile, plans as a GeoPackage, the heritage register as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.base.io import atomic_path
from urbanplan.base.units import BUDDHIST_ERA
from urbanplan.sources.sample.plan import CRS, to_lonlat, to_utm
from urbanplan.sources.sample.plan_layers import heritage_rules, heritage_zones, viewpoints, zoning
from urbanplan.sources.sample.shapefile import write_shapefile
from urbanplan.sources.sample.views import procession, proposal, second_proposal, view_targets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from urbanplan.sources.sample.town import Town
    from urbanplan.sources.sample.zones import Zone

_MONTHS = ("มกราคม", "มีนาคม", "พฤษภาคม", "กรกฎาคม", "กันยายน", "พฤศจิกายน")
_THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
FILE_DATE = "2026-01-01T00:00:00.000Z"
REGISTER_ONLY = (
    ("กู่เก่าบ้านไร่", "Ku Kao Ban Rai", (-1120.0, -1010.0), True),
    ("บ่อน้ำทิพย์", "Bo Nam Thip", (-250.0, 260.0), False),
    ("คุ้มเจ้าหลวงเก่า", "Old Khum Chao Luang", (205.0, -20.0), True),
)
REGISTER_COLUMNS = ("รหัส", "ชื่อ", "name_en", "lon", "lat", "ประเภท", "ขึ้นทะเบียน", "วันประกาศ")
ZONE_FIELDS = (("Z_CODE", 6), ("Z_NAME", 40), ("Z_NAME_EN", 40), ("REV_DATE", 30))
ZONING_COLUMNS = {
    "id": "บริเวณ",
    "class": "ประเภทที่ดิน",
    "max_far": "FAR",
    "max_bcr": "BCR",
    "max_height_m": "ความสูงไม่เกิน_ม",
    "min_osr": "OSR",
    "clause": "ข้อกำหนด",
}
"""Our words, and the columns of the plan as the town hall named them."""


@dataclass(frozen=True)
class Entry:
    """One row of the heritage register: names, place in local metres, kind, and whether it is registered."""

    key: str
    name_th: str
    name_en: str
    at: tuple[float, float]
    kind: str
    registered: bool


def be_date(number: int) -> str:
    """Return a date as Thai offices write it: day, month and year of the Buddhist Era, in Thai digits.

    Examples
    --------
    >>> be_date(0)
    '๑ มกราคม พ.ศ. ๒๕๑๖'
    """
    year = 1973 + (number * 7) % 45 + BUDDHIST_ERA
    return f"{number % 28 + 1} {_MONTHS[number % len(_MONTHS)]} พ.ศ. {year}".translate(_THAI_DIGITS)


def write_zones(zones: Iterable[Zone], target: Path) -> None:
    """Write the zones as a shapefile in cp874 and Indian 1975."""
    listed = list(zones)
    rows = [(zone.code, zone.name_th, zone.name_en, be_date(index)) for index, zone in enumerate(listed)]
    write_shapefile(target, [to_utm(zone.area) for zone in listed], ZONE_FIELDS, rows)


def write_plan(town: Town, target: Path) -> None:
    """Write zoning, heritage zones, viewpoints, what they look at and two proposals as layers of one GeoPackage, and the zones' rules."""
    import geopandas as gpd  # noqa: PLC0415  # heavy, only needed here
    import pandas as pd  # noqa: PLC0415
    import pyogrio  # noqa: PLC0415

    named = {
        "zoning": zoning(town.size),
        "heritage_zones": heritage_zones(),
        "viewpoints": [*viewpoints(), procession()],
        "view_targets": view_targets(),
        "proposal": proposal(town.proposed),
        "proposal_2": second_proposal(town.second),
    }
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FILE_DATE})
    try:
        with atomic_path(target) as path:
            for layer, rows in named.items():
                columns = {key: [row[key] for row in rows] for key in rows[0] if key != "area"}
                geometry = [to_utm(row["area"]) for row in rows]
                frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)
                if layer == "zoning":
                    frame = frame.rename(columns=ZONING_COLUMNS)
                pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=path.exists())
            rules = pd.DataFrame(heritage_rules())
            pyogrio.write_dataframe(rules, path, layer="heritage_rules", driver="GPKG", append=True)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def heritage_register(town: Town) -> list[Entry]:
    """Return the rows of the register: the listed temples, gates and bastions of the map, and some the map lacks."""
    out = []
    for site in town.sites:
        if site.tags.get("historic") == "temple":
            centre = site.area.centroid
            out.append((site.tags["name:th"], site.tags["name:en"], (centre.x, centre.y), "วัด", True))
    xy = town.draft.coordinates()
    for node, tags in sorted(town.draft.node_tags.items()):
        if tags.get("historic") in {"city_gate", "ruins", "archaeological_site"}:
            place = (float(xy[node - 1, 0]), float(xy[node - 1, 1]))
            out.append((tags["name:th"], tags["name:en"], place, "โบราณสถาน", tags["historic"] != "ruins"))
    out += [(th, en, at, "โบราณสถาน", registered) for th, en, at, registered in REGISTER_ONLY]
    return [Entry(f"{number:04d}", *row) for number, row in enumerate(out, start=1)]


def write_register(entries: Iterable[Entry], target: Path) -> None:
    """Write the heritage register as CSV, as a spreadsheet saves it: UTF-8 with a mark at the start."""
    with atomic_path(target) as path, path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(REGISTER_COLUMNS)
        for number, entry in enumerate(entries):
            lon, lat = to_lonlat(np.array([entry.at]))[0]
            row: list[Any] = [entry.key, entry.name_th, entry.name_en, f"{lon:.7f}", f"{lat:.7f}", entry.kind]
            writer.writerow([*row, "1" if entry.registered else "0", be_date(number + 3)])
