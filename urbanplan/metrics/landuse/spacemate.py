"""Density of the zones in the plane of Spacemate."""

from __future__ import annotations

import numpy as np
from geopandas import GeoDataFrame

from urbanplan.methods.aggregate import MIN_COVERAGE
from urbanplan.methods.floors import measure_bulk
from urbanplan.methods.known_parts import known_parts
from urbanplan.methods.streets import street_lengths
from urbanplan.model.listing import listing
from urbanplan.model.network import StreetNetwork
from urbanplan.model.spacemate import type_of


@listing(
    name="Built density of the zones (Spacemate)",
    geometry="polygon",
    columns={
        "name": "",
        "density_type": "",
        "coverage": "m2/m2",
        "far": "m2/m2",
        "far_low": "m2/m2",
        "far_high": "m2/m2",
        "osr": "m2/m2",
        "storeys": "storeys",
        "network_density": "m/m2",
        "told_share": "share",
        "known_share": "share",
    },
    by="density_type",
    references=("berghauserpont2010",),
)
def spacemate(
    zones: GeoDataFrame,
    buildings: GeoDataFrame,
    drive: StreetNetwork,
    cells: GeoDataFrame,
    *,
    storey_m: float = 3.0,
) -> GeoDataFrame:
    """List the built density of each zone: coverage, floor area ratio, open space, storeys, streets, and its type.

    Parameters
    ----------
    zones : GeoDataFrame
        Administrative zones.
    buildings : GeoDataFrame
        Footprints with storeys or heights.
    drive : StreetNetwork
        Streets open to cars.
    cells : GeoDataFrame
        The analysis grid: it says where buildings and streets are mapped.
    storey_m : float
        Height of a storey, where only the height of a building is known.

    Returns
    -------
    GeoDataFrame
        One row per zone of which at least half lies where buildings and streets are mapped; all numbers are of that
        part. density_type is that of `urbanplan/model/spacemate.yml`; far_low and far_high are with a storey less and
        more; network_density is metres of street by square metre, what runs along the border counting half.

    Notes
    -----
    Gross densities of whole zones: one zone may hold quarters of several types. The outlines of the types are published
    with the package; they are simplified after Berghauser Pont and Haupt.
    """
    parts, share = known_parts(zones, cells)
    parts, share = parts[share >= MIN_COVERAGE], share[share >= MIN_COVERAGE]
    bulk = measure_bulk(buildings, parts, storey_m=storey_m)
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage, far = bulk.footprint_m2 / bulk.ground_m2, bulk.floor_m2 / bulk.ground_m2
        return parts.assign(
            density_type=type_of(coverage, far),
            coverage=coverage,
            far=far,
            far_low=bulk.low_m2 / bulk.ground_m2,
            far_high=bulk.high_m2 / bulk.ground_m2,
            osr=np.where(bulk.floor_m2 > 0, (bulk.ground_m2 - bulk.footprint_m2) / bulk.floor_m2, np.nan),
            storeys=np.where(bulk.footprint_m2 > 0, bulk.floor_m2 / bulk.footprint_m2, np.nan),
            network_density=street_lengths(drive, parts) / bulk.ground_m2,
            told_share=bulk.told_share,
            known_share=share,
        )
