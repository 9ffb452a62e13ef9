"""Streets outside the moat: collectors on a bent lattice, lanes with dead ends between them.

Each block between two collectors is cut into four by four squares; every street is a run of sides of such squares.
So the streets are two arrays of classes, and a million nodes are drawn in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from urbanplan.sources.sample.lane_pattern import LANE, PARTS, lane_pattern
from urbanplan.sources.sample.plan import (
    GATE_X,
    GATE_Y,
    RING,
    RIVER_EAST,
    RIVER_WEST,
    WEST_QUARTER,
    bend,
    lattice_lines,
    lattice_rows,
    on_hill,
)
from urbanplan.sources.sample.street_names import street_tags

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.draft import Draft, Tags
    from urbanplan.sources.sample.plan import Size

NONE, COLLECTOR, OUTER_RING, RADIAL = 0, 2, 3, 4
OLD, FOREST, FIELD, RIVERSIDE, SUBURB, TOWN, INDUSTRY, ORCHARD = range(8)
BELT = 1100.0
FIELDS_BELOW, DENSE_ABOVE = -0.25, 0.75
QUARTER_FIELDS = -330.0
INDUSTRY_AT, ORCHARD_AT = (1700.0, -880.0), (-1300.0, -880.0)
COLLECTOR_SPAN = 16
ROUNDABOUT = (GATE_X, BELT)


@dataclass
class Lattice:
    """The lattice and what runs along its sides.

    Attributes
    ----------
    lines_x, lines_y : ndarray
        Where the collectors run, on the plan.
    x, y : ndarray
        The same with three lines more between two collectors.
    along_x, along_y : ndarray of int8
        Class of the street from (i, j) to (i + 1, j), and from (i, j) to (i, j + 1).
    kind : ndarray of int8
        What each block between collectors is: old town, forest, field, ...
    nodes : ndarray of int64
        Node of the draft at each crossing, 0 where no street passes.
    ground : ndarray
        Where the crossings lie in local metres, after bending; shape (len(x), len(y), 2).
    """

    lines_x: NDArray[np.float64]
    lines_y: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    along_x: NDArray[np.int8]
    along_y: NDArray[np.int8]
    kind: NDArray[np.int8]
    nodes: NDArray[np.int64]
    ground: NDArray[np.float64]

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Return the indices of the crossing nearest to a point of the plan."""
        return int(np.abs(self.x - x).argmin()), int(np.abs(self.y - y).argmin())

    def node(self, x: float, y: float) -> int:
        """Return the draft's node nearest to a point of the plan."""
        return int(self.nodes[self.at(x, y)])

    def kind_at(self, points: NDArray[np.float64]) -> NDArray[np.int8]:
        """Return the kind of block under points in local metres; beyond the lattice it is field."""
        plan = 2 * points - bend(points)
        i = np.searchsorted(self.lines_x, plan[:, 0]) - 1
        j = np.searchsorted(self.lines_y, plan[:, 1]) - 1
        rows, cols = self.kind.shape
        inside = (i >= 0) & (i < rows) & (j >= 0) & (j < cols)
        out = self.kind[i.clip(0, rows - 1), j.clip(0, cols - 1)]
        return np.where(
            inside, out, np.int8(FOREST) * on_hill(points) + np.int8(FIELD) * ~on_hill(points)
        ).astype("int8")


def lay_lattice(size: Size, rng: np.random.Generator) -> Lattice:
    """Decide which block is what and where streets run, without drawing anything yet."""
    lines_x, lines_y = lattice_lines(size.half_x_m), lattice_rows(size.half_y_m)
    x, y = _cut(lines_x), _cut(lines_y)
    shape = (len(x), len(y))
    lattice = Lattice(
        lines_x,
        lines_y,
        x,
        y,
        np.zeros((shape[0] - 1, shape[1]), "int8"),
        np.zeros((shape[0], shape[1] - 1), "int8"),
        _block_kinds(lines_x, lines_y),
        np.zeros(shape, "int64"),
        np.empty((*shape, 2)),
    )
    _lay_collectors(lattice)
    _lay_lanes(lattice, rng)
    _keep_connected(lattice, size)
    i, j = lattice.at(*ROUNDABOUT)
    lattice.along_x[i - 1 : i + 1, j] = NONE
    lattice.along_y[i, j - 1 : j + 1] = NONE
    return lattice


def bridge_rows(lattice: Lattice, size: Size) -> list[float]:
    """Return the y of the streets that cross the river: two in the town, more where the city is larger."""
    half = size.half_y_m
    further = [y for y in lattice.lines_y if abs(y) > 2 * BELT and round(abs(y) - BELT) % 2000 == 0]
    return [GATE_Y, BELT, *(float(y) for y in further if abs(y) < half)]


def _cut(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    at = np.arange((len(lines) - 1) * PARTS + 1) / PARTS
    return np.interp(at, np.arange(len(lines)), lines)


def _block_kinds(lines_x: NDArray[np.float64], lines_y: NDArray[np.float64]) -> NDArray[np.int8]:
    middle_x, middle_y = (lines_x[1:] + lines_x[:-1]) / 2, (lines_y[1:] + lines_y[:-1]) / 2
    x, y = np.meshgrid(middle_x, middle_y, indexing="ij")
    far = np.maximum(np.abs(x), np.abs(y))
    waves = np.sin(x / 900 + 1) * np.sin(y / 800 + 2) + 0.6 * np.sin((x + 2 * y) / 1300 + 0.5)
    kind = np.where(waves > FIELDS_BELOW, SUBURB, FIELD)
    kind = np.where((waves > DENSE_ABOVE) | (far < BELT), TOWN, kind)
    quarter = (x < -RING) & (x > WEST_QUARTER) & (np.abs(y) < RING)
    kind[quarter] = np.where(y[quarter] > QUARTER_FIELDS, TOWN, FIELD)
    kind[(x > RIVER_WEST) & (x < RIVER_EAST)] = RIVERSIDE
    for at, special in ((INDUSTRY_AT, INDUSTRY), (ORCHARD_AT, ORCHARD)):
        kind[np.abs(middle_x - at[0]).argmin(), np.abs(middle_y - at[1]).argmin()] = special
    hill = on_hill(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
    kind[hill] = FOREST
    kind[(np.abs(x) < RING) & (np.abs(y) < RING)] = OLD
    return np.asarray(kind, dtype="int8")


def _lay_collectors(lattice: Lattice) -> None:
    x, y = lattice.x, lattice.y
    lattice.along_x[:, ::PARTS] = COLLECTOR
    lattice.along_y[::PARTS, :] = COLLECTOR
    lattice.along_x[:, y == GATE_Y] = RADIAL
    lattice.along_y[x == GATE_X, :] = RADIAL
    within_x, within_y = np.abs(x) < RING, np.abs(y) < RING
    middle_x, middle_y = np.abs(x[1:] + x[:-1]) / 2 < RING, np.abs(y[1:] + y[:-1]) / 2 < RING
    lattice.along_x[np.ix_(middle_x, within_y)] = NONE
    lattice.along_y[np.ix_(within_x, middle_y)] = NONE
    lattice.along_x[np.ix_(middle_x, np.abs(y) == RING)] = OUTER_RING
    lattice.along_y[np.ix_(np.abs(x) == RING, middle_y)] = OUTER_RING
    river = (x[:-1] >= RIVER_WEST) & (x[1:] <= RIVER_EAST)
    lattice.along_x[river, :] = NONE
    for array, (u, v) in (
        (lattice.along_x, ((x[1:] + x[:-1]) / 2, y)),
        (lattice.along_y, (x, (y[1:] + y[:-1]) / 2)),
    ):
        across, up = np.meshgrid(u, v, indexing="ij")
        array[on_hill(np.column_stack([across.ravel(), up.ravel()])).reshape(across.shape)] = NONE


def _lay_lanes(lattice: Lattice, rng: np.random.Generator) -> None:
    """Fill each built block with one of some forty patterns, from a dense grid to a few dead ends."""
    dense = [lane_pattern(rng, extra) for extra in rng.uniform(0.35, 1.0, 20)]
    loose = [lane_pattern(rng, extra) for extra in rng.uniform(0.0, 0.35, 20)]
    choice = rng.integers(0, len(dense), lattice.kind.shape)
    for a, b in zip(*np.nonzero(np.isin(lattice.kind, (SUBURB, TOWN, INDUSTRY))), strict=True):
        across, up = (dense if lattice.kind[a, b] == TOWN else loose)[choice[a, b]]
        i, j = a * PARTS, b * PARTS
        lattice.along_x[i : i + PARTS, j + 1 : j + PARTS] = across
        lattice.along_y[i + 1 : i + PARTS, j : j + PARTS] = up


def _keep_connected(lattice: Lattice, size: Size) -> None:
    """Remove streets that the mountain or the river cut off from the rest."""
    index = np.arange(lattice.nodes.size).reshape(lattice.nodes.shape)
    has_x, has_y = lattice.along_x > NONE, lattice.along_y > NONE
    crossings = [
        (index[lattice.at(RIVER_WEST, y)], index[lattice.at(RIVER_EAST, y)])
        for y in bridge_rows(lattice, size)
    ]
    start = np.concatenate([index[:-1][has_x], index[:, :-1][has_y], [one for one, _ in crossings]])
    end = np.concatenate([index[1:][has_x], index[:, 1:][has_y], [other for _, other in crossings]])
    graph = coo_array((np.ones(len(start), "int8"), (start, end)), shape=(index.size, index.size))
    _, label = connected_components(graph, directed=False)
    label = label.reshape(index.shape)
    cut_off = label != label[lattice.at(GATE_X, RING)]
    lattice.along_x[cut_off[:-1]] = NONE
    lattice.along_y[cut_off[:, :-1]] = NONE


def draw_lattice(draft: Draft, lattice: Lattice, size: Size, rng: np.random.Generator) -> None:
    """Draw the streets of the lattice: nodes, bends between them, and ways."""
    _place_crossings(draft, lattice, rng)
    chains_x = _chains(draft, lattice, size, rng, axis=0)
    chains_y = _chains(draft, lattice, size, rng, axis=1)
    number = 0
    for axis, chains, classes in ((0, chains_x, lattice.along_x), (1, chains_y, lattice.along_y.T)):
        for line in range(classes.shape[1]):
            for start, stop in _runs(classes[:, line]):
                nodes = [
                    *chains[start:stop, line].ravel(),
                    (lattice.nodes if axis == 0 else lattice.nodes.T)[stop, line],
                ]
                street = int(classes[start, line])
                if street == OUTER_RING and _against_clock(lattice, axis, line):
                    nodes.reverse()
                number += 1
                tags: Tags = street_tags(street, axis=axis, line=line, number=number, rng=rng)
                draft.add_way(nodes, tags)


def _place_crossings(draft: Draft, lattice: Lattice, rng: np.random.Generator) -> None:
    x, y = np.meshgrid(lattice.x, lattice.y, indexing="ij")
    points = np.dstack([x, y])
    shift = rng.uniform(-1, 1, points.shape)
    on_line_x = np.arange(len(lattice.x)) % PARTS == 0
    on_line_y = np.arange(len(lattice.y)) % PARTS == 0
    reach = np.full(points.shape, 14.0)
    reach[on_line_x, :, 0] = 0
    reach[:, on_line_y, 1] = 0
    lattice.ground[:] = bend((points + shift * reach).reshape(-1, 2)).reshape(points.shape)
    used = np.zeros(lattice.nodes.shape, bool)
    has_x, has_y = lattice.along_x > NONE, lattice.along_y > NONE
    used[:-1] |= has_x
    used[1:] |= has_x
    used[:, :-1] |= has_y
    used[:, 1:] |= has_y
    lattice.nodes[used] = draft.add_nodes(lattice.ground[used])


def _chains(
    draft: Draft, lattice: Lattice, size: Size, rng: np.random.Generator, *, axis: int
) -> NDArray[np.int64]:
    """Return for each side of the lattice its first crossing and the points of its bends, as node ids."""
    ground, nodes = lattice.ground, lattice.nodes
    classes = lattice.along_x
    if axis == 1:
        ground, nodes, classes = ground.transpose(1, 0, 2), nodes.T, lattice.along_y.T
    used = classes > NONE
    start, end = ground[:-1][used], ground[1:][used]
    part = (np.arange(size.shape_points) + 1) / (size.shape_points + 1)
    sway = rng.uniform(-1, 1, (len(start), size.shape_points)) * 5
    sway[classes[used] == OUTER_RING] = 0
    across = (end - start)[:, ::-1] * [-1, 1]
    across = across / np.hypot(*across.T)[:, None]
    points = start[:, None] + (end - start)[:, None] * part[:, None] + across[:, None] * sway[:, :, None]
    out = np.zeros((*classes.shape, size.shape_points + 1), "int64")
    out[:, :, 0] = nodes[:-1]
    out[used, 1:] = draft.add_nodes(points.reshape(-1, 2)).reshape(len(start), -1)
    return out


def _runs(classes: NDArray[np.int8]) -> list[tuple[int, int]]:
    """Return the runs of one class along a line; lanes end at collectors, collectors every few blocks."""
    at = np.arange(len(classes))
    lane_end = (classes == LANE) & (at % PARTS == 0)
    long_end = at % COLLECTOR_SPAN == 0
    first = np.flatnonzero(np.concatenate([[True], classes[1:] != classes[:-1]]) | lane_end | long_end)
    last = np.append(first[1:], len(classes))
    kept = classes[first] > NONE
    return list(zip(first[kept].tolist(), last[kept].tolist(), strict=True))


def _against_clock(lattice: Lattice, axis: int, line: int) -> bool:
    """Tell whether the outer ring's side must be turned to run with the clock, as traffic on the left wants it."""
    return bool(lattice.y[line] < 0) if axis == 0 else bool(lattice.x[line] > 0)
