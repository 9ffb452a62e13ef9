"""Statistics of a raster by zones, every cell weighted by the exact share of it that lies in the zone."""

from urbanplan.methods.zonal.statistics import ClassAreas, Statistics, class_areas, statistics

__all__ = ["ClassAreas", "Statistics", "class_areas", "statistics"]
