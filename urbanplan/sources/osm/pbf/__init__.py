"""PBF files read into flat arrays, without a loop over objects: all but what is damaged or written in rare ways."""

from urbanplan.sources.osm.pbf.loose import loose_points
from urbanplan.sources.osm.pbf.scan import Found, Scan, scan, scan_dates, scan_ways
from urbanplan.sources.osm.pbf.wire import UnusualFileError

__all__ = ["Found", "Scan", "UnusualFileError", "loose_points", "scan", "scan_dates", "scan_ways"]
