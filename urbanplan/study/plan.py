"""What a run will do: its cities with their files and languages, and what their results depend on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from urbanplan.base.errors import UrbanPlanError, UsageError
from urbanplan.base.io import is_there
from urbanplan.base.workspace import raw_folder

SOFTWARE = (
    "geopandas",
    "numba",
    "numpy",
    "osmium",
    "pandas",
    "pyproj",
    "rasterio",
    "scipy",
    "shapely",
    "xarray",
)


@dataclass(frozen=True)
class CityPlan:
    """One city of a run, with absolute paths.

    Attributes
    ----------
    id : str
        Its id, which names its folder in the folder of runs.
    file : str
        Its city file.
    data : str
        The folder of its input files.
    inputs : tuple of str
        Its input files that are there; others are fetched, or reported as missing by `prepare`.
    languages : tuple of str
        Languages of its reports; the first is that of its notebooks.
    """

    id: str
    file: str
    data: str
    inputs: tuple[str, ...]
    languages: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Return the plan as plain values for the workflow's configuration."""
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()
        }


def plan_city(city: str | Path, *, data: str | Path | None = None, languages: Sequence[str] = ()) -> CityPlan:
    """Read a city file and say what a run of it reads and writes.

    Parameters
    ----------
    city : str or Path
        Id of a city, or path of a city file.
    data : path, optional
        Folder of input files, or a folder with one such folder per city; default `data/raw/<city>`.
    languages : sequence of str
        Languages of the reports; default those of the city file.

    Raises
    ------
    UrbanPlanError
        If there is no such city or its file is not valid.
    """
    from urbanplan.model.city_file import city_path, read_city  # noqa: PLC0415 - the workflow is planned without it

    facts = read_city(city)
    folder = data_folder(facts.id, data)
    file = city_path(city).resolve()
    odd = next((path for path in (str(folder), str(file)) if set(path) & set("{}")), None)
    if odd:
        raise UsageError(f"{odd}: the workflow takes braces for a pattern; rename the folder")
    files = sorted({folder / source.file for source in facts.sources.values()})
    return CityPlan(
        id=facts.id,
        file=str(file),
        data=str(folder),
        inputs=tuple(str(path) for path in files if is_there(path)),
        languages=tuple(languages or facts.languages),
    )


def plan_cities(
    cities: Sequence[str | Path], *, data: str | Path | None = None, languages: Sequence[str] = ()
) -> tuple[list[CityPlan], dict[str, UrbanPlanError]]:
    """Plan several cities; one that cannot be planned does not stop the others.

    Returns
    -------
    tuple of (list of CityPlan, dict of str to UrbanPlanError)
        The plans in the order given, and the error of each city that has none.

    Raises
    ------
    UsageError
        If two city files have the same id, so that their results would mix.
    """
    plans: dict[str, CityPlan] = {}
    faults: dict[str, UrbanPlanError] = {}
    for city in dict.fromkeys(cities):
        try:
            plan = plan_city(city, data=data, languages=languages)
        except UrbanPlanError as error:
            faults[Path(city).stem if str(city).endswith((".yml", ".yaml")) else str(city)] = error
            continue
        if plan.id in plans and plans[plan.id].file != plan.file:
            raise UsageError(
                f"{plans[plan.id].file} and {plan.file} have the same id {plan.id!r}; give each city its own"
            )
        plans[plan.id] = plan
    return list(plans.values()), faults


def data_folder(city: str, data: str | Path | None) -> Path:
    """Return the folder of a city's input files; below a common folder it has the city's id, with - or _."""
    if data is None:
        return raw_folder(city)
    common = Path(data).expanduser().resolve()
    for name in (city, city.replace("-", "_")):
        if (common / name).is_dir():
            return common / name
    return common


def code_digest() -> str:
    """Return a fingerprint of the code and libraries that results depend on, so that new ones make new results.

    URBANPLAN_CODE names another one, e.g. the digest of a container image.
    """
    if given := os.environ.get("URBANPLAN_CODE"):
        return given
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parents[1]
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if path.is_file() and "__pycache__" not in parts and parts[0] not in {"_project", "cli"}:
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes())
    for name in SOFTWARE:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    return digest.hexdigest()[:16]


def cities_of(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the cities of a workflow's configuration: as planned by `urbanplan run`, or by their ids.

    Raises
    ------
    UrbanPlanError
        If a city named by its id cannot be planned.
    """
    cities = config.get("cities") or []
    if isinstance(cities, Mapping):
        return {str(city): dict(plan) for city, plan in cities.items()}
    words = [str(city) for city in cities] if isinstance(cities, list) else str(cities).split(",")
    languages = str(config.get("languages") or "").split(",") if config.get("languages") else []
    return {
        plan.id: plan.record()
        for plan in (plan_city(word, data=config.get("data"), languages=languages) for word in words)
    }
