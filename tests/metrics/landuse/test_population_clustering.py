"""Moran's I of population density."""

import esda
import numpy as np
import pytest
from block import grid
from libpysal.weights import Queen
from town import box, frame

from urbanplan.metrics.landuse.population_clustering import population_clustering

CITY = frame("boundary", [box(0, 0, 800, 600)])


def cells(people):
    """Give 6 x 8 cells with people by row from the south."""
    return (
        grid(800, 600).sort_values(["row", "col"]).assign(population=np.asarray(people, dtype=float).ravel())
    )


def test_agreement_with_esda():
    rng = np.random.default_rng(3)
    table = cells(np.add.outer(np.arange(6), np.arange(8)) + rng.normal(20, 3, (6, 8)))
    weights = Queen.from_dataframe(table.reset_index(drop=True), use_index=False)
    weights.transform = "r"
    peer = esda.Moran(table["population"].to_numpy(), weights, permutations=0)
    row = population_clustering(table, CITY).iloc[0]
    assert row["value"] == pytest.approx(peer.I)
    assert row["n"] == 48


def test_two_halves_by_hand_and_a_gradient_is_more_clustered_than_a_chessboard():
    strip = grid(400, 100).sort_values("col").assign(population=[10.0, 10.0, 0.0, 0.0])
    city = frame("boundary", [box(0, 0, 400, 100)])
    # z = 1 1 -1 -1 times five; lags 1, 0, 0, -1: (1 + 0 + 0 + 1) / 4
    assert population_clustering(strip, city)["value"].iloc[0] == pytest.approx(0.5)
    slope = population_clustering(cells(np.add.outer(np.zeros(6), np.arange(8.0))), CITY)["value"].iloc[0]
    board = population_clustering(cells(np.add.outer(np.arange(6), np.arange(8)) % 2), CITY)["value"].iloc[0]
    assert slope > 0.5
    assert board < 0


def test_scale_and_order_of_rows_do_not_matter():
    rng = np.random.default_rng(8)
    table = cells(rng.integers(0, 50, (6, 8)))
    here = population_clustering(table, CITY)["value"].iloc[0]
    mixed = population_clustering(table.sample(frac=1, random_state=3), CITY)["value"].iloc[0]
    ten = population_clustering(table.assign(population=table["population"] * 10 + 5), CITY)["value"].iloc[0]
    assert (mixed, ten) == pytest.approx((here, here))


def test_reasons():
    same = population_clustering(cells(np.full((6, 8), 7.0)), CITY)
    assert same["reason"].tolist() == ["nothing_to_measure"]
    few = cells(np.full((6, 8), np.nan))
    few.iloc[:2, few.columns.get_loc("population")] = [3.0, 4.0]
    assert population_clustering(few, CITY)["reason"].tolist() == ["too_few"]
    assert population_clustering(cells(np.full((6, 8), np.nan)), CITY)["reason"].tolist() == [
        "population_unknown"
    ]
    assert population_clustering(cells(np.zeros((6, 8))), CITY)["reason"].tolist() == ["no_people"]
