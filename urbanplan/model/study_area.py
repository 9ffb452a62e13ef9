"""StudyArea: a city made real, with its layers read and its grid laid."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import geopandas as gpd
from geopandas import GeoDataFrame
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from urbanplan.base.errors import NotPreparedError, UsageError
from urbanplan.base.io import read_json
from urbanplan.base.workspace import runs_folder
from urbanplan.model.city import City
from urbanplan.model.land_cover import LandCover
from urbanplan.model.layers import LAYERS, MODES, empty
from urbanplan.model.metric import SUPPORTS
from urbanplan.model.results import Results

if TYPE_CHECKING:
    import xarray as xr

    from urbanplan.model.network import StreetNetwork


FORMAT = 1
"""Counts up when what `prepare` writes can no longer be read by older code, or the reverse."""


@dataclass(frozen=True)
class StudyArea:
    """The prepared layers of one city.

    Attributes
    ----------
    folder : Path
        The city's run folder; layers lie in `folder/layers`.
    manifest : dict
        What `prepare` wrote: the city, each layer's quality, date and sources, and missing layers with why.
    """

    folder: Path
    manifest: dict[str, Any]
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, city: str, *, out: str | Path | None = None) -> Self:
        """Open a prepared city.

        Parameters
        ----------
        city : str
            Its id.
        out : path, optional
            The folder of runs; default `data/runs`, or what URBANPLAN_OUT names.

        Raises
        ------
        NotPreparedError
            If the city was not prepared there yet; the message gives the command.
        """
        folder = (Path(out) if out else runs_folder()) / city
        path = folder / "layers" / "manifest.json"
        if not path.is_file():
            raise NotPreparedError(
                f"{city}: not prepared in {folder.parent}; run `urbanplan prepare {city}` first"
            )
        manifest = read_json(path)
        if manifest.get("format") != FORMAT:
            raise NotPreparedError(
                f"{city}: prepared by another version of urbanplan; run `urbanplan prepare {city}` again"
            )
        return cls(folder=folder, manifest=manifest)

    @cached_property
    def city(self) -> City:
        """The city file that the layers were prepared from."""
        return City.model_validate(self.manifest["city"])

    @property
    def crs(self) -> str:
        """The projected CRS of all layers."""
        return str(self.manifest["crs"])

    @property
    def missing(self) -> dict[str, str]:
        """Layers that the city does not have, with the reason."""
        return dict(self.manifest["missing"])

    def has(self, name: str) -> bool:
        """Tell whether a layer is there; a declared layer without rows in it counts as there."""
        return name in self.manifest["layers"]

    def dates(self, name: str) -> list[str]:
        """Return the dates of a layer's data, YYYY[-MM[-DD]], the oldest first."""
        return [str(date) for date in self.manifest["layers"][name]["dates"]]

    def layer(self, name: str) -> GeoDataFrame:
        """Return a vector layer; one that the city does not have comes without rows.

        Each call gives a table of its own, so that changing it changes nothing else.
        """
        if name not in LAYERS or LAYERS[name].kind in {"raster", "network"}:
            raise UsageError(f"{name!r} is not a vector layer; layers are {', '.join(LAYERS)}")
        if not self.has(name):
            return empty(name, self.crs)
        if name not in self._cache:
            self._cache[name] = gpd.read_parquet(self.folder / "layers" / f"{name}.parquet")
        frame: GeoDataFrame = self._cache[name].copy()
        return frame

    def raster(self, name: str, *, date: str | None = None) -> xr.DataArray:
        """Return a raster layer in the city's CRS; of several dates the latest, unless one is named."""
        import rasterio  # noqa: PLC0415 - only some metrics read rasters
        import xarray as xr  # noqa: PLC0415

        files: dict[str, str] = self.manifest["layers"].get(name, {}).get("files", {})
        if not files:
            raise NotPreparedError(
                f"{self.city.id}: has no raster {name!r}: {self.missing.get(name, 'not declared')}"
            )
        chosen = files.get(date or max(files))
        if chosen is None:
            raise UsageError(f"{name!r} has no date {date!r}; it has {', '.join(sorted(files))}")
        with rasterio.open(self.folder / "layers" / chosen, driver="GTiff") as source:
            band = source.read(1, masked=True).astype("float64").filled(float("nan"))
            height, width = band.shape
            x = source.transform.c + source.transform.a * (0.5 + gpd.pd.RangeIndex(width).to_numpy())
            y = source.transform.f + source.transform.e * (0.5 + gpd.pd.RangeIndex(height).to_numpy())
        return xr.DataArray(
            band,
            coords={"y": y, "x": x},
            dims=("y", "x"),
            name=name,
            attrs={"crs": self.crs, **self._holds(name)},
        )

    def land_cover(self) -> LandCover:
        """Return land cover at all its dates; its cells are read only where they are needed."""
        files: dict[str, str] = self.manifest["layers"].get("land_cover", {}).get("files", {})
        if not files:
            raise NotPreparedError(
                f"{self.city.id}: has no raster 'land_cover': {self.missing.get('land_cover', 'not declared')}"
            )
        return LandCover.read({date: self.folder / "layers" / name for date, name in files.items()}, self.crs)

    def _holds(self, name: str) -> dict[str, str | float]:
        """Return what the heights of elevation data are of, ground or a surface with roofs and trees, and how high trees are on it."""
        if name != "elevation":
            return {}
        views = self.city.views
        return {
            "holds": views.elevation_holds,
            "tree_height_m": views.tree_height_m,
            "tree_height_sd_m": views.tree_height_sd_m,
        }

    def network(self, mode: str) -> StreetNetwork:
        """Return the street network of a mode of travel: walk, bike, motorcycle or drive.

        Its streets are as they were mapped; `assumptions` hold how the city file declares that people travel on them.
        """
        from urbanplan.model.network import StreetNetwork  # noqa: PLC0415 - only some metrics need streets

        if mode not in MODES:
            raise UsageError(f"{mode!r} is not a mode of travel; modes are {', '.join(MODES)}")
        if not self.has(mode):
            raise NotPreparedError(
                f"{self.city.id}: has no streets: {self.missing.get('streets', 'not declared')}"
            )
        if mode not in self._cache:
            network = StreetNetwork.read(self.folder / "layers" / mode)
            self._cache[mode] = replace(network, assumptions=self.city.travel.of(mode))
        found: StreetNetwork = self._cache[mode]
        return found

    def known(self, name: str) -> BaseGeometry:
        """Return where a layer is complete, as a polygon in the city's CRS; empty where the layer is missing."""
        if "known" not in self._cache:
            self._cache["known"] = gpd.read_parquet(self.folder / "layers" / "known.parquet").geometry
        areas = self._cache["known"]
        return areas[name] if name in areas.index else Polygon()

    def units(self, support: str) -> GeoDataFrame:
        """Return what values of a support belong to."""
        if support not in SUPPORTS:
            raise UsageError(f"{support!r} is not a support; supports are {', '.join(SUPPORTS)}")
        name = SUPPORTS[support]
        return self._streets(name) if LAYERS[name].kind == "network" else self.layer(name)

    def _streets(self, mode: str) -> GeoDataFrame:
        """Return the streets of the city itself: those around it are there for the ways that lead through them."""
        if not self.has(mode):
            return gpd.GeoDataFrame({"name": [], "geometry": []}, geometry="geometry", crs=self.crs)
        if f"streets of {mode}" not in self._cache:
            streets = self.network(mode).streets()
            self._cache[f"streets of {mode}"] = streets[streets.intersects(self.boundary.union_all())]
        frame: GeoDataFrame = self._cache[f"streets of {mode}"].copy()
        return frame

    @property
    def boundary(self) -> GeoDataFrame:
        """The city, one row."""
        return self.layer("boundary")

    @property
    def zones(self) -> GeoDataFrame:
        """Administrative zones by official code."""
        return self.layer("zones")

    @property
    def cells(self) -> GeoDataFrame:
        """The analysis grid."""
        return self.layer("cells")

    def save(self, results: Results, name: str) -> Path:
        """Keep a notebook's results with the run, under the notebook's name; `run` joins them afterwards."""
        folder = self.folder / "parts" / name
        results.save(folder)
        return folder
