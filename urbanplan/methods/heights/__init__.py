"""How high buildings are, and how sure that is: from tags, storeys and rasters together."""

from urbanplan.methods.heights.calibration import calibrate
from urbanplan.methods.heights.estimate import estimate_heights
from urbanplan.methods.heights.footprints import values_in_footprints
from urbanplan.methods.heights.fusion import fuse

__all__ = ["calibrate", "estimate_heights", "fuse", "values_in_footprints"]
