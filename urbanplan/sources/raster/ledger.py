"""Who got how many people: what each cell of the grid was given, piece by piece, and nothing lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from urbanplan.base.errors import ConservationError, LayerError
from urbanplan.methods.conservation import TOLERANCE

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from urbanplan.sources.raster.pixels import Squares

    Floats = NDArray[np.float64]

_TOUCH = 1e-6  # a share of a cell that only the rounding of coordinates gives


@dataclass(frozen=True)
class _Lattice:
    """A rectangle of whole cells: where it starts (in cells) and how large it is."""

    row: int
    col: int
    rows: int
    cols: int
    cell_m: float

    @classmethod
    def under(cls, squares: Squares, cell_m: float) -> Self:
        """Return the smallest one that holds all rectangles."""
        row, col = int(np.floor(squares.south.min() / cell_m)), int(np.floor(squares.west.min() / cell_m))
        return cls(
            row=row,
            col=col,
            rows=int(np.ceil(squares.north.max() / cell_m)) - row + 1,
            cols=int(np.ceil(squares.east.max() / cell_m)) - col + 1,
            cell_m=cell_m,
        )


@dataclass
class Ledger:
    """People and covered ground of each cell in the rectangle around the city.

    Attributes
    ----------
    people, covered_m2 : ndarray, shape (rows, columns)
        Both grow with each piece that is shared out.
    """

    lattice: _Lattice
    people: Floats
    covered_m2: Floats
    most_covered: float = 0.0

    @classmethod
    def of(cls, cells: GeoDataFrame, cell_m: float) -> Self:
        """Open one for the cells of a city."""
        row, col = cells["row"].to_numpy(dtype="int64"), cells["col"].to_numpy(dtype="int64")
        shape = (int(np.ptp(row)) + 1, int(np.ptp(col)) + 1)
        lattice = _Lattice(int(row.min()), int(col.min()), *shape, cell_m)
        return cls(lattice, np.zeros(shape), np.zeros(shape))

    def share_out(self, squares: Squares, *, before: float, where: str) -> None:
        """Give each cell its share of each rectangle, by area; stop if people were lost or made.

        Parameters
        ----------
        squares : Squares
            Rectangles on the ground, with people.
        before : float
            The people that they hold, counted in another way.
        where : str
            What the sentence of an error calls the data.

        Raises
        ------
        ConservationError
            If more than 0.1 % of the people of this piece were lost or made.
        """
        part = _Lattice.under(squares, self.lattice.cell_m)
        people, covered = _overlay(squares, part)
        check_conserved(before, float(people.sum()), where)
        top, left = max(part.row, self.lattice.row), max(part.col, self.lattice.col)
        bottom = min(part.row + part.rows, self.lattice.row + self.lattice.rows)
        right = min(part.col + part.cols, self.lattice.col + self.lattice.cols)
        if top >= bottom or left >= right:
            return
        here = np.s_[
            top - self.lattice.row : bottom - self.lattice.row,
            left - self.lattice.col : right - self.lattice.col,
        ]
        there = np.s_[top - part.row : bottom - part.row, left - part.col : right - part.col]
        self.people[here] += people.reshape(part.rows, part.cols)[there]
        self.covered_m2[here] += covered.reshape(part.rows, part.cols)[there]

    def people_of(self, cells: GeoDataFrame, where: str) -> pd.Series:
        """Return the people of each cell on its index, NaN where nothing is known of it.

        Raises
        ------
        LayerError
            If nothing is known of any cell.
        """
        at = (
            cells["row"].to_numpy(dtype="int64") - self.lattice.row,
            cells["col"].to_numpy(dtype="int64") - self.lattice.col,
        )
        share = self.covered_m2[at] / self.lattice.cell_m**2
        self.most_covered = float(share.max(initial=0.0))
        out = np.where(share > _TOUCH, self.people[at], np.nan)
        if np.isnan(out).all():
            raise LayerError(f"{where}: knows nothing in the area of the city; give a file that covers it")
        return pd.Series(out, index=cells.index, name="population")


def check_conserved(before: float, after: float, where: str) -> None:
    """Stop the run if people were lost or made between two forms of the same data."""
    if abs(after - before) > TOLERANCE * max(before, 1.0):
        raise ConservationError(
            f"{where}: {before:,.1f} people became {after:,.1f} on the way to the cells; this is a fault of urbanplan, please report it"
        )


def _overlay(squares: Squares, lattice: _Lattice) -> tuple[Floats, Floats]:
    """Return people and covered area (square metres) per cell of the lattice, row by row."""
    size, side = lattice.rows * lattice.cols, lattice.cell_m
    people, covered = np.zeros(size), np.zeros(size)
    first_col, first_row = (
        np.floor(squares.west / side).astype("int64"),
        np.floor(squares.south / side).astype("int64"),
    )
    density = squares.people / ((squares.east - squares.west) * (squares.north - squares.south))
    across = int((np.ceil(squares.east / side) - first_col).max())
    along = int((np.ceil(squares.north / side) - first_row).max())
    for step_row in range(along):
        low = (first_row + step_row) * side
        height = np.clip(np.minimum(squares.north, low + side) - np.maximum(squares.south, low), 0, None)
        for step_col in range(across):
            left = (first_col + step_col) * side
            area = height * np.clip(
                np.minimum(squares.east, left + side) - np.maximum(squares.west, left), 0, None
            )
            hit = np.nonzero(area)[0]
            at = (
                (first_row[hit] + step_row - lattice.row) * lattice.cols
                + first_col[hit]
                + step_col
                - lattice.col
            )
            people += np.bincount(at, weights=area[hit] * density[hit], minlength=size)
            covered += np.bincount(at, weights=area[hit], minlength=size)
    return people, covered
