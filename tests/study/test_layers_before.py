"""What an earlier OpenStreetMap file shows is read like today's, and held against it."""

import pytest
from ruamel.yaml import YAML

from urbanplan.model.city_file import city_path
from urbanplan.study.compute import compute
from urbanplan.study.doctor import examine
from urbanplan.study.layering import osm_layers
from urbanplan.study.prepare import prepare

DATE = "2018-01-01"


def test_a_layer_of_an_earlier_date_is_read_like_todays():
    assert osm_layers({"water_before", "streets", "venues"}) == ["water", "venues"]
    assert osm_layers({"population_before"}) == []


@pytest.fixture(scope="module")
def city(village, tmp_path_factory):
    """Give the sample city with its own OpenStreetMap file as that of an earlier date too."""
    yaml = YAML()
    facts = yaml.load(city_path("sample").read_text(encoding="utf-8"))
    facts["sources"]["past"] = {**facts["sources"]["osm"], "date": DATE}
    kept = ("buildings", "water", "heritage_assets", "heritage_zones")
    before = {
        name: {"source": "past"} for name in ("buildings_before", "water_before", "heritage_assets_before")
    }
    facts["layers"] = {**{name: facts["layers"][name] for name in kept}, **before}
    facts["layers"]["heritage_assets"] = {"source": "osm"}
    del facts["scenarios"]
    target = tmp_path_factory.mktemp("past") / "sample.yml"
    with target.open("w", encoding="utf-8") as stream:
        yaml.dump(facts, stream)
    return target


def test_the_same_map_at_two_dates_lost_nothing(city, village, tmp_path):
    area = prepare(city, data=village, out=tmp_path, offline=True)
    assert area.dates("water_before") == [DATE]
    assert len(area.layer("water_before")) == len(area.layer("water")) > 0
    years = area.layer("buildings_before")["years_before"]
    assert years.nunique() == 1
    assert years.iloc[0] == pytest.approx(float(area.dates("buildings")[0][:4]) - 2018, abs=1.1)
    results = compute(area, ["heritage.attribute_losses", "heritage.encroachment_rate"])
    losses = results.listings["heritage.attribute_losses"]
    assert losses["evidence"].tolist() == ["land_cover"], "only the land cover of a second date is lacking"
    rates = results.table("heritage.encroachment_rate", support="city")
    assert rates["value"].tolist() == [0.0]


def test_the_doctor_reads_it_too(city, village):
    found = {finding.subject: finding for finding in examine(city, data=village)}
    assert found["layers.water_before"].state == "good"
    assert found["layers.water_before"].text.split(" from")[0] == found["layers.water"].text.split(" from")[0]
