"""The cost table of cells and places: each of its columns is the walk to that place alone."""

import numpy as np
import pytest
import shapely

from urbanplan.base.errors import InputError
from urbanplan.methods.grid import lay_grid
from urbanplan.methods.travel.access import costs, distances, several_distances
from urbanplan.sources.osm import read_osm

OFF_M = 500.0


def dense(table):
    """Give the table as a matrix with NaN beyond reach."""
    out = np.full((table.origins, table.places), np.nan)
    out[table.origin, table.place] = table.cost_m
    return out


def check(places, walk, cells, limit):
    """Compare with one search per place, and the rows of the few nearest with the sorted columns."""
    table, _ = costs(places, walk, cells, limit=limit, max_off_street_m=OFF_M)
    alone = np.stack(
        [distances(places.iloc[[j]], walk, cells, max_off_street_m=OFF_M)[0] for j in range(len(places))],
        axis=1,
    )
    expected = np.where(alone <= limit, alone, np.nan)
    assert dense(table) == pytest.approx(expected, abs=1e-6, nan_ok=True)
    k = min(3, len(places))
    several, _ = several_distances(places, walk, cells, k=k, max_off_street_m=OFF_M)
    assert several == pytest.approx(np.sort(alone, axis=1)[:, :k], abs=1e-6, nan_ok=True)
    return table


def test_each_column_is_the_walk_to_one_place(layers):
    for limit in (0.0, 150.0, 400.0, 5000.0):
        table = check(layers["places"], layers["walk"], layers["cells"], limit)
    assert len(table.origin) == len(layers["cells"]) * len(layers["places"])


@pytest.mark.shared
def test_each_column_is_the_walk_to_one_place_in_chiang_mai(shared):
    crs = "EPSG:32647"
    city = read_osm(shared / "chiang_mai/osm/chiang_mai.osm.pbf", crs=crs, layers=["places"], modes=["walk"])
    walk = city.networks["walk"]
    west, south, east, north = shapely.total_bounds(walk.lines)
    cells = lay_grid(shapely.box(west, south, east, north), crs, cell_m=400)
    for category in ("worship", "park"):
        chosen = city.places[city.places["category"] == category].iloc[:40]
        assert len(check(chosen, walk, cells, 1600.0).origin) > 100


def test_impossible_limits_are_refused(layers):
    for limit in (-1.0, np.nan, np.inf):
        with pytest.raises(InputError, match="limit must be a number of metres"):
            costs(layers["places"], layers["walk"], layers["cells"], limit=limit, max_off_street_m=OFF_M)


def test_no_place_and_no_cell(layers):
    none = layers["places"].iloc[:0]
    table, reason = costs(none, layers["walk"], layers["cells"], limit=500, max_off_street_m=OFF_M)
    assert (table.origins, table.places, len(table.origin)) == (24, 0, 0)
    assert set(reason) == {"no_places"}
    table, reason = costs(
        layers["places"], layers["walk"], layers["cells"].iloc[:0], limit=500, max_off_street_m=OFF_M
    )
    assert (table.origins, len(table.origin), len(reason)) == (0, 0, 0)


def test_what_was_worked_out_is_not_changed_by_who_got_it(layers):
    asked = layers["places"].iloc[:3], layers["walk"], layers["cells"]
    _, reason = costs(*asked, limit=500, max_off_street_m=OFF_M)
    reason[:] = "spoilt"
    assert set(costs(*asked, limit=500, max_off_street_m=OFF_M)[1]) == {""}
    metres, _ = several_distances(*asked, k=2, max_off_street_m=OFF_M)
    metres[:] = -1
    assert (several_distances(*asked, k=2, max_off_street_m=OFF_M)[0] >= 0).all()


def test_origins_may_be_points_or_buildings_as_well_as_cells(layers):
    asked = layers["places"], layers["walk"]
    middles = layers["cells"].set_geometry(layers["cells"].centroid)
    squares, _ = costs(*asked, layers["cells"], limit=400, max_off_street_m=OFF_M)
    points, _ = costs(*asked, middles, limit=400, max_off_street_m=OFF_M)
    assert dense(points) == pytest.approx(dense(squares), nan_ok=True)
    # a building is left by the doors by which it is entered: on streets open both ways it is as far there as back
    homes, shops = layers["buildings"], layers["places"][layers["places"].geom_type == "Point"]
    table, reason = costs(shops, layers["walk"], homes, limit=400, max_off_street_m=OFF_M)
    back, _ = costs(homes, layers["walk"], shops, limit=400, max_off_street_m=OFF_M)
    inside = dense(back).T == 0
    there = np.where(inside, np.nan, dense(table))
    assert np.isfinite(there).sum() > 500
    assert there == pytest.approx(np.where(inside, np.nan, dense(back).T), abs=0.002, nan_ok=True)
    assert set(reason) == {""}
