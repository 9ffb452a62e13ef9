"""Street networks on disk: arrays without pickle, tags as parquet, the same bytes for the same network."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from urbanplan.base.errors import LayerError, MissingFileError
from urbanplan.base.io import atomic_path, sha256
from urbanplan.model.network.assembly import conform_tags
from urbanplan.model.network.details import ARRAYS, StreetDetails
from urbanplan.model.network.street_network import StreetNetwork
from urbanplan.model.network.surroundings import Surroundings
from urbanplan.model.network.tagging import KIND_COLUMNS
from urbanplan.model.network.turn_table import TurnTable

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 2
_ARRAYS: dict[str, type[np.generic]] = {
    "node_id": np.int64,
    "node_x": np.float64,
    "node_y": np.float64,
    "edge_u": np.int32,
    "edge_v": np.int32,
    "length_m": np.float64,
    "forward": np.bool_,
    "backward": np.bool_,
    "seconds_forward": np.float64,
    "seconds_backward": np.float64,
    "geom_offsets": np.int64,
    "geom_xy": np.float64,
    "indptr": np.int64,
    "heads": np.int32,
    "arc_edge": np.int32,
    "arc_forward": np.bool_,
    "component": np.int32,
    "component_sizes": np.int64,
}
_SURROUNDINGS: dict[str, type[np.generic]] = {
    "cut_offsets": np.int64,
    "cut_xy": np.float64,
    "cut_kind": np.uint8,
    "door_xy": np.float64,
}
_TURNS: dict[str, type[np.generic]] = {
    "from_edge": np.int64,
    "node": np.int64,
    "to_edge": np.int64,
    "seconds": np.float64,
    "twin": np.int64,
    "twin_of": np.int64,
}


def save(network: StreetNetwork, folder: Path) -> None:
    """Write the network; the arrays come last and name the checksum of the tags, so a torn pair is noticed."""
    with atomic_path(folder / "tags.parquet") as draft:
        network.tags.to_parquet(draft, index=False)
    content: dict[str, Any] = {name: getattr(network, name) for name in _ARRAYS}
    content |= {
        "format": np.int64(FORMAT),
        "mode": np.str_(network.mode),
        "crs": np.str_(network.crs),
        "tags_sha256": np.str_(sha256(folder / "tags.parquet")),
    }
    for part, names in (("details", ARRAYS), ("surroundings", _SURROUNDINGS), ("turns", _TURNS)):
        held = getattr(network, part)
        content |= {f"{part}.{name}": getattr(held, name) for name in names} if held is not None else {}
    if network.details is not None:
        content["details.met_words"] = np.array(network.details.met_words, dtype=np.str_)
        content["details.driving_side"] = np.str_(network.details.driving_side)
        content["details.kinds"] = np.str_(json.dumps(network.details.kinds.to_numpy().tolist()))
    with atomic_path(folder / "network.npz") as draft:
        np.savez(draft, allow_pickle=False, **content)


def read(folder: Path) -> StreetNetwork:
    """Read a network; see `StreetNetwork.read`."""
    arrays, tags = folder / "network.npz", folder / "tags.parquet"
    for path in (arrays, tags):
        if not path.is_file():
            raise MissingFileError(
                f"{path} is not there: no street network in {folder}; run `urbanplan prepare`"
            )
    try:
        with np.load(arrays, allow_pickle=False) as content:
            if int(content["format"]) != FORMAT:
                raise LayerError(
                    f"{arrays} has format {int(content['format'])}, not {FORMAT}; prepare the city again"
                )
            values: dict[str, Any] = {
                name: content[name].astype(dtype, copy=False) for name, dtype in _ARRAYS.items()
            }
            mode, crs, checksum = (str(content[name]) for name in ("mode", "crs", "tags_sha256"))
            parts = {
                part: _part(content, part, names)
                for part, names in (("details", ARRAYS), ("surroundings", _SURROUNDINGS), ("turns", _TURNS))
            }
            if parts["details"] is not None:
                parts["details"]["met_words"] = tuple(content["details.met_words"].tolist())
                parts["details"]["driving_side"] = str(content["details.driving_side"])
                rows = json.loads(str(content["details.kinds"]))
                parts["details"]["kinds"] = pd.DataFrame(rows, columns=list(KIND_COLUMNS), dtype=object)
    except (KeyError, OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        if isinstance(error, LayerError):
            raise
        raise LayerError(f"{arrays} is damaged ({error}); prepare the city again") from error
    if sha256(tags) != checksum:
        raise LayerError(f"{tags} does not belong to {arrays.name} beside it; prepare the city again")
    table = conform_tags(pd.read_parquet(tags), len(values["edge_u"]))
    return StreetNetwork(mode=mode, crs=crs, tags=table, **values, **_made(parts))


def _part(content: Any, part: str, names: dict[str, Any]) -> dict[str, Any] | None:
    if not any(name.startswith(f"{part}.") for name in content.files):
        return None
    return {name: content[f"{part}.{name}"].astype(dtype, copy=False) for name, dtype in names.items()}


def _made(parts: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """Return the parts of a network that not every network has."""
    makers: dict[str, Any] = {"details": StreetDetails, "surroundings": Surroundings, "turns": TurnTable}
    return {name: makers[name](**held) for name, held in parts.items() if held is not None}
