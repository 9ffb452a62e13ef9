"""Empty layers for an office to fill in, with a guide in Thai and English beside each."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from urbanplan.base.errors import InputError, UsageError
from urbanplan.base.io import atomic_path, write_text
from urbanplan.model.layers import LAYERS
from urbanplan.study.fixed_date import fixed_date

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

DEFAULT_CRS = "EPSG:32647"
_TYPES = {
    "str": {"th": "ข้อความ", "en": "text"},
    "float64": {"th": "ตัวเลข", "en": "number"},
    "bool": {"th": "จริง/เท็จ", "en": "true/false"},
}
_HOW = {
    "th": (
        "เปิดไฟล์ .gpkg ใน QGIS แล้วเริ่มแก้ไข (Toggle Editing) วาดหรือคัดลอกรูปจากชั้นข้อมูลเดิม กรอกตาราง แล้วบันทึก (ไฟล์ .csv เปิดด้วยโปรแกรมตารางคำนวณแล้วบันทึกเป็น CSV UTF-8)",
        "ถ้าไม่ทราบค่าใด ให้เว้นว่างไว้ อย่าใส่ศูนย์ ขีด หรือคำว่า ไม่ทราบ",
        "ปิด QGIS ก่อนคัดลอกไฟล์ แล้วตรวจด้วยคำสั่ง",
        "จากนั้นเพิ่มข้อความนี้ในไฟล์ของเมือง",
    ),
    "en": (
        "Open the .gpkg in QGIS, toggle editing, draw or paste the shapes, fill in the table and save (a .csv opens in any spreadsheet; save it as CSV UTF-8).",
        "Leave empty what is not known: no zero, no dash, no word for it.",
        "Close QGIS before you copy the file; then check it with",
        "Then add this to the city file",
    ),
}
_WORDS = {"th": ("คอลัมน์", "ชนิด", "ความหมาย", "ตัวอย่าง"), "en": ("column", "type", "meaning", "example")}


def names() -> list[str]:
    """Return the names of the templates."""
    return [name for name in _book() if name != "columns"]


def write_template(name: str, target: Path, *, crs: str = DEFAULT_CRS) -> tuple[Path, Path]:
    """Write an empty GeoPackage or CSV with the columns of a layer, and a guide in Thai and English beside it.

    Parameters
    ----------
    name : str
        heritage, rules, viewpoints, targets, venues, zoning, assets or population.
    target : Path
        The .gpkg or .csv to write; a file that is there is left alone.
    crs : str
        Reference system in metres.

    Returns
    -------
    tuple of Path
        The file and the guide (.md).

    Raises
    ------
    UsageError
        If there is no such template, or the target is called neither .gpkg nor .csv.
    InputError
        If one of the files is there already.
    NoCrsError
        If the CRS is not in metres.
    """
    book = _book()
    if name not in names():
        raise UsageError(f"there is no template {name!r}; templates are {', '.join(names())}")
    if target.suffix.lower() not in {".gpkg", ".csv"}:
        raise UsageError(
            f"{target.name}: a template is a GeoPackage or CSV; give it a name that ends in .gpkg or .csv"
        )
    guide = target.with_suffix(".md")
    for path in (target, guide):
        if path.exists():
            raise InputError(
                f"{path.name}: is there already and may be filled in; name another file with --file"
            )
    facts = book[name]
    if target.suffix.lower() == ".csv":
        write_text(target, f"\ufeff{','.join(_table_columns(facts))}\r\n")
    else:
        _write_layer(facts, target, crs)
    write_text(guide, _guide(name, facts, book["columns"], target.name, crs))
    return target, guide


def columns_of(layer: str) -> dict[str, str]:
    """Return the columns of a template's layer and their types; the first is the code of the feature."""
    own = {layer: "float64"} if LAYERS[layer].kind == "raster" else LAYERS[layer].columns
    return {"id": "str", **own}


def _table_columns(facts: dict[str, Any]) -> list[str]:
    """Return the columns of a table: points have longitude and latitude, other shapes well-known text."""
    place = {"none": [], "Point": ["lon", "lat"]}.get(facts["geometry"], ["geometry"])
    return [*columns_of(facts["layer"]), *place]


def _book() -> dict[str, Any]:
    text = files("urbanplan.study").joinpath("template.yml").read_text(encoding="utf-8")
    book: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return book


def _write_layer(facts: dict[str, Any], target: Path, crs: str) -> None:
    import pyogrio  # noqa: PLC0415 - a second to import

    from urbanplan.base.crs import check_projected_metres  # noqa: PLC0415 - a second to import

    system = check_projected_metres(crs, where="the template")
    frame, drawn = _empty(columns_of(facts["layer"]), system), facts["geometry"]
    shape = {"geometry_type": drawn, "promote_to_multi": drawn.startswith("Multi")} if drawn != "none" else {}
    with atomic_path(target) as draft, fixed_date():
        pyogrio.write_dataframe(
            frame if shape else frame.drop(columns="geometry"),
            draft,
            driver="GPKG",
            layer=facts["layer"],
            **shape,
            layer_metadata={"DESCRIPTION": f"{facts['title']['th']} / {facts['title']['en']}"},
        )


def _empty(columns: dict[str, str], crs: Any) -> GeoDataFrame:
    import pandas as pd  # noqa: PLC0415 - a second to import
    from geopandas import GeoDataFrame  # noqa: PLC0415 - a second to import

    kinds = {name: "object" if kind == "str" else kind for name, kind in columns.items()}
    table = {name: pd.Series([], dtype=kind) for name, kind in kinds.items()}
    return GeoDataFrame(table, geometry=[], crs=crs)


def _guide(name: str, facts: dict[str, Any], meanings: dict[str, Any], file: str, crs: str) -> str:
    parts = []
    for language in ("th", "en"):
        open_it, unknown, check, add = _HOW[language]
        rows = [
            f"| `{column}` | {_TYPES[kind][language]} | {meanings[column][language]} | {meanings[column]['example']} |"
            for column, kind in columns_of(facts["layer"]).items()
        ]
        parts += [
            f"# {facts['title'][language]} ({crs})",
            facts["note"][language],
            f"{open_it} {unknown}",
            "\n".join([f"| {' | '.join(_WORDS[language])} |", "| --- | --- | --- | --- |", *rows]),
            f"{check}\n\n    urbanplan doctor --file {file}{' --lang th' if language == 'th' else ''}",
            f"{add}\n\n{_entry(name, facts['layer'], file)}",
        ]
    return "\n\n".join(parts) + "\n"


def _entry(name: str, layer: str, file: str) -> str:
    """Return the lines of a city file that read the filled-in template."""
    extra = ", point_cell_m: 100" if layer == "population" else ""
    lines = [
        "sources:",
        f"  {name}:",
        f"    file: {file}",
        '    date: "2024-01-01"',
        "    licence: CC-BY-4.0",
        "    attribution: สำนักงานเทศบาล",
        "layers:",
        f"  {layer}: {{source: {name}, columns: {{id: id}}{extra}}}",
    ]
    return "\n".join(f"    {line}" for line in lines)
