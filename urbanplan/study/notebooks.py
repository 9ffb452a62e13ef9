"""Run a notebook with checked parameters, and keep the executed copy with the city's run."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base import errors
from urbanplan.base.errors import InputError, MissingFileError, UrbanPlanError
from urbanplan.base.io import write_text
from urbanplan.base.workspace import project_folder, runs_folder
from urbanplan.study.parameters import check, parameters_cell, schema

if TYPE_CHECKING:
    from nbformat import NotebookNode

TIMEOUT_S = 3600
KERNEL_START_S = 120
_MAX_SOCKET_PATH = 80
_UNUSED = ("rfc3987_syntax", "pyarrow.fs")
"""Optional parts of papermill's dependencies (checks of international addresses, Hadoop) that take a second to import."""


class NotebookError(UrbanPlanError, RuntimeError):
    """A cell of a notebook failed for a reason that urbanplan did not foresee."""


def notebook_path(name: str) -> Path:
    """Return the path of a notebook, given by its name in the project's `notebooks` folder or by a path.

    Raises
    ------
    MissingFileError
        If there is no such notebook.
    """
    path = Path(name) if name.endswith(".ipynb") else project_folder() / "notebooks" / f"{name}.ipynb"
    if not path.is_file():
        known = sorted(found.stem for found in (project_folder() / "notebooks").glob("*.ipynb"))
        raise MissingFileError(f"{name}: no such notebook; known are {', '.join(known) or 'none'}")
    return path


def execute(
    name: str,
    *,
    city: str,
    out: str | Path | None = None,
    lang: str = "en",
    parameters: Mapping[str, Any] | None = None,
    timeout_s: int = TIMEOUT_S,
) -> Path:
    """Run a notebook on a prepared city.

    Parameters
    ----------
    name : str
        Name of a notebook in `notebooks/`, e.g. `02_accessibility`, or the path of one.
    city : str
        Id of the prepared city.
    out : path, optional
        The folder of runs; default `data/runs`.
    lang : str
        Language of its pages.
    parameters : mapping, optional
        Further parameters of the notebook, e.g. `{"metrics": ["access"]}`.
    timeout_s : int
        How long one cell may take, in seconds.

    Returns
    -------
    Path
        The executed copy, `<out>/<city>/notebooks/<name>.ipynb`.

    Raises
    ------
    UsageError
        If a parameter is unknown or of the wrong type; no kernel is started.
    UrbanPlanError
        The error that a cell raised, of its own kind; the failed copy is kept as `<name>.failed.ipynb`.
    NotebookError
        If a cell failed in any other way.
    """
    path = notebook_path(name)
    runs = (Path(out) if out else runs_folder()).resolve()
    notebook = _read(path)
    given = {"city": city, "lang": lang, "out": str(runs), **(parameters or {})}
    checked = check(schema(parameters_cell(notebook, path.name), path.name), given, path.name)
    folder = runs / city / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    failed = target.with_suffix(".failed.ipynb")
    private = Path(tempfile.mkdtemp(prefix="up-", dir=_short_temporary_folder()))
    try:
        executed = _run(notebook, checked, private, folder, timeout_s)
    except UrbanPlanError as error:
        draft = private / "executed.ipynb"
        if draft.is_file():
            write_text(failed, draft.read_text(encoding="utf-8"))
        if isinstance(error, NotebookError):
            raise NotebookError(f"{city}: {path.stem}: {error}") from error
        raise
    finally:
        shutil.rmtree(private, ignore_errors=True)
    write_text(target, _stable(executed))
    failed.unlink(missing_ok=True)
    return target


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path}: is not a notebook: {error}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise InputError(f"{path}: is not a notebook of format 4")
    return notebook


def _short_temporary_folder() -> str | None:
    """Return a folder whose path is short enough for a socket, or None for the system's own."""
    return "/tmp" if len(tempfile.gettempdir()) > _MAX_SOCKET_PATH and os.name == "posix" else None  # noqa: S108 - a private folder is made in it


def _run(
    notebook: dict[str, Any], parameters: dict[str, Any], private: Path, cwd: Path, timeout_s: int
) -> NotebookNode:
    """Run a notebook in a kernel of its own, whose sockets and settings lie in a private folder."""
    with _without(_UNUSED):
        import nbformat  # noqa: PLC0415 - a second to import
        import papermill  # noqa: PLC0415 - a second to import
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415 - a second to import
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415 - a second to import
    from traitlets.config import Config  # noqa: PLC0415 - a second to import

    logging.getLogger("papermill").setLevel(logging.ERROR)  # its inspector does not know all types; ours does
    try:
        with _environment(private):
            return papermill.execute_notebook(
                nbformat.reads(json.dumps(notebook), as_version=4),
                str(private / "executed.ipynb"),
                parameters=parameters,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                cwd=str(cwd),
                start_timeout=KERNEL_START_S,
                execution_timeout=timeout_s,
                shutdown_kernel="immediate",  # a polite end takes 3 s every now and then
                record_timing=False,
                config=Config({"KernelManager": {"transport": "ipc", "ip": str(private / "k")}}),
            )
    except PapermillExecutionError as error:
        raise _typed(error.ename, error.evalue, error.exec_count) from error
    except CellTimeoutError as error:
        raise NotebookError(f"a cell took longer than {timeout_s:,} s and was stopped") from error
    except (DeadKernelError, RuntimeError) as error:
        raise NotebookError(
            f"the kernel ended before the notebook did ({error}); it may have run out of memory"
        ) from error


@contextmanager
def _without(modules: Sequence[str]) -> Iterator[None]:
    """Let imports of optional modules fail at once inside the block, and be as before after it."""
    absent = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None is how an import is refused
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@contextmanager
def _environment(private: Path) -> Iterator[None]:
    """Let the kernel see our kernel command, and nothing of the user's own Jupyter and IPython settings."""
    command = [sys.executable, "-P", "-m", "urbanplan.study.kernel", "-f", "{connection_file}"]
    spec = {
        "argv": command,
        "display_name": "Python 3",
        "language": "python",
        "metadata": {"debugger": False},
    }
    write_text(private / "jupyter" / "kernels" / "python3" / "kernel.json", json.dumps(spec))
    paths = [
        str(Path(entry).resolve()) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry
    ]
    before = dict(os.environ)
    os.environ.update(
        JUPYTER_PATH=str(private / "jupyter"),
        JUPYTER_RUNTIME_DIR=str(private / "runtime"),
        IPYTHONDIR=str(private / "ipython"),
        PYTHONPATH=os.pathsep.join(paths),
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _typed(name: str, text: str, cell: int) -> UrbanPlanError:
    """Return the error of a cell as the error it was, where it is one of ours."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, UrbanPlanError):
        return kind(text)
    return NotebookError(f"cell {cell}: {name}: {text}")


def _stable(notebook: NotebookNode) -> str:
    """Return the executed notebook as text without times and paths, so that the same run gives the same bytes."""
    import nbformat  # noqa: PLC0415 - a second to import

    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-{number}"
    return str(nbformat.writes(notebook, version=4)) + "\n"
