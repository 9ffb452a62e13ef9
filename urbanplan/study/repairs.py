"""What was mended or left out, as a GeoPackage that the owner of a file opens beside it, to correct it at its source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.base.crs import parse_crs
from urbanplan.base.faults import Word
from urbanplan.base.io import atomic_path
from urbanplan.base.notes import Note, templates
from urbanplan.model.quality import QualityRecord
from urbanplan.model.repair_log import Repair
from urbanplan.sources.municipal.repair import areas_m2
from urbanplan.study.fixed_date import fixed_date

if TYPE_CHECKING:
    from urbanplan.study.drawn import Drawn

FILE = "repairs.gpkg"
_ODD = re.compile(r"[^\w\u0e00-\u0e7f]+")
_LONGEST = 48


def write_repairs(records: Sequence[QualityRecord], target: Path) -> dict[str, list[str]]:
    """Write the features that were mended or left out, with their geometry before and after.

    Parameters
    ----------
    records : sequence of QualityRecord
        Of the layers read; those without repairs make no layer.
    target : Path
        The GeoPackage to write, whole or not at all; nothing is written where nothing was repaired.

    Returns
    -------
    dict of str to list of str
        For each record with repairs, by its layer and file, the names of its layers in the GeoPackage:
        `<layer>_original` and `<layer>_repaired`, in the coordinates of the file.
    """
    import pyogrio  # noqa: PLC0415 - GDAL is loaded only where something is written with it

    told = [record for record in records if record.log.repairs]
    names = _names(told)
    if not told:
        return {}
    with atomic_path(target) as draft, fixed_date():
        for record, name in zip(told, names, strict=True):
            for which in ("original", "repaired"):
                frame = _table(record, which)
                if frame.empty:
                    continue
                title = " / ".join(_title(record.file, which, lang) for lang in ("th", "en"))
                pyogrio.write_dataframe(
                    frame,
                    draft,
                    driver="GPKG",
                    layer=f"{name}_{which}",
                    geometry_type="Unknown",
                    append=draft.exists(),
                    layer_metadata={"DESCRIPTION": title},
                )
    return {
        f"{record.layer}/{record.file}": [
            f"{name}_{which}" for which in ("original", "repaired") if not _table(record, which).empty
        ]
        for record, name in zip(told, names, strict=True)
    }


def note_repairs(
    records: Sequence[QualityRecord], layers: Mapping[str, Drawn], folder: Path
) -> dict[str, Any]:
    """Write what was repaired while a city was prepared, and say so in the quality record of each layer.

    Parameters
    ----------
    records : sequence of QualityRecord
        Of all tables that were read.
    layers : mapping of str to Drawn
        What was read; the notes are added to its quality records.
    folder : Path
        Where the layers are written.

    Returns
    -------
    dict
        For the manifest: `file` and, by layer and file, the names of the `tables`; empty where nothing was repaired.
    """
    tables = write_repairs(records, folder / FILE)
    for record in records:
        names = tables.get(f"{record.layer}/{record.file}")
        if names is None or record.layer not in layers:
            continue
        facts = {"repaired": record.log.count("repaired"), "dropped": record.log.count("dropped")}
        note = Note("repairs_written", {**facts, "file": f"layers/{FILE}", "tables": ", ".join(names)})
        for quality in layers[record.layer].quality:
            if (quality.get("file"), quality.get("source")) == (record.file, record.source):
                quality["notes"].append(note.to_dict())
    return {"file": FILE, "tables": tables} if tables else {}


def _names(records: Sequence[QualityRecord]) -> list[str]:
    """Return a name for each record: its layer, with the file where a layer comes from several."""
    layers = [record.layer for record in records]
    plain = [
        record.layer
        if layers.count(record.layer) == 1
        else f"{record.layer}_{_ODD.sub('_', record.source or Path(record.file).stem)}"
        for record in records
    ]
    return [
        name[:_LONGEST] if plain.count(name) == 1 else f"{name[:_LONGEST]}_{number}"
        for number, name in enumerate(plain, 1)
    ]


def _title(file: str, which: str, lang: str) -> str:
    words = templates("repairs", lang)
    return words["title"].format(file=file, which=words[which])


def _table(record: QualityRecord, which: str) -> GeoDataFrame:
    """Return one row per feature: before mending all of them, after it those that were mended."""
    rows = [each for each in record.log.repairs if which == "original" or each.repaired is not None]
    crs = None if record.log.crs is None else parse_crs(record.log.crs, where=record.file)
    originals = GeoSeries([_sound(each.original) for each in rows], crs=crs)
    values: dict[str, Any] = {
        "feature": [each.feature for each in rows],
        "row": [each.row for each in rows],
        "file": record.file,
        "what": [each.what for each in rows],
        "reason": [each.reason for each in rows],
        "reason_th": [_reason(each, "th") for each in rows],
        "reason_en": [_reason(each, "en") for each in rows],
        "detail": [each.detail or None for each in rows],
        "area_before_m2": _areas(originals, crs),
        "area_change_m2": [np.nan if each.area_change_m2 is None else each.area_change_m2 for each in rows],
    }
    shapes = (
        originals if which == "original" else GeoSeries([_sound(each.repaired) for each in rows], crs=crs)
    )
    return GeoDataFrame(values, geometry=shapes, crs=crs)


def _reason(repair: Repair, lang: str) -> str:
    return Word("repairs" if repair.what == "repaired" else "dropped", repair.reason).said(lang)


def _sound(shape: Any) -> Any:
    """Return a geometry that a GeoPackage can hold; what is not finite has no place."""
    if shape is None or shapely.is_empty(shape) or not np.isfinite(shapely.bounds(shape)).all():
        return None
    return shape


def _areas(shapes: GeoSeries, crs: Any) -> np.ndarray:
    """Return areas in square metres where they can be told; rounded, so that the bytes are the same everywhere."""
    out = np.full(len(shapes), np.nan)
    known = shapes.notna().to_numpy()
    if crs is not None and known.any():
        out[known] = np.round(areas_m2(shapes[known], crs), 3)
    return out
