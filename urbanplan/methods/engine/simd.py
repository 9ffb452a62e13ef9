"""Rows of 32 costs, worked on at once: one lane an origin.

Every operation takes `wide` first: True compiles to explicit vectors, None to the plain loop that stands here. Both give
the same results, bit for bit.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from urbanplan.methods.engine import vectors as lowered
from urbanplan.methods.engine.costs import UNREACHED
from urbanplan.methods.engine.kernel import kernel
from urbanplan.methods.engine.vectors import LANES, NOTHING

__all__ = [
    "LANES", "add_scaled", "add_within", "decay_row", "meet_row", "push_row", "span_row", "vectors"
]  # fmt: skip

_ARRAY = None
"""An argument that is an array, of whatever kind."""


def _operation(plain: Callable[..., Any], result: Any, kinds: tuple[Any, ...]) -> Callable[..., Any]:
    """Make an operation on rows out of a plain loop and its twin of the same name in `vectors`."""
    twin = getattr(lowered, plain.__name__.removeprefix("_"))

    def typed(_typing: Any, wide: Any, *given: Any) -> Any:
        wanted = [is_ if kind is _ARRAY else kind for is_, kind in zip(given, kinds, strict=True)]

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            if isinstance(wide, types.NoneType):
                return context.compile_internal(builder, plain, result(*wanted), values[1:])
            operands = [
                context.make_array(of)(context, builder, value=value).data if kind is _ARRAY else value
                for of, kind, value in zip(wanted, kinds, values[1:], strict=True)
            ]
            found = twin(builder, *operands)
            if found is None:
                return context.get_dummy_value()
            pair = isinstance(found, list)
            return context.make_tuple(builder, signature.return_type, found) if pair else found

        return result(wide, *wanted), generate

    # numba wants to know each argument by name
    own = inspect.signature(plain).parameters.values()
    first = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in ("_typing", "wide")]
    typed.__signature__ = inspect.Signature([*first, *own])  # type: ignore[attr-defined]  # functions may have one
    return cast("Callable[..., Any]", intrinsic(typed))


def _push_row(
    rows: Any, row: Any, first: Any, last: Any, head: Any, cost: Any, limit: Any, marks: Any
) -> Any:
    """Lower the rows that arcs `first` to `last` - 1 lead to, as far as within the limit; mark those that fell.

    Gives the lowest of these, `NOTHING` where none did.
    """
    lowest: Any = NOTHING
    for arc in range(first, last):
        target = np.int64(head[arc])
        fell = False
        for lane in range(LANES):
            through = np.int32(rows[row * LANES + lane] + cost[arc])
            if through < rows[target * LANES + lane] and through <= limit:
                rows[target * LANES + lane] = through
                fell = True
        if fell:
            marks[target] = 1
            lowest = min(lowest, target)
    return lowest


def _span_row(rows: Any, row: Any) -> Any:
    """Give the smallest and the greatest cost of a row."""
    low = high = rows[row * LANES]
    for lane in range(1, LANES):
        low = min(low, rows[row * LANES + lane])
        high = max(high, rows[row * LANES + lane])
    return low, high


def _meet_row(row: Any, rows: Any, one: Any, other: Any, cost_one: Any, cost_other: Any) -> None:
    """Write into `row` the smaller of two rows, each with its own cost added."""
    for lane in range(LANES):
        near = np.int32(rows[one * LANES + lane] + cost_one)
        far = np.int32(rows[other * LANES + lane] + cost_other)
        row[lane] = min(near, far)


def _add_within(sums: Any, at: Any, row: Any, cutoff: Any, weight: Any) -> None:
    """Add a weight to every lane of sum `at` whose cost is within a cut-off."""
    for lane in range(LANES):
        sums[at, lane] += weight if row[lane] <= cutoff else 0.0


def _add_scaled(sums: Any, at: Any, factor: Any, weight: Any) -> None:
    """Add a weight to every lane of sum `at`, multiplied by the lane's factor."""
    for lane in range(LANES):
        sums[at, lane] += weight * np.float64(factor[lane])


def _decay_row(factor: Any, row: Any, tables: Any, start: Any, shift: Any, offset: Any, end: Any) -> None:
    """Write the decay of each lane's cost, straight between the steps of a table; zero beyond `end`.

    The table begins at step `start` of `tables`, whose steps are values and slopes.
    """
    for lane in range(LANES):
        within = row[lane] <= end
        cost = np.int32(row[lane] + offset) if within else np.int32(0)
        step = cost >> shift
        rest = np.float32(np.int32(cost - (step << shift)))
        value = tables[start + step, 0] + tables[start + step, 1] * rest
        factor[lane] = value if within else np.float32(0.0)


_WIDE = True
_COUNT, _COST = types.int64, types.int32
push_row = _operation(_push_row, types.int64, (_ARRAY, _COUNT, _COUNT, _COUNT, _ARRAY, _ARRAY, _COST, _ARRAY))
span_row = _operation(_span_row, types.UniTuple(types.int32, 2), (_ARRAY, _COUNT))
meet_row = _operation(_meet_row, types.void, (_ARRAY, _ARRAY, _COUNT, _COUNT, _COST, _COST))
add_within = _operation(_add_within, types.void, (_ARRAY, _COUNT, _ARRAY, _COST, types.float64))
add_scaled = _operation(_add_scaled, types.void, (_ARRAY, _COUNT, _ARRAY, types.float64))
decay_row = _operation(_decay_row, types.void, (_ARRAY, _ARRAY, _ARRAY, _COUNT, _COST, _COST, _COST))


@cache
def vectors() -> bool | None:
    """Return True where explicit vectors work on this machine, else None.

    The environment variable `URBANPLAN_VECTORS=0` turns them off.
    """
    if os.environ.get("URBANPLAN_VECTORS") == "0":
        return None
    rows = np.repeat(np.array([3, UNREACHED], dtype=np.int32), LANES)
    factor, tables = np.zeros(LANES, dtype=np.float32), np.array([[1.0, 0.5]], dtype=np.float32)
    try:
        _try_vectors(rows, np.array([1], dtype=np.int32), np.zeros(2, dtype=np.uint8), factor, tables)
    except Exception:  # noqa: BLE001  (whatever LLVM has against them, the plain loops do the same)
        return None
    return True if (rows[LANES:] == rows[0] + 1).all() and (factor == tables[0] @ [1, 4]).all() else None


@kernel
def _try_vectors(
    rows: NDArray[np.int32],
    ones: NDArray[np.int32],
    marks: NDArray[np.uint8],
    factor: NDArray[np.float32],
    tables: NDArray[np.float32],
) -> None:
    push_row(_WIDE, rows, 0, 0, 1, ones, ones, UNREACHED - 1, marks)
    decay_row(_WIDE, factor, rows[LANES:], tables, 0, 8, 0, UNREACHED - 1)
