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
