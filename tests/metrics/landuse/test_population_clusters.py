"""LISA of population density."""

import esda
import numpy as np
import pytest
from block import grid
from libpysal.weights import Queen

from urbanplan.metrics.landuse.population_clusters import population_clusters


@pytest.fixture(scope="module")
def cells():
    """Give 10 x 12 cells: a dense corner of 4 x 4 in a thinly settled town."""
    rng = np.random.default_rng(5)
    people = rng.integers(1, 6, (10, 12)).astype(float)
    people[:4, :4] = rng.integers(80, 100, (4, 4))
    people[8, 10] = 95.0
    return grid(1200, 1000).sort_values(["row", "col"]).assign(population=people.ravel())


def test_the_dense_corner_is_found_and_values_are_those_of_esda(cells):
    table = population_clusters(cells, permutations=999)
    high = table[table["cluster"] == "high_high"]["cell"].tolist()
    corner = cells[
        (cells["row"] - cells["row"].min() < 4) & (cells["col"] - cells["col"].min() < 4)
    ].index.tolist()
    assert set(high) <= set(corner)
    assert len(high) >= 9  # those at least whose neighbours are all dense
    weights = Queen.from_dataframe(cells.reset_index(drop=True), use_index=False)
    weights.transform = "r"
    peer = esda.Moran_Local(cells["population"].to_numpy(), weights, permutations=0)
    at = cells.index.get_indexer(table["cell"])
    assert table["local_moran"].to_numpy() == pytest.approx(peer.Is[at])
    assert table["density"].to_numpy() == pytest.approx(cells["population"].to_numpy()[at] / 0.01)


def test_only_what_survives_the_false_discovery_rate_is_listed(cells):
    strict, loose = (population_clusters(cells, permutations=999, max_q=q) for q in (0.05, 1.0))
    assert (strict["q"] <= 0.05).all()
    assert (strict["q"] >= strict["p"] - 1e-12).all()
    assert len(strict) < len(loose) == len(cells)


def test_one_seed_gives_one_answer(cells):
    a, b, c = (population_clusters(cells, permutations=499, seed=s) for s in (1, 1, 2))
    assert a.equals(b)
    assert not a["p"].equals(c["p"])


def test_noise_gives_next_to_nothing_and_few_cells_give_nothing(cells):
    rng = np.random.default_rng(12)
    noise = cells.assign(population=rng.permutation(np.arange(120.0)))
    assert len(population_clusters(noise, permutations=999)) <= 2
    assert population_clusters(cells.iloc[:29], permutations=99).empty
    assert population_clusters(cells.assign(population=np.nan), permutations=99).empty
