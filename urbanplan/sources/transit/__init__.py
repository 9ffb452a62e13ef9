"""Timetables: the stops of a GTFS feed that are really served."""

from urbanplan.sources.transit.stops import read_stops

__all__ = ["read_stops"]
