"""One layer of a city as it was read, with what must be known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geopandas import GeoDataFrame

from urbanplan.base.notes import Note
from urbanplan.model.city import City


@dataclass
class Drawn:
    """One layer as it was read, with what must be known of it."""

    frame: Any = None
    dates: list[str] = field(default_factory=list)
    rows: int | None = None
    sources: list[str] = field(default_factory=list)
    quality: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def note(self, note: Note) -> None:
        """Add a remark to the last quality record."""
        if self.quality:
            self.quality[-1].setdefault("notes", []).append(note.to_dict())

    def with_frame(self, frame: GeoDataFrame) -> Drawn:
        """Put another table in the place of the one that was read."""
        self.frame = frame
        return self

    def record(self, city: City, known_share: float | None) -> dict[str, Any]:
        """Return what the manifest says of this layer."""
        rows = self.rows if self.frame is None else len(self.frame)
        dates = sorted({*self.dates} or {city.sources[key].date for key in self.sources})
        return {
            "date": max(dates, default=""),
            "dates": dates,
            "rows": rows,
            "sources": self.sources,
            "quality": self.quality,
            "notes": self.notes,
            "files": self.files,
            "known_share": known_share,
        }
