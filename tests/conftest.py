"""What every test may ask for."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of shared real data, or skip by name where it is not on this machine."""
    folder = Path(os.environ.get("URBANPLAN_SHARED", ROOT.parent / "shared")).resolve() / "data"
    if not folder.is_dir():
        pytest.skip("shared real data are not on this machine (URBANPLAN_SHARED)")
    return folder


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    """Give each test a cache of fetched files of its own."""
    monkeypatch.setenv("URBANPLAN_CACHE", str(tmp_path_factory.getbasetemp() / "cache" / os.urandom(8).hex()))


@pytest.fixture(scope="session")
def village(tmp_path_factory) -> Path:
    """Write the sample village's files once; tests that change one copy the folder first."""
    from urbanplan.sources.sample import write_sample  # noqa: PLC0415 - only some tests need it

    folder = tmp_path_factory.mktemp("village")
    write_sample(folder, size="village")
    return folder
