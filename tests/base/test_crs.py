"""The datum decides everything: 450 m of error hides in one wrong word."""

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely import LineString, Point, Polygon, force_3d

from urbanplan.base.crs import (
    check_projected_metres,
    check_true_to_ground,
    parse_crs,
    to_crs,
    transform_info,
    transform_points,
    utm_for,
)
from urbanplan.base.errors import InputError, LayerError, NoCrsError
from urbanplan.base.extent import check_extent, guess_crs
from urbanplan.model.city import City
from urbanplan.study.check_file import check_file
from urbanplan.study.extent import boundary_of

NAMELESS_EVEREST = (
    'PROJCS["unnamed",GEOGCS["unnamed ellipse",DATUM["D_unknown",SPHEROID["Everest_1830",6377276.345,300.8017]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",99],PARAMETER["scale_factor",0.9996],'
    'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["Meter",1]]'
)
PARCELS = ("p08", "p09", "p10", "p11", "p12", "p13", "p14")
CADASTRE = "thai_encodings/narathiwat_cadastre/cadastre_{}UTM.gpkg"
CHIANG_MAI = (98.98623, 18.78819)


@pytest.mark.shared
@pytest.mark.parametrize("parcel", PARCELS)
def test_own_parameters_of_a_file_are_honoured_to_a_decimetre(shared, parcel):
    old = gpd.read_file(shared / CADASTRE.format("I75"), layer=f"marker:{parcel}")
    new = gpd.read_file(shared / CADASTRE.format("W84"), layer=f"marker:{parcel}")
    assert to_crs(old, "EPSG:32647").distance(new).max() < 0.1


@pytest.mark.shared
@pytest.mark.parametrize("parcel", PARCELS)
def test_default_for_indian_1975_is_right_where_that_of_proj_is_not(shared, parcel):
    old = gpd.read_file(shared / CADASTRE.format("I75"), layer=f"marker:{parcel}")
    new = gpd.read_file(shared / CADASTRE.format("W84"), layer=f"marker:{parcel}")
    bare = old.set_crs("EPSG:24047", allow_override=True)
    assert to_crs(bare, "EPSG:32647").distance(new).max() < 1.5
    assert bare.to_crs("EPSG:32647").distance(new).min() > 180  # what the library alone would have done


def test_indian_1975_by_hand_through_geocentric_coordinates():
    lon, lat = np.radians([98.99, 18.79])
    a, e2 = 6377276.345, 2 / 300.8017 - 1 / 300.8017**2
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    x, y, z = (
        n * np.cos(lat) * np.cos(lon) + 206,
        n * np.cos(lat) * np.sin(lon) + 837,
        n * (1 - e2) * np.sin(lat) + 295,
    )
    a, e2 = 6378137.0, 2 / 298.257223563 - 1 / 298.257223563**2
    p, phi = np.hypot(x, y), lat
    for _ in range(10):
        n = a / np.sqrt(1 - e2 * np.sin(phi) ** 2)
        phi = np.arctan2(z + e2 * n * np.sin(phi), p)
    want = np.degrees([np.arctan2(y, x), phi])
    got = np.ravel(transform_points(np.array([98.99]), np.array([18.79]), "EPSG:4240", "EPSG:4326"))
    assert got == pytest.approx(want, abs=1e-9)  # 0.1 mm


def test_there_and_back_is_the_same_point_and_nothing_was_changed():
    frame = gpd.GeoDataFrame(
        {"ก": ["a"], "geom": [Point(500_123.4, 2_077_000.5)]}, geometry="geom", crs=24047, index=["z1"]
    )
    before = frame.copy()
    there = to_crs(frame, "EPSG:32647")
    back = to_crs(there, "EPSG:24047")
    assert there.geom.iloc[0].distance(frame.geom.iloc[0]) > 400
    assert back.geom.iloc[0].distance(frame.geom.iloc[0]) < 1e-3  # the shift's own height is left out
    assert list(there.columns) == ["ก", "geom"]
    assert list(there.index) == ["z1"]
    assert there.active_geometry_name == "geom"
    assert_geodataframe_equal(frame, before)


def test_indian_1975_to_a_national_system_is_not_left_unshifted():
    # PROJ alone goes from a bound system to EPSG:4258 by a ballpark step of 0 m
    lon, lat = transform_points(np.array([500_000.0]), np.array([2_077_000.0]), "EPSG:24047", "EPSG:4258")
    want = transform_points(np.array([500_000.0]), np.array([2_077_000.0]), "EPSG:24047", "EPSG:4326")
    assert (lon[0], lat[0]) == pytest.approx((want[0][0], want[1][0]), abs=1e-5)


def test_zone_change_within_one_datum_needs_no_shift():
    info = transform_info("EPSG:24047", "EPSG:24048")
    assert "helmert" not in info.pipeline
    assert info.accuracy_m == 0


@pytest.mark.parametrize(
    "pair", [("EPSG:4326", "EPSG:32647"), ("EPSG:32647", "EPSG:32648"), ("EPSG:5635", "EPSG:32628")]
)
def test_other_systems_agree_with_geopandas(pair):
    x, y = {"EPSG:4326": (98.9, 18.7), "EPSG:32647": (5e5, 2e6), "EPSG:5635": (1.81e6, 9.8e5)}[pair[0]]
    series = gpd.GeoSeries([Point(x, y), LineString([(x, y), (x + 0.1, y + 0.1)])], crs=pair[0], name="way")
    got = to_crs(series, pair[1])
    assert got.name == "way"
    assert got.distance(series.to_crs(pair[1])).max() < 1e-6


def test_operation_is_named_for_the_provenance():
    info = transform_info("EPSG:24047", "EPSG:32647").to_dict()
    assert "Royal Thai Survey Department (206, 837, 295)" in info["operation"]
    assert "x=206 y=837 z=295" in info["pipeline"]
    assert info["accuracy_m"] == pytest.approx(3.1)
    assert transform_info("EPSG:32647", "EPSG:32647").operation == "none"


def test_esri_text_of_indian_1975_is_recognised():
    esri = pyproj.CRS.from_epsg(24047).to_wkt("WKT1_ESRI")
    assert "Royal Thai Survey" in transform_info(esri, "EPSG:32647").operation


def test_nameless_everest_is_refused_though_proj_calls_it_indian_1954():
    assert pyproj.CRS.from_wkt(NAMELESS_EVEREST).ellipsoid.semi_major_metre == pytest.approx(6_377_276.345)
    with pytest.raises(NoCrsError, match="EPSG:24047"):
        transform_info(NAMELESS_EVEREST, "EPSG:32647")


def test_named_indian_1954_is_taken_at_its_word():
    assert transform_info("EPSG:23947", "EPSG:32647").accuracy_m == pytest.approx(21)


def test_everest_with_a_zero_shift_is_refused():
    zero = "+proj=utm +zone=47 +a=6377276.345 +rf=300.8017 +towgs84=0,0,0 +units=m +type=crs"
    with pytest.raises(NoCrsError, match="zero datum shift"):
        transform_info(zero, "EPSG:32647")


def test_heights_are_left_out_and_missing_geometry_stays_missing():
    series = gpd.GeoSeries([force_3d(Point(98.9, 18.7), 300), None, Polygon()], crs=4326)
    out = to_crs(series, "EPSG:32647")
    assert not out.iloc[0].has_z
    assert out.iloc[1] is None
    assert out.iloc[2].is_empty


def test_coordinates_that_do_not_exist_are_an_error():
    with pytest.raises(LayerError, match="feature 1"):
        to_crs(gpd.GeoSeries([Point(98.9, 18.7), Point(98.9, 118)], crs=4326), "EPSG:32647")


def test_no_crs_is_an_error_that_says_how_to_mend_it():
    with pytest.raises(NoCrsError, match="crs: EPSG:32647"):
        to_crs(gpd.GeoSeries([Point(1, 2)]), "EPSG:32647")
    for wrong in ("EPSG:999999", "hello", 'LOCAL_CS["site"]'):
        with pytest.raises(NoCrsError):
            parse_crs(wrong)


def test_only_metres_pass_the_door():
    assert check_projected_metres("EPSG:32647").to_epsg() == 32647
    assert check_projected_metres("EPSG:5635").to_epsg() == 5635  # northing first, yet metres
    for wrong in (None, "EPSG:4326", "EPSG:2263"):
        with pytest.raises(NoCrsError):
            check_projected_metres(wrong)


def test_utm_zone_agrees_with_geopandas():
    for lon, lat in [(98.98, 18.79), (102.8, 16.4), (-15.4, 28.1), (-51.2, -30), (0.1, 51.5), (179.9, -17)]:
        point = gpd.GeoSeries([Point(lon, lat)], crs=4326)
        assert utm_for(lon, lat) == point.estimate_utm_crs().to_string()
    assert utm_for(180, 0) == "EPSG:32660"
    with pytest.raises(NoCrsError):
        utm_for(18.79, 98.98)


THAI_METRES = (498_000.0, 2_074_000.0, 500_000.0, 2_078_000.0)


@pytest.mark.parametrize(
    ("bounds", "crs", "near", "words"),
    [
        (THAI_METRES, "EPSG:4326", None, "look like EPSG:32647 metres"),
        (THAI_METRES, None, None, "look like EPSG:32647 metres"),
        ((220_000.0, 1_738_000.0, 250_000.0, 1_760_000.0), None, (102.8, 16.0), "EPSG:32648"),
        ((98.9, 18.7, 99.0, 18.8), "EPSG:32647", None, "look like EPSG:4326 degrees"),
        ((18.7, 98.9, 18.8, 99.0), "EPSG:4326", None, "axes are swapped"),
        ((28.0, -15.5, 28.1, -15.4), "EPSG:4326", (-15.43, 28.1), "axes are swapped"),
        ((2_074_000.0, 498_000.0, 2_078_000.0, 500_000.0), "EPSG:32647", None, "axes are swapped"),
        (THAI_METRES, "EPSG:32648", CHIANG_MAI, "look like EPSG:32647"),
        ((1.1e7, 2.1e6, 1.101e7, 2.2e6), "EPSG:4326", None, "look like EPSG:3857"),
        ((1e9, 1e9, 1e9, 1e9), "EPSG:32647", None, "nowhere on the Earth"),
        ((0.0, 0.0, 0.0, 0.0), "EPSG:32647", None, "EPSG:4326"),
    ],
)
def test_impossible_extents_are_refused_with_the_likely_answer(bounds, crs, near, words):
    with pytest.raises(NoCrsError, match=words):
        check_extent(bounds, crs, near=near, where="parcels.shp")


KHON_KAEN = (102.835, 16.43)


def around(place, crs, half_m=3000.0):
    """Return the extent of a town in a system, by PROJ alone."""
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(*place)
    return (x - half_m, y - half_m, x + half_m, y + half_m)


@pytest.mark.parametrize(
    ("place", "drawn_in", "labelled", "near", "words"),
    [
        (KHON_KAEN, "EPSG:32648", "EPSG:32647", True, "look like EPSG:32648 metres"),
        (KHON_KAEN, "EPSG:32647", "EPSG:32648", True, "look like EPSG:32647 metres"),
        (CHIANG_MAI, "EPSG:32647", "EPSG:32646", True, "look like EPSG:32647 metres"),
        (CHIANG_MAI, "EPSG:32647", "EPSG:32747", True, "perhaps EPSG:32647 is meant"),
        # Indian 1975: the right answer is the other zone of that datum, never the one of WGS 84, 450 m away
        (KHON_KAEN, "EPSG:24048", "EPSG:24047", True, "look like EPSG:24048 metres"),
        (KHON_KAEN, "EPSG:24048", "EPSG:24047", False, "look like EPSG:24048 metres"),
        (CHIANG_MAI, "EPSG:24047", "EPSG:24048", True, "look like EPSG:24047 metres"),
        (CHIANG_MAI, "EPSG:24047", "EPSG:24048", False, "look like EPSG:24047 metres"),
        (KHON_KAEN, "EPSG:24047", "EPSG:24048", True, "look like EPSG:24047 metres"),
        (CHIANG_MAI, "EPSG:24047", "EPSG:4240", True, "look like EPSG:24047 metres"),
        (CHIANG_MAI, "EPSG:24047", None, True, "or EPSG:24047 if the map is in Indian 1975"),
        (CHIANG_MAI, "EPSG:3857", "EPSG:32647", True, "look like EPSG:3857 metres"),
        (CHIANG_MAI, "EPSG:32647", "EPSG:3857", True, "look like EPSG:32647 metres"),
        (CHIANG_MAI, "EPSG:3857", "EPSG:4326", True, "look like EPSG:3857 metres"),
    ],
)
def test_mistaken_zones_are_refused_with_the_right_one(place, drawn_in, labelled, near, words):
    with pytest.raises(NoCrsError, match=words):
        check_extent(around(place, drawn_in), labelled, near=place if near else None, where="plots.shp")


@pytest.mark.parametrize(
    ("place", "crs"),
    [
        (KHON_KAEN, "EPSG:32647"),  # all of Thailand in the zone of Bangkok
        (KHON_KAEN, "EPSG:24047"),
        (KHON_KAEN, "EPSG:24048"),
        ((104.85, 15.24), "EPSG:24047"),  # Ubon, at the country's eastern end
        ((101.25, 6.54), "EPSG:24047"),  # Yala, at its southern one
        (CHIANG_MAI, "EPSG:24047"),
        (CHIANG_MAI, "EPSG:3857"),  # a file may be in it; it is transformed, and never measured in
    ],
)
def test_systems_in_honest_use_pass(place, crs):
    check_extent(around(place, crs), crs, near=place, where="plots.shp")
    check_extent(around(place, crs), crs, where="plots.shp")


@pytest.mark.parametrize("lat", [1.3, 18.8, 52.0])
def test_web_mercator_measures_nothing(lat):
    """Its square kilometre is 1.12 on the ground of Chiang Mai, and is refused as a city's CRS everywhere."""
    with pytest.raises(NoCrsError, match=r"screen, not for measuring.*write EPSG:326"):
        check_true_to_ground("EPSG:3857", 98.98, lat, where="city: crs")
    square = gpd.GeoSeries([Polygon([(98.9, lat), (99, lat), (99, lat + 0.1), (98.9, lat + 0.1)])], crs=4326)
    off = to_crs(square, "EPSG:3857").area.iloc[0] / to_crs(square, "EPSG:32647").area.iloc[0]
    assert off == pytest.approx(1 / np.cos(np.radians(lat + 0.05)) ** 2, rel=0.01)


def test_projections_that_are_true_to_the_ground_pass():
    for crs, place in [
        ("EPSG:32647", CHIANG_MAI),
        ("EPSG:32647", (104.85, 15.24)),
        ("EPSG:24047", CHIANG_MAI),
        ("EPSG:5635", (-15.43, 28.1)),
        ("EPSG:27700", (-0.1, 51.5)),
        ("EPSG:31982", (-51.2, -30.0)),
    ]:
        check_true_to_ground(crs, *place)
    with pytest.raises(NoCrsError, match=r"off by .* lengths by .*; write EPSG:32648"):
        check_true_to_ground("EPSG:32640", *KHON_KAEN)
    with pytest.raises(NoCrsError, match="not true to the ground"):
        check_true_to_ground("ESRI:54009", 98.98, 45.0)  # areas right, lengths not


def test_possible_extents_pass():
    assert check_extent(THAI_METRES, "EPSG:32647", near=CHIANG_MAI) == ()
    assert (
        check_extent((97.3, 5.6, 105.7, 20.5), "EPSG:4326", near=CHIANG_MAI) == ()
    )  # a layer of all Thailand
    assert check_extent((1.1e6, 1.7e6, 1.2e6, 1.8e6), "EPSG:32647") == ()  # Ubon in the zone of Bangkok
    assert (
        check_extent((1_805_499.0, 973_261.0, 1_820_819.0, 990_063.0), "EPSG:5635", near=(-15.43, 28.1)) == ()
    )
    assert guess_crs((1.0, 2.0, 3.0, 4.0)) == "EPSG:4326"
    assert guess_crs((1e9, 1e9, 1e9, 1e9)) is None


def test_another_country_is_refused_by_distance():
    with pytest.raises(LayerError, match=r"1,3\d\d km"):
        check_extent((102.0, 6.0, 103.0, 7.0), "EPSG:4326", near=CHIANG_MAI, where="zones.gpkg")


@pytest.mark.shared
def test_the_parcel_with_the_impossible_northing_is_reported(shared):
    old = gpd.read_file(shared / CADASTRE.format("I75"), layer="parcel:p15")
    new = gpd.read_file(shared / CADASTRE.format("W84"), layer="parcel:p15")
    with pytest.raises(NoCrsError, match="outside where"):
        check_extent(tuple(old.total_bounds), old.crs)
    assert "on the Equator" in str(check_extent(tuple(new.total_bounds), new.crs)[0])


@pytest.mark.shared
def test_the_doctor_reports_the_parcel_with_the_impossible_northing(shared):
    """Fault and layer are named, and the seven good parcels of the same files pass."""
    old, new = (shared / CADASTRE.format(datum) for datum in ("I75", "W84"))
    with pytest.raises(InputError, match=r"y 16\.623 to 235\.745 .* latitude 0\.001, outside where"):
        check_file(old, layer="parcel:p15")
    assert "digits are probably missing" in " ".join(map(str, check_file(new, layer="parcel:p15").notes))
    for parcel in PARCELS:
        for path in (old, new):
            assert "on_equator" not in [
                note.code for note in check_file(path, layer=f"parcel:{parcel}").notes
            ]


def test_a_city_across_the_antimeridian_is_refused_in_words():
    facts = {
        "id": "taveuni",
        "name": {"en": "Taveuni"},
        "boundary": {"centre": [179.99, -16.8], "radius_m": 9000},
        "sources": {"a": {"file": "a.osm.pbf", "date": "2024", "licence": "ODbL-1.0", "attribution": "OSM"}},
        "layers": {"streets": {"source": "a"}},
    }
    area = boundary_of(City.model_validate(facts), None, None, offline=True)
    assert area.crs == "EPSG:32760"  # a circle is drawn on the ground, and is whole
    two = gpd.GeoDataFrame(
        geometry=[Point(179.9, -16.8).buffer(0.05), Point(-179.9, -16.8).buffer(0.05)], crs=4326
    )
    facts["boundary"] = {"source": "a"}
    with pytest.raises(LayerError, match=r"across the antimeridian; give the part on one side"):
        boundary_of(City.model_validate(facts), lambda _: two, None, offline=True)
