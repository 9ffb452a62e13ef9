"""The invented city, from its files through the whole pipeline: every number is known by construction."""

import json

import numpy as np
import pytest

from urbanplan.study.compute import compute
from urbanplan.study.prepare import prepare

THEMES = [
    "access.nearest_food",
    "access.nearest_mean_food",
    "access.people_within_food",
    "form",
    "heritage",
    "landuse",
]


@pytest.fixture(scope="module")
def truth(village):
    """Give what the generator wrote down."""
    return json.loads((village / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def results(village, tmp_path_factory):
    """Give the metrics of the prepared city."""
    area = prepare("sample", data=village, out=tmp_path_factory.mktemp("runs"), offline=True)
    return compute(area, THEMES)


@pytest.fixture(scope="module")
def zones(results):
    """Give one row a zone, one column a metric."""
    return results.wide("zone")


def test_everyone_walks_as_far_as_the_plan_says(results, truth, zones):
    market = truth["old_town_market"]
    walked = results.table("access.nearest_food", support="cell").set_index("unit_id")["value"]
    planned = market["walk_m_by_cell"]
    # OpenStreetMap keeps seven decimals of a degree, which is about a centimetre a corner
    assert walked[list(planned)].to_numpy() == pytest.approx(list(planned.values()), abs=0.2)
    assert zones.loc["0101", "access.people_within_food"] == pytest.approx(market["people_within_m"]["500"])
    assert zones.loc["0101", "access.nearest_mean_food"] == pytest.approx(market["mean_walk_m"], abs=0.2)
    lane = results.table("access.nearest_food", support="cell").set_index("unit_id")
    cut_off = truth["people"]["on_disconnected_lane"]["cells"]
    assert lane.loc[cut_off, "reason"].tolist() == ["disconnected"] * len(cut_off)


def test_people(truth, zones, results):
    assert zones["landuse.population"].to_dict() == pytest.approx(truth["people"]["by_zone"])
    city = results.table("landuse.population", support="city")["value"]
    assert city.tolist() == pytest.approx([truth["people"]["city"]])


def test_land_use(truth, zones):
    planned = truth["land_use"]
    for name, share in planned["share_of_mapped"].items():
        assert zones.loc[planned["zone"], f"landuse.share_{name}"] == pytest.approx(share, abs=1e-5)
    mixed = [
        v for k, v in planned["area_m2"].items() if k not in {"agriculture", "forest", "transport", "other"}
    ]
    parts = np.array(mixed) / sum(mixed)
    entropy = -(parts * np.log(parts)).sum() / np.log(6)
    assert zones.loc[planned["zone"], "landuse.mix"] == pytest.approx(entropy, abs=1e-5)


def test_buildings_and_green(truth, zones):
    built = {code: zone["coverage"] for code, zone in truth["buildings"]["by_zone"].items()}
    assert zones["landuse.building_coverage"].to_dict() == pytest.approx(built, rel=1e-3)
    green = {code: zone["m2_per_person"] for code, zone in truth["open_space"]["by_zone"].items()}
    assert zones["landuse.green_per_person"].to_dict() == pytest.approx(green, rel=1e-3, abs=1e-3)


def test_growth(truth, results):
    city = results.listings["landuse.urban_growth"].iloc[0]
    planned = truth["growth"]
    assert city["built_before_m2"] == pytest.approx(planned["built_cells"]["2015"] * 400, rel=2e-3)
    assert city["built_m2"] == pytest.approx(planned["built_cells"]["2025"] * 400, rel=2e-3)
    assert city["people_before"] == pytest.approx(planned["people"]["2015"])
    assert city["people"] == pytest.approx(planned["people"]["2025"])
    assert city["population_growth_rate"] == pytest.approx(planned["population_growth_rate"])
    assert city["ratio"] == pytest.approx(planned["ratio"], rel=5e-3)
    change = results.listings["landuse.cover_change"].set_index("cover")
    assert change.loc["built", "loss_m2"] == 0
    assert change["net_m2"].sum() == pytest.approx(0)
    assert results.listings["landuse.new_development"]["area_m2"].sum() == pytest.approx(
        change.loc["built", "gain_m2"], rel=0.02
    )


def test_junctions(truth, results):
    found = results.table("form.intersection_density", support="zone").set_index("unit_id")["n"]
    assert found.to_dict() == pytest.approx(truth["streets"]["drive"]["junctions_by_zone"])
