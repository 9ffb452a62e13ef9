"""What nobody hopes to find in a city, given to every measure of access: NaN with a reason or one clear sentence, never zero."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from town import streets

from urbanplan.base.errors import InputError
from urbanplan.metrics import load
from urbanplan.model.layers import MODES
from urbanplan.model.listing import LISTINGS
from urbanplan.model.metric import REGISTRY, SUPPORTS
from urbanplan.model.reason import Reason

load()
FIRST = {metric.base: metric for metric in reversed(REGISTRY.values()) if metric.theme == "access"}
OF_PLACES = [base for base, metric in sorted(FIRST.items()) if "places" in metric.layers]
OF_PEOPLE = [base for base, metric in sorted(FIRST.items()) if "population" in metric.requires]
OF_STREETS = [base for base, metric in sorted(FIRST.items()) if metric.supports != ("street",)]
LISTED = sorted(key for key, entry in LISTINGS.items() if entry.theme == "access")


def measure(base, layers, **given):
    """Measure the first variant with some other layers."""
    metric, known = FIRST[base], {**layers, **given}
    layer = known[SUPPORTS[metric.supports[0]]]
    units = layer if isinstance(layer, gpd.GeoDataFrame) else layer.streets()
    table = metric.function(
        *[units if name == "units" else known[name] for name in metric.layers], **metric.variant
    )
    assert table.index.equals(units.index)
    assert (table["value"].notna() == (table["reason"] == "")).all()
    return table


def listed(key, layers, **given):
    known = {**layers, **given}
    return LISTINGS[key].function(*[known[name] for name in LISTINGS[key].layers])


def nowhere():
    return {mode: streets([(250, 200)], np.empty((0, 2)), mode=mode) for mode in MODES}


@pytest.mark.parametrize("base", OF_PLACES)
def test_no_places_of_a_category(base, layers):
    places = layers["places"]
    for none in (places.iloc[:0], places.assign(category=None), places[places["category"] == "transit"]):
        category = FIRST[base].variant.get("category")
        if category is None and len(none) and none["category"].notna().any():
            continue  # stops are places of one kind among those that it counts
        if base == "access.street_walks" and len(none):
            continue  # it counts places of no kind too
        table = measure(base, layers, places=none)
        assert set(table["reason"]) == {Reason.NO_PLACES.value}


@pytest.mark.parametrize("base", OF_PLACES)
@pytest.mark.parametrize("away", ["outside", "without geometry"])
def test_places_that_no_street_leads_to_are_not_zero_places(base, away, layers):
    far = layers["places"].copy()
    far["geometry"] = far.geometry.translate(50_000, 0) if away == "outside" else [None] * len(far)
    table = measure(base, layers, places=far)
    assert set(table["reason"]) == {Reason.DISCONNECTED.value}


@pytest.mark.parametrize("base", OF_STREETS)
def test_a_network_of_one_node(base, layers):
    table = measure(base, layers, **nowhere())
    assert set(table["reason"]) <= {Reason.NO_PLACES.value, Reason.OFF_NETWORK.value}


@pytest.mark.parametrize("base", sorted(set(FIRST) - set(OF_STREETS)))
def test_streets_of_a_network_of_one_node(base, layers):
    # the network that knows no streets is asked for those of another
    units = layers["walk"].streets()
    given = {**layers, **nowhere(), "units": units}
    metric = FIRST[base]
    table = metric.function(*[given[name] for name in metric.layers], **metric.variant)
    assert table["value"].isna().all()
    assert set(table["reason"]) <= {Reason.OFF_NETWORK.value, Reason.DISCONNECTED.value}


@pytest.mark.parametrize("base", OF_PEOPLE)
def test_nobody_and_people_of_unknown_number(base, layers):
    nobody = measure(base, layers, cells=layers["cells"].assign(population=0.0))
    assert set(nobody["reason"]) <= {"", Reason.NO_PEOPLE.value}
    assert (nobody["value"].dropna() == 0).all()
    unknown = measure(base, layers, cells=layers["cells"].assign(population=np.nan))
    assert set(unknown["reason"]) == {Reason.POPULATION_UNKNOWN.value}


@pytest.mark.parametrize("wrong", [-1.0, np.inf])
@pytest.mark.parametrize("base", OF_PEOPLE)
def test_people_fewer_than_none_or_without_number_are_refused(base, wrong, layers):
    cells = layers["cells"].copy()
    cells.iloc[3, cells.columns.get_loc("population")] = wrong
    with pytest.raises(
        InputError, match=rf"cells: {cells.index[3]} has {wrong} people; give a number of zero"
    ):
        measure(base, layers, cells=cells)


@pytest.mark.parametrize("base", OF_PLACES)
def test_ids_that_stand_twice_are_refused(base, layers):
    with pytest.raises(InputError, match=r"places: id .* stands twice in the index"):
        measure(base, layers, places=pd.concat([layers["places"]] * 2))
    twice = layers["cells"].set_axis(["x"] * len(layers["cells"]))
    metric = FIRST[base]
    if "cells" in metric.layers:
        units = twice if metric.supports == ("cell",) else layers[SUPPORTS[metric.supports[0]]]
        units = units if isinstance(units, gpd.GeoDataFrame) else units.streets()
        given = {**layers, "cells": twice, "units": units}
        with pytest.raises(InputError, match="id x stands twice in the index"):
            metric.function(*[given[name] for name in metric.layers], **metric.variant)


@pytest.mark.parametrize("key", LISTED)
def test_lists_of_such_cities(key, layers):
    places, cells = layers["places"], layers["cells"]
    far = places.set_geometry(places.geometry.translate(50_000, 0))
    for given in (
        {"places": places.iloc[:0]}, {"places": far}, nowhere(), {"cells": cells.assign(population=0.0)},
        {"cells": cells.assign(population=np.nan)},
    ):  # fmt: skip
        rows = listed(key, layers, **given)
        assert set(LISTINGS[key].columns) <= set(rows.columns)
        assert not np.isinf(rows.select_dtypes("number").to_numpy()).any()
    if key == "access.isochrones":
        for given in ({"places": far}, nowhere()):
            assert listed(key, layers, **given).empty, "no ground, rather than ground without people"
