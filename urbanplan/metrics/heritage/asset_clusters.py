"""At which distances heritage assets stand in clusters."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.inventory import nearest_neighbour_ratio, ripley
from urbanplan.model.listing import listing

COLUMNS = {
    "radius_m": "m",
    "clustering_m": "m",
    "chance_low_m": "m",
    "chance_high_m": "m",
    "pattern": "",
    "spacing_ratio": "1",
    "assets": "count",
}
_RADII = (50.0, 100.0, 200.0, 300.0, 500.0)


@listing(
    name="Clustering of heritage assets by distance",
    geometry="polygon",
    columns=COLUMNS,
    references=("ripley1977", "ohser1983", "clark1954"),
    standard=False,
)
def asset_clusters(
    heritage_assets: GeoDataFrame, boundary: GeoDataFrame, *, simulations: int = 99, seed: int = 0
) -> GeoDataFrame:
    """Tell at several distances whether assets crowd together more than chance would have it.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Monuments, temples, gates, walls; each counts where its middle lies.
    boundary : GeoDataFrame
        The city: where assets might stand.
    simulations : int
        Sets of random places in the envelope.
    seed : int
        The same seed gives the same envelope.

    Returns
    -------
    GeoDataFrame
        One row for each distance: Ripley's L less the distance, what simulations of chance gave at least and at most, and
        whether that is clustered, apart, or as by chance; beside it, the same in each row, the mean distance to the nearest other
        asset over that of chance (Clark and Evans: below 1 is clustered). No rows for fewer than 10 assets.

    Notes
    -----
    Edges are corrected by translation. The envelope holds at one distance at a time, not at all together.
    """
    window = shapely.union_all(boundary.geometry.to_numpy())
    middle = shapely.get_coordinates(shapely.centroid(heritage_assets.geometry.to_numpy()))
    shapely.prepare(window)
    inside = middle[shapely.contains_xy(window, *middle.T)] if len(middle) else middle
    found = ripley(inside, window, np.array(_RADII), simulations=simulations, seed=seed)
    told = np.isfinite(found.value)
    pattern = np.select(
        [found.value > found.high, found.value < found.low], ["clustered", "apart"], "as_by_chance"
    )
    columns = (
        found.distance_m,
        found.value,
        found.low,
        found.high,
        pattern,
        np.full(len(_RADII), nearest_neighbour_ratio(inside, float(window.area))),
        np.full(len(_RADII), len(inside)),
    )
    table = {name: values[told] for name, values in zip(COLUMNS, columns, strict=True)}
    circles = [window.centroid.buffer(radius) for radius in found.distance_m[told]]
    return GeoDataFrame(table, geometry=circles, crs=boundary.crs)
