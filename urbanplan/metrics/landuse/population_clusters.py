"""Where people live clustered: LISA of population density."""

from __future__ import annotations

import geopandas as gpd
from geopandas import GeoDataFrame

from urbanplan.methods.settlement import density_of
from urbanplan.methods.spatial_statistics import PERMUTATIONS, local_moran
from urbanplan.model.listing import listing


@listing(
    name="Clusters of population density (LISA)",
    geometry="polygon",
    by="cluster",
    columns={"cell": "", "cluster": "", "density": "people/km2", "local_moran": "1", "p": "1", "q": "1"},
    references=("anselin1995", "benjamini1995"),
    requires=("population",),
    standard=False,
)
def population_clusters(
    cells: GeoDataFrame, *, max_q: float = 0.05, permutations: int = PERMUTATIONS, seed: int = 0
) -> GeoDataFrame:
    """List the cells where many people live among many, few among few, or unlike their neighbours, beyond chance.

    Parameters
    ----------
    cells : GeoDataFrame
        The analysis grid with `inside` and `population`.
    max_q : float
        Largest p-value, adjusted for the number of cells (false discovery rate), that is listed.
    permutations, seed : int
        How often neighbours are dealt out anew, and from which seed.

    Returns
    -------
    GeoDataFrame
        One row a cell of a cluster, by its id: "high_high", "low_low", "high_low" or "low_high" (the cell, then its neighbours). None with fewer
        than 30 cells whose people are known.

    Notes
    -----
    Two-sided conditional permutations, see `urbanplan.methods.spatial_statistics.local_moran`; cells without a neighbour are left out.
    """
    density = density_of(cells)
    found = local_moran(cells, density, permutations=permutations, seed=seed)
    chosen = (found["q"] <= max_q).to_numpy()
    rows = found[chosen]
    return gpd.GeoDataFrame(
        {
            "cell": cells.index[chosen].astype(str),
            "cluster": rows["kind"].to_numpy(),
            "density": density[chosen],
            "local_moran": rows["local"].to_numpy(),
            "p": rows["p"].to_numpy(),
            "q": rows["q"].to_numpy(),
        },
        geometry=cells.geometry.to_numpy()[chosen],
        crs=cells.crs,
    )
