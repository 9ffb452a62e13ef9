"""People are shared out by area and none are lost, or the run stops."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS
from shapely import Point, box

from urbanplan.base.errors import ConservationError, LayerError, MissingFileError, NoCrsError
from urbanplan.methods.grid import lay_grid
from urbanplan.sources.raster import counts_to_cells, ledger, points_to_cells
from urbanplan.sources.raster.ledger import check_conserved

UTM = "EPSG:32647"
WEST, NORTH = 500_000.0, 2_080_000.0


def write(path, values, transform, crs=UTM, nodata=-1.0, **tags):
    values = np.asarray(values, dtype="float32")
    values = values[None] if values.ndim == 2 else values
    count, rows, cols = values.shape
    profile = {
        "driver": "GTiff",
        "width": cols,
        "height": rows,
        "count": count,
        "dtype": values.dtype,
        "nodata": nodata,
    }
    with rasterio.open(path, "w", crs=crs, transform=transform, **profile) as file:
        file.write(values)
        for key, value in tags.items():
            setattr(file, key, value)
    return path


def north_up(west=WEST, north=NORTH, side=1000.0):
    return Affine(side, 0, west, 0, -side, north)


def grid(west, south, east, north, cell_m=100.0):
    return lay_grid(box(west, south, east, north), UTM, cell_m=cell_m)


def test_one_square_kilometre_gives_a_hundredth_to_each_hectare(tmp_path):
    path = write(tmp_path / "p.tif", [[500.0]], north_up())
    cells = grid(WEST, NORTH - 1000, WEST + 1000, NORTH)
    people, record = counts_to_cells(path, cells, UTM)
    assert people.index.equals(cells.index)
    assert people.to_numpy() == pytest.approx(np.full(100, 5.0))
    assert record.operation == "none"


def test_cells_astride_pixels_take_their_part_of_each(tmp_path):
    path = write(tmp_path / "p.tif", [[100.0, 300.0]], north_up(WEST + 50, side=100.0))
    cells = grid(WEST, NORTH - 100, WEST + 300, NORTH)
    people, _ = counts_to_cells(path, cells, UTM)
    assert people.tolist() == pytest.approx([50.0, 200.0, 150.0])


def test_outside_and_no_data_are_unknown_and_zero_is_zero(tmp_path):
    path = write(tmp_path / "p.tif", [[0.0, -1.0, 7.0]], north_up(side=100.0))
    cells = grid(WEST, NORTH - 100, WEST + 500, NORTH)
    people, record = counts_to_cells(path, cells, UTM)
    assert people.fillna(-9).tolist() == [0.0, -9.0, 7.0, -9.0, -9.0]
    assert record.dropped == {"no_data": 1}
    assert "3 of 5 cells" in str(record.notes[0])


def test_south_up_and_scaled_rasters_are_the_same_people(tmp_path):
    values = np.arange(12.0).reshape(3, 4)
    cells = grid(WEST, NORTH - 300, WEST + 400, NORTH)
    plain, _ = counts_to_cells(write(tmp_path / "a.tif", values, north_up(side=100.0)), cells, UTM)
    flipped = write(tmp_path / "b.tif", values[::-1], Affine(100, 0, WEST, 0, 100, NORTH - 300))
    packed = write(tmp_path / "c.tif", values * 10, north_up(side=100.0), scales=(0.1,))
    for path in (flipped, packed):
        assert counts_to_cells(path, cells, UTM)[0].to_numpy() == pytest.approx(plain.to_numpy(), rel=1e-6)


def test_degrees_agree_with_an_exact_overlay_and_conserve(tmp_path):
    rng = np.random.default_rng(7)
    values = rng.gamma(0.5, 60, (24, 20))
    side = 1 / 1200
    path = write(
        tmp_path / "w.tif", values, Affine(side, 0, 98.97, 0, -side, 18.80), crs="EPSG:4326", nodata=None
    )
    pixels = [
        box(98.97 + c * side, 18.80 - (r + 1) * side, 98.97 + (c + 1) * side, 18.80 - r * side)
        for r in range(24)
        for c in range(20)
    ]
    truth = gpd.GeoDataFrame({"n": values.ravel()}, geometry=pixels, crs="EPSG:4326").to_crs(UTM)
    cells = grid(*truth.total_bounds)
    people, _ = counts_to_cells(path, cells, UTM)
    assert people.sum() == pytest.approx(values.sum(), rel=1e-6)
    truth["area"] = truth.area
    pieces = gpd.overlay(truth, cells.reset_index()[["cell_id", "geometry"]])
    witness = (
        (pieces["n"] * pieces.area / pieces["area"]).groupby(pieces["cell_id"]).sum().reindex(cells.index)
    )
    assert np.abs(people - witness).max() < 0.02 * witness.mean()
    assert np.corrcoef(people, witness)[0, 1] > 0.9999


def test_indian_1975_rasters_are_moved_by_the_right_datum(tmp_path):
    values = np.zeros((5, 5))
    values[2, 2] = 100.0
    crs = CRS.from_epsg(24047)
    path = write(tmp_path / "p.tif", values, Affine(100, 0, 500_000, 0, -100, 2_080_000), crs=crs.to_wkt())
    east, north = (
        500_250.0 - 331.7,
        2_079_750.0 + 301.7,
    )  # the shift of Indian 1975 in the north of Thailand, roughly
    people, record = counts_to_cells(path, grid(499_000, 2_079_000, 501_000, 2_081_000), UTM)
    best = grid(499_000, 2_079_000, 501_000, 2_081_000).loc[people.idxmax()].geometry
    assert best.distance(Point(east, north)) < 60
    assert people.sum() == pytest.approx(100, rel=1e-6)
    assert "Royal Thai Survey Department" in record.operation


def test_turned_rasters_conserve_people(tmp_path):
    turned = Affine(86.6, 50.0, WEST, 50.0, -86.6, NORTH)
    path = write(tmp_path / "p.tif", np.full((6, 6), 10.0), turned)
    cells = grid(WEST - 200, NORTH - 800, WEST + 1000, NORTH + 500)
    people, _ = counts_to_cells(path, cells, UTM)
    assert people.sum() == pytest.approx(360, rel=1e-6)
    inside = people[
        shapely.within(cells.geometry.to_numpy(), box(WEST + 250, NORTH - 60, WEST + 550, NORTH + 60))
    ]
    assert inside.to_numpy() == pytest.approx(np.full(len(inside), 10.0), rel=0.05)


def test_finer_cells_hold_the_same_people(tmp_path):
    path = write(tmp_path / "p.tif", np.arange(9.0).reshape(3, 3), north_up())
    totals = [
        counts_to_cells(path, grid(WEST, NORTH - 3000, WEST + 3000, NORTH, side), UTM)[0].sum()
        for side in (50, 100, 300, 1000)
    ]
    assert totals == pytest.approx([36.0] * 4)


def test_rasters_elsewhere_say_where_both_are(tmp_path):
    path = write(tmp_path / "p.tif", [[1.0]], north_up(600_000.0))
    with pytest.raises(LayerError, match=r"covers longitude 99\.\d+ to .*the city longitude 99\.0"):
        counts_to_cells(path, grid(WEST, NORTH - 1000, WEST + 1000, NORTH), UTM)


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        ([[-9999.0, 5.0]], {"nodata": None}, "fewer than none.*declare the number"),
        ([[-3.0, 5.0]], {}, "only -1 is declared"),
        ([[-1.0, -1.0]], {}, "knows nothing"),
        ([[np.nan, np.nan]], {}, "knows nothing"),
        ([[1e9, 1.0]], {}, "people per square kilometre"),
        ([[[1.0]], [[2.0]]], {}, "2 bands"),
    ],
)
def test_impossible_counts_are_refused(tmp_path, values, options, words):
    path = write(tmp_path / "p.tif", values, north_up(), **options)
    with pytest.raises(LayerError, match=words):
        counts_to_cells(path, grid(WEST, NORTH - 1000, WEST + 1000, NORTH), UTM)


def test_files_that_are_no_geotiff_are_refused(tmp_path):
    cells = grid(WEST, NORTH - 1000, WEST + 1000, NORTH)
    whole = write(tmp_path / "p.tif", np.random.default_rng(0).random((64, 64)), north_up(side=100.0))
    raw = whole.read_bytes()
    cut = tmp_path / "cut.tif"
    cut.write_bytes(raw[: len(raw) // 2])
    vrt = tmp_path / "vrt.tif"
    vrt.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand band="1"/></VRTDataset>')
    for path in (cut, vrt):
        with pytest.raises(LayerError, match="cannot be read as GeoTIFF"):
            counts_to_cells(path, cells, UTM)
    with pytest.raises(MissingFileError):
        counts_to_cells(tmp_path / "none.tif", cells, UTM)
    with pytest.raises(LayerError, match="not opened here"):
        counts_to_cells("https://example.org/p.tif", cells, UTM)
    with pytest.raises(NoCrsError, match="look like EPSG:32647"):
        counts_to_cells(write(tmp_path / "n.tif", [[1.0]], north_up(), crs=None), cells, UTM)
    with pytest.raises(NoCrsError, match="look like EPSG:32647"):
        counts_to_cells(write(tmp_path / "d.tif", [[1.0]], north_up(), crs="EPSG:4326"), cells, UTM)


def test_loss_of_people_stops_the_run():
    check_conserved(1000.0, 1000.9, "p.tif")
    with pytest.raises(ConservationError, match=r"1,000\.0 people became 998\.0"):
        check_conserved(1000.0, 998.0, "p.tif")


OVERLAY = ledger._overlay


def leaky(squares, lattice):
    """Lose two people in a hundred on the way to the cells."""
    people, covered = OVERLAY(squares, lattice)
    return people * 0.98, covered


def test_a_raster_whose_people_get_lost_on_the_way_stops_the_run(tmp_path, monkeypatch):
    path = write(tmp_path / "p.tif", [[500.0]], north_up())
    cells = grid(WEST, NORTH - 1000, WEST + 1000, NORTH)
    monkeypatch.setattr(ledger, "_overlay", leaky)
    for kind in ("population", "built_up"):
        with pytest.raises(ConservationError, match=r"p\.tif: 500\.0 people became 490\.0"):
            counts_to_cells(path, cells, UTM, kind=kind)


def test_points_whose_people_get_lost_on_the_way_stop_the_run(monkeypatch):
    cells = grid(WEST, NORTH - 1000, WEST + 1000, NORTH)
    monkeypatch.setattr(ledger, "_overlay", leaky)
    with pytest.raises(ConservationError, match=r"population: 100\.0 people became 98\.0"):
        points_to_cells(points([100.0], [WEST + 500]), cells, UTM, square_m=1000)


def points(values, xs, crs=UTM):
    return gpd.GeoDataFrame(
        {"population": values}, geometry=[Point(x, NORTH - 500) for x in xs], crs=UTM
    ).to_crs(crs)


def test_points_stand_for_squares():
    cells = grid(WEST, NORTH - 1000, WEST + 3000, NORTH, 500.0)
    frame = points([100.0, -9999.0, 400.0], [WEST + 500, WEST + 1500, WEST + 2500], "EPSG:4326")
    people = points_to_cells(frame, cells, UTM, square_m=1000)
    assert people.loc[cells["col"] == 1000].tolist() == pytest.approx([25.0, 25.0])
    assert people.loc[cells["col"] == 1004].tolist() == pytest.approx([100.0, 100.0])
    assert people.loc[cells["col"].isin([1002, 1003])].isna().all()
    assert people.sum() == pytest.approx(500)


def test_impossible_points_are_refused():
    cells = grid(WEST, NORTH - 1000, WEST + 3000, NORTH, 500.0)
    with pytest.raises(LayerError, match="-7 in 1 rows"):
        points_to_cells(points([1.0, -7.0], [WEST, WEST + 1000]), cells, UTM, square_m=1000)
    with pytest.raises(LayerError, match="overlap"):
        points_to_cells(points([1.0, 2.0], [WEST, WEST + 500]), cells, UTM, square_m=1000)
    with pytest.raises(LayerError, match="none of its points"):
        points_to_cells(points([1.0], [WEST + 50_000]), cells, UTM, square_m=1000)
    with pytest.raises(NoCrsError):
        points_to_cells(points([1.0], [WEST]), cells, "EPSG:4326", square_m=1000)


@pytest.mark.shared
def test_the_people_of_chiang_mai_are_all_there(shared):
    path = shared / "chiang_mai/raster/population_2025_1km.tif"
    with rasterio.open(path) as file:
        truth = file.read(1, masked=True).astype("float64").sum()
    people, _ = counts_to_cells(path, grid(469_500, 2_054_500, 525_500, 2_105_500, 500.0), UTM)
    assert people.sum() == pytest.approx(truth, rel=1e-9)
    assert round(people.sum()) == 1_041_006


@pytest.mark.shared
@pytest.mark.parametrize(("city", "crs"), [("khon_kaen", "EPSG:32648"), ("rayong", UTM), ("saraburi", UTM)])
def test_the_people_of_three_provinces_are_all_there(shared, city, crs):
    frame = gpd.read_file(shared / f"other_thai_cities/population_elevation_{city}.gpkg", engine="pyogrio")
    west, south, east, north = frame.to_crs(crs).total_bounds
    cells = lay_grid(box(west - 500, south - 500, east + 500, north + 500), crs, cell_m=1000)
    people = points_to_cells(frame, cells, crs, value="POP", square_m=1000)
    assert people.sum() == pytest.approx(frame["POP"].sum(), rel=1e-9)
