"""Which features of a layer were mended or left out, with their geometry before and after: for whoever owns the file."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

Geometry = Any


@dataclass(frozen=True)
class Repair:
    """What was done to one feature.

    Attributes
    ----------
    feature : str
        Its id, as in the quality record.
    row : int or None
        Its row in the file, counted from 0.
    what : str
        repaired or dropped.
    reason : str
        A key of `repairs` in the locales (why it was mended), or of `dropped` (why it was left out).
    original, repaired : geometry or None
        Before and after, in the file's own coordinates.
    area_change_m2 : float or None
        How much larger (or, negative, smaller) the mended area is.
    detail : str
        What the geometry library says of it, with the place.
    """

    feature: str
    row: int | None
    what: str
    reason: str
    original: Geometry
    repaired: Geometry = None
    area_change_m2: float | None = None
    detail: str = ""


@dataclass
class RepairLog:
    """What was done to the features of one layer of one file.

    Attributes
    ----------
    crs : object or None
        The reference system of the geometries, once it is known.
    rows : dict
        The row in the file of each feature.
    repairs : list of Repair
        In the order in which they were made.
    """

    crs: Any = None
    rows: dict[Hashable, int] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)

    def name_rows(self, features: Iterable[Hashable], rows: Iterable[int]) -> None:
        """Say in which row of the file each feature stands."""
        self.rows = dict(zip(features, map(int, rows), strict=True))

    def drop(self, features: Iterable[Hashable], originals: Iterable[Geometry], reason: str) -> None:
        """Log features that were left out."""
        self.repairs += [
            Repair(str(feature), self.rows.get(feature), "dropped", reason, original)
            for feature, original in zip(features, originals, strict=True)
        ]

    def repair(
        self, feature: Hashable, original: Geometry, repaired: Geometry, reason: str, **more: Any
    ) -> None:
        """Log a feature that was mended."""
        self.repairs.append(
            Repair(str(feature), self.rows.get(feature), "repaired", reason, original, repaired, **more)
        )

    def count(self, what: str) -> int:
        """Return how many features were repaired, or dropped."""
        return sum(each.what == what for each in self.repairs)
