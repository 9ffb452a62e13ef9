"""Streets laid over the ground and written: heights along them where the city has an elevation fine enough."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.base.notes import Note
from urbanplan.model.network import StreetNetwork

Bounds = tuple[float, float, float, float]

if TYPE_CHECKING:
    from urbanplan.study.drawn import Drawn


def write_networks(
    networks: dict[str, StreetNetwork],
    layers: dict[str, Drawn],
    bounds: Bounds,
    crs: str,
    folder: Path,
) -> None:
    """Write the street networks, with heights along them; the quality record of each says why there are none.

    Parameters
    ----------
    networks : dict of str to StreetNetwork
        By mode.
    layers : dict of str to Drawn
        Of the city; takes the remarks.
    bounds : tuple of float
        Of the area read, in `crs`.
    crs : str
        Of the city.
    folder : Path
        Of the layers; the latest elevation is taken from there.
    """
    elevation, why = _elevation(layers, bounds, crs, folder) if networks else (None, None)
    for mode, network in networks.items():
        if elevation is None:
            network.save(folder / mode)
        else:
            from urbanplan.methods.modes import drape  # noqa: PLC0415 - only cities with an elevation

            drape(network, elevation).save(folder / mode)
        if why is not None:
            for record in layers[mode].quality[-1:]:
                notes = record.setdefault("notes", [])
                if why.to_dict() not in notes:
                    notes.append(why.to_dict())


def _elevation(layers: dict[str, Drawn], bounds: Bounds, crs: str, folder: Path) -> tuple[Any, Note | None]:
    """Return the latest elevation if slopes of streets can be told from it, else why not."""
    files = layers["elevation"].files if "elevation" in layers else {}
    if not files:
        return None, Note("slopes_without_elevation")
    from urbanplan.methods.modes.slopes import COARSEST_M, cell_of  # noqa: PLC0415 - only cities with an elevation
    from urbanplan.sources.raster import read_raster  # noqa: PLC0415

    elevation = read_raster(folder / files[max(files)], bounds, crs, kind="elevation")
    small = min(elevation.sizes["x"], elevation.sizes["y"]) < 2  # noqa: PLR2004 - a slope needs two cells
    cell = float("inf") if small else cell_of(elevation)
    if cell > COARSEST_M:
        return None, Note("slopes_coarse", {"cell_m": round(min(cell, 1e6)), "limit_m": round(COARSEST_M)})
    return elevation, None
