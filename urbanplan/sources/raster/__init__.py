"""Rasters: counts of people brought to cells by sum alone, surfaces (elevation, land cover) cut and resampled."""

from urbanplan.sources.raster.counts import counts_to_cells, points_to_cells
from urbanplan.sources.raster.geotiff import Choice
from urbanplan.sources.raster.surface import clip_raster, count_known, points_to_raster, read_raster

__all__ = [
    "Choice",
    "clip_raster",
    "count_known",
    "counts_to_cells",
    "points_to_cells",
    "points_to_raster",
    "read_raster",
]
