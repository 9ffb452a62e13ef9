"""Areas as origins: they are left by the best of their doors, as points of those doors would be; cells by their middle."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan import StreetNetwork
from urbanplan.methods import decay

CRS = "EPSG:32647"
X0, Y0 = 500_000.0, 2_077_000.0
STEP = 100.0


def grid(side=6):
    """Give a grid of streets of 100 m, its corner at (0, 0)."""
    at = [(c * STEP, r * STEP) for r in range(side) for c in range(side)]
    ends = [(r * side + c, r * side + c + 1) for r in range(side) for c in range(side - 1)]
    ends += [(r * side + c, r * side + side + c) for r in range(side - 1) for c in range(side)]
    u, v = np.array(ends).T
    return StreetNetwork.assemble(
        mode="walk", crs=CRS, node_id=np.arange(len(at)), node_x=[X0 + x for x, _ in at], node_y=[Y0 + y for _, y in at],
        edge_u=u, edge_v=v,
    )  # fmt: skip


def frame(*shapes, index=None):
    moved = [shapely.transform(shape, lambda xy: xy + np.array([X0, Y0])) for shape in shapes]
    return gpd.GeoDataFrame(geometry=moved, crs=CRS, index=index)


@pytest.fixture(scope="module")
def net():
    return grid()


@pytest.fixture(scope="module")
def shops():
    return frame(*(shapely.Point(x, y) for x, y in ((30, 0), (500, 270), (100, 450), (340, 200), (0, 500))))


PLOT = shapely.box(60, 40, 180, 120)
"""Streets cross its outline at (100, 40), (60, 100), (180, 100) and (100, 120)."""
HOUSE = shapely.Polygon([(335, 310), (350, 330), (320, 330)])
"""Ten metres above a street, nearest at (335, 300)."""


def crossings():
    return frame(*(shapely.Point(*xy) for xy in ((100, 40), (60, 100), (180, 100), (100, 120))))


def test_a_plot_is_left_where_streets_cross_its_outline(net, shops):
    plot, doors = frame(PLOT, index=["plot"]), crossings()
    metres = net.matrix(doors, shops)
    assert net.matrix(plot, shops).loc["plot"].tolist() == pytest.approx(metres.min().tolist(), abs=1e-3)
    assert net.matrix(plot, shops, reverse=True).loc["plot"].tolist() == pytest.approx(
        metres.min().tolist(), abs=1e-3
    )
    near = net.nearest(plot, shops, k=5)
    ranked = metres.min().sort_values(kind="stable")
    assert [near[f"place_{k}"].iloc[0] for k in range(1, 6)] == ranked.index.tolist()
    assert [near[f"distance_m_{k}"].iloc[0] for k in range(1, 6)] == pytest.approx(ranked.tolist(), abs=1e-3)
    for limit in (150.0, 300.0, 700.0):
        assert (
            sorted(net.pairs(plot, shops, max_distance_m=limit)["place"])
            == ranked.index[ranked <= limit].sort_values().tolist()
        )


def test_a_place_reached_from_several_doors_counts_once(net, shops):
    plot, metres = frame(PLOT), net.matrix(crossings(), shops).min()
    beds = shops.assign(beds=[1.0, 2, 3, 4, 5])
    fall = decay.exponential(half_life=200)
    got = net.reach(
        plot, beds, weights="beds", cutoffs_m=[150, 300, 700], decays={"g": fall}, max_distance_m=600
    )
    for limit in (150, 300, 700):
        assert got[f"beds_within_{limit}_m"].tolist() == [beds["beds"][metres <= limit].sum()]
    assert got["beds_g"].tolist() == pytest.approx(
        [(beds["beds"] * fall(metres.to_numpy()) * (metres <= 600)).sum()], abs=1e-4
    )


def test_a_house_without_a_door_is_left_to_the_nearest_street_from_its_outline(net, shops):
    table = net.matrix(frame(HOUSE), frame(shapely.Point(320, 300), shapely.Point(400, 300)))
    assert table.iloc[0].tolist() == pytest.approx([10 + 15, 10 + 65], abs=1e-3)
    way = net.explain(frame(HOUSE), shops.iloc[[3]])
    assert way["part"].tolist()[0] == "access"
    assert way["distance_m"].iloc[0] == pytest.approx(10, abs=1e-3)
    assert way["distance_m"].sum() == pytest.approx(net.matrix(frame(HOUSE), shops).iloc[0, 3], abs=1e-2)


def test_cells_start_from_their_middle_and_rows_do_not_depend_on_their_neighbours(net, shops):
    cell = shapely.box(20, 20, 120, 120)
    middle = frame(shapely.Point(70, 70))
    assert net.matrix(frame(cell), shops).iloc[0].tolist() == net.matrix(middle, shops).iloc[0].tolist()
    many = frame(cell, PLOT, shapely.Point(410, 90), HOUSE, shapely.Point(9000, 9000), index=list("abcde"))
    together = net.nearest(many, shops, k=2)
    for name in many.index:
        alone = net.nearest(many.loc[[name]], shops, k=2)
        assert together.loc[name].astype(str).tolist() == alone.loc[name].astype(str).tolist()
    assert together["reason"].tolist() == ["", "", "", "", "off_network"]
    sums = net.reach(many, shops, cutoffs_m=[300])
    assert sums["places_within_300_m"].isna().tolist() == [False] * 4 + [True]


def test_explained_ways_add_up_and_ground_is_reached_from_every_door(net, shops):
    plot = frame(PLOT)
    for at in range(len(shops)):
        way = net.explain(plot, shops.iloc[[at]])
        assert way["distance_m"].sum() == pytest.approx(net.matrix(plot, shops).iloc[0, at], abs=1e-2)
    around = net.isochrones(plot, cutoffs_m=[60])
    from_doors = net.isochrones(crossings(), cutoffs_m=[60], together=True)
    assert around["streets_m"].tolist() == pytest.approx(from_doors["streets_m"].tolist(), abs=0.1)


def test_who_stands_inside_a_place_is_there(net):
    park = frame(shapely.box(0, 0, 300, 260))
    plot = frame(PLOT)
    assert net.nearest(plot, park)["distance_m"].tolist() == [0]
    assert net.reach(plot, park, cutoffs_m=[0])["places_within_0_m"].tolist() == [1]
