"""Classes and colours for values: round class limits, colours that keep their order for every eye."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.report.words import EN_DASH, NBSP, Words, display_unit

CLASSES = 6
"""At most so many classes: more shades than that cannot be told apart on a map."""

_MANY_VALUES = 7
_SKEWED = 1.8
_MANY_ZEROS = 0.05
"""From this share of zeros on, zero is a class of its own: "none" reads differently from "few"."""
_COUNTED = {"count", "people"}
_SHARE_LIMITS = (0.2, 0.4, 0.6, 0.8)
_ROUND_DISTANCES_M = (100, 250, 500, 1000, 1600, 3000, 5000, 10_000, 20_000)


@dataclass(frozen=True)
class Scale:
    """How values become colours.

    Attributes
    ----------
    limits : array of float
        Upper limits of all classes but the last, ascending; a value on a limit belongs to the class below.
    colours : tuple of str
        One colour for each class.
    labels : tuple of str
        Words of the legend for each class, without the unit.
    unit : str
        Unit of the legend's heading.
    """

    limits: NDArray[np.float64]
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    unit: str

    def classes(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the class of each value, and -1 for unknown."""
        found = np.searchsorted(self.limits, values, side="left").astype(np.int64)
        return np.where(np.isnan(values), -1, found)


def scale(values: NDArray[np.float64], facts: Mapping[str, Any], words: Words) -> Scale:
    """Choose classes and colours for the values of one metric.

    Parameters
    ----------
    values : array of float, shape (units,)
        Known and unknown (NaN) values, in the metric's unit.
    facts : mapping
        The metric's record; its unit and direction are used.
    words : Words
        For the labels.

    Returns
    -------
    Scale
        Few distinct values get one class each; shares are cut at 20 %, distances at walking distances, all
        else at round numbers, evenly where the values are spread evenly and by rank where they are skewed.
    """
    unit, direction = display_unit(facts), str(facts.get("direction", "neutral"))
    known = values[np.isfinite(values)]
    distinct = np.unique(known)
    if len(distinct) <= _MANY_VALUES and _whole(distinct):
        limits = (distinct[:-1] + distinct[1:]) / 2
        labels = tuple(words.digits(value, unit) for value in distinct)
    else:
        limits = _limits(known, unit, walked=unit == "m" and direction == "lower")
        labels = _labels(limits, known, unit, words)
    return Scale(limits, _colours(len(limits) + 1, direction), labels, unit)


def _whole(distinct: NDArray[np.float64]) -> bool:
    return len(distinct) <= 1 or bool(np.all(distinct == np.round(distinct)))


def _limits(known: NDArray[np.float64], unit: str, *, walked: bool) -> NDArray[np.float64]:
    if not walked and known.min() == 0 and np.mean(known == 0) > _MANY_ZEROS:
        return np.concatenate([[0.0], _inner(known[known > 0], unit, CLASSES - 1, walked=False)])
    return _inner(known, unit, CLASSES, walked=walked)


def _inner(known: NDArray[np.float64], unit: str, most: int, *, walked: bool) -> NDArray[np.float64]:
    """Return the limits between at most so many classes of values."""
    low, high = float(known.min()), float(known.max())
    if unit == "share" and low >= 0 and _SHARE_LIMITS[1] <= high <= 1:
        candidates = np.array(_SHARE_LIMITS)
    elif walked and low >= 0 and high > _ROUND_DISTANCES_M[0]:
        candidates = np.array(_ROUND_DISTANCES_M, dtype=np.float64)
    elif _skewed(known):
        candidates = _by_rank(known, most)
    else:
        first, last = np.quantile(known, [0.02, 0.98])
        first, last = (first, last) if first < last else (low, high)
        candidates = _even(float(first), float(last), most) if low < high else np.zeros(0)
    inside = candidates[(candidates > low) & (candidates < high)]
    if walked and len(inside) >= most:
        return inside[1:most]  # the nearest hundred metres tell less than the far end
    return inside[:: -(-len(inside) // (most - 1))] if len(inside) else inside


def _skewed(known: NDArray[np.float64]) -> bool:
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    return bool(high - middle > _SKEWED * (middle - low) or middle - low > _SKEWED * (high - middle))


def _even(low: float, high: float, most: int) -> NDArray[np.float64]:
    step = _round_number((high - low) / most, up=True)
    first, last = np.ceil(low / step), np.floor(high / step)
    return np.arange(first, last + 1) * step


def _by_rank(known: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    cuts = np.quantile(known, np.arange(1, most) / most)
    return np.unique([_round_number(float(cut)) for cut in cuts])


def _round_number(value: float, *, up: bool = False) -> float:
    """Return the nearest (or the next) of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 times a power of ten."""
    if value == 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(abs(value)))
    steps = np.array([1, 2, 2.5, 5, 10] if up else [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])
    size = abs(value) / power
    chosen = steps[np.searchsorted(steps, size - 1e-9)] if up else steps[np.abs(steps - size).argmin()]
    return float(np.sign(value) * float(f"{chosen * power:.6g}"))


def _labels(
    limits: NDArray[np.float64], known: NDArray[np.float64], unit: str, words: Words
) -> tuple[str, ...]:
    if not len(limits):
        return (f"{words.digits(known.min(), unit)}{EN_DASH}{words.digits(known.max(), unit)}",)
    texts = [words.digits(limit, unit) for limit in limits]
    if unit in _COUNTED and bool(np.all(known == np.round(known))):
        lows = [words.digits(np.floor(limit) + 1, unit) for limit in limits[:-1]]
        highs = [words.digits(np.floor(limit), unit) for limit in limits[1:]]
        middle = [
            high if low == high else f"{low}{EN_DASH}{high}" for low, high in zip(lows, highs, strict=True)
        ]
    else:
        middle = [f"{low}{EN_DASH}{high}" for low, high in itertools.pairwise(texts)]
    first = texts[0] if limits[0] == known.min() else f"≤{NBSP}{texts[0]}"
    return (first, *middle, f">{NBSP}{texts[-1]}")


def _colours(count: int, direction: str) -> tuple[str, ...]:
    """Return so many shades, light to dark; dark always stands for the better end, or for more."""
    from matplotlib import colormaps  # noqa: PLC0415 - a second to import, not needed for tables
    from matplotlib.colors import to_hex  # noqa: PLC0415

    name, light, dark = ("Oranges", 0.1, 1.0) if direction == "neutral" else ("viridis", 0.97, 0.08)
    shades = colormaps[name](np.linspace(light, dark, max(count, 2)))
    ordered = shades[:count] if count > 1 else shades[1:]
    if direction == "lower":
        ordered = ordered[::-1]
    return tuple(to_hex(shade) for shade in ordered)


def diverging(known: NDArray[np.float64], unit: str, words: Words) -> Scale:
    """Return classes on both sides of zero: blue below, red above, the same widths on either side."""
    from matplotlib import colormaps  # noqa: PLC0415 - a second to import, not needed for tables
    from matplotlib.colors import to_hex  # noqa: PLC0415

    reach = float(np.quantile(np.abs(known), 0.98)) or 1.0
    step = _round_number(reach / 3, up=True)
    limits = np.array([-2 * step, -step, 0.0, step, 2 * step])
    shades = colormaps["RdBu_r"](np.linspace(0.05, 0.95, len(limits) + 1))
    labels = _labels(limits, np.array([-np.inf, np.inf]), unit, words)
    return Scale(limits, tuple(to_hex(shade) for shade in shades), labels, unit)
