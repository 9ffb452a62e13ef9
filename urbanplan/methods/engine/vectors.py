"""Explicit vectors: operations on rows of 32 costs written for LLVM, which lowers them to what the processor has.

Loops over rows are not always turned into vectors by the compiler; these are. Each function emits the code of one
operation; pointers are those of arrays' data. What they do is said in `simd`, where the plain loops stand.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]  # it has no types
from numba.core import cgutils

LANES = 32
"""Origins that are searched from together: one lane each."""

NOTHING = 2**62
"""No row: above every row's number."""

_I1, _I8, _I32, _I64 = (ir.IntType(bits) for bits in (1, 8, 32, 64))
_COSTS, _PLACES, _MASK = (ir.VectorType(kind, LANES) for kind in (_I32, _I64, _I1))
_SUMS, _FACTORS = ir.VectorType(ir.DoubleType(), LANES), ir.VectorType(ir.FloatType(), LANES)
_BITS = ir.IntType(LANES)
_BYTE, _INT, _FLOAT = 1, 4, 8


def push_row(
    builder: Any, rows: Any, row: Any, first: Any, last: Any, head: Any, cost: Any, limit: Any, marks: Any
) -> Any:
    """Lower the rows that arcs lead to, mark those that fell, give the lowest of them."""
    source = _load(builder, _address(builder, rows, row, LANES * _INT, _COSTS), _INT)
    ceiling = _splat(builder, limit, _COSTS)
    lowest = cgutils.alloca_once_value(builder, _I64(NOTHING))
    with cgutils.for_range_slice(builder, first, last, _I64(1)) as (arc, _):
        target = builder.sext(builder.load(_address(builder, head, arc, _INT, _I32)), _I64)
        step = builder.load(_address(builder, cost, arc, _INT, _I32))
        place = _address(builder, rows, target, LANES * _INT, _COSTS)
        held = _load(builder, place, _INT)
        through = builder.add(source, _splat(builder, step, _COSTS))
        lower = builder.and_(
            builder.icmp_signed("<", through, held), builder.icmp_signed("<=", through, ceiling)
        )
        _store(builder, builder.select(lower, through, held), place, _INT)
        # no branches: whether a row falls cannot be foretold
        fell = builder.icmp_unsigned("!=", builder.bitcast(lower, _BITS), _BITS(0))
        mark = _address(builder, marks, target, _BYTE, _I8)
        builder.store(builder.or_(builder.load(mark), builder.zext(fell, _I8)), mark)
        nearer = builder.and_(fell, builder.icmp_signed("<", target, builder.load(lowest)))
        builder.store(builder.select(nearer, target, builder.load(lowest)), lowest)
    return builder.load(lowest)


def span_row(builder: Any, rows: Any, row: Any) -> list[Any]:
    """Give the smallest and the greatest cost of a row."""
    low = high = _load(builder, _address(builder, rows, row, LANES * _INT, _COSTS), _INT)
    half = LANES // 2
    while half:  # fold the upper half upon the lower until one lane is left
        unused = ir.Constant(ir.VectorType(_I32, 2 * half), ir.Undefined)
        halves = [ir.Constant(ir.VectorType(_I32, half), list(range(at, at + half))) for at in (0, half)]
        lows = [builder.shuffle_vector(low, unused, lanes) for lanes in halves]
        highs = [builder.shuffle_vector(high, unused, lanes) for lanes in halves]
        low = builder.select(builder.icmp_signed("<", *lows), *lows)
        high = builder.select(builder.icmp_signed(">", *highs), *highs)
        half //= 2
    return [builder.extract_element(value, _I32(0)) for value in (low, high)]


def meet_row(builder: Any, row: Any, rows: Any, one: Any, other: Any, cost_one: Any, cost_other: Any) -> None:
    """Write the smaller of two rows, each with its own cost added."""
    sides = []
    for slot, cost in ((one, cost_one), (other, cost_other)):
        place = _address(builder, rows, slot, LANES * _INT, _COSTS)
        sides.append(builder.add(_load(builder, place, _INT), _splat(builder, cost, _COSTS)))
    least = builder.select(builder.icmp_signed("<", *sides), *sides)
    _store(builder, least, _address(builder, row, _I64(0), 0, _COSTS), _INT)


def add_within(builder: Any, sums: Any, at: Any, row: Any, cutoff: Any, weight: Any) -> None:
    """Add a weight to every lane whose cost is within a cut-off."""
    place = _address(builder, sums, at, LANES * _FLOAT, _SUMS)
    costs = _load(builder, _address(builder, row, _I64(0), 0, _COSTS), _INT)
    within = builder.icmp_signed("<=", costs, _splat(builder, cutoff, _COSTS))
    share = builder.select(within, _splat(builder, weight, _SUMS), ir.Constant(_SUMS, [0.0] * LANES))
    _store(builder, builder.fadd(_load(builder, place, _FLOAT), share), place, _FLOAT)


def add_scaled(builder: Any, sums: Any, at: Any, factor: Any, weight: Any) -> None:
    """Add a weight to every lane, multiplied by the lane's factor."""
    place = _address(builder, sums, at, LANES * _FLOAT, _SUMS)
    factors = builder.fpext(_load(builder, _address(builder, factor, _I64(0), 0, _FACTORS), _INT), _SUMS)
    share = builder.fmul(_splat(builder, weight, _SUMS), factors)
    _store(builder, builder.fadd(_load(builder, place, _FLOAT), share), place, _FLOAT)


def decay_row(
    builder: Any, factor: Any, row: Any, tables: Any, start: Any, shift: Any, offset: Any, end: Any
) -> None:
    """Write the decay of each lane's cost from a table of values and slopes that begins at step `start`."""
    table = _address(builder, tables, start, 2 * _INT, _I32)
    cost = _load(builder, _address(builder, row, _I64(0), 0, _COSTS), _INT)
    within = builder.icmp_signed("<=", cost, _splat(builder, end, _COSTS))
    shifted = builder.add(cost, _splat(builder, offset, _COSTS))
    cost = builder.select(within, shifted, ir.Constant(_COSTS, [0] * LANES))
    width = _splat(builder, shift, _COSTS)
    step = builder.ashr(cost, width)
    rest = builder.sitofp(builder.sub(cost, builder.shl(step, width)), _FACTORS)
    value, slope = (_gather(builder, table, step, half) for half in (0, 1))
    value = builder.fadd(value, builder.fmul(slope, rest))
    value = builder.select(within, value, ir.Constant(_FACTORS, [0.0] * LANES))
    _store(builder, value, _address(builder, factor, _I64(0), 0, _FACTORS), _INT)


def _gather(builder: Any, table: Any, step: Any, half: int) -> Any:
    """Read the value (half 0) or the slope (half 1) of each lane's step."""
    pointers = ir.VectorType(ir.PointerType(), LANES)
    start = builder.add(builder.ptrtoint(table, _I64), _I64(half * _INT))
    pairs = builder.shl(builder.sext(step, _PLACES), ir.Constant(_PLACES, [3] * LANES))
    where = builder.inttoptr(builder.add(_splat(builder, start, _PLACES), pairs), pointers)
    kind = ir.FunctionType(_FACTORS, [pointers, _I32, _MASK, _FACTORS])
    name = f"llvm.masked.gather.v{LANES}f32.v{LANES}p0"
    gather = cgutils.get_or_insert_function(builder.module, kind, name)
    every, nothing = ir.Constant(_MASK, [1] * LANES), ir.Constant(_FACTORS, [0.0] * LANES)
    return builder.call(gather, [where, _I32(_INT), every, nothing])


def _address(builder: Any, pointer: Any, index: Any, width: int, kind: Any) -> Any:
    """Give the address of an element of so many bytes, as a pointer to a kind of value."""
    whole = builder.add(builder.ptrtoint(pointer, _I64), builder.mul(index, _I64(width)))
    return builder.inttoptr(whole, kind.as_pointer())


def _load(builder: Any, pointer: Any, align: int) -> Any:
    value = builder.load(pointer)
    value.align = align
    return value


def _store(builder: Any, value: Any, pointer: Any, align: int) -> None:
    builder.store(value, pointer).align = align


def _splat(builder: Any, value: Any, kind: Any) -> Any:
    """Give a vector with the same value in every lane."""
    unused = ir.Constant(kind, ir.Undefined)
    single = builder.insert_element(unused, value, _I32(0))
    return builder.shuffle_vector(single, unused, ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES))
