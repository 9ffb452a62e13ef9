"""QGIS styles for grids: the colours with which a GIS opens them."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ONE_WAY = ("#fff5eb", "#fdd3a1", "#fda660", "#f16913", "#b93b02", "#7f2704")
TWO_WAYS = ("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b")
"""Blue is below zero, red above: for a slack, blue protects the view and red does not."""


def qml(values: Floats, unit: str, *, counted: bool = False) -> str:
    """Return the style of a grid.

    Parameters
    ----------
    values : ndarray
        Its numbers; NaN is not drawn.
    unit : str
        Written behind each class.
    counted : bool
        Whether the numbers are counts, each with a colour of its own.
    """
    known = values[np.isfinite(values)]
    stops = _stops(known, counted=counted) if len(known) else [(0.0, ONE_WAY[0])]
    items = "".join(
        f'<item alpha="255" color={quoteattr(colour)} label={quoteattr(f"{value:g} {unit}".strip())} value="{value:g}"/>'
        for value, colour in stops
    )
    kind = "EXACT" if counted else "INTERPOLATED"
    low, high = stops[0][0], stops[-1][0]
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.34" styleCategories="AllStyleCategories"><pipe>'
        f'<rasterrenderer band="1" type="singlebandpseudocolor" opacity="0.8" classificationMin="{low:g}"'
        f' classificationMax="{high:g}"><rastershader><colorrampshader colorRampType="{kind}" clip="0"'
        f' minimumValue="{low:g}" maximumValue="{high:g}">{items}</colorrampshader></rastershader></rasterrenderer>'
        "</pipe><blendMode>0</blendMode></qgis>\n"
    )


def _stops(known: Floats, *, counted: bool) -> list[tuple[float, str]]:
    """Return values with their colours, rising."""
    if counted:
        steps = np.unique(known)[:12]
        return [
            (float(v), ONE_WAY[min(k * len(ONE_WAY) // max(len(steps), 1), 5)]) for k, v in enumerate(steps)
        ]
    low, high = (float(edge) for edge in np.quantile(known, [0.02, 0.98]))
    if low < 0 < high:
        return list(zip((low, low / 2, 0.0, high / 2, high), TWO_WAYS, strict=True))
    steps = np.linspace(low, high if high > low else low + 1, len(ONE_WAY))
    return [(float(f"{value:.3g}"), colour) for value, colour in zip(steps, ONE_WAY, strict=True)]
