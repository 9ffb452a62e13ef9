"""A small city of results, with everything that a report must survive: Thai, hostile and unknown."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from urbanplan.model.results import Results, tidy_frame

CRS = "EPSG:32647"
WEST, SOUTH, SIDE = 498_000.0, 2_077_000.0, 100.0
HOSTILE = "<script>alert(1)</script>"
ZONES = {
    "500101": ("ศรีภูมิ", "Si Phum", "ศรีภูมิ"),
    "500102": (HOSTILE, HOSTILE, None),
    "500103": ("ช้างม่อย & \"ท่าแพ\" '$x_1$'", None, "ช้างม่อย"),
    "500104": ("เปี๊ยะน้ำปิ๊ง", "Pia Nam Ping", "เปี๊ยะน้ำปิ๊ง"),
}
CATEGORIES = ("food", "school")


def facts(id_, base, name, unit, direction, supports, layers, variant=None, knobs=None):
    return {
        "id": id_,
        "base": base,
        "theme": base.split(".", 1)[0],
        "name": name,
        "unit": unit,
        "direction": direction,
        "formula": r"\min_j c_{ij} < \infty",
        "references": ["hansen1959"],
        "supports": list(supports),
        "layers": list(layers),
        "knobs": knobs or {},
        "variant": variant or {},
        "requires": [],
        "summary": "Measure the walk from a cell to the nearest place.",
    }


def metric_records():
    found = {}
    for category in CATEGORIES:
        found[f"access.nearest_{category}"] = facts(
            f"access.nearest_{category}",
            "access.nearest",
            f"Walk to the nearest {category}",
            "m",
            "lower",
            ("cell",),
            ("walk", "places", "cells"),
            {"category": category},
            {"max_distance_m": 5000.0},
        )
        found[f"access.share_within_{category}"] = facts(
            f"access.share_within_{category}",
            "access.share_within",
            f"People within 500 m of a {category}",
            "1",
            "higher",
            ("zone", "city"),
            ("walk", "places", "cells", "units"),
            {"category": category},
        )
    found["landuse.mix"] = facts(
        "landuse.mix",
        "landuse.mix",
        "Land-use mix",
        "1",
        "higher",
        ("cell", "zone", "city"),
        ("land_use", "units"),
    )
    found["heritage.count"] = facts(
        "heritage.count",
        "heritage.count",
        "Heritage assets",
        "count",
        "neutral",
        ("zone", "city"),
        ("heritage_assets",),
    )
    return found


def grid(n):
    rows, cols = (axis.ravel() for axis in np.mgrid[0:n, 0:n])
    x, y = WEST + cols * SIDE, SOUTH + (n - 1 - rows) * SIDE
    return gpd.GeoDataFrame(
        {
            "name": [f"r{r}c{c}" for r, c in zip(rows, cols, strict=True)],
            "name_en": None,
            "name_th": None,
            "row": rows.astype("int32"),
            "col": cols.astype("int32"),
            "geometry": shapely.box(x, y, x + SIDE, y + SIDE),
        },
        index=pd.Index([f"r{r}c{c}" for r, c in zip(rows, cols, strict=True)]),
        crs=CRS,
    )


def zone_frame(n):
    half, full = n // 2 * SIDE, n * SIDE
    corners = [(0, half), (half, half), (0, 0), (half, 0)]
    boxes = [
        shapely.box(
            WEST + x, SOUTH + y, WEST + (half if x == 0 else full), SOUTH + (half if y == 0 else full)
        )
        for x, y in corners
    ]
    names = pd.DataFrame(ZONES.values(), columns=["name", "name_en", "name_th"], index=list(ZONES))
    return gpd.GeoDataFrame(names, geometry=boxes, crs=CRS)


def rows_of(metric, support, ids, values, *, coverage=1.0, reasons="", n=np.nan):
    values = np.asarray(values, dtype=float)
    reason = np.where(np.isnan(values), reasons, "")
    return pd.DataFrame(
        {
            "support": support,
            "unit_id": list(ids),
            "metric": metric,
            "period": "2023",
            "scenario": "actual",
            "value": values,
            "coverage": coverage,
            "n": n,
            "reason": reason,
        }
    )


def built(n=20):
    cells, zones = grid(n), zone_frame(n)
    boundary = gpd.GeoDataFrame(
        {"name": ["เชียงใหม่จำลอง"], "name_en": ["Mock Chiang Mai"], "name_th": ["เชียงใหม่จำลอง"]},
        geometry=[shapely.union_all(zones.geometry.array)],
        index=["mock"],
        crs=CRS,
    )
    random = np.random.default_rng(7)
    centre = cells.geometry.centroid
    parts = []
    for k, category in enumerate(CATEGORIES):
        x0, y0 = WEST + SIDE * n * (0.3 + 0.4 * k), SOUTH + SIDE * n * (0.6 - 0.3 * k)
        far = np.hypot(centre.x - x0, centre.y - y0).to_numpy() * 1.3
        far[far > SIDE * n * 0.9] = np.nan
        reasons = np.where(random.random(len(cells)) < 0.3, "off_network", "beyond_limit")
        parts.append(rows_of(f"access.nearest_{category}", "cell", cells.index, far, reasons=reasons))
        shares = [0.634217 - 0.2 * k, 0.41, np.nan, 0.05]
        cover = [1.0, 0.62, 0.2, 1.0]
        metric = f"access.share_within_{category}"
        parts.append(rows_of(metric, "zone", zones.index, shares, coverage=cover, reasons="not_mapped"))
        parts.append(rows_of(metric, "city", ["mock"], [0.47 - 0.1 * k], coverage=0.71, n=12_345))
    mix = np.clip(random.normal(0.5, 0.2, len(cells)), 0, 1)
    mix[: len(cells) // 10] = np.nan
    parts.append(rows_of("landuse.mix", "cell", cells.index, mix, reasons="not_mapped"))
    parts.append(rows_of("landuse.mix", "zone", zones.index, [0.61, 0.52, 0.48, 0.333333]))
    parts.append(rows_of("landuse.mix", "city", ["mock"], [0.55]))
    parts.append(
        rows_of("heritage.count", "zone", zones.index, [np.nan] * 4, reasons="layer_missing", coverage=0)
    )
    parts.append(rows_of("heritage.count", "city", ["mock"], [np.nan], reasons="layer_missing", coverage=0))
    records = metric_records()
    tidy = tidy_frame(pd.concat(parts, ignore_index=True))
    return Results(
        tidy=tidy,
        units={"cell": cells, "zone": zones, "city": boundary},
        metrics=records,
        provenance=provenance(),
        context=context(n, boundary),
    )


def context(n, boundary):
    full = n * SIDE
    lines = [
        shapely.LineString([(WEST, SOUTH + full * f), (WEST + full, SOUTH + full * (f + 0.05))])
        for f in (0.2, 0.5, 0.8)
    ]
    moat = shapely.box(WEST + 0.3 * full, SOUTH + 0.4 * full, WEST + 0.6 * full, SOUTH + 0.7 * full)
    ring = moat.difference(moat.buffer(-0.015 * full))
    zones = gpd.GeoDataFrame(
        {
            "name": ["เขตเมืองเก่า", HOSTILE],
            "name_en": ["Old town", HOSTILE],
            "name_th": ["เขตเมืองเก่า", None],
            "kind": ["old_town", "buffer"],
            "version": ["2015", "2025"],
            "instrument": ["Cabinet resolution", HOSTILE],
            "clause": [None, "3(2)"],
            "in_force_from": ["2015-03", None],
            "in_force_to": [None, None],
            "status": ["in_force", "draft"],
            "max_height_m": [12.0, np.nan],
            "proxy": [True, False],
            "source": ["city", "city"],
        },
        geometry=[moat, moat.buffer(200)],
        index=["old_town_2015", "buffer_2025"],
        crs=CRS,
    )
    return {
        "boundary": boundary,
        "water": gpd.GeoDataFrame({"name": ["คูเมือง"], "kind": ["moat"]}, geometry=[ring], crs=CRS),
        "streets": gpd.GeoDataFrame(
            {"name": [None] * 3, "highway": ["primary"] * 3}, geometry=lines, crs=CRS
        ),
        "heritage_zones": zones,
    }


def provenance():
    quality = {
        "read": 5120,
        "kept": 5100,
        "repaired": 3,
        "dropped": {"outside": 17, "empty_geometry": 3},
        "area_change_m2": 12.5,
        "encoding": "cp874",
        "crs_from": "EPSG:24047",
        "operation": "RTSD Indian 1975 to WGS 84",
        "operation_accuracy_m": 3.0,
        "notes": [],
    }
    return {
        "urbanplan": "0.1.0",
        "software": {"numpy": "2.4.0", "geopandas": "1.2.0"},
        "crs": CRS,
        "city": {
            "id": "mock",
            "name": {"en": f"Mock {HOSTILE}", "th": "เชียงใหม่จำลอง <b>"},
            "synthetic": True,
            "cell_m": 100,
            "languages": ["th", "en"],
            "remarks": [
                {
                    "about": "access.share_within_food",
                    "by": "สมหญิง <i>",
                    "date": "2025-02-03",
                    "text": {"en": "The night market is missing.", "th": "ขาดตลาดกลางคืน"},
                },
                {"about": "buildings", "by": "A. B.", "date": "2025", "text": {"en": "Heights are guesses."}},
            ],
        },
        "sources": {
            "osm": {
                "file": "mock.osm.pbf",
                "date": "2023-10-01",
                "licence": "ODbL-1.0",
                "attribution": "© OpenStreetMap contributors",
                "sha256": "ab" * 32,
                "bytes": 1_234_567,
                "origin": {"url": "https://example.org/mock.osm.pbf"},
            },
            "plan": {
                "file": "plan.shp",
                "date": "2015",
                "licence": "CC-BY-4.0",
                "attribution": HOSTILE,
                "sha256": "cd" * 32,
                "bytes": 2_345,
                "origin": {},
            },
        },
        "layers": {
            "walk": {
                "date": "2023-10-01",
                "rows": 940,
                "sources": ["osm"],
                "quality": [quality],
                "known_share": 1.0,
            },
            "places": {
                "date": "2023-10-01",
                "rows": 210,
                "sources": ["osm"],
                "quality": [],
                "notes": [{"en": "Street vendors are not in it.", "th": "ไม่รวมหาบเร่แผงลอย"}],
                "known_share": 0.71,
            },
            "land_use": {
                "date": "2015",
                "rows": 77,
                "sources": ["plan"],
                "quality": [quality],
                "known_share": 0.9,
            },
        },
        "missing": {"heritage_assets": "not_declared", "population": "the file people.tif is not there <x>"},
        "options": {"access.nearest_food": {"max_distance_m": 3000.0}},
    }


@pytest.fixture(scope="session")
def results():
    return built()


@pytest.fixture(scope="session")
def build():
    """Give the function that builds such a city of n times n cells."""
    return built


@pytest.fixture(scope="session")
def hostile():
    return HOSTILE
