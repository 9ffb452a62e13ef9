"""What we measure: one file, one function, one metric."""

from __future__ import annotations

import pkgutil
from importlib import import_module


def load() -> None:
    """Import every metric, so that the registry knows them all."""
    for theme in pkgutil.iter_modules(__path__, f"{__name__}."):
        for module in pkgutil.iter_modules(import_module(theme.name).__path__, f"{theme.name}."):
            import_module(module.name)
