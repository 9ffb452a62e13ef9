"""Heights along streets and what slopes cost: golden numbers, hand-worked hills, bridges, and a real one."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from urbanplan.base.errors import InputError
from urbanplan.methods.modes import drape, effort, travelled
from urbanplan.methods.modes.slopes import minetti, off_ground, slope_means, tobler
from urbanplan.model.network import StreetNetwork

CRS = "EPSG:32722"


def network(lines, tags=None, mode="walk"):
    ends = [(line.coords[0], line.coords[-1]) for line in lines]
    places = sorted({end for pair in ends for end in pair})
    return StreetNetwork.assemble(
        mode=mode, crs=CRS, node_id=range(len(places)), node_x=[p[0] for p in places], node_y=[p[1] for p in places],
        edge_u=[places.index(a) for a, _ in ends], edge_v=[places.index(b) for _, b in ends], lines=lines,
        tags=None if tags is None else pd.DataFrame(tags),
    )  # fmt: skip


def ground(height, cell=10.0, size=60):
    """Return an elevation of height(x, y) around the origin, north at the top as rasters are."""
    x = np.arange(-size // 2, size) * cell
    y = x[::-1]
    xx, yy = np.meshgrid(x, y)
    return xr.DataArray(height(xx, yy) + 0.0 * xx, coords={"y": y, "x": x}, dims=("y", "x"))


def test_golden_numbers():
    assert tobler(np.array([0.0, -0.05, 0.05, 0.1, -0.1, -0.2])).tolist() == pytest.approx(
        [1.0073484, 1.2, 0.8456257, 0.7098664, 1.0073484, 0.7098664], abs=1e-6
    )
    assert minetti(np.array([0.0, 0.1, -0.1, 0.2, 0.45, 0.5, 0.7, -0.5, -0.9])).tolist() == pytest.approx(
        [2.5, 4.899135, 1.127125, 7.87744, 17.600297, 20.771875, 20.771875, 2.840625, 2.840625], abs=1e-5
    )


def test_the_least_effort_is_downhill_at_fifteen_in_a_hundred():
    slopes = np.linspace(-0.5, 0.5, 2001)
    assert slopes[np.argmin(minetti(slopes))] == pytest.approx(-0.1525, abs=1e-3)
    assert slopes[np.argmax(tobler(slopes))] == pytest.approx(-0.05, abs=1e-3)


def test_up_and_down_an_even_hill():
    net = drape(
        network([LineString([(0, 0), (200, 0)]), LineString([(0, 0), (0, 100)])]),
        ground(lambda x, y: 50 + 0.1 * x),
    )
    heights = net.details.height_m[net.details.height_start[0] : net.details.height_start[1]]
    assert heights == pytest.approx(np.linspace(50, 70, 21), abs=1e-4)
    walk = travelled(net)
    flat = 200 / (4.8 / 3.6)
    assert walk.seconds_forward[0] == pytest.approx(flat / (1.2 * np.exp(-3.5 * 0.15)), rel=1e-5)
    assert walk.seconds_backward[0] == pytest.approx(flat / (1.2 * np.exp(-3.5 * 0.05)), rel=1e-5)
    assert walk.seconds_forward[1] == pytest.approx(flat / 2 / (1.2 * np.exp(-3.5 * 0.05)), rel=1e-5)
    there, back = effort(net)
    assert there[0] == pytest.approx(200 * 4.899135, rel=1e-5)
    assert back[0] == pytest.approx(200 * 1.127125, rel=1e-5)
    tired = travelled(net, slopes="minetti")
    assert tired.seconds_forward[0] == pytest.approx(flat * 4.899135 / 2.5, rel=1e-5)
    assert travelled(net, slopes="flat").seconds_forward == pytest.approx([flat, flat / 2])


def test_the_mean_is_taken_over_the_edge_not_between_its_ends():
    hill = drape(network([LineString([(0, 0), (200, 0)])]), ground(lambda x, y: 10 - np.abs(x - 100) * 0.1))
    ahead, home = slope_means(hill.details, hill.length_m, tobler)
    assert ahead[0] == pytest.approx((tobler(np.array([0.1]))[0] + tobler(np.array([-0.1]))[0]) / 2, rel=1e-5)
    assert ahead == pytest.approx(home)


def test_a_bend_is_followed_along_the_drawing():
    net = drape(network([LineString([(0, 0), (100, 0), (100, 100)])]), ground(lambda x, y: 0.2 * y))
    heights = net.details.height_m
    assert heights[:11] == pytest.approx(np.zeros(11), abs=1e-5)
    assert heights[-1] == pytest.approx(20, abs=1e-4)


def valley(x, y):
    return np.where((x > 45) & (x < 255), -30.0, 0.0)


def test_a_bridge_does_not_follow_the_ground_nor_does_a_junction_on_it():
    lines = [
        LineString([(0, 0), (40, 0)]), LineString([(40, 0), (150, 0)]), LineString([(150, 0), (260, 0)]),
        LineString([(260, 0), (300, 0)]), LineString([(150, 0), (150, 100)]),
    ]  # fmt: skip
    tags = {"highway": ["footway"] * 5, "bridge": [None, "yes", "yes", None, "yes"], "tunnel": [None] * 5}
    net = drape(network(lines, tags), ground(lambda x, y: valley(x, y) + 0.05 * x))
    for edge, height in ((1, [2, 7.5]), (2, [7.5, 13])):
        start, end = net.details.height_start[edge], net.details.height_start[edge + 1]
        assert net.details.height_m[[start, end - 1]] == pytest.approx(height, abs=0.01)
        assert np.diff(np.diff(net.details.height_m[start:end])) == pytest.approx(0, abs=1e-3)
    plain = drape(network(lines), ground(lambda x, y: valley(x, y) + 0.05 * x))
    assert plain.details.height_m.min() < -20, "without the tag it would go down into the valley"


def test_unknown_ground_leaves_the_street_flat():
    hole = ground(lambda x, y: np.where(x > 50, np.nan, 0.1 * x))
    net = drape(network([LineString([(0, 0), (100, 0)]), LineString([(0, 0), (0, 100)])]), hole)
    walk = travelled(net)
    assert walk.seconds_forward[0] == pytest.approx(100 / (4.8 / 3.6))
    assert net.details.has_heights


def test_a_coarse_raster_is_refused_with_its_cell():
    streets = network([LineString([(0, 0), (100, 0)])])
    with pytest.raises(InputError, match=r"cells of 1,000 m.*100 m or finer"):
        drape(streets, ground(lambda x, y: x, cell=1000.0, size=4))
    with pytest.raises(InputError, match="fewer than 2 by 2"):
        drape(streets, ground(lambda x, y: x)[:1])
    assert drape(streets, ground(lambda x, y: 0.1 * x, cell=90.0, size=20)).details.has_heights


def test_stairs_are_slow_whatever_their_slope_and_wheels_do_not_climb_them():
    tags = {"highway": ["steps", "footway"]}
    net = drape(
        network([LineString([(0, 0), (100, 0)]), LineString([(0, 0), (0, 100)])], tags),
        ground(lambda x, y: 0.4 * x),
    )
    walk = travelled(net)
    assert walk.seconds_forward[0] == walk.seconds_backward[0] == pytest.approx(100 / (2.0 / 3.6))
    wheels = travelled(net, step_free=True)
    assert wheels.forward.tolist() == wheels.backward.tolist() == [False, True]
    assert np.isinf(wheels.seconds_forward[0])


def test_only_those_who_walk_heed_slopes():
    net = drape(
        network([LineString([(0, 0), (100, 0)])], {"highway": ["residential"]}, mode="drive"),
        ground(lambda x, y: 0.1 * x),
    )
    assert travelled(net).seconds_forward == pytest.approx([100 / (30 / 3.6)])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_turning_a_street_round_swaps_its_directions_and_lifting_the_ground_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    a, b, c = rng.uniform(-0.3, 0.3, 3)
    surface = ground(lambda x, y: a * x + b * y + 20 * np.sin(c * x / 10))
    points = rng.uniform(0, 400, (4, 2))
    one, other = (drape(network([LineString(xy)]), surface) for xy in (points, points[::-1]))
    raised = drape(network([LineString(points)]), surface + 100)
    first, second = travelled(one), travelled(other)
    assert first.seconds_forward == pytest.approx(second.seconds_backward, rel=1e-4)
    assert first.seconds_backward == pytest.approx(second.seconds_forward, rel=1e-4)
    assert travelled(raised).seconds_forward == pytest.approx(first.seconds_forward, rel=1e-4)
    assert (effort(one)[0] > 0).all()


@pytest.mark.shared
def test_the_hills_of_porto_alegre_against_rasterio(shared):
    import rasterio  # noqa: PLC0415
    from rasterio.warp import Resampling, calculate_default_transform, reproject  # noqa: PLC0415

    from urbanplan.sources.osm import read_osm  # noqa: PLC0415

    net = read_osm(shared / "porto_alegre/poa_osm.pbf", crs=CRS, layers=[], modes=["walk"]).networks["walk"]
    with rasterio.open(shared / "porto_alegre/poa_elevation.tif") as source:
        transform, width, height = calculate_default_transform(
            source.crs, CRS, source.width, source.height, *source.bounds
        )
        values = np.full((height, width), np.nan)
        reproject(
            rasterio.band(source, 1), values, dst_transform=transform, dst_crs=CRS, dst_nodata=np.nan,
            resampling=Resampling.bilinear,
        )  # fmt: skip
    x = transform.c + transform.a * (np.arange(width) + 0.5)
    y = transform.f + transform.e * (np.arange(height) + 0.5)
    net = drape(net, xr.DataArray(values, coords={"y": y, "x": x}, dims=("y", "x")))
    rows = np.random.default_rng(1).choice(len(net.edge_u), 300, replace=False)
    bridges = np.zeros(len(net.edge_u), dtype=bool)
    bridges[net.details.piece_edge[off_ground(net.details)]] = True
    checked = 0
    for edge in rows[~bridges[rows]].tolist():
        col, row = ~transform * (net.node_x[net.edge_u[edge]], net.node_y[net.edge_u[edge]])
        if not (1 <= row < height - 1 and 1 <= col < width - 1):
            continue
        around = values[int(row - 0.5) : int(row - 0.5) + 2, int(col - 0.5) : int(col - 0.5) + 2]
        seen = net.details.height_m[net.details.height_start[edge]]
        if np.isfinite(around).all():
            assert around.min() - 0.01 <= seen <= around.max() + 0.01
            checked += 1
    assert checked > 150
    slow = slope_means(net.details, net.length_m, tobler)[0]
    assert 1.0 < np.median(1 / slow[np.isfinite(slow)]) < 1.4, (
        "a hilly city is walked more slowly, not many times so"
    )
