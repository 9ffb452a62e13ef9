"""The words that people read, one file per language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).resolve().parents[1] / "locales"


def languages() -> list[str]:
    """Return the languages that there are words of."""
    return sorted(path.stem for path in LOCALES.glob("*.yml"))


@lru_cache(maxsize=8)
def tree_of(lang: str) -> dict[str, Any]:
    """Return all words of a language, as they stand in its file; nobody may change them."""
    from ruamel.yaml import YAML  # noqa: PLC0415  (heavy, and who reads streets needs no words)

    return dict(YAML(typ="safe").load((LOCALES / f"{lang}.yml").read_text(encoding="utf-8")))
