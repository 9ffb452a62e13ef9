"""The same asset in two lists: name and place together."""

import geopandas as gpd
import pytest
from shapely.geometry import Point, box

from urbanplan.methods.matching import match

CRS = "EPSG:32647"


@pytest.fixture
def mapped():
    return gpd.GeoDataFrame(
        {"name": ["วัดบุพพาราม", "Wat Buppharam", "Chedi"], "name_th": ["วัดบุพพาราม", "วัดบุพพาราม", None]},
        geometry=[box(0, 0, 40, 40), Point(2000, 0), Point(100, 0)],
        index=["way/1", "node/2", "node/3"],
        crs=CRS,
    )


def test_a_homonym_far_away_is_another_temple(mapped):
    register = gpd.GeoDataFrame(
        {"name": ["วัด บุพพาราม ", "wat buppharam", "Unknown", "Chedi"]},
        geometry=[Point(60, 20), Point(2010, 0), Point(100, 0), Point(900, 0)],
        index=["a", "b", "c", "d"],
        crs=CRS,
    )
    assert match(mapped, register, max_distance_m=100).tolist() == ["way/1", "node/2", None, None]


def test_each_asset_is_matched_once_the_nearest_first(mapped):
    register = gpd.GeoDataFrame(
        {"name": ["Chedi", "Chedi"]}, geometry=[Point(150, 0), Point(110, 0)], index=["far", "near"], crs=CRS
    )
    assert match(mapped, register, max_distance_m=100).to_dict() == {"far": None, "near": "node/3"}


def test_the_order_of_rows_changes_nothing(mapped):
    register = gpd.GeoDataFrame({"name": ["chedi"]}, geometry=[Point(100, 5)], index=["a"], crs=CRS)
    assert match(mapped.iloc[::-1], register, max_distance_m=100).equals(
        match(mapped, register, max_distance_m=100)
    )


def test_lists_without_names_match_nothing(mapped):
    register = gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=CRS)
    assert match(mapped, register, max_distance_m=100).tolist() == [None]


def test_a_reference_decides_where_names_mislead(mapped):
    """Wat Suan Dok is also Wat Buppharam; another Wat Buppharam stands on Tha Phae Road, a third in the next district."""
    here = mapped.assign(wikidata=["Q1", "Q2", None], ref=[None, None, "0007"])
    register = gpd.GeoDataFrame(
        {
            "name": ["Wat Suan Dok", "Wat Buppharam", "Wat Buppharam", "Stupa"],
            "wikidata": ["Q1", "Q3", None, None],
            "ref": ["0001", "0002", "0003", "0007"],
        },
        geometry=[Point(150, 20), Point(2001, 0), Point(6000, 0), Point(400, 0)],
        index=["suan dok", "another", "third", "by number"],
        crs=CRS,
    )
    assert match(here, register, max_distance_m=100).to_dict() == {
        "suan dok": "way/1",
        "another": None,
        "third": None,
        "by number": "node/3",
    }


def test_one_reference_at_two_ends_of_the_city_is_a_mistake(mapped):
    register = gpd.GeoDataFrame({"wikidata": ["Q1"]}, geometry=[Point(3000, 0)], index=["a"], crs=CRS)
    assert match(mapped.assign(wikidata=["Q1", None, None]), register, max_distance_m=100).tolist() == [None]


def test_other_names_count_too(mapped):
    register = gpd.GeoDataFrame(
        {"name": ["วัดสวนดอก"], "aliases": ["วัดบุพพาราม; Wat Suan Dok"]},
        geometry=[Point(41, 0)],
        index=["a"],
        crs=CRS,
    )
    assert match(mapped, register, max_distance_m=100).tolist() == ["way/1"]
