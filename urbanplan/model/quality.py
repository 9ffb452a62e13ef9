"""The quality record of a layer: what was read, what was done to it, and how sure its place on Earth is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from urbanplan.base.notes import Fact, Note
from urbanplan.model.repair_log import RepairLog


@dataclass
class QualityRecord:
    """What happened to one layer between its file and the analysis.

    Attributes
    ----------
    layer : str
        Name of the layer in urbanplan's vocabulary.
    file : str
        Name of the file, without folders.
    source : str
        Key of the source in the city file, where there is one.
    read, kept, repaired, duplicates : int
        Features in the file, in the layer, mended (invalid outlines), and with a geometry that another has too.
    dropped : dict of str to int
        How many features were left out, by reason (a key of `dropped` in the locales).
    area_change_m2 : float
        Sum of the absolute changes of area that mending made, in square metres.
    repairs : dict of str to float
        The change of area by feature (its id), in square metres; positive where the feature grew.
    encoding : str or None
        Text encoding that the names were read in, and by what evidence.
    crs : str or None
        The reference system of the coordinates as read.
    crs_from : str or None
        Who says so: "file", ".prj", "city file", "format".
    operation : str or None
        The operation that brought the coordinates into the city's system.
    operation_accuracy_m : float or None
        The accuracy that this operation claims, in metres; None where nobody states one.
    pipeline : str or None
        The operation as PROJ strings.
    date : str or None
        Date of the data.
    notes : list of Note
        What a careful reader must know; the words are in the locales.
    log : RepairLog
        The features that were mended or left out, with their geometry; it is written apart, as a GeoPackage.
    """

    layer: str
    file: str
    source: str = ""
    read: int = 0
    kept: int = 0
    repaired: int = 0
    duplicates: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    area_change_m2: float = 0.0
    repairs: dict[str, float] = field(default_factory=dict)
    encoding: str | None = None
    crs: str | None = None
    crs_from: str | None = None
    operation: str | None = None
    operation_accuracy_m: float | None = None
    pipeline: str | None = None
    date: str | None = None
    notes: list[Note] = field(default_factory=list)
    log: RepairLog = field(default_factory=RepairLog, repr=False, compare=False)

    def drop(self, reason: str, count: int) -> None:
        """Count features that were left out for a reason; none is not worth a line."""
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + int(count)

    def note(self, code: str, **facts: Fact) -> None:
        """Add a remark, once: a key of `notes` in the locales, and what fills its blanks."""
        self.add(Note(code, facts))

    def add(self, *notes: Note) -> None:
        """Add remarks that others made, each once."""
        for note in notes:
            if note not in self.notes:
                self.notes.append(note)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain values for JSON, numbers rounded so that the bytes are the same everywhere."""
        values = {name: value for name, value in vars(self).items() if name not in {"notes", "log"}}
        values["notes"] = [note.to_dict() for note in self.notes]
        values["dropped"] = dict(sorted(self.dropped.items()))
        values["repairs"] = {key: round(value, 3) for key, value in sorted(self.repairs.items())}
        values["area_change_m2"] = round(self.area_change_m2, 3)
        return values
