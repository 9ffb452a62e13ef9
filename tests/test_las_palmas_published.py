"""Las Palmas as measured here, beside what the GHSCI software published of the same files; the page of it is held to both."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import urbanplan as up
from urbanplan.methods.areas import covered_area
from urbanplan.methods.healthy_city import clean_intersections
from urbanplan.metrics.landuse.healthy_city import healthy_city

PAGE = Path(__file__).resolve().parents[1] / "docs" / "las-palmas.md"
PUBLISHED = {  # GHSCI's example notebook: within the urban centre, whole municipality
    "area, km² (EPSG:5635, equal area)": (62.9879, 103.315941),
    "intersections, those within 12 m one": (5291, 6629),
    "intersections by km²": (84.000261, 64.162412),
    "sample points": (31814, 37526),
    "daily living (0 to 3)": (1.609482, 1.427379),
    "intersections around, 1/km²": (165.812482, 153.532920),
}
WEIGHTED = {  # within the urban centre
    "food, %": ("near_food", 53.941766),
    "convenience, %": ("near_convenience", 56.873850),
    "stop, %": ("near_transit", 85.320447),
    "open space, %": ("near_open_space", 76.050245),
    "open space over 1.5 ha, %": ("near_large_open_space", 49.012666),
    "daily living (0 to 3)": ("daily_living", 2.035011),
    "intersections around, 1/km²": ("intersections_km2", 184.871877),
}
REACH_M = 150.0


def tables():
    """Give the tables of the page: by title, a list of (name, numbers)."""
    out = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        rows = re.findall(r"^\| (.+?) \|((?: [\d.]+ \|)+)$", part, flags=re.MULTILINE)
        out[part.split("\n")[0]] = {name: [float(n) for n in row.split("|")[:-1]] for name, row in rows}
    return out


@pytest.fixture(scope="module")
def area(shared, tmp_path_factory):
    """Give the prepared city."""
    out = tmp_path_factory.mktemp("runs")
    up.prepare("las-palmas", data=shared / "las_palmas", out=out, offline=True)
    return up.StudyArea.read("las-palmas", out=out)


@pytest.fixture(scope="module")
def parts(area, shared):
    """Give the municipality, and the part of it in the urban centre, one row each."""
    crs = area.boundary.crs
    centre = gpd.read_file(shared / "las_palmas/urban_centre_2015.gpkg").to_crs(crs).union_all()
    whole = area.boundary.geometry.iloc[0]
    return gpd.GeoDataFrame({"name": ["urban", "municipality"]}, geometry=[centre & whole, whole], crs=crs)


@pytest.fixture(scope="module")
def measured(area, parts):
    """Give the profile of both parts with each cell near buildings alike, and by footprints."""
    cells, buildings = area.layer("cells"), area.layer("buildings")
    middles = shapely.centroid(cells.geometry.to_numpy())
    at, _ = shapely.STRtree(buildings.geometry.to_numpy()).query(middles, "dwithin", distance=REACH_M)
    near = np.isin(np.arange(len(cells)), at).astype(float)
    layers = [area.layer("places"), area.layer("open_space"), area.network("walk")]
    return [
        healthy_city(*layers, cells.assign(population=people, known=True), parts.iloc[[1]], parts.iloc[[0]])
        .set_index("name")
        .loc[["urban", "municipality"]]
        for people in (near, covered_area(buildings, cells))
    ]


def test_areas_and_intersections_are_the_published_ones(area, parts):
    page = tables()["Ground and streets"]
    xy = clean_intersections(area.network("walk"))
    km2 = parts.to_crs("EPSG:5635").area.to_numpy() / 1e6
    number = [shapely.contains_xy(shape, xy).sum() for shape in parts.geometry]
    found = {
        "area, km² (EPSG:5635, equal area)": (km2, 1e-5),
        "intersections, those within 12 m one": (np.array(number), 2e-3),
        "intersections by km²": (number / km2, 2e-3),
    }
    for name, (here, tolerance) in found.items():
        published = np.array(PUBLISHED[name])
        assert here == pytest.approx(published, rel=tolerance), name
        assert page[name] == pytest.approx([published[0], here[0], published[1], here[1]], rel=1e-4), name


def test_neighbourhoods_are_near_the_published_ones(measured):
    alike = measured[0]
    pages = tables()
    page = pages["Ground and streets"] | pages["Neighbourhoods, each cell alike"]
    columns = {
        "sample points": "points", "daily living (0 to 3)": "daily_living",
        "intersections around, 1/km²": "intersections_km2",
    }  # fmt: skip
    for name, column in columns.items():
        here, published = alike[column].to_numpy(dtype=float), np.array(PUBLISHED[name])
        assert here == pytest.approx(published, rel=0.11), name
        assert page[name] == pytest.approx([published[0], here[0], published[1], here[1]], rel=4e-3), name


def test_shares_within_500_m_lie_around_the_published_ones(measured):
    page = tables()["Within 500 m, weighted"]
    between = 0
    for name, (column, published) in WEIGHTED.items():
        scale = 100 if name.endswith("%") else 1
        alike, weighed = (table.loc["urban", column] * scale for table in measured)
        assert page[name] == pytest.approx([published, alike, weighed], rel=4e-3), name
        assert weighed == pytest.approx(published, rel=0.28), name
        between += alike <= published <= weighed
    assert between == len(WEIGHTED)
