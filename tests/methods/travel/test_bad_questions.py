"""Bad questions: one clear sentence, or NaN with a reason."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from urbanplan import StreetNetwork
from urbanplan.base.errors import InputError, NoCrsError
from urbanplan.methods import decay

CRS = "EPSG:32647"
X0, Y0 = 500_000.0, 2_077_000.0


def network(n=3, edges=((0, 1),)):
    ends = np.array(edges, dtype=int).reshape(-1, 2)
    return StreetNetwork.assemble(
        mode="walk", crs=CRS, node_id=np.arange(n), node_x=X0 + np.arange(n) * 100.0, node_y=np.full(n, Y0),
        edge_u=ends[:, 0], edge_v=ends[:, 1],
    )  # fmt: skip


def spots(*x, **columns):
    return gpd.GeoDataFrame(columns, geometry=[shapely.Point(X0 + at, Y0) for at in x], crs=CRS)


@pytest.fixture(scope="module")
def lane():
    return network()


def test_no_places(lane):
    here, none = spots(10, 20), spots()
    table = lane.nearest(here, none)
    assert table["reason"].tolist() == ["no_places"] * 2
    assert table["distance_m"].isna().all()
    sums = lane.reach(here, none, cutoffs_m=[500])
    assert sums["places_within_500_m"].isna().all()
    assert sums["reason"].tolist() == ["no_places"] * 2
    assert lane.matrix(here, none).shape == (2, 0)
    assert lane.matrix(here, none, long=True).empty
    assert lane.pairs(here, none, max_distance_m=500).empty
    assert lane.nearest(none, here).empty
    assert lane.isochrones(none, cutoffs_m=[100]).empty


def test_places_outside(lane):
    far = spots(50_000)
    assert lane.nearest(spots(10), far)["reason"].tolist() == ["disconnected"]
    assert lane.matrix(spots(10), far, long=True)["reason"].tolist() == ["off_network"]
    assert lane.reach(spots(10), far, cutoffs_m=[500])["places_within_500_m"].tolist() == [0]
    assert lane.explain(spots(10), far)["reason"].tolist() == ["off_network"]
    assert lane.nearest(far, spots(10))["reason"].tolist() == ["off_network"]


def test_one_node_and_no_streets():
    lone = network(1, ())
    assert lone.nearest(spots(0), spots(10))["reason"].tolist() == ["off_network"]
    assert np.isnan(lone.matrix(spots(0), spots(10)).iloc[0, 0])
    assert lone.reach(spots(0), spots(10), cutoffs_m=[50])["reason"].tolist() == ["off_network"]
    assert lone.isochrones(spots(0), cutoffs_m=[50])["reason"].tolist() == ["off_network"]
    assert lone.explain(spots(0), spots(10))["part"].tolist() == ["none"]


def test_no_way_leads_there():
    parts = network(5, [(0, 1), (3, 4)])
    assert parts.nearest(spots(10), spots(350))["reason"].tolist() == ["disconnected"]
    assert parts.matrix(spots(10), spots(350), long=True)["reason"].tolist() == ["disconnected"]
    assert parts.explain(spots(10), spots(350))["reason"].tolist() == ["disconnected"]


def test_nobody_anywhere(lane):
    table = lane.reach(spots(10), spots(20, 30, people=[0.0, 0.0]), weights="people", cutoffs_m=[500])
    assert table["people_within_500_m"].tolist() == [0]
    assert table["reason"].tolist() == [""]


def test_geometries_that_are_missing_or_empty_are_off_the_network(lane):
    some = gpd.GeoDataFrame(geometry=[shapely.Point(X0, Y0), None, shapely.Point()], crs=CRS)
    assert lane.nearest(some, spots(50))["reason"].tolist() == ["", "off_network", "off_network"]
    assert lane.nearest(spots(50), some)["place"].tolist() == [0]
    assert lane.reach(some, some, cutoffs_m=[500])["places_within_500_m"].tolist()[0] == 1


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_weights_that_are_negative_or_unknown(lane, wrong):
    places = spots(20, 30, beds=[1.0, wrong]).set_axis(["a", "b"])
    with pytest.raises(
        InputError, match=r"weight 'beds' of place 'b' is .*give it a number or leave the place out"
    ):
        lane.reach(spots(10), places, weights="beds", cutoffs_m=[500])


def test_weights_that_do_not_fit(lane):
    places = spots(20, 30, beds=[1.0, 2.0], name=["a", "b"])
    with pytest.raises(InputError, match="no column 'jobs'"):
        lane.reach(spots(10), places, weights="jobs", cutoffs_m=[500])
    with pytest.raises(InputError, match="must be numbers"):
        lane.reach(spots(10), places, weights="name", cutoffs_m=[500])
    with pytest.raises(InputError, match="one number for each place"):
        lane.reach(spots(10), places, weights=pd.Series([1.0], index=[0]), cutoffs_m=[500])


def test_ids_that_stand_twice(lane):
    twice = spots(10, 20).set_axis([7, 7])
    for origins, places, what in ((twice, spots(5), "origins"), (spots(5), twice, "places")):
        for ask in (lane.nearest, lane.matrix):
            with pytest.raises(InputError, match=f"{what}: id 7 stands twice"):
                ask(origins, places)


def test_layers_without_crs_or_geometry(lane):
    bare = spots(10).set_crs(None, allow_override=True)
    with pytest.raises(NoCrsError, match="origins have no CRS"):
        lane.nearest(bare, spots(5))
    with pytest.raises(NoCrsError, match="places have no CRS"):
        lane.reach(spots(5), bare, cutoffs_m=[5])
    with pytest.raises(InputError, match="places must be a GeoDataFrame or a GeoSeries, not DataFrame"):
        lane.nearest(spots(5), pd.DataFrame({"x": [1]}))
    with pytest.raises(InputError, match="origins have no geometry"):
        lane.nearest(gpd.GeoDataFrame({"x": [1]}), spots(5))
    with pytest.raises(InputError, match="origins must be"):
        lane.isochrones(shapely.Point(X0, Y0), cutoffs_m=[5])


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda n, a: n.nearest(a, a, k=0), "k must be a whole number above zero"),
        (lambda n, a: n.nearest(a, a, k=1.5), "k must be a whole number above zero"),
        (lambda n, a: n.nearest(a, a, by="bus"), "by distance or by time, not by 'bus'"),
        (lambda n, a: n.nearest(a, a, max_distance_m=5, max_time_s=5), "not both"),
        (lambda n, a: n.nearest(a, a, max_distance_m=5, by="time"), "the limit is one of distance"),
        (lambda n, a: n.nearest(a, a, max_distance_m=-5), "zero or more, not -5"),
        (lambda n, a: n.nearest(a, a, max_distance_m=np.nan), "zero or more, not nan"),
        (lambda n, a: n.nearest(a, a, category="kind"), "no column 'kind'"),
        (lambda n, a: n.nearest(a, a.assign(kind=None), category="kind"), "place 0 has no kind"),
        (lambda n, a: n.nearest(a, a, max_off_street_m=-1), "max_distance_m must be above zero"),
        (lambda n, a: n.reach(a, a), "needs a cut-off or a decay"),
        (lambda n, a: n.reach(a, a, cutoffs_m=[-1]), "zero or more, not -1"),
        (lambda n, a: n.reach(a, a, cutoffs_m=[np.nan]), "zero or more, not nan"),
        (lambda n, a: n.reach(a, a, decays={"g": decay.gaussian(sigma=5)}), "'g' never ends"),
        (lambda n, a: n.pairs(a, a), "pairs need a limit"),
        (lambda n, a: n.isochrones(a), "cut-offs above zero m"),
        (lambda n, a: n.isochrones(a, cutoffs_s=[0]), "cut-offs above zero s"),
        (lambda n, a: n.isochrones(a, cutoffs_m=[10], step_m=0), "above zero"),
        (lambda n, a: n.explain(a, a), "one origin and one place, not 2 and 2"),
    ],
)
def test_impossible_numbers(lane, ask, says):
    with pytest.raises(InputError, match=says):
        ask(lane, spots(10, 20))
