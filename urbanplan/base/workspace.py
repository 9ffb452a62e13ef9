"""Where files live: the checkout (or the installed copy) and the folders of data and runs."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def project_folder() -> Path:
    """Return the folder that holds notebooks, workflows and city files.

    It is the checkout where urbanplan is installed from one, and the copy inside the package otherwise.
    """
    checkout = _PACKAGE.parent
    return checkout if (checkout / "workflows" / "Snakefile").is_file() else _PACKAGE / "_project"


def home_folder() -> Path:
    """Return the folder below which `data/` is read and written.

    `URBANPLAN_HOME` names it; else it is the checkout, else the current folder.
    """
    if home := os.environ.get("URBANPLAN_HOME"):
        return Path(home).expanduser().resolve()
    project = project_folder()
    return project if project == _PACKAGE.parent else Path.cwd()


def city_folders() -> list[Path]:
    """Return the folders in which city files are looked up, the user's own first."""
    own = home_folder() / "data" / "cities"
    ours = project_folder() / "data" / "cities"
    return [own] if own == ours else [own, ours]


def raw_folder(city: str) -> Path:
    """Return the default folder of a city's input files."""
    return home_folder() / "data" / "raw" / city


def cache_folder() -> Path:
    """Return the folder of what was fetched, shared by all cities; `URBANPLAN_CACHE` names another one."""
    if cache := os.environ.get("URBANPLAN_CACHE"):
        return Path(cache).expanduser().resolve()
    return home_folder() / "data" / "cache"


def runs_folder() -> Path:
    """Return the default folder of runs; `URBANPLAN_OUT` names another one."""
    if out := os.environ.get("URBANPLAN_OUT"):
        return Path(out).expanduser().resolve()
    return home_folder() / "data" / "runs"
