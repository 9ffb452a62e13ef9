"""Styles for QGIS, kept inside a GeoPackage: a layer that is opened there is coloured and explains its colours."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from urbanplan.study.layer_looks import Look

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8c6d31", "#999999", "#f0e442")
"""Colours for kinds, which colour-blind readers can tell apart (Okabe and Ito 2008, and three more)."""
RAMP = ("#fef0d9", "#fdcc8a", "#fc8d59", "#e34a33", "#b30000")
"""Colours for numbers, light to dark."""
PLAIN, UNKNOWN, OUTLINE = "#5b7083", "#d9d9d9", "#444444"
TABLE = "layer_styles"
GEOMETRY_COLUMN = "geom"
_MOST_KINDS = 20
_SYMBOLS = {"Point": "marker", "LineString": "line", "Polygon": "fill"}


def style_table(styles: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return the table in which QGIS looks for the styles of a GeoPackage's layers.

    Parameters
    ----------
    styles : mapping of str to mapping of str to str
        By layer: its styles as QML by their names; the first is the one that a layer is opened with.
    """
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer,
            "f_geometry_column": GEOMETRY_COLUMN,
            "styleName": name,
            "styleQML": qml,
            "styleSLD": "",
            "useAsDefault": not number,
            "description": "urbanplan",
            "owner": "",
            "ui": "",
            "update_time": "2000-01-01T00:00:00.000Z",
        }
        for layer, named in sorted(styles.items())
        for number, (name, qml) in enumerate(named.items())
    ]
    return pd.DataFrame(rows)


def style_of(
    frame: GeoDataFrame,
    column: str = "",
    *,
    labels: Mapping[str, str] | None = None,
    look: Look | None = None,
) -> str:
    """Return a style as QML: one colour, a colour for each kind, or shades for numbers.

    Parameters
    ----------
    frame : GeoDataFrame
        The layer's rows.
    column : str
        The column that decides the colour; "" for one colour.
    labels : mapping of str to str, optional
        What to call each kind in the legend.
    look : Look, optional
        Colours that mean something, in place of those by which kinds are only told apart.
    """
    kind = _symbol_type(frame)
    if look is not None and look.column in frame:
        return _document(
            _stepped(look, kind) if look.steps else _coded(frame[look.column], look, kind, labels or {})
        )
    if not column or column not in frame or frame[column].isna().all():
        return _document(
            f'<renderer-v2 type="singleSymbol" enableorderby="0">{_symbols([PLAIN], kind)}</renderer-v2>'
        )
    if pd.api.types.is_numeric_dtype(frame[column]):
        return _document(_graduated(frame[column].dropna().to_numpy(dtype=np.float64), column, kind))
    return _document(_categorized(frame[column], column, kind, labels or {}))


def _symbol_type(frame: GeoDataFrame) -> str:
    kinds = {str(kind).removeprefix("Multi") for kind in frame.geometry.geom_type.dropna().unique()}
    return next((symbol for name, symbol in reversed(_SYMBOLS.items()) if name in kinds), "fill")


def _categorized(values: pd.Series[Any], column: str, kind: str, labels: Mapping[str, str]) -> str:
    counts = values.dropna().astype(str).value_counts()
    kinds = sorted(counts.index, key=lambda word: (-counts[word], word))[:_MOST_KINDS]
    parts = [
        f'<category render="true" symbol="{number}" value={quoteattr(word)} label={quoteattr(labels.get(word, word))} type="string"/>'
        for number, word in enumerate(kinds)
    ]
    parts.append(f'<category render="true" symbol="{len(kinds)}" value="" label="…" type="string"/>')
    colours = [COLOURS[number % len(COLOURS)] for number in range(len(kinds))]
    return (
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(column)} enableorderby="0">'
        f"<categories>{''.join(parts)}</categories>{_symbols([*colours, UNKNOWN], kind)}</renderer-v2>"
    )


def _coded(values: pd.Series[Any], look: Look, kind: str, labels: Mapping[str, str]) -> str:
    """Give each code of a look its own colour, whether it stands in the layer or not; what is no code is grey."""
    codes = [*look.colours, *sorted(set(values.dropna().astype(str)) - {*look.colours, ""})][:_MOST_KINDS]
    parts = [
        f'<category render="true" symbol="{number}" value={quoteattr(code)} label={quoteattr(labels.get(code, code))} type="string"/>'
        for number, code in enumerate(codes)
    ]
    parts.append(f'<category render="true" symbol="{len(codes)}" value="" label="…" type="string"/>')
    symbols = "".join(
        _symbol(number, look.colours.get(code, UNKNOWN), kind, look.width_mm, broken=code in look.broken)
        for number, code in enumerate([*codes, ""])
    )
    return (
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(look.column)} enableorderby="0">'
        f"<categories>{''.join(parts)}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )


def _stepped(look: Look, kind: str) -> str:
    """Give numbers the classes of a look, the same for every city."""
    times, sign = (100, "\u202f%") if look.percent else (1, "")
    ranges = [
        f'<range render="true" symbol="{number}" lower="{low:.9g}" upper="{high:.9g}"'
        f' label="{low * times:g} \u2013 {high * times:g}{sign}"/>'
        for number, (low, high) in enumerate(itertools.pairwise(look.steps))
    ]
    symbols = "".join(_symbol(number, colour, kind, look.width_mm) for number, colour in enumerate(look.ramp))
    return (
        f'<renderer-v2 type="graduatedSymbol" attr={quoteattr(look.column)} graduatedMethod="GraduatedColor" enableorderby="0">'
        f"<ranges>{''.join(ranges)}</ranges><symbols>{symbols}</symbols></renderer-v2>"
    )


def _graduated(values: np.ndarray[Any, np.dtype[np.float64]], column: str, kind: str) -> str:
    edges = np.unique(np.quantile(values, np.linspace(0, 1, len(RAMP) + 1)))
    edges = edges if len(edges) > 1 else np.array([edges[0], edges[0]])
    pairs = list(itertools.pairwise(edges))
    ranges = [
        f'<range render="true" symbol="{number}" lower="{low:.9g}" upper="{high:.9g}" label="{low:.4g} to {high:.4g}"/>'
        for number, (low, high) in enumerate(pairs)
    ]
    places = np.linspace(0, len(RAMP) - 1, len(pairs)).round().astype(int)
    return (
        f'<renderer-v2 type="graduatedSymbol" attr={quoteattr(column)} graduatedMethod="GraduatedColor" enableorderby="0">'
        f"<ranges>{''.join(ranges)}</ranges>{_symbols([RAMP[place] for place in places], kind)}</renderer-v2>"
    )


def _symbols(colours: Sequence[str], kind: str) -> str:
    return f"<symbols>{''.join(_symbol(number, colour, kind) for number, colour in enumerate(colours))}</symbols>"


def _symbol(number: int, colour: str, kind: str, width_mm: float = 0.6, *, broken: bool = False) -> str:
    values = {
        "fill": (
            "SimpleFill",
            {"color": _rgba(colour, 200), "outline_color": _rgba(OUTLINE), "outline_width": "0.2"},
        ),
        "line": (
            "SimpleLine",
            {
                "line_color": _rgba(colour),
                "line_width": f"{width_mm:g}",
                "line_style": "dash" if broken else "solid",
            },
        ),
        "marker": (
            "SimpleMarker",
            {"color": _rgba(colour), "outline_color": _rgba(OUTLINE), "size": "2.4", "name": "circle"},
        ),
    }
    name, options = values[kind]
    told = "".join(f'<Option name="{key}" type="QString" value="{value}"/>' for key, value in options.items())
    return (
        f'<symbol name="{number}" type="{kind}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{name}" enabled="1" locked="0" pass="0"><Option type="Map">{told}</Option></layer></symbol>'
    )


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def _document(renderer: str) -> str:
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    return f'{head}\n<qgis version="3.34" styleCategories="Symbology">{renderer}</qgis>\n'
