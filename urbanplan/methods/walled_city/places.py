"""Which assets are gates, corner bastions or walls, and which water is a moat: by what a register or OpenStreetMap says."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

Kind = Literal["gate", "corner", "wall", ""]

_KINDS = {
    "gate": ("city_gate", "gate"),
    "corner": ("bastion", "corner", "corner_bastion"),
    "wall": ("city_wall", "citywalls", "city_walls", "wall"),
}
"""Words in the column `kind`, alone or after OpenStreetMap's key: `historic=city_gate`."""
_NAMES = {"gate": (("ประตู",), (" gate",)), "corner": (("แจ่ง", "ป้อม"), (" bastion", " corner"))}
"""How names of gates and corners begin in Thai and end in English, where the kind says nothing."""
_MOATS = ("moat", "คูเมือง", "คูเวียง")


def kind_of_place(assets: GeoDataFrame) -> NDArray[np.object_]:
    """Return what each asset is of a walled city: gate, corner, wall, or "" for anything else.

    Parameters
    ----------
    assets : GeoDataFrame
        Layer `heritage_assets`: the kind decides, then the names. A place of worship is none, whatever it is called.
    """
    out = np.full(len(assets), "", dtype=object)
    kind = _texts(assets, "kind").str.rpartition("=")[2]
    plain = kind.isin({"", "monument", "memorial", "yes", "heritage", "building"})
    for word, (begins, ends) in _NAMES.items():
        named = _texts(assets, "name", "name_th").str.startswith(begins)
        named |= _texts(assets, "name_en", "name").str.lower().str.endswith(ends)
        out[(plain & named).to_numpy()] = word
    for word, kinds in _KINDS.items():
        out[kind.isin(kinds).to_numpy()] = word
    return out


def is_moat(water: GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which water is a moat: by its kind, or its name."""
    out = _texts(water, "kind").str.contains("moat", regex=False)
    for name in _MOATS:
        out |= _texts(water, "name").str.lower().str.contains(name, regex=False)
    return np.asarray(out, dtype=bool)


def _texts(frame: GeoDataFrame, *columns: str) -> pd.Series:
    """Return the first of some columns that says something, as text."""
    out = pd.Series("", index=range(len(frame)), dtype=object)
    for column in reversed([name for name in columns if name in frame]):
        told = frame[column].astype(object).reset_index(drop=True)
        out = told.where(told.notna() & (told != ""), out)
    return out.astype(str)
