"""One notebook on its own: whether it is one, and whether its parameters can be asked for."""

from __future__ import annotations

import ast
import json
import keyword
import re
import warnings
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from urbanplan.base.errors import InputError
from urbanplan.base.faults import Fault
from urbanplan.model.quality import QualityRecord
from urbanplan.study.parameters import TAG, parameters_cell, schema

_FORMAT = 4
_RESERVED = {"model_config", "model_fields", "self", "cls"}
_MARKS = ("%", "!", "?")
_OUTPUTS = {"stream", "display_data", "execute_result", "error"}
_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
_KERNEL = re.compile(r"^[A-Za-z0-9._ -]{1,100}$")
_OTHER_KERNELS = (
    "bash",
    "ir",
    "julia",
    "javascript",
    "java",
    "deno",
    "octave",
    "matlab",
    "ruby",
    "scala",
    "sos",
    "xcpp",
)
_HALVES = re.compile("[\ud800-\udfff]")
_SCRIPT = re.compile(r"<\s*(?:script|iframe)\b|javascript:|\bonerror\s*=", re.IGNORECASE)


def inspect_notebook(path: Path) -> QualityRecord:
    """Check a notebook without running it: its format, its cells, and the schema of its parameters.

    Raises
    ------
    InputError
        With one sentence that names file, fault and mend.
    """
    notebook = _read(path)
    _check_cells(notebook, path.name)
    source = parameters_cell(notebook, path.name)
    if any(
        cell["cell_type"] != "code" and TAG in cell.get("metadata", {}).get("tags", [])
        for cell in notebook["cells"]
    ):
        raise InputError(Fault("notebook_parameters_text", file=path.name, tag=TAG))
    model = _schema(source, path.name)
    record = QualityRecord(layer="notebook", file=path.name, encoding="utf-8", read=len(notebook["cells"]))
    record.kept = record.read
    record.note("parameters", names=", ".join(model.model_fields) or "-")
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(code, 1):
        _check_code(_text(cell), number, path.name, record)
    texts = [_text(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    if any(
        _SCRIPT.search(text) for text in [*texts, *(json.dumps(cell.get("outputs", [])) for cell in code)]
    ):
        record.note("notebook_markup")
    outputs = sum(bool(cell.get("outputs")) for cell in code)
    if outputs:
        record.note("old_outputs", count=outputs)
    return record


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(
            path.read_text(encoding="utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number
        )
    except UnicodeDecodeError as error:
        raise InputError(Fault("notebook_not_utf8", file=path.name, start=error.start)) from error
    except json.JSONDecodeError as error:
        raise InputError(Fault("notebook_cut", file=path.name, lineno=error.lineno, msg=error.msg)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(Fault("notebook_not", file=path.name, error=error)) from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        old = isinstance(notebook, dict) and isinstance(notebook.get("worksheets"), list)
        fault = Fault("notebook_old" if old else "notebook_is_json")
        raise InputError(Fault("notebook_form", file=path.name, fault=fault))
    minor = notebook.get("nbformat_minor", 0)
    if not isinstance(minor, int) or isinstance(minor, bool) or minor < 0:
        raise InputError(Fault("notebook_minor", file=path.name))
    if notebook.get("nbformat") != _FORMAT or notebook["nbformat"] is True:
        raise InputError(Fault("notebook_format", file=path.name, format=str(notebook.get("nbformat"))[:20]))
    return notebook


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(Fault("object_member_twice", name=twice[:40]))
    return out


def _no_number(text: str) -> None:
    raise ValueError(Fault("constant_not_json", text=text))


def _check_cells(notebook: dict[str, Any], where: str) -> None:
    """Check what the notebook's own schema asks for, as far as a run depends on it."""
    if not isinstance(notebook.get("metadata", {}), dict):
        raise InputError(Fault("notebook_metadata", file=where))
    kernel = notebook.get("metadata", {}).get("kernelspec", {})
    told = notebook.get("metadata", {}).get("language_info", {})
    language = kernel.get("language", "python") if isinstance(kernel, dict) else ""
    if str(language).lower() == "python" and isinstance(told, dict):
        language = told.get("name", "python")
    name = str(kernel.get("name", "python3")) if isinstance(kernel, dict) else ""
    if not _KERNEL.match(name) or name.lower().startswith(_OTHER_KERNELS):
        raise InputError(Fault("notebook_kernel", file=where, name=name[:40]))
    if str(language).lower() != "python":
        raise InputError(Fault("notebook_language", file=where, language=str(language)[:20]))
    for number, cell in enumerate(notebook["cells"], 1):
        fault = _fault(cell)
        if fault:
            raise InputError(Fault("notebook_cell", file=where, number=number, fault=fault))
    ids = [cell["id"] for cell in notebook["cells"] if "id" in cell]
    odd = next((each for each in ids if not isinstance(each, str) or not _ID.match(each)), None)
    if odd is not None:
        raise InputError(Fault("notebook_cell_id", file=where, id=str(odd)[:40]))
    twice = [each for each in ids if ids.count(each) > 1] if len(ids) < 10_000 else []  # noqa: PLR2004 - quadratic
    if twice:
        raise InputError(Fault("notebook_id_twice", file=where, id=str(twice[0])[:40]))
    if not notebook["cells"]:
        raise InputError(Fault("notebook_empty", file=where))


def _fault(cell: Any) -> Fault | None:
    if not isinstance(cell, dict):
        return Fault("cell_no_mapping")
    if cell.get("cell_type") not in {"code", "markdown", "raw"}:
        return Fault("cell_kind", kind=str(cell.get("cell_type"))[:20])
    metadata, source = cell.get("metadata", {}), cell.get("source")
    tags = metadata.get("tags", []) if isinstance(metadata, dict) else None
    faults = {
        "cell_no_text": not (isinstance(source, str) or _are_texts(source)),
        "cell_metadata": tags is None,
        "cell_tags": not _are_texts(tags or []),
        "cell_outputs": not _are_outputs(cell.get("outputs", [])),
        "cell_count": not isinstance(cell.get("execution_count"), int | None),
    }
    return next((Fault(code) for code, there in faults.items() if there), None)


def _are_outputs(values: Any) -> bool:
    return isinstance(values, list) and all(
        isinstance(value, dict) and value.get("output_type") in _OUTPUTS for value in values
    )


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _schema(source: str, where: str) -> Any:
    """Read the parameters cell, and refuse names that would not stay names."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a name that hides one of the checker's own is refused
            model = schema(source, where)
            model()
    except InputError:
        raise
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        name = ".".join(map(str, item["loc"])) or "parameters cell"
        raise InputError(Fault("parameter_default", file=where, name=name, text=item["msg"])) from error
    except Exception as error:
        raise InputError(
            Fault("parameters_odd", file=where, text=" ".join(str(error).split())[:120])
        ) from error
    names = [
        node.target.id
        for node in ast.parse(source).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    for name in names:
        if names.count(name) > 1:
            raise InputError(Fault("parameter_twice", file=where, name=name))
    for name, field in model.model_fields.items():
        if isinstance(field.default, float) and not isfinite(field.default):
            raise InputError(Fault("parameter_infinite", file=where, name=name, default=field.default))
        if isinstance(field.default, str) and _HALVES.search(field.default):
            raise InputError(Fault("parameter_half", file=where, name=name))
        if keyword.iskeyword(name) or name in _RESERVED or not name.isascii():
            raise InputError(Fault("parameter_name", file=where, name=name))
    return model


def _check_code(text: str, number: int, where: str, record: QualityRecord) -> None:
    lines = text.splitlines()
    marked = [
        line.lstrip() for line in lines if line.lstrip().startswith(_MARKS) or line.rstrip().endswith("?")
    ]
    if any(line.startswith(("!", "%%bash", "%%sh", "%%script")) for line in marked):
        record.note("runs_commands", cell=number)
    if marked:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, where, "exec", flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        raise InputError(
            Fault("notebook_syntax", file=where, number=number, lineno=error.lineno, msg=error.msg)
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(Fault("notebook_not_python", file=where, number=number, error=error)) from error


def _text(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)
