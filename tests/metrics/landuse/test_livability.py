"""Livability: five scores by fixed goalposts, weights, and their interval."""

import numpy as np
import pandas as pd
import pytest
from block import zones
from town import CRS, X0, box, frame, lattice, point

from urbanplan.base.errors import InputError
from urbanplan.methods.grid import lay_grid
from urbanplan.metrics.landuse.livability import GOALPOSTS, livability

NEEDS = ("food", "convenience", "school", "health", "park", "worship")
PARTS = [f"score_{name}" for name in GOALPOSTS]


@pytest.fixture(scope="module")
def town():
    """Give two zones of a square kilometre: everything stands at the west end of the western one."""
    cells = lay_grid(box(0, 0, 2000, 1000), CRS, cell_m=100).assign(population=10.0, known=True)
    places = frame("places", [point(0, 500)] * 7, category=[*NEEDS, "transit"])
    park = frame("open_space", [box(-300, 0, -200, 100)])
    uses = frame(
        "land_use",
        [box(0, 0, 500, 1000), box(500, 0, 1000, 1000), box(1000, 0, 2000, 1000)],
        **{"class": ["residential", "commercial", "residential"]},
    )
    return (
        places,
        park,
        uses,
        lattice(21, 11, 100),
        cells,
        zones(box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)),
    )


def test_scores_by_hand(town):
    table = livability(*town).set_index("name")
    assert table.index.tolist() == ["z0", "z1"]
    x = np.arange(50.0, 2000, 100)
    y = np.arange(50.0, 1000, 100)
    # cells begin at the street nearest to their middle (50 m away), at the middle of a side of the block
    way = 50 + np.add.outer(np.abs(y - 500) - 50 + 50, x)  # up or down to the place's street, then along it
    way = np.minimum(way, 50 + np.add.outer(np.abs(y - 500), x))
    needs = (way <= 1200).astype(float)
    stop = np.clip((1000 - way) / 700, 0, 1)
    for name, values in (("services", needs), ("transit", stop)):
        for zone, part in (("z0", values[:, :10]), ("z1", values[:, 10:])):
            assert table.loc[zone, f"score_{name}"] == pytest.approx(part.mean(), abs=0.06), (name, zone)
    # 21 x 11 nodes: corners have two streets; each zone has as many by km2 as the goalpost asks, or nearly
    assert table["score_streets"].tolist() == pytest.approx([1.0, 1.0])
    assert table["score_mix"].tolist() == pytest.approx([np.log(2) / np.log(6) / 0.8, 0])
    assert table.loc["z0", "index"] == pytest.approx(table.loc["z0", PARTS].astype(float).mean())


def test_weights_move_the_index_and_stay_inside_the_parts(town):
    even = livability(*town).set_index("name")
    heavy = livability(*town, weights=(1e6, 1, 1, 1, 1)).set_index("name")
    assert heavy.loc["z0", "index"] == pytest.approx(even.loc["z0", "score_services"], abs=1e-4)
    for table in (even, heavy):
        parts = table[PARTS].to_numpy(dtype=float)
        assert (table["index"] <= parts.max(axis=1) + 1e-12).all()
        assert (table["index"] >= parts.min(axis=1) - 1e-12).all()
        assert (table["geometric"] <= table["index"] + 1e-12).all()
        assert (table["low"] <= table["index"]).all()
        assert (table["index"] <= table["high"]).all()
    assert even["first_share"].tolist() == [1, 0]
    with pytest.raises(InputError, match="5 numbers"):
        livability(*town, weights=(1, 1))
    with pytest.raises(InputError, match="above zero"):
        livability(*town, weights=(1, 1, 1, 1, 0))


def test_one_seed_gives_one_answer(town):
    one, same, other = (livability(*town, seed=s, draws=200) for s in (3, 3, 4))
    pd.testing.assert_frame_equal(one, same)
    assert not one["low"].equals(other["low"])


def test_scores_do_not_depend_on_the_other_zones(town):
    alone = livability(*town[:-1], town[-1].iloc[[1]])
    both = livability(*town).set_index("name")
    assert alone[PARTS].iloc[0].to_dict() == pytest.approx(both.loc["z1", PARTS].to_dict())


def test_people_count_where_they_are_known(town):
    places, park, uses, walk, cells, units = town
    west = cells.geometry.centroid.x < X0 + 500
    crowded = livability(places, park, uses, walk, cells.assign(population=np.where(west, 100.0, 1.0)), units)
    ground = livability(places, park, uses, walk, cells.assign(population=np.nan), units)
    even = livability(*town)
    assert set(crowded["weighted_by"]) == {"people"}
    assert set(ground["weighted_by"]) == {"ground"}
    # people are the same in every cell there: ground and people weigh alike
    assert ground[PARTS].to_numpy(dtype=float) == pytest.approx(even[PARTS].to_numpy(dtype=float))
    assert crowded.loc[0, "score_transit"] > even.loc[0, "score_transit"]


def test_without_a_part_there_is_no_index_but_the_other_parts_stay(town):
    places, _, uses, walk, cells, units = town
    table = livability(places, frame("open_space", []), uses, walk, cells, units)
    assert table["index"].isna().all()
    assert table["score_green"].isna().all()
    assert table["score_services"].notna().all()


def test_where_less_than_half_is_mapped_nothing_is_said(town):
    places, park, uses, walk, cells, units = town
    partly = cells.assign(known=(cells.geometry.centroid.x < X0 + 1400).to_numpy())
    table = livability(places, park, uses, walk, partly, units).set_index("name")
    assert table["known_share"].tolist() == pytest.approx([1, 0.4])
    assert table.loc["z1", [*PARTS, "index"]].isna().all()
    assert table.loc["z0", "index"] > 0
