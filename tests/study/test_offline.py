"""`--offline` never touches the network: every process of each command is shut in, and none tries to get out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from no_network import Guard  # noqa: E402 - a neighbour of the tests' folders

HOST = "http://download.example.org"
CITY = f"""\
id: away
name: {{en: Away}}
boundary: {{bbox: [99.03, 18.28, 99.06, 18.31]}}
sources:
  osm:
    file: away.osm.pbf
    origin: {{url: "{HOST}/away.osm.pbf"}}
    date: 2024-03-06
    licence: ODbL-1.0
    attribution: © OpenStreetMap contributors
layers:
  streets: {{source: osm}}
"""
ORIGINS = {
    "a file": f"{{url: '{HOST}/away.osm.pbf'}}",
    "an extract": f"{{url: '{HOST}/region.osm.pbf', cut: true}}",
    "Overpass": "{overpass: true, attic: 2020-12-31}",
}


@pytest.fixture
def command(tmp_path):
    guard = Guard(tmp_path)

    def run(*words):
        environment = os.environ | guard.environment(ROOT) | {"URBANPLAN_CACHE": str(tmp_path / "cache")}
        done = subprocess.run(
            [sys.executable, "-m", "urbanplan", *map(str, words)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr, guard

    return run


@pytest.mark.parametrize("name", ORIGINS)
def test_prepare_says_what_is_missing_and_asks_nobody(command, tmp_path, name):
    (tmp_path / "away.yml").write_text(CITY.replace(f'{{url: "{HOST}/away.osm.pbf"}}', ORIGINS[name]))
    code, told, guard = command(
        "prepare", tmp_path / "away.yml", "--data", tmp_path, "--out", tmp_path / "runs", "--offline"
    )
    assert (code, guard.guarded, guard.attempts) == (3, 1, [])
    assert "--offline forbids" in told


def test_a_boundary_by_name_is_not_looked_up(command, tmp_path):
    text = CITY.replace("{bbox: [99.03, 18.28, 99.06, 18.31]}", '{place: "Chiang Mai, Thailand"}')
    (tmp_path / "away.yml").write_text(text)
    code, told, guard = command(
        "prepare", tmp_path / "away.yml", "--data", tmp_path, "--out", tmp_path / "runs", "--offline"
    )
    assert (code, guard.attempts) == (3, [])
    assert "--offline forbids it" in told


def test_the_doctor_never_asks_anybody(command, tmp_path, village):
    (tmp_path / "away.yml").write_text(CITY)
    for words in (
        ("doctor", tmp_path / "away.yml", "--data", tmp_path),
        ("doctor", "--file", village / "osm" / "sample.osm.pbf"),
        ("doctor", "--file", tmp_path / "away.yml"),
    ):
        _, told, guard = command(*words)
        assert "Traceback" not in told
        assert guard.attempts == []
    assert guard.guarded >= 3


def test_the_guard_would_have_noticed(command, tmp_path):
    """Without --offline the same command tries, and the guard tells of it."""
    (tmp_path / "away.yml").write_text(CITY)
    code, told, guard = command(
        "prepare", tmp_path / "away.yml", "--data", tmp_path, "--out", tmp_path / "runs"
    )
    assert code == 4
    assert "no machine is called download.example.org" in told
    assert any("download.example.org" in line for line in guard.attempts)
