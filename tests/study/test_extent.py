"""Boundaries: circles and boxes on the ground, and zones that do not quite meet."""

import geopandas as gpd
import pytest
import shapely
from geopandas import GeoSeries

from urbanplan.base.errors import LayerError, MissingFileError
from urbanplan.model.city import City
from urbanplan.study.extent import boundary_of

FACTS = {
    "id": "town",
    "name": {"en": "Town"},
    "sources": {"zones": {"file": "z.gpkg", "date": "2024", "licence": "CC0-1.0", "attribution": "nobody"}},
    "layers": {},
}
CRS = "EPSG:32647"


def boundary(tmp_path, read=None, **facts) -> GeoSeries:
    return boundary_of(City.model_validate({**FACTS, **facts}), read, tmp_path, offline=True)


def test_a_circle_is_a_circle_on_the_ground_in_the_utm_zone_of_its_centre(tmp_path):
    found = boundary(tmp_path, boundary={"centre": [98.98623, 18.78819], "radius_m": 1000})
    assert found.crs.to_epsg() == 32647
    assert found.area.iloc[0] == pytest.approx(3.14159 * 1e6, rel=5e-4)


def test_a_box_follows_its_parallels(tmp_path):
    found = boundary(tmp_path, boundary={"bbox": [98.9, 18.7, 99.1, 18.9]}, crs=CRS)
    by_hand = GeoSeries([shapely.segmentize(shapely.box(98.9, 18.7, 99.1, 18.9), 0.0001)], crs=4326).to_crs(
        CRS
    )
    assert found.area.iloc[0] == pytest.approx(by_hand.area.iloc[0], rel=1e-6)


def test_zones_that_do_not_quite_meet_leave_no_slit(tmp_path):
    west, east = shapely.box(0, 0, 999.98, 1000), shapely.box(1000, 0, 2000, 1000)
    zones = gpd.GeoDataFrame(geometry=[west, east], crs=CRS)
    found = boundary(tmp_path, read=lambda _: zones, boundary={"source": "zones"}, crs=CRS).iloc[0]
    assert found.geom_type == "Polygon"
    assert found.area == pytest.approx(2000 * 1000, abs=1e-6)
    assert found.length == pytest.approx(6000, abs=1e-6)


def test_a_real_gap_stays(tmp_path):
    zones = gpd.GeoDataFrame(
        geometry=[shapely.box(0, 0, 900, 1000), shapely.box(1000, 0, 2000, 1000)], crs=CRS
    )
    found = boundary(tmp_path, read=lambda _: zones, boundary={"source": "zones"}, crs=CRS).iloc[0]
    assert found.area == pytest.approx(1_900_000)


def test_a_boundary_of_lines_is_refused_and_a_name_needs_the_network(tmp_path):
    lines = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)])], crs=CRS)
    with pytest.raises(LayerError, match="must be a polygon"):
        boundary(tmp_path, read=lambda _: lines, boundary={"source": "zones"}, crs=CRS)
    with pytest.raises(MissingFileError, match="--offline forbids it"):
        boundary(tmp_path, boundary={"place": "Khon Kaen, Thailand"})
