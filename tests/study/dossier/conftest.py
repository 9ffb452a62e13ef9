"""The invented town with its proposals alone, together, and in one file: prepared, measured and assessed once."""

import json
import shutil

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from ruamel.yaml import YAML

from urbanplan.model.assessment import MEASURES
from urbanplan.model.city_file import city_path
from urbanplan.study.compute import compute
from urbanplan.study.dossier import add_dossier
from urbanplan.study.prepare import prepare

METRICS = list(dict.fromkeys(metric for metric, *_ in MEASURES.values()))


@pytest.fixture(scope="session")
def city(village, tmp_path_factory):
    """Give a city file in which a third file holds the buildings of both proposals, and its data folder."""
    folder = tmp_path_factory.mktemp("dossier")
    data = folder / "data"
    shutil.copytree(village, data)
    plan = data / "municipal" / "plan.gpkg"
    both = pd.concat([gpd.read_file(plan, layer=name) for name in ("proposal", "proposal_2")])
    pyogrio.write_dataframe(both, plan, layer="as_one", driver="GPKG", append=True)
    yaml = YAML()
    tree = yaml.load(city_path("sample").read_text(encoding="utf-8"))
    one = next(scenario for scenario in tree["scenarios"] if scenario["id"] == "proposal")
    tree["scenarios"].append(json.loads(json.dumps(one)) | {"id": "as_one"})
    tree["scenarios"][-1]["buildings"]["layer"] = "as_one"
    path = folder / "sample.yml"
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(tree, stream)
    return path, data


@pytest.fixture(scope="session")
def area(city, tmp_path_factory):
    """Give the prepared town."""
    path, data = city
    return prepare(path, data=data, out=tmp_path_factory.mktemp("runs"), offline=True)


@pytest.fixture(scope="session")
def results(area):
    """Give views, rules and assets in all states of the town, with the dossier."""
    names = [scenario.id for scenario in area.city.scenarios]
    return add_dossier(compute(area, METRICS, scenarios=names), area)
