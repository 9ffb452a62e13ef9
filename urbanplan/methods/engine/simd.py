"""Rows of 32 costs, worked on at once: one lane an origin.

Every function takes `wide` first: True compiles to explicit vectors, which LLVM lowers to what the processor has; None
compiles to plain loops with the same results, bit for bit.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from urbanplan.methods.engine.costs import UNREACHED
from urbanplan.methods.engine.kernel import kernel

LANES = 32
"""Origins that are searched from together."""

NOTHING = 2**62
"""No row: above every row's number."""

_I1, _I32, _I64 = ir.IntType(1), ir.IntType(32), ir.IntType(64)
_ROW, _MASK, _BITS = ir.VectorType(_I32, LANES), ir.VectorType(_I1, LANES), ir.IntType(LANES)
_SUMS, _FACTORS = ir.VectorType(ir.DoubleType(), LANES), ir.VectorType(ir.FloatType(), LANES)
_INT_BYTES, _FLOAT_BYTES = 4, 8


@cache
def vectors() -> bool | None:
    """Return True where explicit vectors work on this machine, else None.

    The environment variable `URBANPLAN_VECTORS=0` turns them off.
    """
    if os.environ.get("URBANPLAN_VECTORS") == "0":
        return None
    rows = np.zeros(2 * LANES, dtype=np.int32)
    rows[LANES:] = UNREACHED
    marks = np.zeros(2, dtype=np.uint8)
    arc = np.zeros(2, dtype=np.int32), np.array([1], dtype=np.int32), np.array([7], dtype=np.int32)
    try:
        _try_push(rows, *arc, marks)
    except Exception:  # noqa: BLE001  (whatever LLVM has against it, plain loops do the same)
        return None
    return True if marks[1] and (rows[LANES:] == 7).all() else None  # noqa: PLR2004  (the arc's cost)


@kernel
def _try_push(
    rows: NDArray[np.int32],
    first: NDArray[np.int32],
    head: NDArray[np.int32],
    cost: NDArray[np.int32],
    marks: NDArray[np.uint8],
) -> None:
    push_row(True, rows, 0, first[0], first[0] + 1, head, cost, UNREACHED - 1, marks)


def push_row(
    wide: bool | None,
    rows: Any,
    row: int,
    first: int,
    last: int,
    head: Any,
    cost: Any,
    limit: int,
    marks: Any,
) -> int:
    """Lower the rows that arcs `first` to `last` - 1 lead to; mark those that fell within the limit.

    Returns the lowest of these, `NOTHING` where none did.
    """
    raise RuntimeError(f"{push_row.__name__} runs compiled only")  # pragma: no cover


@overload(push_row)
def _push_row(
    wide: Any, rows: Any, row: Any, first: Any, last: Any, head: Any, cost: Any, limit: Any, marks: Any
) -> Any:  # noqa: ARG001
    if isinstance(wide, types.NoneType):
        return _push_row_plain
    return _push_row_wide


def _push_row_wide(
    wide: Any, rows: Any, row: Any, first: Any, last: Any, head: Any, cost: Any, limit: Any, marks: Any
) -> Any:  # noqa: ARG001
    return _push_vector(rows, row, first, last, head, cost, np.int32(limit), marks)


def _push_row_plain(
    wide: Any, rows: Any, row: Any, first: Any, last: Any, head: Any, cost: Any, limit: Any, marks: Any
) -> Any:  # noqa: ARG001
    lowest = NOTHING
    base = row * LANES
    for arc in range(first, last):
        target = head[arc] * LANES
        step = cost[arc]
        fell = False
        for lane in range(LANES):
            through = np.int32(rows[base + lane] + step)
            if through < rows[target + lane] and through <= limit:
                rows[target + lane] = through
                fell = True
        if fell:
            marks[head[arc]] = 1
            lowest = min(lowest, np.int64(head[arc]))
    return lowest


def _data(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.make_array(kind)(context, builder, value=value).data


def _address(builder: Any, pointer: Any, index: Any, width: int, kind: Any) -> Any:
    whole = builder.add(builder.ptrtoint(pointer, _I64), builder.mul(index, _I64(width)))
    return builder.inttoptr(whole, kind.as_pointer())


def _load(builder: Any, pointer: Any, align: int) -> Any:
    value = builder.load(pointer)
    value.align = align
    return value


def _store(builder: Any, value: Any, pointer: Any, align: int) -> None:
    builder.store(value, pointer).align = align


def _splat(builder: Any, value: Any, kind: Any) -> Any:
    single = builder.insert_element(ir.Constant(kind, ir.Undefined), value, _I32(0))
    zeros = ir.Constant(ir.VectorType(_I32, kind.count), [0] * kind.count)
    return builder.shuffle_vector(single, ir.Constant(kind, ir.Undefined), zeros)


@intrinsic
def _push_vector(
    _typing: Any, rows: Any, row: Any, first: Any, last: Any, head: Any, cost: Any, limit: Any, marks: Any
) -> Any:
    signature = types.int64(rows, types.int64, types.int64, types.int64, head, cost, types.int32, marks)

    def generate(context: Any, builder: Any, sign: Any, given: Any) -> Any:
        data = {at: _data(context, builder, sign.args[at], given[at]) for at in (0, 4, 5, 7)}
        width = LANES * _INT_BYTES
        source = _load(
            builder, _address(builder, data[0], builder.mul(given[1], _I64(1)), width, _ROW), _INT_BYTES
        )
        ceiling = _splat(builder, given[6], _ROW)
        lowest = cgutils.alloca_once_value(builder, _I64(NOTHING))
        with cgutils.for_range_slice(builder, given[2], given[3], _I64(1)) as (arc, _):
            target = builder.sext(builder.load(_address(builder, data[4], arc, _INT_BYTES, _I32)), _I64)
            step = builder.load(_address(builder, data[5], arc, _INT_BYTES, _I32))
            at = _address(builder, data[0], target, width, _ROW)
            held = _load(builder, at, _INT_BYTES)
            through = builder.add(source, _splat(builder, step, _ROW))
            lower = builder.and_(
                builder.icmp_signed("<", through, held), builder.icmp_signed("<=", through, ceiling)
            )
            fell = builder.icmp_unsigned("!=", builder.bitcast(lower, _BITS), _BITS(0))
            _store(builder, builder.select(lower, through, held), at, _INT_BYTES)
            mark = _address(builder, data[7], target, 1, ir.IntType(8))
            builder.store(builder.or_(builder.load(mark), builder.zext(fell, ir.IntType(8))), mark)
            nearer = builder.and_(fell, builder.icmp_signed("<", target, builder.load(lowest)))
            builder.store(builder.select(nearer, target, builder.load(lowest)), lowest)
        return builder.load(lowest)

    return signature, generate


def span_row(wide: bool | None, rows: Any, row: int) -> tuple[int, int]:
    """Return the smallest and the greatest cost of a row."""
    raise RuntimeError(f"{span_row.__name__} runs compiled only")  # pragma: no cover


@overload(span_row)
def _span_row(wide: Any, rows: Any, row: Any) -> Any:  # noqa: ARG001
    return _span_row_plain if isinstance(wide, types.NoneType) else _span_row_wide


def _span_row_wide(wide: Any, rows: Any, row: Any) -> Any:  # noqa: ARG001
    return _span_vector(rows, row)


def _span_row_plain(wide: Any, rows: Any, row: Any) -> Any:  # noqa: ARG001
    low = high = rows[row * LANES]
    for lane in range(1, LANES):
        low = min(low, rows[row * LANES + lane])
        high = max(high, rows[row * LANES + lane])
    return low, high


@intrinsic
def _span_vector(_typing: Any, rows: Any, row: Any) -> Any:
    signature = types.UniTuple(types.int32, 2)(rows, types.int64)

    def generate(context: Any, builder: Any, sign: Any, given: Any) -> Any:
        data = _data(context, builder, sign.args[0], given[0])
        low = high = _load(builder, _address(builder, data, given[1], LANES * _INT_BYTES, _ROW), _INT_BYTES)
        half = LANES // 2
        while half:  # fold the upper half upon the lower until one lane is left
            kind = ir.Constant(ir.VectorType(_I32, 2 * half), ir.Undefined)
            upper = ir.Constant(ir.VectorType(_I32, half), list(range(half, 2 * half)))
            lower = ir.Constant(ir.VectorType(_I32, half), list(range(half)))
            low_pair = [builder.shuffle_vector(low, kind, lane) for lane in (lower, upper)]
            high_pair = [builder.shuffle_vector(high, kind, lane) for lane in (lower, upper)]
            low = builder.select(builder.icmp_signed("<", *low_pair), *low_pair)
            high = builder.select(builder.icmp_signed(">", *high_pair), *high_pair)
            half //= 2
        pair = [builder.extract_element(value, _I32(0)) for value in (low, high)]
        return context.make_tuple(builder, sign.return_type, pair)

    return signature, generate


def meet_row(
    wide: bool | None, row: Any, rows: Any, one: int, other: int, cost_one: int, cost_other: int
) -> None:
    """Write into `row` the smaller of two rows, each with its own cost added."""
    raise RuntimeError(f"{meet_row.__name__} runs compiled only")  # pragma: no cover


@overload(meet_row)
def _meet_row(wide: Any, row: Any, rows: Any, one: Any, other: Any, cost_one: Any, cost_other: Any) -> Any:  # noqa: ARG001
    return _meet_row_plain if isinstance(wide, types.NoneType) else _meet_row_wide


def _meet_row_wide(
    wide: Any, row: Any, rows: Any, one: Any, other: Any, cost_one: Any, cost_other: Any
) -> None:  # noqa: ARG001
    _meet_vector(row, rows, one, other, np.int32(cost_one), np.int32(cost_other))


def _meet_row_plain(
    wide: Any, row: Any, rows: Any, one: Any, other: Any, cost_one: Any, cost_other: Any
) -> None:  # noqa: ARG001
    for lane in range(LANES):
        near = np.int32(rows[one * LANES + lane] + cost_one)
        far = np.int32(rows[other * LANES + lane] + cost_other)
        row[lane] = min(near, far)


@intrinsic
def _meet_vector(
    _typing: Any, row: Any, rows: Any, one: Any, other: Any, cost_one: Any, cost_other: Any
) -> Any:
    signature = types.void(row, rows, types.int64, types.int64, types.int32, types.int32)

    def generate(context: Any, builder: Any, sign: Any, given: Any) -> Any:
        target, data = (_data(context, builder, sign.args[at], given[at]) for at in (0, 1))
        sides = []
        for slot, cost in ((given[2], given[4]), (given[3], given[5])):
            at = _address(builder, data, slot, LANES * _INT_BYTES, _ROW)
            sides.append(builder.add(_load(builder, at, _INT_BYTES), _splat(builder, cost, _ROW)))
        least = builder.select(builder.icmp_signed("<", *sides), *sides)
        _store(builder, least, _address(builder, target, _I64(0), 1, _ROW), _INT_BYTES)
        return context.get_dummy_value()

    return signature, generate


def add_within(wide: bool | None, sums: Any, at: int, row: Any, cutoff: int, weight: float) -> None:
    """Add a weight to every lane whose cost is within a cut-off."""
    raise RuntimeError(f"{add_within.__name__} runs compiled only")  # pragma: no cover


@overload(add_within)
def _add_within(wide: Any, sums: Any, at: Any, row: Any, cutoff: Any, weight: Any) -> Any:  # noqa: ARG001
    return _add_within_plain if isinstance(wide, types.NoneType) else _add_within_wide


def _add_within_wide(wide: Any, sums: Any, at: Any, row: Any, cutoff: Any, weight: Any) -> None:  # noqa: ARG001
    _add_within_vector(sums, at, row, np.int32(cutoff), weight)


def _add_within_plain(wide: Any, sums: Any, at: Any, row: Any, cutoff: Any, weight: Any) -> None:  # noqa: ARG001
    for lane in range(LANES):
        sums[at, lane] += weight if row[lane] <= cutoff else 0.0


@intrinsic
def _add_within_vector(_typing: Any, sums: Any, at: Any, row: Any, cutoff: Any, weight: Any) -> Any:
    signature = types.void(sums, types.int64, row, types.int32, types.float64)

    def generate(context: Any, builder: Any, sign: Any, given: Any) -> Any:
        total, costs = (_data(context, builder, sign.args[at], given[at]) for at in (0, 2))
        place = _address(builder, total, given[1], LANES * _FLOAT_BYTES, _SUMS)
        row_of_costs = _load(builder, _address(builder, costs, _I64(0), 1, _ROW), _INT_BYTES)
        within = builder.icmp_signed("<=", row_of_costs, _splat(builder, given[3], _ROW))
        nothing = ir.Constant(_SUMS, [0.0] * LANES)
        share = builder.select(within, _splat(builder, given[4], _SUMS), nothing)
        _store(builder, builder.fadd(_load(builder, place, _FLOAT_BYTES), share), place, _FLOAT_BYTES)
        return context.get_dummy_value()

    return signature, generate


def add_scaled(wide: bool | None, sums: Any, at: int, factor: Any, weight: float) -> None:
    """Add a weight to every lane, multiplied by the lane's factor."""
    raise RuntimeError(f"{add_scaled.__name__} runs compiled only")  # pragma: no cover


@overload(add_scaled)
def _add_scaled(wide: Any, sums: Any, at: Any, factor: Any, weight: Any) -> Any:  # noqa: ARG001
    return _add_scaled_plain if isinstance(wide, types.NoneType) else _add_scaled_wide


def _add_scaled_wide(wide: Any, sums: Any, at: Any, factor: Any, weight: Any) -> None:  # noqa: ARG001
    _add_scaled_vector(sums, at, factor, weight)


def _add_scaled_plain(wide: Any, sums: Any, at: Any, factor: Any, weight: Any) -> None:  # noqa: ARG001
    for lane in range(LANES):
        sums[at, lane] += weight * np.float64(factor[lane])


@intrinsic
def _add_scaled_vector(_typing: Any, sums: Any, at: Any, factor: Any, weight: Any) -> Any:
    signature = types.void(sums, types.int64, factor, types.float64)

    def generate(context: Any, builder: Any, sign: Any, given: Any) -> Any:
        total, factors = (_data(context, builder, sign.args[at], given[at]) for at in (0, 2))
        place = _address(builder, total, given[1], LANES * _FLOAT_BYTES, _SUMS)
        share = builder.fpext(
            _load(builder, _address(builder, factors, _I64(0), 1, _FACTORS), _INT_BYTES), _SUMS
        )
        share = builder.fmul(_splat(builder, given[3], _SUMS), share)
        _store(builder, builder.fadd(_load(builder, place, _FLOAT_BYTES), share), place, _FLOAT_BYTES)
        return context.get_dummy_value()

    return signature, generate


def decay_row(
    wide: bool | None, factor: Any, row: Any, tables: Any, decay: int, shift: int, offset: int, end: int
) -> None:
    """Write the decay of each lane's cost, straight between the steps of its table; zero beyond `end`."""
    raise RuntimeError(f"{decay_row.__name__} runs compiled only")  # pragma: no cover


@overload(decay_row)
def _decay_row(
    wide: Any, factor: Any, row: Any, tables: Any, decay: Any, shift: Any, offset: Any, end: Any
) -> Any:  # noqa: ARG001
    return _decay_row_plain if isinstance(wide, types.NoneType) else _decay_row_wide


def _decay_row_wide(
    wide: Any, factor: Any, row: Any, tables: Any, decay: Any, shift: Any, offset: Any, end: Any
) -> None:  # noqa: ARG001
    first = decay * tables.shape[1]
    _decay_vector(factor, row, tables, first, np.int32(shift), np.int32(offset), np.int32(end))


def _decay_row_plain(
    wide: Any, factor: Any, row: Any, tables: Any, decay: Any, shift: Any, offset: Any, end: Any
) -> None:  # noqa: ARG001
    for lane in range(LANES):
        cost = np.int32(row[lane] + offset) if row[lane] <= end else np.int32(0)
        at = cost >> shift
        rest = np.float32(np.int32(cost - (at << shift)))
        value = tables[decay, at, 0] + tables[decay, at, 1] * rest
        factor[lane] = value if row[lane] <= end else np.float32(0.0)


@intrinsic
def _decay_vector(
    _typing: Any, factor: Any, row: Any, tables: Any, first: Any, shift: Any, offset: Any, end: Any
) -> Any:
    signature = types.void(factor, row, tables, types.int64, types.int32, types.int32, types.int32)

    def generate(context: Any, builder: Any, sign: Any, given: Any) -> Any:
        out, costs, data = (_data(context, builder, sign.args[at], given[at]) for at in (0, 1, 2))
        table = _address(builder, data, given[3], 2 * _INT_BYTES, _I32)
        cost = _load(builder, _address(builder, costs, _I64(0), 1, _ROW), _INT_BYTES)
        within = builder.icmp_signed("<=", cost, _splat(builder, given[6], _ROW))
        cost = builder.select(
            within, builder.add(cost, _splat(builder, given[5], _ROW)), ir.Constant(_ROW, [0] * LANES)
        )
        shift_row = _splat(builder, given[4], _ROW)
        step = builder.ashr(cost, shift_row)
        rest = builder.sitofp(builder.sub(cost, builder.shl(step, shift_row)), _FACTORS)
        value, slope = (_gather(builder, table, step, half) for half in (0, 1))
        value = builder.fadd(value, builder.fmul(slope, rest))
        value = builder.select(within, value, ir.Constant(_FACTORS, [0.0] * LANES))
        _store(builder, value, _address(builder, out, _I64(0), 1, _FACTORS), _INT_BYTES)
        return context.get_dummy_value()

    return signature, generate


def _gather(builder: Any, table: Any, step: Any, half: int) -> Any:
    """Read the value (half 0) or the slope (half 1) of the step of each lane from a table of pairs of floats."""
    wide_step = ir.VectorType(_I64, LANES)
    pointers = ir.VectorType(ir.PointerType(), LANES)
    start = _splat(builder, builder.add(builder.ptrtoint(table, _I64), _I64(half * _INT_BYTES)), wide_step)
    shifted = builder.shl(builder.sext(step, wide_step), ir.Constant(wide_step, [3] * LANES))
    kind = ir.FunctionType(_FACTORS, [pointers, _I32, _MASK, _FACTORS])
    gather = cgutils.get_or_insert_function(
        builder.module, kind, f"llvm.masked.gather.v{LANES}f32.v{LANES}p0"
    )
    where = builder.inttoptr(builder.add(start, shifted), pointers)
    all_lanes = ir.Constant(_MASK, [1] * LANES)
    return builder.call(gather, [where, _I32(_INT_BYTES), all_lanes, ir.Constant(_FACTORS, [0.0] * LANES)])
