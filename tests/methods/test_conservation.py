"""Gates trip when area is lost or made: each is broken on purpose, here or in the file that `BROKEN` names."""

import ast
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.base.errors import ConservationError
from urbanplan.methods.conservation import check_conserved
from urbanplan.methods.overlay import observed_use, planar
from urbanplan.model.layers import conform

CRS = "EPSG:32647"
ROOT = Path(__file__).resolve().parents[2]
BROKEN = {  # gates by file and function, and the file whose tests break them
    ("methods/conservation.py", "check_conserved"): "methods/test_conservation.py",
    ("methods/overlay.py", "cut_away"): "methods/test_conservation.py",
    ("methods/plan_table.py", "uses_within"): "metrics/landuse/test_conformance.py",
    ("methods/zonal/statistics.py", "_conserved"): "methods/zonal/test_zonal_statistics.py",
    ("sources/raster/ledger.py", "share_out"): "sources/raster/test_counts.py",
    ("sources/raster/ledger.py", "check_conserved"): "sources/raster/test_counts.py",
}


def gates():
    """Give every function that stops a run because a sum was not kept, or asks `check_conserved` to."""
    for path in sorted((ROOT / "urbanplan").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                called = {
                    node.func.id
                    for node in ast.walk(function)
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                }
                if called & {"ConservationError", "check_conserved"}:
                    yield path.relative_to(ROOT / "urbanplan").as_posix(), function.name


def test_every_gate_is_broken_by_a_test():
    assert set(gates()) == set(BROKEN)
    for file in BROKEN.values():
        assert "pytest.raises(ConservationError" in (ROOT / "tests" / file).read_text(encoding="utf-8"), file


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
