"""NetCDF and Zarr: one variable of a gridded dataset, found by the CF conventions, read like a raster with one band."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from urbanplan.base.crs import WGS84
from urbanplan.base.errors import LayerError, NoCrsError
from urbanplan.base.faults import Fault
from urbanplan.sources.protocol.local import check_local, parsing
from urbanplan.sources.raster.containers import check_hdf5, check_zarr

if TYPE_CHECKING:
    import xarray as xr
    from affine import Affine
    from numpy.typing import NDArray

NETCDF = (".nc", ".nc4", ".cdf")
ZARR = (".zarr", ".zarr.zip")
_X = {"projection_x_coordinate", "longitude", "degrees_east", "degree_east", "x", "lon", "long", "easting"}
_Y = {"projection_y_coordinate", "latitude", "degrees_north", "degree_north", "y", "lat", "northing"}
_DEGREES = {"longitude", "degrees_east", "degree_east", "lon", "long"}
_UNEVEN = 0.01
_HALF_TURN = 180.0
_BLOCK = 512


def is_gridded(path: Path) -> bool:
    """Tell whether a file is NetCDF or Zarr by its name."""
    return path.name.lower().endswith((*NETCDF, *ZARR))


@dataclass(frozen=True)
class GridFile:
    """A variable of a dataset, with the words of an open raster of one band.

    Attributes
    ----------
    values : DataArray
        Dimensions y and x, not read yet; rows from north to south, scale, offset and "no data" applied when read.
    transform : Affine
        From (column, row) to coordinates.
    crs : CRS
        Of the coordinates.
    dtypes : tuple of str
        What the file stores.
    nodatavals : tuple of (float or None)
        The number that stands for "unknown" in the file.
    block_shapes : tuple
        Rows and columns that are stored together.
    """

    values: xr.DataArray
    transform: Affine
    crs: CRS
    dtypes: tuple[str]
    nodatavals: tuple[float | None]
    block_shapes: tuple[tuple[int, int]]
    count: int = 1
    scales: tuple[float] = (1.0,)
    offsets: tuple[float] = (0.0,)
    subdatasets: tuple[str, ...] = ()
    gcps: tuple[tuple[()], None] = ((), None)

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.values.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.values.shape[0])

    @property
    def units(self) -> tuple[str | None]:
        """The unit of the values, as the file says it."""
        return (str(self.values.attrs.get("units", "")) or None,)

    @property
    def colorinterp(self) -> tuple[Any]:
        """What the values are in a picture: nothing, since such files hold no colours."""
        from rasterio.enums import ColorInterp  # noqa: PLC0415 - heavy, only where a raster is read

        return (ColorInterp.undefined,)

    def read(self, _band: int, *, window: Any, masked: bool = True) -> Any:
        """Read a window; unknown is masked."""
        part = self.values[
            int(window.row_off) : int(window.row_off + window.height),
            int(window.col_off) : int(window.col_off + window.width),
        ].to_numpy()
        return np.ma.masked_invalid(part) if masked else part

    def window_transform(self, window: Any) -> Affine:
        """Return the transform of a window."""
        from affine import Affine  # noqa: PLC0415 - comes with rasterio

        return self.transform * Affine.translation(window.col_off, window.row_off)


@contextmanager
def opened_grid(path: Path, variable: str | None, date: str | None) -> Iterator[GridFile]:
    """Open one variable of a NetCDF or Zarr file of this machine.

    Parameters
    ----------
    path : Path
        The file, or the folder of a Zarr store.
    variable : str, optional
        Which variable; may be left out where the file has one.
    date : str, optional
        YYYY[-MM[-DD]] of the time step to use, where the file has several.

    Raises
    ------
    LayerError, NoCrsError, MissingFileError
        Each with one sentence that names file, fault and mend.
    """
    import xarray as xr  # noqa: PLC0415 - heavy, only where a dataset is read

    zarr = path.name.lower().endswith(ZARR)
    if zarr:
        check_zarr(path)
    else:
        check_local(path)
    kind = "Zarr" if zarr else "NetCDF"
    with parsing(path, kind):
        options = _engine(path, zarr=zarr)
        dataset = xr.open_dataset(options.pop("store"), chunks=None, cache=False, **options)
    try:
        with parsing(path, kind):
            yield _grid(dataset, path, variable, date)
    finally:
        dataset.close()


def _engine(path: Path, *, zarr: bool) -> dict[str, Any]:
    if zarr:
        from zarr.storage import LocalStore, ZipStore  # noqa: PLC0415 - heavy, only where a store is read

        store = LocalStore(path, read_only=True) if path.is_dir() else ZipStore(path, mode="r")
        return {"store": store, "engine": "zarr", "consolidated": False}
    with path.open("rb") as stream:
        classic = stream.read(3) == b"CDF"
    if classic:
        return {"store": path, "engine": "scipy"}
    check_hdf5(path)
    return {"store": path, "engine": "h5netcdf"}


def _grid(dataset: xr.Dataset, path: Path, variable: str | None, date: str | None) -> GridFile:
    from affine import Affine  # noqa: PLC0415 - comes with rasterio

    array = _variable(dataset, path, variable)
    x, y = _axis(dataset, array, path, _X, "x"), _axis(dataset, array, path, _Y, "y")
    array = _one_step(array, path, (y, x), date).transpose(y, x)
    columns, rows = _places(dataset[x], path, x), _places(dataset[y], path, y)
    degrees = bool(_tokens(dataset[x]) & _DEGREES)
    if degrees and columns.max() > _HALF_TURN + 1e-6:
        if columns.min() < _HALF_TURN:
            raise LayerError(Fault("grid_turn", file=path.name))
        columns = columns - 2 * _HALF_TURN
    if len(rows) > 1 and rows[1] > rows[0]:
        rows, array = rows[::-1], array.isel({y: slice(None, None, -1)})
    if len(columns) > 1 and columns[1] < columns[0]:
        columns, array = columns[::-1], array.isel({x: slice(None, None, -1)})
    across, down = _step(columns, rows), _step(rows, columns)
    encoding = array.encoding
    chunks = encoding.get("chunksizes") or encoding.get("chunks") or ()
    held = dict(zip(dataset[array.name].dims, chunks, strict=False))
    fill = encoding.get("_FillValue", encoding.get("missing_value"))
    return GridFile(
        values=array,
        transform=Affine(
            abs(across), 0, columns[0] - abs(across) / 2, 0, -abs(down), rows[0] + abs(down) / 2
        ),
        crs=_crs(dataset, array, path, degrees=degrees),
        dtypes=(str(np.dtype(encoding.get("dtype", array.dtype))),),
        nodatavals=(None if fill is None else float(np.asarray(fill).ravel()[0]),),
        block_shapes=((int(held.get(y, _BLOCK)), int(held.get(x, _BLOCK))),),
    )


def _variable(dataset: xr.Dataset, path: Path, wanted: str | None) -> xr.DataArray:
    grids = [str(name) for name, held in dataset.data_vars.items() if held.ndim > 1]
    if wanted is None and len(grids) != 1:
        held = ", ".join(grids) or Fault("no_grid")
        raise LayerError(Fault("grid_variables", file=path.name, names=held))
    name = grids[0] if wanted is None else wanted
    if name not in grids:
        raise LayerError(
            Fault("grid_unknown", file=path.name, name=name, names=", ".join(grids) or Fault("none"))
        )
    array = dataset[name]
    if array.dtype.kind not in "iufb":
        raise LayerError(Fault("grid_not_numbers", file=path.name, name=name, dtype=array.dtype))
    return array


def _tokens(coordinate: xr.DataArray) -> set[str]:
    facts = [coordinate.attrs.get(key, "") for key in ("standard_name", "units", "axis")]
    return {str(text).lower() for text in (*facts, coordinate.name) if text}


def _axis(dataset: xr.Dataset, array: xr.DataArray, path: Path, words: set[str], axis: str) -> str:
    found = [
        str(name) for name in array.dims if name in dataset.coords and _tokens(dataset[name]) & {*words, axis}
    ]
    if len(found) != 1:
        dims = ", ".join(map(str, array.dims))
        raise LayerError(Fault("grid_axis", file=path.name, axis=axis, name=array.name, dims=dims))
    return found[0]


def _one_step(array: xr.DataArray, path: Path, plane: tuple[str, str], date: str | None) -> xr.DataArray:
    """Choose the time step; whatever else has more than one level is refused."""
    for name in [str(dim) for dim in array.dims if dim not in plane]:
        size = array.sizes[name]
        if size == 1:
            array = array.isel({name: 0})
            continue
        steps = array[name] if name in array.coords else None
        if steps is None or steps.dtype.kind != "M":
            raise LayerError(Fault("grid_levels", file=path.name, name=array.name, size=size, dimension=name))
        days = [str(step)[:10] for step in steps.to_numpy()]
        chosen = [place for place, day in enumerate(days) if date is not None and day.startswith(date)]
        if len(chosen) != 1:
            raise LayerError(
                Fault(
                    "grid_dates",
                    file=path.name,
                    name=array.name,
                    size=size,
                    first=days[0],
                    last=days[-1],
                    count=len(chosen),
                    date=date or Fault("no_date_given"),
                )
            )
        array = array.isel({name: chosen[0]})
    return array


def _places(coordinate: xr.DataArray, path: Path, name: str) -> NDArray[np.float64]:
    places: NDArray[np.float64] = coordinate.to_numpy().astype("float64")
    steps = np.diff(places)
    if not np.isfinite(places).all() or (
        len(steps) and (steps[0] == 0 or np.abs(steps - steps.mean()).max() > _UNEVEN * abs(steps.mean()))
    ):
        raise LayerError(Fault("grid_uneven", file=path.name, name=name))
    return places


def _step(along: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the side of a pixel; of a single row or column, that of the other axis."""
    line = along if len(along) > 1 else other
    return float((line[-1] - line[0]) / (len(line) - 1)) if len(line) > 1 else 1.0


def _crs(dataset: xr.Dataset, array: xr.DataArray, path: Path, *, degrees: bool) -> CRS:
    name = array.encoding.get("grid_mapping", array.attrs.get("grid_mapping"))
    facts: Mapping[str, Any] = {}
    if name is not None and str(name) in dataset.variables:
        facts = dataset[str(name)].attrs
    text = facts.get("crs_wkt") or facts.get("spatial_ref") or facts.get("proj4") or facts.get("epsg_code")
    try:
        if text:
            return CRS.from_user_input(str(text))
        if facts.get("grid_mapping_name"):
            return CRS.from_cf(dict(facts))
    except (CRSError, KeyError, ValueError) as error:
        raise NoCrsError(Fault("grid_crs_odd", file=path.name)) from error
    if degrees:
        return CRS.from_user_input(WGS84)
    raise NoCrsError(Fault("grid_crs_none", file=path.name))
