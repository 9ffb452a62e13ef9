"""Listings: what is registered, what is refused, and what becomes of the rows that a function returns."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point

from urbanplan.base.errors import InputError, UsageError
from urbanplan.model.listing import LISTINGS, conform_listing, listing
from urbanplan.model.metric import REGISTRY, metric
from urbanplan.model.selection import select

CRS = "EPSG:32647"


@pytest.fixture(autouse=True)
def _registries_as_before():
    kept = [(registry, dict(registry)) for registry in (LISTINGS, REGISTRY)]
    yield
    for registry, before in kept:
        registry.clear()
        registry.update(before)


def bars(**facts):
    given = {"name": "Bars", "geometry": "point", "columns": {"name": "", "area_m2": "m2"}, **facts}

    @listing(**given)
    def bars(places, *, radius_m: float = 50.0):
        """List the bars."""
        return places

    return LISTINGS["own.bars"]


def bars_of_this_name():
    return bars()


def rows(**columns):
    given = {"name": ["ก", None], "area_m2": [1, np.nan], "more": ["x", "y"], **columns}
    return gpd.GeoDataFrame(given, geometry=[Point(0, 0), Point(1, 1)], index=["a", "b"], crs=CRS)


def test_what_is_written_down_of_a_listing():
    entry = bars(by="name", references=("hansen1959",))
    assert (entry.id, entry.theme, entry.layers, entry.summary) == (
        "own.bars", "own", ("places",), "List the bars.",
    )  # fmt: skip
    assert entry.mapped_layers == ("places",)
    record = entry.record()
    assert record["knobs"] == {"radius_m": 50.0}
    assert record["columns"] == {"name": "", "area_m2": "m2"}


def test_words_name_listings_beside_metrics_and_a_theme_only_the_standard_ones():
    bars(standard=False)

    @metric(name="Count", unit="1", supports=("zone",), formula="n")
    def count(places, units):
        """Count."""

    assert [m.id for m in select(["own"]).metrics] == ["own.count"]
    assert select(["own"]).listings == []
    assert [one.id for one in select(["own.bars"]).listings] == ["own.bars"]
    with pytest.raises(UsageError, match=r"did you mean 'own\.bars'"):
        select(["own.bar"])


def test_ids_layers_and_colouring_columns_are_checked():
    @metric(name="Bars", unit="1", supports=("zone",), formula="n")
    def bars(places, units):
        """Count."""

    with pytest.raises(UsageError, match="already taken"):
        bars_of_this_name()
    with pytest.raises(UsageError, match="nothing_like_it"):
        listing(name="B", geometry="point", columns={"name": ""}, by="nothing_like_it")(lambda places: places)


def test_rows_come_back_with_exactly_the_declared_columns():
    out = conform_listing(rows(), bars(), CRS)
    assert list(out.columns) == ["name", "area_m2", "geometry"]
    assert list(out.index) == [0, 1]
    assert out["name"][0] == "ก"
    assert out["name"].isna().tolist() == [False, True]
    assert out["area_m2"].tolist()[0] == 1.0
    assert np.isnan(out["area_m2"][1])
    empty = conform_listing(rows().iloc[:0].to_crs(4326), bars(), CRS)
    assert empty.crs == CRS


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (rows().drop(columns="area_m2"), "columns area_m2"),
        (rows(area_m2=["many", 1]), "'area_m2' must hold numbers"),
        (rows(area_m2=[np.inf, 1]), "infinite"),
        (rows().to_crs("EPSG:32648"), "coordinate system"),
    ],
)
def test_what_a_listing_must_not_return(frame, told):
    with pytest.raises(InputError, match=told):
        conform_listing(frame, bars(), CRS)
