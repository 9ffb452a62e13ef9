"""Gates trip when area is lost or made: each is broken on purpose."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.base.errors import ConservationError
from urbanplan.methods.conservation import check_conserved
from urbanplan.methods.overlay import observed_use, planar
from urbanplan.model.layers import conform

CRS = "EPSG:32647"


def land(*shapes, classes=("residential", "commercial")):
    return conform(
        gpd.GeoDataFrame({"class": list(classes[: len(shapes)])}, geometry=list(shapes), crs=CRS), "land_use"
    )


def houses(*shapes, uses):
    return conform(gpd.GeoDataFrame({"use": list(uses)}, geometry=list(shapes), crs=CRS), "buildings")


@pytest.mark.parametrize(("before", "after"), [(100.0, 99.8), (100.0, 100.2), (0.0, 1.0), (1.0, np.nan)])
def test_a_sum_that_changes_stops_the_run(before, after):
    with pytest.raises(ConservationError, match="area of something: "):
        check_conserved(before, after, what="area of something")


@pytest.mark.parametrize(("before", "after"), [(100.0, 100.09), (0.0, 0.0), (-5.0, -5.0)])
def test_rounding_does_not(before, after):
    check_conserved(before, after, what="area")


CUT = shapely.difference


def lossy(shapes, others):
    """Cut five metres more than asked for, as damaged outlines may."""
    return CUT(shapes, shapely.buffer(others, 5))


def test_overlapping_land_that_loses_ground_is_noticed(monkeypatch):
    frame = land(shapely.box(0, 0, 100, 100), shapely.box(10, 10, 30, 30))
    assert planar(frame).area.sum() == pytest.approx(10_000)
    monkeypatch.setattr(shapely, "difference", lossy)
    with pytest.raises(ConservationError, match="overlapping land"):
        planar(frame)


def test_land_under_buildings_that_loses_ground_is_noticed(monkeypatch):
    frame = land(shapely.box(0, 0, 100, 100))
    shop = houses(shapely.box(10, 10, 30, 30), uses=["commercial"])
    assert observed_use(frame, shop).area.sum() == pytest.approx(10_000)
    monkeypatch.setattr(shapely, "difference", lossy)
    with pytest.raises(ConservationError, match="land under buildings"):
        observed_use(frame, shop)
