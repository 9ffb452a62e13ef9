"""What is true of the growth of the invented town: its built-up land and people at two dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.sources.sample.rasters import BUILT, COVER_M, MARGIN_M, cell_centres, people_before
from urbanplan.sources.sample.zones import outline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.sources.sample.town import Town

Truth = dict[str, Any]


def growth_truth(town: Town, living: NDArray[np.float64], covers: dict[int, NDArray[np.uint8]]) -> Truth:
    """Return built-up land and people of the city at both dates, and how fast both grew."""
    x, y = cell_centres(town, COVER_M, MARGIN_M)
    inside = shapely.contains_xy(outline(town.size), *np.meshgrid(x, y))
    built = {year: int(((cover == BUILT) & inside).sum()) for year, cover in covers.items()}
    people = {2015: people_before(living, town), 2025: living}
    count = {year: int(many[many > 0].sum()) for year, many in people.items()}
    lcr, pgr = np.log(built[2025] / built[2015]) / 10, np.log(count[2025] / count[2015]) / 10
    return {
        "built_cells": {str(year): cells for year, cells in built.items()},
        "people": {str(year): many for year, many in count.items()},
        "land_consumption_rate": round(float(lcr), 8),
        "population_growth_rate": round(float(pgr), 8),
        "ratio": round(float(lcr / pgr), 8),
        "rule": "cells of 20 m by their centre; where the border cuts a cell, its part differs",
    }
