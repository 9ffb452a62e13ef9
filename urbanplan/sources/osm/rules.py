"""Rules of streets, kept as data beside the code in TOML, which Python reads by itself and fast."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def read_rules(name: str) -> dict[str, Any]:
    """Read `<name>.toml` from this folder."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
