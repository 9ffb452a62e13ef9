"""Where numbers come from: city file, inputs with checksums, options, software; nothing that changes by itself."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

from urbanplan.model.study_area import StudyArea

SOFTWARE = ("geopandas", "numba", "numpy", "osmium", "pandas", "pyproj", "rasterio", "scipy", "shapely")


def software() -> dict[str, str]:
    """Return the versions of what computes the numbers."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in SOFTWARE}}


def provenance(area: StudyArea, options: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the record that travels with results: enough to find each input and repeat the run."""
    manifest = area.manifest
    return {
        "urbanplan": metadata.version("urbanplan"),
        "software": software(),
        "city": manifest["city"],
        "city_file_sha256": manifest["city_file_sha256"],
        "crs": area.crs,
        "sources": manifest["sources"],
        "layers": manifest["layers"],
        "missing": manifest["missing"],
        "repairs": manifest.get("repairs", {}),
        "options": options,
    }
