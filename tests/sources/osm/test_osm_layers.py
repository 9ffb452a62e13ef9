"""Layers worked out by hand: places, buildings, land use, open space, water, heritage."""

import math

import pandas as pd
import pytest
import shapely
from tiny_osm import CRS, ORIGIN, degrees

from urbanplan.base.errors import LayerError, NoCrsError, UsageError
from urbanplan.base.notes import sentence
from urbanplan.model.layers import CATEGORIES, LAND_USE_CLASSES, LAYERS
from urbanplan.sources.osm import LAYER_NAMES, read_osm
from urbanplan.sources.osm.quantities import height_m, levels, speed_kmh
from urbanplan.sources.osm.tagging import scheme


def square(first, x, y, side):
    """Return four nodes of a square and the refs that close it."""
    nodes = {
        first: (x, y),
        first + 1: (x + side, y),
        first + 2: (x + side, y + side),
        first + 3: (x, y + side),
    }
    return nodes, [first, first + 1, first + 2, first + 3, first]


def layer(path, name, clip=None):
    return getattr(read_osm(path, crs=CRS, clip=clip, layers=[name], modes=[]), name)


def test_schemes_use_only_the_words_of_the_vocabulary():
    classes = {
        rule.name for values in scheme("places").index.values() for rules in values.values() for rule in rules
    }
    assert classes == set(CATEGORIES)
    classes = {
        rule.name
        for values in scheme("land_use").index.values()
        for rules in values.values()
        for rule in rules
    }
    assert classes == set(LAND_USE_CLASSES)


def test_every_layer_has_the_columns_that_were_promised(osm_file):
    nodes, ring = square(1, 0, 0, 100)
    extract = read_osm(osm_file(nodes, [(1, ring, {"landuse": "forest"})]), crs=CRS, modes=[])
    for name in LAYER_NAMES:
        frame = getattr(extract, name)
        assert list(frame.columns) == [*LAYERS[name].columns, "geometry"]
        assert frame.crs == CRS
        assert extract.quality(name)["kept"] == len(frame)
    assert len(extract.land_use) == 1
    assert extract.buildings.empty


def test_places_by_category_with_their_names(osm_file):
    nodes = {
        1: (0, 0, {"shop": "supermarket", "name": "บิ๊กซี", "name:en": "Big C", "name:th": "บิ๊กซี"}),
        2: (10, 0, {"amenity": "school"}),
        3: (20, 0, {"amenity": "place_of_worship", "religion": "buddhist"}),
        4: (30, 0, {"shop": "vacant"}),
        5: (40, 0, {"amenity": "marketplace;clinic"}),
        6: (50, 0, {"disused:shop": "convenience"}),
        7: (60, 0, {"leisure": "park", "access": "private"}),
    }
    frame = layer(osm_file(nodes), "places")
    assert frame["category"].to_dict() == {
        "node/1": "food",
        "node/2": "school",
        "node/3": "worship",
        "node/5": "food",
        "node/5:health": "health",
    }
    assert frame.loc["node/1", ["name", "name_en", "name_th", "kind"]].tolist() == [
        "บิ๊กซี",
        "Big C",
        "บิ๊กซี",
        "shop=supermarket",
    ]
    assert frame.loc["node/1"].geometry.distance(shapely.Point(ORIGIN)) < 0.02
    assert pd.isna(frame.loc["node/2", "name"])


def test_a_school_mapped_as_point_and_as_ground_is_one_place(osm_file):
    nodes, ring = square(1, 0, 0, 100)
    inner, inner_ring = square(5, 20, 20, 30)
    nodes |= inner
    nodes[10] = (50, 50, {"amenity": "school", "name": "Yupparaj "})
    nodes[11] = (60, 60, {"amenity": "school"})
    nodes[12] = (70, 70, {"amenity": "school", "name": "Another School"})
    nodes[13] = (80, 80, {"amenity": "clinic", "name": "Yupparaj"})
    nodes[14] = (500, 0, {"amenity": "school", "name": "Yupparaj"})
    ways = [
        (1, ring, {"amenity": "school", "name": "yupparaj"}),
        (2, inner_ring, {"amenity": "school", "name": "Yupparaj", "building": "school"}),
    ]
    frame = layer(osm_file(nodes, ways), "places")
    assert frame.index.tolist() == ["node/12", "node/13", "node/14", "way/1"]
    assert frame.loc["way/1"].geometry.area == pytest.approx(10_000, rel=1e-3)


def test_a_stop_and_its_stopping_point_are_one_but_the_two_sides_of_a_street_are_two(osm_file):
    nodes = {
        1: (0, 8, {"highway": "bus_stop", "public_transport": "platform"}),
        2: (0, -8, {"highway": "bus_stop"}),
        3: (0, 0, {"public_transport": "stop_position"}),
        4: (900, 0, {"public_transport": "stop_position"}),
        5: (300, 0, {"railway": "tram_stop"}),
    }
    frame = layer(osm_file(nodes), "places")
    assert frame.index.tolist() == ["node/1", "node/2", "node/4", "node/5"]
    assert set(frame["category"]) == {"transit"}


def test_buildings_with_what_their_tags_say(osm_file):
    nodes, ways = {}, []
    tagged = [
        {"building": "yes"},
        {"building": "house", "building:levels": "2", "height": "7,5"},
        {"building": "yes", "amenity": "hospital", "building:levels": "3;4", "height": "40'"},
        {"building": "yes", "shop": "mall", "height": "12 m"},
        {"building": "temple", "building:levels": "many"},
        {"building": "no"},
        {"building": "warehouse", "building:levels": "2.5"},
        {"building:part": "yes"},
    ]
    for number, tags in enumerate(tagged):
        more, ring = square(10 * number + 1, 50 * number, 0, 20)
        nodes |= more
        ways.append((number, ring, tags))
    extract = read_osm(osm_file(nodes, ways), crs=CRS, layers=["buildings"], modes=[])
    frame = extract.buildings
    assert frame["use"].tolist() == [
        "unknown",
        "residential",
        "institutional",
        "commercial",
        "religious",
        "industrial",
    ]
    assert frame["levels"].tolist() == pytest.approx([math.nan, 2, 4, math.nan, math.nan, 2.5], nan_ok=True)
    assert frame["height_m"].tolist() == pytest.approx(
        [math.nan, 7.5, 12.192, 12, math.nan, math.nan], nan_ok=True
    )
    assert frame.area.tolist() == pytest.approx([400] * 6, rel=2e-3)
    assert any(
        "1 buildings give their storeys in words" in sentence(note)
        for note in extract.quality("buildings")["notes"]
    )


@pytest.mark.parametrize(
    ("text", "metres"),
    [("12", 12), ("12 m", 12), ("12m", 12), ("12,5 m", 12.5), ("40'", 12.192), ("5'6\"", 1.6764), ("30 ft", 9.144),
     ("9;12", 12), ("~15", 15), ("15 เมตร", 15)],
)  # fmt: skip
def test_heights_as_mappers_write_them(text, metres):
    assert height_m(text) == pytest.approx(metres)


@pytest.mark.parametrize(
    "text", [None, "", "tall", "-3", "0", "12 storeys", "1e9", "NaN", "inf", "9" * 400, "<script>"]
)
def test_what_cannot_be_read_is_unknown(text):
    assert math.isnan(height_m(text))
    assert math.isnan(levels(text)) or text == "0"
    assert math.isnan(speed_kmh(text))


def test_a_range_of_storeys_counts_as_the_highest():
    assert levels("3-4") == 4
    assert levels("๓ ชั้น") == 3
    assert levels("3\u20135") == 5


def test_land_use_does_not_overlap_and_the_smaller_wins(osm_file):
    nodes, big = square(1, 0, 0, 100)
    more, small = square(5, 50, 50, 100)
    inside, tiny = square(9, 10, 10, 10)
    house, built = square(13, 30, 10, 10)
    ways = [
        (1, big, {"landuse": "residential"}),
        (2, small, {"landuse": "farmland"}),
        (3, tiny, {"leisure": "park"}),
        (4, built, {"amenity": "school", "building": "yes"}),
    ]
    extract = read_osm(osm_file(nodes | more | inside | house, ways), crs=CRS, layers=["land_use"], modes=[])
    frame = extract.land_use
    assert frame["class"].to_dict() == {"way/1": "residential", "way/2": "agriculture", "way/3": "open_space"}
    assert shapely.union_all(frame.geometry.array).area == pytest.approx(frame.area.sum(), rel=1e-9)
    assert frame.area.sum() == pytest.approx(10_000 + 10_000 - 2_500, rel=2e-3)
    assert frame.loc["way/3"].geometry.area == pytest.approx(100, rel=5e-3)
    assert frame.loc["way/1", "kind"] == "landuse=residential"


def test_a_relation_with_a_hole_is_one_area_with_a_hole(osm_file):
    nodes, outer = square(1, 0, 0, 100)
    more, inner = square(5, 40, 40, 20)
    path = osm_file(
        nodes | more,
        [(1, outer[:3], {}), (2, [*outer[2:]], {}), (3, inner, {"natural": "water"})],
        [
            (
                9,
                [("way", 1, "outer"), ("way", 2, "outer"), ("way", 3, "inner")],
                {"type": "multipolygon", "leisure": "park"},
            )
        ],
    )
    extract = read_osm(path, crs=CRS, modes=[])
    assert extract.open_space.index.tolist() == ["relation/9"]
    assert extract.open_space.area.tolist() == pytest.approx([10_000 - 400], rel=2e-3)
    assert extract.water.area.tolist() == pytest.approx([400], rel=5e-3)
    assert extract.report["objects"]["relations_incomplete"] == 0


@pytest.mark.parametrize("members", [[], [("way", 77, "outer")]])
def test_a_relation_without_members_is_left_out_and_counted(osm_file, members):
    nodes, ring = square(1, 0, 0, 100)
    relation = (9, members, {"type": "multipolygon", "landuse": "forest"})
    extract = read_osm(osm_file(nodes, [(1, ring, {"leisure": "park"})], [relation]), crs=CRS, modes=[])
    assert extract.land_use["class"].tolist() == ["open_space"]
    assert extract.report["objects"]["relations_incomplete"] == 1
    assert "1 multipolygons lack members" in " ".join(extract.report["notes"])


def test_a_self_crossing_outline_is_repaired_and_counted(osm_file):
    nodes = {1: (0, 0), 2: (100, 100), 3: (100, 0), 4: (0, 100)}
    extract = read_osm(osm_file(nodes, [(1, [1, 2, 3, 4, 1], {"landuse": "forest"})]), crs=CRS, modes=[])
    assert extract.land_use.area.tolist() == pytest.approx([5_000], rel=2e-3)
    assert extract.land_use.is_valid.all()
    assert extract.report["objects"]["areas_repaired"] == 1


def test_a_relation_whose_rings_touch_badly_is_repaired(osm_file):
    nodes, outer = square(1, 0, 0, 100)
    more, inner = square(5, 80, 80, 40)
    members = [("way", 1, "outer"), ("way", 2, "inner")]
    path = osm_file(
        nodes | more,
        [(1, outer, {}), (2, inner, {})],
        [(9, members, {"type": "multipolygon", "landuse": "forest"})],
    )
    extract = read_osm(path, crs=CRS, modes=[])
    assert extract.land_use.area.tolist() == pytest.approx([10_000 - 400], rel=2e-3)
    assert extract.report["objects"]["areas_repaired"] == 1


def test_an_outline_that_lacks_a_node_is_not_guessed(osm_file):
    nodes, ring = square(1, 0, 0, 100)
    del nodes[3]
    nodes[50] = (300, 300, {"shop": "convenience"})
    extract = read_osm(osm_file(nodes, [(1, ring, {"landuse": "forest"})]), crs=CRS, modes=[])
    assert extract.land_use.empty
    assert extract.report["objects"]["areas_incomplete"] == 1
    assert "1 outlines lack nodes" in " ".join(extract.report["notes"])


def test_areas_are_cut_at_the_clip_and_buildings_are_kept_whole(osm_file):
    nodes, wood = square(1, 0, 0, 100)
    more, house = square(5, 45, 45, 10)
    far, other = square(9, 400, 400, 10)
    nodes |= {**more, **far, 20: (49, 10, {"shop": "bakery"}), 21: (51, 10, {"shop": "bakery"})}
    ways = [
        (1, wood, {"natural": "wood", "leisure": "park"}),
        (2, house, {"building": "yes"}),
        (3, other, {"building": "yes"}),
    ]
    path = osm_file(nodes, ways)
    extract = read_osm(path, crs=CRS, clip=degrees(shapely.box(-10, -10, 50, 200)), modes=[])
    assert extract.land_use.area.tolist() == pytest.approx([5_000], rel=2e-3)
    assert extract.open_space.area.tolist() == pytest.approx([5_000], rel=2e-3)
    assert extract.buildings.area.tolist() == pytest.approx([100], rel=5e-3)
    assert extract.places.index.tolist() == ["node/20", "way/1"]


def test_gardens_that_nobody_calls_public_are_not_open_space(osm_file):
    nodes, ways = {}, []
    for number, tags in enumerate(
        [
            {},
            {"access": "yes"},
            {"garden:type": "botanical"},
            {"garden:type": "botanical", "access": "private"},
        ]
    ):
        more, ring = square(10 * number + 1, 50 * number, 0, 20)
        nodes |= more
        ways.append((number, ring, {"leisure": "garden", **tags}))
    assert layer(osm_file(nodes, ways), "open_space").index.tolist() == ["way/1", "way/2"]


def test_water_keeps_rivers_as_lines_and_a_moat_round_a_town_as_a_ring(osm_file):
    nodes, pond = square(1, 0, 0, 100)
    more, moat = square(5, 300, 0, 100)
    pool, swim = square(9, 600, 0, 10)
    nodes |= {**more, **pool, 20: (0, 500), 21: (100, 500), 22: (200, 500)}
    ways = [
        (1, pond, {"natural": "water"}),
        (2, moat, {"waterway": "canal"}),
        (3, swim, {"leisure": "swimming_pool"}),
        (4, [20, 21], {"waterway": "river", "name": "Ping"}),
        (5, [21, 22], {"waterway": "stream", "tunnel": "culvert"}),
    ]
    frame = layer(osm_file(nodes, ways), "water")
    assert frame.geom_type.to_dict() == {"way/1": "Polygon", "way/2": "LineString", "way/4": "LineString"}
    assert frame.loc["way/2"].geometry.length == pytest.approx(400, abs=0.1)
    assert frame["kind"].tolist() == ["natural=water", "waterway=canal", "waterway=river"]


def test_heritage_says_registered_only_where_the_map_does(osm_file):
    nodes, gate = square(1, 0, 0, 20)
    more, wall = square(5, 100, 0, 200)
    nodes |= {
        **more,
        20: (0, 300, {"historic": "monument", "name": "Three Kings"}),
        21: (0, 310, {"historic": "no"}),
        22: (0, 320, {"heritage": "2", "heritage:operator": "fad", "amenity": "place_of_worship"}),
        23: (5, 5, {"historic": "city_gate", "name": "Tha Phae Gate"}),
    }
    ways = [
        (1, gate, {"historic": "city_gate", "name": "Tha Phae Gate", "building": "yes"}),
        (2, wall, {"barrier": "city_wall"}),
    ]
    frame = layer(osm_file(nodes, ways), "heritage_assets")
    assert frame.index.tolist() == ["node/20", "node/22", "way/1", "way/2"]
    assert frame["kind"].tolist() == [
        "historic=monument",
        "amenity=place_of_worship",
        "historic=city_gate",
        "barrier=city_wall",
    ]
    assert frame["registered"].tolist() == pytest.approx([math.nan, 1, math.nan, math.nan], nan_ok=True)
    assert frame["designation"].dropna().to_dict() == {"node/22": "2 (fad)"}
    assert frame.geom_type.tolist() == ["Point", "Point", "Polygon", "LineString"]


def test_a_nameless_hall_is_part_of_its_temple_and_a_named_one_an_asset_of_its_own(osm_file):
    nodes, grounds = square(1, 0, 0, 100)
    hall_nodes, hall = square(5, 10, 10, 20)
    chapel_nodes, chapel = square(9, 50, 50, 20)
    lone_nodes, lone = square(13, 300, 0, 20)
    ways = [
        (1, grounds, {"historic": "temple", "name": "วัดหลวง"}),
        (2, hall, {"building": "temple"}),
        (3, chapel, {"building": "temple", "name:th": "วิหารลายคำ"}),
        (4, lone, {"building": "temple"}),
    ]
    frame = layer(osm_file(nodes | hall_nodes | chapel_nodes | lone_nodes, ways), "heritage_assets")
    assert frame.index.tolist() == ["way/1", "way/3", "way/4"]


def test_what_is_asked_wrongly_is_said_clearly(osm_file):
    path = osm_file({1: (0, 0, {"shop": "bakery"})})
    with pytest.raises(
        UsageError, match="'bulidings' cannot be read from OpenStreetMap; layers are places, buildings"
    ):
        read_osm(path, crs=CRS, layers=["bulidings"])
    with pytest.raises(UsageError, match="'car' is not a mode of travel; modes are walk"):
        read_osm(path, crs=CRS, modes=["car"])
    with pytest.raises(NoCrsError, match="in degrees"):
        read_osm(path, crs="EPSG:4326")
    with pytest.raises(LayerError, match="nothing of what was asked for lies in the city"):
        read_osm(path, crs=CRS, clip=shapely.box(0, 0, 1, 1))
    with pytest.raises(AttributeError, match="was not asked for"):
        _ = read_osm(path, crs=CRS, layers=["places"], modes=[]).water


def test_the_layers_are_the_same_whatever_the_order_of_the_file(osm_file):
    nodes, ways = {}, []
    for number in range(20):
        more, ring = square(10 * number + 1, 13 * number, 7 * number, 60 - number)
        nodes |= more
        ways.append(
            (number, ring, {"landuse": ["forest", "residential", "grass"][number % 3], "name": f"n{number}"})
        )
    one = layer(osm_file(nodes, ways), "land_use")
    other = layer(osm_file(dict(reversed(nodes.items())), ways[::-1], name="other.osm"), "land_use")
    assert one.index.equals(other.index)
    assert one.drop(columns="geometry").equals(other.drop(columns="geometry"))
    assert shapely.equals(one.geometry.array, other.geometry.array).all()
