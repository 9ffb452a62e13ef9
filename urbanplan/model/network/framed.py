"""Tables that are kept as plain columns until somebody looks at them: pandas takes more memory than a city's streets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Columns = Mapping[str, NDArray[Any]]
"""Values by column, all of one length; unknown text is None."""
_Class = TypeVar("_Class", bound=type)


def framed(name: str) -> Callable[[_Class], _Class]:
    """Let a class take columns for an attribute that is read as a DataFrame.

    Parameters
    ----------
    name : str
        Name of the attribute, a field of the class.
    """

    def decorate(owner: _Class) -> _Class:
        setattr(owner, name, _Framed(name))
        return owner

    return decorate


class _Framed:
    """An attribute that becomes a DataFrame when it is first read."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            return self
        held = vars(instance)[self.name]
        if isinstance(held, Mapping):
            held = vars(instance)[self.name] = _table(held)
        return held

    def __set__(self, instance: object, value: pd.DataFrame | Columns) -> None:
        vars(instance)[self.name] = value


def _table(columns: Columns) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415  (heavy)

    series = {
        name: pd.Series(values, dtype=object) if values.dtype == np.object_ else values
        for name, values in columns.items()
    }
    return pd.DataFrame(series, index=pd.RangeIndex(len(next(iter(columns.values()), ()))))
