"""The part of the Earth that a city is read for, looked at before a run with the readers of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.errors import UrbanPlanError
from urbanplan.model.city import City, FromSource, LayerEntry

if TYPE_CHECKING:
    from geopandas import GeoSeries


class Ground:
    """The part of the Earth that a city's layers are read for, and what was found on it.

    Parameters
    ----------
    city : City
        The city.
    folder : Path
        Its input files.
    present : set of str
        Keys of the sources whose files are there.

    Raises
    ------
    UrbanPlanError
        If the boundary cannot be drawn.
    """

    def __init__(self, city: City, folder: Path, present: set[str]) -> None:
        from urbanplan.base.crs import WGS84, to_crs  # noqa: PLC0415 - seconds to import, not needed for a faulty file
        from urbanplan.study.extent import boundary_of  # noqa: PLC0415 - seconds to import
        from urbanplan.study.prepare import Preparation  # noqa: PLC0415 - seconds to import

        self.city, self.present = city, present
        self.job = Preparation(city=city, data=folder, offline=True, say=lambda _: None)
        self.boundary: GeoSeries = boundary_of(city, self._area, folder, offline=True)
        self.crs = str(self.boundary.crs)
        middle = to_crs(self.boundary.centroid, WGS84).iloc[0]
        self.job.middle = (middle.x, middle.y)
        self.clip = self.boundary.buffer(city.buffer_m)
        self.degrees = to_crs(self.clip, WGS84).iloc[0]
        self.osm: dict[str, Any] = {}
        self._read_osm(present)

    def count(self, name: str, entry: LayerEntry) -> tuple[int, str]:
        """Read a layer with the reader of its source and return how much of it there is, and of what.

        Raises
        ------
        UrbanPlanError
            If it cannot be read, or lies elsewhere.
        """
        from urbanplan.study.heritage_rules import read_rule_table  # noqa: PLC0415 - seconds to import
        from urbanplan.study.layering import FAR_LAYERS, read_part  # noqa: PLC0415 - seconds to import
        from urbanplan.study.plan_rules import read_plan_rules  # noqa: PLC0415 - seconds to import

        found = self.osm.get(entry.source)
        if isinstance(found, UrbanPlanError):
            raise found
        if name == "streets":
            return (len(found.networks["drive"].edge_u) if found else 0), "pieces of street open to cars"
        path = self.job.path(entry.source)
        if name == "transit":
            from urbanplan.sources.transit import read_stops  # noqa: PLC0415 - only cities with a timetable

            return len(read_stops(path)[0]), "stops"
        if name == "heritage_rules":
            rules = read_rule_table(self.job, entry)[0]
            self._check_zones_of(rules)
            return len(rules), "rules"
        if name == "plan_rules":
            return len(read_plan_rules(self.job, entry)[0]), "rules"
        reach = self.clip.buffer(self.city.views.reach_m) if name in FAR_LAYERS else self.clip
        if path.suffix.lower() in {".tif", ".tiff"}:
            from urbanplan.sources.raster import count_known  # noqa: PLC0415 - only cities with rasters

            return count_known(path, tuple(reach.total_bounds), self.crs, kind=name), "pixels"
        return len(read_part(self.job, name, entry, self.osm, reach.iloc[0], self.crs)[0]), "features"

    def _check_zones_of(self, rules: Any) -> None:
        """Refuse rules that name no heritage zone, where all zones can be read.

        Raises
        ------
        UrbanPlanError
            As a run would.
        """
        import pandas as pd  # noqa: PLC0415 - a second to import

        from urbanplan.model.layers import conform  # noqa: PLC0415 - a second to import
        from urbanplan.study.heritage_rules import with_areas  # noqa: PLC0415 - seconds to import
        from urbanplan.study.layering import read_part  # noqa: PLC0415 - seconds to import

        entries = self.city.layers.get("heritage_zones", [])
        if not entries or any(entry.source not in self.present for entry in entries):
            return
        try:
            parts = [
                read_part(self.job, "heritage_zones", entry, self.osm, self.clip.iloc[0], self.crs)[0]
                for entry in entries
            ]
        except UrbanPlanError:
            return  # said of the zones themselves
        zones = pd.concat([conform(part, "heritage_zones") for part in parts])
        zones.index = zones.index.astype(str)
        with_areas(rules, zones, where=self.city.id)

    def _area(self, area: FromSource) -> Any:
        from urbanplan.study.layering import read_table  # noqa: PLC0415 - seconds to import

        entry = LayerEntry.model_validate(area.model_dump())
        return read_table(self.job, "boundary", entry)[0]

    def _read_osm(self, present: set[str]) -> None:
        """Read each OpenStreetMap file once; where that fails, keep the error in its place."""
        from urbanplan.study.layering import is_osm, osm_layers  # noqa: PLC0415 - seconds to import

        wanted: dict[str, set[str]] = {}
        for name, entries in self.city.layers.items():
            for entry in entries:
                if is_osm(self.job, entry) and entry.source in present:
                    wanted.setdefault(entry.source, set()).add(name)
        for key, names in wanted.items():
            from urbanplan.sources.osm import read_osm  # noqa: PLC0415 - only where there is such a file

            layers = osm_layers(names)
            modes = ["drive"] if "streets" in names else []
            try:
                self.osm[key] = read_osm(
                    self.job.path(key), clip=self.degrees, crs=self.crs, layers=layers, modes=modes
                )
            except UrbanPlanError as error:
                self.osm[key] = error
