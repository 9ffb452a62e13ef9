"""How the tests of metrics draw their small town: metres from its corner, layers of the vocabulary, streets."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
import xarray as xr

from urbanplan.model.land_cover import LandCover, cover_of
from urbanplan.model.layers import conform
from urbanplan.model.network import StreetNetwork

ROOT = Path(__file__).resolve().parents[2]
CRS = "EPSG:32647"
X0, Y0 = 500_000.0, 2_077_000.0
"""Corner of the town, a whole multiple of the cells' side."""


def box(west, south, east, north):
    """Give a rectangle in metres from the town's corner."""
    return shapely.box(X0 + west, Y0 + south, X0 + east, Y0 + north)


def point(x, y):
    """Give a point in metres from the town's corner."""
    return shapely.Point(X0 + x, Y0 + y)


def frame(layer, geometry, /, **columns):
    """Give a layer of the vocabulary."""
    return conform(gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS), layer)


COVER_2015 = np.repeat(np.repeat([[10, 10, 40, 40, 40, 80], [10, 50, 50, 40, 40, 80]], 10, 0), 5, 1)
COVER_2025 = np.repeat(np.repeat([[10, 40, 40, 50, 40, 80], [50, 50, 50, 50, 10, 80]], 10, 0), 5, 1)
"""Land cover of the town in cells of 20 m: 20 rows from the north, 30 columns."""


def cover(by_year, *, cell_m=20.0, north=400.0, nodata=0):
    """Give land cover from tables of class numbers by year, from the town's north-western corner."""
    return LandCover.of(
        *(
            cover_of(np.asarray(table, dtype=np.uint8), crs=CRS, west=X0, north=Y0 + north, cell_m=cell_m,
                     date=f"{year}-12-31", nodata=nodata)
            for year, table in by_year.items()
        )
    )  # fmt: skip


def slope():
    """Give ground in cells of 20 m that is flat under the town and rises to a hill in the west."""
    x, y = X0 - 690 + 20 * np.arange(100), Y0 + 990 - 20 * np.arange(80)
    rise = np.maximum(0.0, X0 - 200 - x) * 0.6
    return xr.DataArray(
        np.tile(300 + rise, (len(y), 1)), coords={"y": y, "x": x}, dims=("y", "x"), attrs={"crs": CRS}
    )


def streets(nodes, edges, *, mode="walk", lines=None, **more):
    """Give a network from coordinates (from the town's corner) and pairs of node numbers."""
    xy = np.array(nodes, dtype=float).reshape(-1, 2)
    ends = np.array(edges, dtype=int).reshape(-1, 2)
    return StreetNetwork.assemble(
        mode=mode, crs=CRS, node_id=np.arange(1, len(xy) + 1), node_x=xy[:, 0] + X0, node_y=xy[:, 1] + Y0,
        edge_u=ends[:, 0], edge_v=ends[:, 1], lines=lines, **more,
    )  # fmt: skip


def lattice(columns, rows, step, *, mode="walk"):
    """Give a grid of streets; node number is row * columns + column."""
    nodes = [(c * step, r * step) for r in range(rows) for c in range(columns)]
    across = [(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)]
    up = [(r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)]
    return streets(nodes, across + up, mode=mode)
