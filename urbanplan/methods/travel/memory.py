"""What was worked out on a network is kept with it, and forgotten with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries

from urbanplan.model.network import StreetNetwork

_KEPT = 64
_Made = TypeVar("_Made")


def remembered(network: StreetNetwork, key: Hashable, make: Callable[[], _Made]) -> _Made:
    """Return what was worked out before on this network, or work it out; what is asked for least recently goes first.

    Parameters
    ----------
    network : StreetNetwork
        Streets.
    key : hashable
        Everything that the answer depends on besides the network.
    make : callable
        Works the answer out. Whoever gets it must not change it: the next one gets the same.
    """
    kept: dict[Hashable, Any] = vars(network).setdefault("_travel", {})
    made: _Made = kept.pop(key) if key in kept else make()
    kept[key] = made
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]
    return made


def fingerprint(layer: GeoDataFrame | GeoSeries) -> bytes:
    """Return a fingerprint of what doors depend on, geometries and kinds: the same for the same ones in the same order."""
    shapes = layer.geometry.to_numpy()
    digest = blake2b(digest_size=16)
    for numbers in (
        shapely.get_type_id(shapes), shapely.get_num_geometries(shapes), shapely.get_num_interior_rings(shapes),
        shapely.get_num_coordinates(shapes), shapely.get_coordinates(shapes),
    ):  # fmt: skip
        digest.update(np.ascontiguousarray(numbers).tobytes())
    if "kind" in getattr(layer, "columns", ()):
        digest.update(fingerprint_of_values(layer["kind"].fillna("").astype(str)))
    return digest.digest()


def fingerprint_of_values(values: Any) -> bytes:
    """Return a fingerprint of words or numbers."""
    array = np.asarray(values)
    content = array.tobytes() if array.dtype != object else "\0".join(map(str, array.ravel())).encode()
    return blake2b(content, digest_size=16, person=str(array.shape).encode()[:16]).digest()
