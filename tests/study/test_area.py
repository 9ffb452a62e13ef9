"""The study area answers questions, and the page that shows how runs as it stands."""

import re
from pathlib import Path

import numpy as np
import pytest

import urbanplan as up
from urbanplan.base.errors import MissingFileError
from urbanplan.model import network as model

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def runs(village, tmp_path_factory):
    """Give the folder of runs in which the sample village is prepared."""
    out = tmp_path_factory.mktemp("runs")
    area = up.prepare("sample", data=village, out=out, offline=True)
    assert isinstance(area, up.StudyArea)
    return out


def test_its_networks_answer_and_metrics_take_them(runs):
    area = up.StudyArea.read("sample", out=runs)
    walk = area.network("walk")
    assert isinstance(walk, up.StreetNetwork)
    assert isinstance(walk, model.StreetNetwork)
    assert area.network("walk") is walk
    places = area.layer("places")
    found = walk.nearest(area.cells, places[places["category"] == "food"])
    table = up.compute(area, ["access.nearest_food"]).table("access.nearest_food", support="cell")
    known = table.set_index("unit_id")["value"].reindex(found.index)
    told = known.notna()
    assert told.sum() > 50
    assert found.loc[told, "distance_m"].to_numpy() == pytest.approx(known[told].to_numpy())


def test_the_page_runs_and_its_answers_hold_together(runs, village, monkeypatch):
    monkeypatch.setenv("URBANPLAN_OUT", str(runs))
    monkeypatch.setattr("urbanplan.study.plan.raw_folder", lambda _city: village)
    page = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) == 9
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/access.md", "exec"), names)  # noqa: S102 - our own page
    near, way, walk = names["near"], names["way"], names["walk"]
    assert way["distance_m"].sum() == pytest.approx(near["distance_m"].max(), abs=0.002)
    assert names["reached"].index.equals(names["cells"].index)
    counted = names["pairs"].groupby("origin").size().reindex(names["cells"].index).fillna(0)
    within = names["reached"]["places_within_1600_m"]
    assert (within.dropna() == counted[within.notna()]).all()
    assert names["catchment"]["people_within_900_s"].max() <= names["people"]["people"].sum()
    assert (names["around"].groupby(level=0)["area_m2"].diff().dropna() > 0).all()
    for name in ("calm", "hilly"):  # streets were closed, none was opened
        ways = {
            mode: names[mode].forward.sum() + names[mode].backward.sum() for mode in (name, "bike", "walk")
        }
        assert ways[name] < ways["bike" if name == "calm" else "walk"]
    minutes = names["costs"].to_numpy().ravel()
    assert np.nanmax(minutes) == pytest.approx(names["table"]["distance_m"].max() / (4.8 / 3.6), rel=1e-4)
    assert names["three"]["school"]["distance_m_1"].equals(
        walk.nearest(names["cells"], names["schools"])["distance_m"]
    )
    assert len(names["temples"])
    assert set(names["temples"]["tag"]) <= {"amenity=place_of_worship", "historic=wat", "historic=temple"}


def test_tags_are_looked_for_in_the_citys_own_file(runs, village):
    area = up.StudyArea.read("sample", out=runs)
    found = area.tagged({"amenity": "marketplace", "shop": True}, data=village)
    known = area.layer("places")
    food = known[known["kind"].isin(set(found["tag"]))]
    assert len(food)
    assert set(food.index) <= set(found.index)
    assert found.crs == area.crs
    near = area.network("walk").nearest(area.cells, found)
    assert near["distance_m"].notna().sum() > 50
    with pytest.raises(MissingFileError):
        area.tagged({"amenity": True}, data=runs)
