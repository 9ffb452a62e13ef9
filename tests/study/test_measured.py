"""Measured completeness: planted gaps are found, all and only, and it travels with every value as its coverage."""

import json

import numpy as np
import pytest

from urbanplan.study.compute import compute
from urbanplan.study.prepare import prepare


@pytest.fixture(scope="module")
def prepared(village, tmp_path_factory):
    return prepare("sample", data=village, out=tmp_path_factory.mktemp("runs"))


def test_the_gaps_that_were_planted_are_found_all_and_only(prepared, village):
    truth = json.loads((village / "truth.json").read_text(encoding="utf-8"))["built_up"]
    cells = prepared.cells
    gaps = cells.index[cells["complete_buildings"] < 0.99]
    assert set(gaps) == set(truth["unmapped_cells"])
    for cell, told in truth["unmapped_cells"].items():
        assert cells.loc[cell, "built_up_m2"] == pytest.approx(told["built_up_m2"], rel=1e-4)
        assert cells.loc[cell, "complete_buildings"] == pytest.approx(told["mapped_share"], abs=2e-3)
    judged = cells["complete_buildings"].notna()
    assert (cells.loc[judged & ~cells.index.isin(gaps), "complete_buildings"] > 0.995).all()
    assert cells.loc[cells["built_up_m2"] == 0, "complete_buildings"].isna().all()


def test_built_up_ground_is_conserved(prepared, village):
    inside = prepared.cells["built_up_m2"].sum()
    truth = json.loads((village / "truth.json").read_text(encoding="utf-8"))["built_up"]
    assert 0.9 * truth["m2"] < inside <= truth["m2"] * (1 + 1e-6)


def test_it_travels_with_every_value_as_its_coverage(prepared, village):
    results = compute(prepared, ["landuse.building_coverage", "landuse.population", "form.street_density"])
    rows = results.table("landuse.building_coverage", support="cell").set_index("unit_id")
    cells = prepared.cells
    expected = cells["complete_buildings"].fillna(1.0)
    np.testing.assert_allclose(rows["coverage"].reindex(expected.index), expected)
    city = results.table("landuse.building_coverage", support="city").iloc[0]
    weight = cells["built_up_m2"].where(cells["complete_buildings"].notna(), 0.0)
    assert city["coverage"] == pytest.approx((expected * weight).sum() / weight.sum(), abs=2e-3)
    assert 0 < city["coverage"] < 1
    people = results.table("landuse.population", support="city").iloc[0]
    assert people["coverage"] == 1
