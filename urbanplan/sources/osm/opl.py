"""OPL, OpenStreetMap's objects as lines of text, for what the reference implementation shall read from memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SPECIAL = re.compile(r"[^\w.:;/()\-]", re.UNICODE)


def opl_line(kind: str, number: int, element: Mapping[str, Any]) -> str:
    """Return one object as Overpass gives it in JSON: `tags`, `lon` and `lat`, `nodes`, `members`."""
    tags = ",".join(f"{_escaped(key)}={_escaped(value)}" for key, value in element.get("tags", {}).items())
    parts = [f"{kind[0]}{number}", f"T{tags}"]
    if kind == "node":
        parts += [f"x{_degrees(element['lon'], 180):.7f}", f"y{_degrees(element['lat'], 90):.7f}"]
    elif kind == "way":
        parts.append("N" + ",".join(f"n{int(ref)}" for ref in element.get("nodes", [])))
    else:
        members = element.get("members", [])
        parts.append(
            "M" + ",".join(f"{m['type'][0]}{int(m['ref'])}@{_escaped(m.get('role', ''))}" for m in members)
        )
    return " ".join(parts)


def _degrees(value: Any, most: float) -> float:
    if not abs(degrees := float(value)) <= most:  # no number compares with NaN
        raise ValueError(f"no place has a coordinate of {degrees:g}")
    return degrees


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: f"%{ord(match[0]):x}%", str(text))
