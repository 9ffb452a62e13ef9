"""What a notebook may be asked for: its parameters cell, read as a schema and checked before any kernel starts."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from typing import Any, Literal, Union

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from urbanplan.base.errors import InputError, UsageError
from urbanplan.base.faults import Fault

TAG = "parameters"
_PLAIN: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": bool, "None": None}
_GENERIC: dict[str, Any] = {"list": list, "dict": dict, "tuple": tuple}


def parameters_cell(notebook: Mapping[str, Any], where: str) -> str:
    """Return the source of the one cell that is tagged `parameters`.

    Raises
    ------
    InputError
        If there is none, or more than one.
    """
    cells = [cell for cell in notebook["cells"] if TAG in cell.get("metadata", {}).get("tags", [])]
    if len(cells) != 1:
        raise InputError(Fault("notebook_parameters", file=where, tag=TAG, count=len(cells)))
    source = cells[0]["source"]
    return source if isinstance(source, str) else "".join(source)


def schema(source: str, where: str) -> type[BaseModel]:
    """Read a parameters cell as a schema.

    Parameters
    ----------
    source : str
        Lines of the form `name: type = literal`, where the type is made of str, int, float, bool, None, list,
        dict, tuple, Literal and `|`.
    where : str
        What an error calls the notebook.

    Returns
    -------
    type of BaseModel
        One field per parameter with its default; other names and other types are refused.

    Raises
    ------
    InputError
        If a line is something else.
    """
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        raise InputError(
            Fault("parameters_syntax", file=where, lineno=error.lineno, msg=error.msg)
        ) from error
    fields: dict[str, Any] = {}
    for line in lines:
        if isinstance(line, ast.ImportFrom) and line.module == "typing":
            continue
        name = line.target.id if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) else ""
        if not isinstance(line, ast.AnnAssign) or line.value is None or not name or name.startswith("_"):
            raise InputError(Fault("parameters_line", file=where, lineno=line.lineno))
        try:
            fields[name] = (_type(line.annotation), ast.literal_eval(line.value))
        except ValueError as error:
            raise InputError(
                Fault("parameters_value", file=where, lineno=line.lineno, line=ast.unparse(line)[:80])
            ) from error
    config = ConfigDict(extra="forbid", strict=True, validate_default=True)
    model = create_model("Parameters", __config__=config, **fields)
    for name in sorted(set(fields) - set(model.model_fields)):
        raise InputError(Fault("parameter_not_free", file=where, name=name))
    return model


def check(model: type[BaseModel], given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the parameters that were given, after checking names and types.

    Raises
    ------
    UsageError
        If a name is unknown (the nearest one is offered) or a value is of another type.
    """
    try:
        checked = model.model_validate(dict(given))
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            near = difflib.get_close_matches(name, model.model_fields, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(model.model_fields)}"
            raise UsageError(f"{where}: has no parameter {name!r}; {hint}") from error
        message = str(item["msg"])
        raise UsageError(f"{where}: parameter {name}: {message[:1].lower()}{message[1:]}") from error
    return {name: value for name, value in checked.model_dump(mode="json").items() if name in given}


def _type(node: ast.expr) -> Any:
    """Return the type that an annotation means, without running any code."""
    match node:
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=str(text)):
            return _type(ast.parse(text, mode="eval").body)
        case ast.Name(id=name) if name in _PLAIN or name in _GENERIC:
            return _PLAIN.get(name, _GENERIC.get(name))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return Union[_type(left), _type(right)]  # noqa: UP007 - built at run time
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            return Literal[ast.literal_eval(inner)]
        case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _GENERIC:
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _GENERIC[name][tuple(_type(part) for part in parts)]
        case _:
            raise ValueError(ast.unparse(node))
