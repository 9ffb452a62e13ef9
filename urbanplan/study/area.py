"""The study area as researchers get it: its street networks answer questions about journeys."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.base.crs import WGS84, to_crs
from urbanplan.base.errors import NotPreparedError
from urbanplan.model import study_area

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.methods.travel.network import TravelNetwork


class StudyArea(study_area.StudyArea):
    """The prepared layers of one city; see `model.study_area.StudyArea`.

    Its networks answer questions: `area.network("walk").nearest(area.cells, area.layer("places"))`.
    """

    def network(self, mode: str) -> TravelNetwork:
        """Return the street network of a mode of travel (walk, bike, motorcycle or drive), ready for questions."""
        from urbanplan.methods.travel.network import TravelNetwork  # noqa: PLC0415  (only some look at streets)

        network = TravelNetwork.of(super().network(mode))
        self._cache[mode] = network
        return network

    def tagged(
        self, tags: Mapping[str, bool | str | Collection[str]], *, data: str | Path | None = None
    ) -> GeoDataFrame:
        """Return whatever carries given OpenStreetMap tags in and around the city: places that no layer holds.

        Parameters
        ----------
        tags : mapping
            `{"amenity": ["pharmacy", "clinic"], "healthcare": True}`: any of these values, or any value at all.
        data : path, optional
            Folder of the city's input files, or one with such a folder per city; default `data/raw/<city>`.

        Returns
        -------
        GeoDataFrame
            In the city's CRS, as far around the city as the other layers reach: index `node/1`, …; names, `tag`, source.

        Raises
        ------
        NotPreparedError
            If the city declares no OpenStreetMap file.
        MissingFileError
            If the file is not in the folder.
        """
        from urbanplan.sources.osm import read_tagged  # noqa: PLC0415  (only some ask)
        from urbanplan.study.inputs import source_path  # noqa: PLC0415
        from urbanplan.study.layering import OSM_ENDINGS  # noqa: PLC0415
        from urbanplan.study.plan import data_folder  # noqa: PLC0415

        named = [entry.source for entries in self.city.layers.values() for entry in entries]
        files = [key for key in named if self.city.sources[key].file.lower().endswith(OSM_ENDINGS)]
        if not files:
            raise NotPreparedError(f"{self.city.id}: declares no OpenStreetMap file to look for tags in")
        around = self.boundary.geometry.buffer(self.city.buffer_m)
        clip = to_crs(around, WGS84, where="the boundary").union_all()
        path = source_path(self.city, files[0], data_folder(self.city.id, data))
        return read_tagged(path, tags, clip=clip, crs=self.crs)
