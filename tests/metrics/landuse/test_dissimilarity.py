"""Dissimilarity of neighbouring hectares."""

import numpy as np
import pytest
from town import CRS, X0, Y0, box, frame

from urbanplan.methods.diversity import dissimilarity as differing
from urbanplan.methods.grid import lay_grid
from urbanplan.metrics.landuse.dissimilarity import dissimilarity

NAMES = {1: "residential", 2: "commercial", 3: "religious"}
GOLDEN = [[1, 1, 2, 2], [1, 3, 2, 2], [1, 1, 1, 2], [3, 3, 1, 1]]


def drawn(grid):
    """Give a hectare of each use, the first row in the south."""
    pairs = [(r, c, use) for r, row in enumerate(grid) for c, use in enumerate(row) if use]
    shapes = [box(100 * c, 100 * r, 100 * c + 100, 100 * r + 100) for r, c, _ in pairs]
    return frame("observed_use", shapes, **{"class": [NAMES[use] for *_, use in pairs]})


def town(width=400, height=400, cell_m=100):
    shape = box(0, 0, width, height)
    cells = lay_grid(shape, CRS, cell_m=cell_m).assign(population=1.0, known=True)
    return cells, frame("boundary", [shape], name=["Town"])


@pytest.mark.parametrize(("eighths", "value"), [(False, 0.484896), (True, 0.343750)])
def test_golden_numbers_of_the_catalogue(eighths, value):
    cells, city = town()
    row = dissimilarity(drawn(GOLDEN), cells, city, eighths=eighths).iloc[0]
    assert row["value"] == pytest.approx(value, abs=1e-6)
    assert (row["n"], row["coverage"]) == (16, 1.0)


def test_cells_of_another_size_give_the_same():
    cells, city = town(cell_m=50)
    assert dissimilarity(drawn(GOLDEN), cells, city)["value"].iloc[0] == pytest.approx(0.484896, abs=1e-6)


def test_land_that_is_not_developed_is_left_out_of_both_sums():
    grid = [[1, 0, 2], [1, 0, 2], [1, 1, 0]]
    cells, city = town(300, 300)
    row = dissimilarity(drawn(grid), cells, city).iloc[0]
    by_hand = [
        0,
        0,
        0,
        1 / 3,
        1 / 2,
        0,
    ]  # five neighbours of the west column are alike; (2,1) meets one of commerce
    assert row["n"] == 6
    assert row["value"] == pytest.approx(np.mean([0, 0, 0, 1 / 3, 1 / 2, 0]))
    assert len(by_hand) == 6


def test_little_in_a_hectare_is_not_development():
    cells, city = town(200, 100)
    uses = frame(
        "observed_use", [box(0, 0, 100, 4), box(100, 0, 200, 100)], **{"class": ["commercial", "residential"]}
    )
    assert dissimilarity(uses, cells, city)["reason"].tolist() == ["nothing_to_measure"]
    assert dissimilarity(uses, cells, city, min_built_share=0.01)["value"].tolist() == [1.0]


def test_unknown_ground_is_coverage_not_sameness():
    cells, city = town()
    cells["known"] = cells.geometry.centroid.x < X0 + 200
    row = dissimilarity(drawn(GOLDEN), cells, city).iloc[0]
    assert row["coverage"] == pytest.approx(0.5)
    assert row["n"] == 8
    assert Y0 > 0


def test_only_the_town_is_laid_out_not_all_the_way_from_the_origin(monkeypatch):
    seen = []

    def watched(uses, *, fixed):
        seen.append(uses.shape)
        return differing(uses, fixed=fixed)

    monkeypatch.setattr("urbanplan.metrics.landuse.dissimilarity.differing", watched)
    cells, city = town()
    dissimilarity(drawn(GOLDEN), cells, city)
    assert seen == [(4, 4)]
