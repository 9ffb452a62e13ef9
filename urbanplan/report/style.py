"""The look of figures: typeface, colours and one drawing state that no user setting can change."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

FONTS = Path(__file__).parent / "fonts"

INK = "#1d2b33"
QUIET = "#56646c"
PAPER = "#ffffff"
OUTSIDE = "#f4f3ef"
UNKNOWN = "#e3e3e3"
UNKNOWN_HATCH = "#8d8d8d"
WATER = "#a9cfe0"
STREET = "#ffffff"
STREET_EDGE = "#6b6b6b"
HERITAGE = "#7a1a8c"
WARNING = "#8a3b00"

_FOLLOWERS = "ะาำๅๆฯ"
_LEADERS = "เแโใไ"

_SETTINGS: dict[str, Any] = {
    "font.family": ["Sarabun", "DejaVu Sans"],
    "font.size": 9.0,
    "text.color": INK,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.5,
    "svg.hashsalt": "urbanplan",
    "svg.fonttype": "path",
    "figure.dpi": 110,
    "savefig.dpi": 110,
}


Box = tuple[float, float, float, float]
"""Left, bottom, width and height; or west, south, east and north."""


class MapFigure(Figure):
    """A figure that shows itself in a notebook once, without pyplot.

    Attributes
    ----------
    frames : list of tuple
        Of each map in the figure: its box as shares of the figure, and its extent in metres.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frames: list[tuple[Box, Box]] = []

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        width, height = self.get_size_inches()
        return png(self, dpi=200), {"width": int(width * 100), "height": int(height * 100)}


@lru_cache(maxsize=1)
def load_fonts() -> None:
    """Make Sarabun known to matplotlib."""
    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(str(path))


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with our settings and no others, so that a user's matplotlibrc changes no byte."""
    load_fonts()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def figure(width: float, height: float) -> MapFigure:
    """Return an empty figure of so many inches, with a canvas of its own."""
    made = MapFigure(figsize=(width, height), facecolor=PAPER)
    FigureCanvasAgg(made)
    return made


def png(made: Figure, *, dpi: float) -> bytes:
    """Return the figure as a PNG that says nothing about when and by what it was written."""
    buffer = io.BytesIO()
    with drawing():
        made.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    load_fonts()
    paths = [font_manager.findfont(family) for family in ("Sarabun", "DejaVu Sans")]
    return frozenset(code for path in paths for code in font_manager.get_font(path).get_charmap())


def drawable(text: object, longest: int = 60) -> str:
    """Return a text from data as figures can show it: one line, not endless, only letters that the fonts have."""
    line = " ".join(str(text).split())
    kept = "".join(sign if ord(sign) in _glyphs() else "\N{WHITE SQUARE}" for sign in line)
    if len(kept) <= longest:
        return kept
    end = longest
    while end > 1 and not breakable(kept[end - 1], kept[end]):
        end -= 1
    return kept[:end] + "…"


def breakable(before: str, sign: str) -> bool:
    """Tell whether a text may be broken between two signs without tearing a Thai cluster apart."""
    marks = unicodedata.category(sign) in {"Mn", "Me", "Mc"} or sign in _FOLLOWERS
    return not marks and before not in _LEADERS


def width_of(text: str) -> float:
    """Return the width of a text in letters, without the marks that stand above and below."""
    return sum(0.0 if unicodedata.category(sign) in {"Mn", "Me", "Cf"} else 1.0 for sign in text)
