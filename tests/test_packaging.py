"""The files that make an environment say the same thing, and say nothing of where packages come from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
CONDA_NAMES = {
    "osmium": "pyosmium",
    "matplotlib": "matplotlib-base",
    "snakemake": "snakemake-minimal",
    "typst": "typst-py",
}


@pytest.fixture(scope="module")
def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(text) for text in project["dependencies"]]


def test_environment_yml_lists_what_pyproject_declares(declared):
    environment = YAML(typ="safe").load((ROOT / "environment.yml").read_text())
    listed = [
        entry
        for entry in environment["dependencies"]
        if isinstance(entry, str) and not re.match(r"(python|pip)\b", entry)
    ]
    expected = [f"{CONDA_NAMES.get(need.name, need.name)} {need.specifier}" for need in declared]
    assert listed == expected


def test_lock_pins_every_declared_package_with_a_hash(declared):
    lock = (ROOT / "requirements.lock").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.!+]+)", lock, flags=re.MULTILINE))
    for need in declared:
        version = pinned.get(need.name.replace(".", "-"), pinned.get(need.name))
        assert version is not None, f"{need.name} is not in requirements.lock; run `make lock`"
        assert need.specifier.contains(version)
    assert lock.count("--hash=sha256:") > len(pinned)


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml"])
def test_no_registry_is_named(name):
    assert "://" not in (ROOT / name).read_text()
