"""Urban centres by the degree of urbanisation."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from geopandas import GeoDataFrame

from urbanplan.base.units import KM2_M2
from urbanplan.methods.urban_centres import urban_centres as delineated
from urbanplan.model.listing import listing


@listing(
    name="Urban centres",
    geometry="polygon",
    columns={"number": "", "people": "people", "area_m2": "m2", "density": "people/km2"},
    references=("degurba2021",),
    requires=("population",),
)
def urban_centres(
    cells: GeoDataFrame, *, min_density_km2: float = 1500.0, min_people: float = 50_000.0
) -> GeoDataFrame:
    """List the urban centres of the city: where people live densely, and at least 50,000 of them together.

    Parameters
    ----------
    cells : GeoDataFrame
        The analysis grid with `population`.
    min_density_km2 : float
        People on a square kilometre that make it dense.
    min_people : float
        People that make dense squares a centre.

    Returns
    -------
    GeoDataFrame
        One row a centre, the most populous first.

    Notes
    -----
    The degree of urbanisation, see `urbanplan.methods.urban_centres`: only what lies within the city is seen, so that a
    centre that goes on beyond its border is smaller here, and a small city may have none.
    """
    found = delineated(cells, min_density_km2=min_density_km2, min_people=min_people)
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(found.area_m2 > 0, found.people / found.area_m2 * KM2_M2, np.nan)
    return gpd.GeoDataFrame(
        {
            "number": [str(at + 1) for at in range(len(found.people))],
            "people": found.people,
            "area_m2": found.area_m2,
            "density": density,
        },
        geometry=list(found.shapes),
        crs=cells.crs,
    )
