"""Join what the notebooks of a run measured into one set of results, and write it as open data."""

from __future__ import annotations

from pathlib import Path

from urbanplan.base.errors import NotPreparedError
from urbanplan.base.workspace import runs_folder
from urbanplan.model.results import Results
from urbanplan.study.export import write_open_data


def collect(city: str, *, out: str | Path | None = None) -> Results:
    """Join the parts of a city's run and write its results folder.

    Parameters
    ----------
    city : str
        Id of a city of which at least one notebook has run.
    out : path, optional
        The folder of runs; default `data/runs`.

    Returns
    -------
    Results
        All metrics of all notebooks, written to `<out>/<city>/results`.

    Raises
    ------
    NotPreparedError
        If no notebook has saved results yet.
    """
    folder = (Path(out) if out else runs_folder()) / city
    parts = sorted(path.parent for path in folder.glob("parts/*/metrics.json"))
    if not parts:
        raise NotPreparedError(
            f"{city}: no notebook has saved results in {folder}; run `urbanplan run {city}`"
        )
    read = [Results.read(part) for part in parts]
    results = Results.concat(read)
    options = {metric: knobs for part in read for metric, knobs in part.provenance.get("options", {}).items()}
    results.provenance["options"] = options
    scenarios = [part.provenance["scenarios"] for part in read if part.provenance.get("scenarios")]
    if scenarios:
        results.provenance["scenarios"] = {name: facts for each in scenarios for name, facts in each.items()}
    results.save(folder / "results")
    write_open_data(results, folder / "results")
    return results
