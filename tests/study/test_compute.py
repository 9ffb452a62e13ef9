"""compute: what is not mapped is unknown, every NaN has its reason, and a metric that breaks the contract is refused."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from urbanplan.base.errors import InputError, UsageError
from urbanplan.base.io import write_json
from urbanplan.methods.grid import lay_grid
from urbanplan.metrics import load
from urbanplan.model.listing import LISTINGS, listing
from urbanplan.model.metric import REGISTRY, metric
from urbanplan.model.study_area import StudyArea
from urbanplan.study.compute import compute

CRS = "EPSG:32647"
CITY = {
    "id": "square",
    "name": {"en": "Square", "th": "เมืองสี่เหลี่ยม"},
    "boundary": {"bbox": [98.9, 18.7, 99.0, 18.8]},
    "sources": {"a": {"file": "a.gpkg", "date": "2024", "licence": "CC0-1.0", "attribution": "nobody"}},
    "layers": {},
}


@pytest.fixture
def area(tmp_path) -> StudyArea:
    """Give a city of 400 x 200 m in two zones; buildings are mapped in its western 250 m only."""
    folder = tmp_path / "square" / "layers"
    folder.mkdir(parents=True)
    boundary = shapely.box(0, 0, 400, 200)
    zones = [shapely.box(0, 0, 200, 200), shapely.box(200, 0, 400, 200)]
    cells = lay_grid(boundary, CRS, cell_m=100).assign(population=10.0)
    layers = {
        "boundary": gpd.GeoDataFrame({"name": ["Square"]}, geometry=[boundary], index=["square"], crs=CRS),
        "zones": gpd.GeoDataFrame({"name": ["west", None]}, geometry=zones, index=["01", "02"], crs=CRS),
        "cells": cells,
        "buildings": gpd.GeoDataFrame(
            geometry=[shapely.box(0, 0, 50, 40), shapely.box(210, 0, 230, 50)], crs=CRS
        ),
        "known": gpd.GeoDataFrame(geometry=[shapely.box(-50, -50, 250, 250)], index=["buildings"], crs=CRS),
    }
    for name, frame in layers.items():
        frame.to_parquet(folder / f"{name}.parquet")
    facts = {name: {"date": "2024-03", "dates": ["2024-03"]} for name in layers if name != "known"}
    manifest = {
        "format": 1,
        "city": CITY,
        "crs": CRS,
        "sources": {},
        "layers": facts,
        "missing": {},
        "city_file_sha256": "0",
    }
    write_json(folder / "manifest.json", manifest)
    return StudyArea.read("square", out=tmp_path)


@pytest.fixture
def own():
    """Let a test register metrics of its own, and forget them afterwards."""
    load()
    kept = [(registry, dict(registry)) for registry in (REGISTRY, LISTINGS)]
    yield
    for registry, before in kept:
        registry.clear()
        registry.update(before)


def footprint(buildings, units):
    """Add up the footprints in each unit."""
    areas = [sum(buildings.intersection(unit).area) for unit in units.geometry]
    return pd.Series(areas, units.index) / units.area


def test_a_zone_is_measured_where_it_is_mapped_and_unknown_where_it_is_not(area, own):
    metric(name="Footprint", unit="1", supports=("zone", "city"), formula="B/A")(footprint)
    tidy = compute(area, ["own.footprint"]).tidy.set_index("unit_id")
    west, east, city = tidy.loc["01"], tidy.loc["02"], tidy.loc["square"]
    assert west["value"] == pytest.approx(2000 / 40_000)
    assert west["coverage"] == pytest.approx(1.0)
    assert np.isnan(east["value"])
    assert east["reason"] == "not_mapped"
    assert east["coverage"] == pytest.approx(0.25)
    # 62.5 % of the city is mapped: both the buildings and the land are taken there, and nowhere else
    assert city["coverage"] == pytest.approx(0.625)
    assert city["value"] == pytest.approx((2000 + 1000) / (250 * 200))
    assert city["period"] == "2024"


def test_cells_outside_the_mapped_area_are_unknown(area, own):
    def count(buildings, cells):
        """Count buildings."""
        return pd.Series(float(len(buildings)), cells.index)

    metric(name="Count", unit="1", supports=("cell",), formula="n")(count)
    rows = compute(area, ["own.count"]).table("own.count", support="cell").set_index("unit_id")
    # the third column of cells lies half in the known area and still counts; the fourth does not
    assert rows.loc["r0c2", "value"] == 2
    assert rows.loc["r0c2", "coverage"] == pytest.approx(0.5)
    assert np.isnan(rows.loc["r0c3", "value"])
    assert set(rows.loc[rows["value"].isna(), "reason"]) == {"not_mapped"}


def test_a_missing_layer_is_unknown_and_said_so(area, own):
    def green(open_space, units):
        """Measure green."""
        return pd.Series(1.0, units.index)

    metric(name="Green", unit="m2", supports=("zone",), formula="A")(green)
    rows = compute(area, ["own.green"]).tidy
    assert rows["value"].isna().all()
    assert set(rows["reason"]) == {"layer_missing"}
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda units: pd.Series(np.inf, units.index), "infinite"),
        (lambda units: pd.Series(1.0, units.index[:1]), "one value per unit"),
    ],
)
def test_a_metric_that_breaks_the_contract_is_refused(area, own, answer, said):
    def wrong(units):
        """Answer wrongly."""
        return answer(units)

    metric(name="Wrong", unit="1", supports=("zone",), formula="?")(wrong)
    with pytest.raises(InputError, match=said):
        compute(area, ["own.wrong"])


def test_every_unknown_value_has_a_reason(area, own):
    def nothing(units):
        """Find nothing."""
        return pd.Series(np.nan, units.index)

    metric(name="Nothing", unit="1", supports=("zone",), formula="0/0")(nothing)
    assert set(compute(area, ["own.nothing"]).tidy["reason"]) == {"nothing_to_measure"}


def test_words_that_name_nothing_offer_the_nearest(area, own):
    metric(name="Footprint", unit="1", supports=("zone",), formula="B/A")(footprint)
    with pytest.raises(UsageError, match=r"did you mean 'own.footprint'"):
        compute(area, ["own.footprnt"])
    with pytest.raises(UsageError, match="has no option max_m"):
        compute(area, ["own.footprint"], options={"own.footprint": {"max_m": 3}})
    with pytest.raises(UsageError, match="not among the metrics"):
        compute(area, ["own.footprint"], options={"own.other": {}})


def test_a_listing_is_made_beside_the_metrics_with_its_coverage(area, own):
    @listing(name="Large buildings", geometry="polygon", columns={"name": "", "area_m2": "m2"})
    def large(buildings, *, area_m2=100.0):
        """List large buildings."""
        return buildings.assign(name="", area_m2=buildings.area)[buildings.area >= area_m2]

    results = compute(area, ["own"], options={"own.large": {"area_m2": 1.0}})
    facts = results.listing_facts["own.large"]
    assert facts["missing"] == []
    assert facts["known_share"] == pytest.approx(250 / 400)
    found = results.listings["own.large"]
    assert list(found.columns) == ["name", "area_m2", "geometry"]
    assert (found["area_m2"] == found.area).all()
    assert len(found) == (area.layer("buildings").area >= 1.0).sum() > 0
    none = compute(area, ["own.large"], options={"own.large": {"area_m2": 1e9}})
    assert len(none.listings["own.large"]) == 0
    assert none.listings["own.large"].crs == CRS


def test_a_listing_without_its_layer_says_which(area, own):
    @listing(name="Gates", geometry="any", columns={"name": ""})
    def gates(heritage_assets):
        """List the gates."""
        return heritage_assets

    results = compute(area, ["own.gates"])
    assert results.listings == {}
    assert results.listing_facts["own.gates"]["missing"] == ["heritage_assets"]


def test_what_goes_wrong_in_a_listing_names_city_and_listing(area, own):
    @listing(name="Broken", geometry="any", columns={"name": "", "height_of_roof_m": "m"})
    def broken(buildings):
        """Forget a column."""
        return buildings

    with pytest.raises(
        InputError, match=r"square: own\.broken: must return the columns name, height_of_roof_m"
    ):
        compute(area, ["own.broken"])
