"""How a city file declares that people travel: what is taken over, and mistakes named with their place."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from urbanplan.base.errors import CityFileError
from urbanplan.methods.modes.delays import DELAYS_S
from urbanplan.methods.modes.speeds import SPEEDS_KMH
from urbanplan.model.city_file import read_city
from urbanplan.model.travel import Highway, Met, Travel
from urbanplan.sources.osm.encounters import MET_WORDS

GOOD = """\
id: test-town
name: {en: Test Town}
boundary: {centre: [98.98, 18.79], radius_m: 1000}
sources:
  osm: {file: town.osm.pbf, date: 2024-03-06, licence: ODbL-1.0, attribution: © OpenStreetMap contributors}
layers:
  streets: {source: osm}
"""


def read(folder: Path, travel: str):
    path = folder / "town.yml"
    path.write_text(f"{GOOD}travel:\n{travel}", encoding="utf-8")
    return read_city(path).travel


def test_what_is_declared_is_what_travelled_takes(tmp_path):
    travel = read(
        tmp_path,
        "  walk: {slopes: minetti, step_free: true, delays_s: {signals: 30, gate: closed}}\n"
        "  bike: {max_stress: 2, push_kmh: 4}\n"
        "  drive: {speeds_kmh: {residential: 20, ceiling: 90}, turn_s: 7.5}\n",
    )
    assert travel.of("walk") == {
        "slopes": "minetti", "step_free": True, "delays_s": {"signals": 30.0, "gate": np.inf},
    }  # fmt: skip
    assert travel.of("bike") == {
        "max_stress": 2, "push_kmh": 4.0, "step_free": False, "turn_s": 0.0, "delays_s": {},
    }  # fmt: skip
    assert travel.of("drive")["speeds_kmh"] == {"residential": 20.0, "ceiling": 90.0}
    assert travel.of("motorcycle") is None
    assert read(tmp_path, "  walk: {speed_kmh: 4}\n").of("walk")["speeds_kmh"] == 4.0


def test_a_mode_with_nothing_said_is_travelled_as_usual_and_one_that_is_not_named_is_not(tmp_path):
    travel = read(tmp_path, "  walk: {}\n")
    assert travel.of("walk") == {"slopes": "tobler", "step_free": False, "delays_s": {}}
    assert [Travel().of(mode) for mode in ("walk", "bike", "motorcycle", "drive")] == [None] * 4


@pytest.mark.parametrize(
    ("travel", "said"),
    [
        (
            "walk: {delays_s: {signal: 3}}",
            "travel.walk.delays_s: no such word 'signal'; did you mean 'signals'?",
        ),
        ("drive: {speeds_kmh: {residental: 20}}", "no such word 'residental'; did you mean 'residential'?"),
        ("drive: {speeds_kmh: {residential: 0}}", "travel.drive.speeds_kmh.residential: "),
        ("walk: {delays_s: {signals: -1}}", "travel.walk.delays_s.signals"),
        ("walk: {delays_s: {signals: .nan}}", "travel.walk.delays_s.signals"),
        ("walk: {slopes: steep}", "travel.walk.slopes: "),
        ("walk: {max_stress: 2}", "travel.walk.max_stress: no such key"),
        ("bike: {max_stress: 5}", "travel.bike.max_stress: "),
        ("bike: {speed_kmh: 12, speeds_kmh: {path: 8}}", "give one"),
        ("foot: {}", "travel.foot: no such key"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, travel, said):
    with pytest.raises(CityFileError) as caught:
        read(tmp_path, f"  {travel}\n")
    assert said in str(caught.value)


def test_the_vocabulary_is_that_of_the_methods_and_the_reader():
    assert set(get_args(Met)) | {"closed"} == set(MET_WORDS)
    assert {word for waits in DELAYS_S.values() for word in waits} <= set(get_args(Met))
    assert {word for speeds in SPEEDS_KMH.values() for word in speeds} <= set(get_args(Highway))
