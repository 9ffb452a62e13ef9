"""What travel on a street depends on, kept so that a mode's costs can be worked out again with other assumptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.base.errors import LayerError
from urbanplan.model.network.framed import framed
from urbanplan.model.network.tagging import KIND_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

BOTH, ALONG, AGAINST = 0, 1, -1
"""Directions in which something met on an edge holds: either way, from u to v, from v to u."""

CLOSED = "closed"
"""What is met where nobody of this mode gets through: a wall, a locked gate, bollards before a car."""


@framed("kinds")
@dataclass(frozen=True, eq=False)
class StreetDetails:
    """Pieces, things met on the way, forbidden turns and heights of the edges of a street network.

    Attributes
    ----------
    kinds : DataFrame
        Kinds of street: OSM's words in the columns of `KIND_COLUMNS`, None where not said.
    piece_edge : ndarray of int32, shape (p,)
        Edge of each piece: a stretch of one kind. Pieces stand by edge, from u to v.
    piece_kind : ndarray of int32, shape (p,)
        Row of `kinds`.
    piece_length_m : ndarray of float64, shape (p,)
        Metres.
    piece_against : ndarray of bool, shape (p,)
        True where the way is drawn from v to u, so that its `forward` and `left` are the edge's backward and right.
    met_words : tuple of str
        What can be met: signals, unmarked_primary, gate, closed ...
    met_edge, met_word, met_way : ndarray of int, shape (e,)
        Edge, row of `met_words`, and direction in which it holds (`BOTH`, `ALONG`, `AGAINST`).
    met_offset_m : ndarray of float64, shape (e,)
        Metres from u.
    met_share : ndarray of float64, shape (e,)
        How much of it belongs to this edge: half where it stands at a junction, whose other half the next edge bears.
    ban_start : ndarray of int64, shape (b + 1,)
        Ban i forbids to travel `ban_edge[ban_start[i]:ban_start[i + 1]]` one after the other.
    ban_edge : ndarray of int32
        Two edges (a forbidden turn) or more (forbidden by way of a street).
    ban_node : ndarray of int32, shape (b,)
        Node at which the first edge of each ban is left.
    driving_side : str
        left, right, or empty where not known.
    height_start : ndarray of int64, shape (m + 1,)
        Heights along edge i are `height_m[height_start[i]:height_start[i + 1]]`, at equal steps from u to v.
    height_m : ndarray of float32
        Metres above sea level; NaN where not known. Empty where the city has no elevation fine enough.
    """

    kinds: pd.DataFrame
    piece_edge: NDArray[np.int32]
    piece_kind: NDArray[np.int32]
    piece_length_m: NDArray[np.float64]
    piece_against: NDArray[np.bool_]
    met_words: tuple[str, ...] = ()
    met_edge: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    met_word: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    met_way: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    met_offset_m: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0, np.float64))
    met_share: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0, np.float64))
    ban_start: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    ban_edge: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    ban_node: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    driving_side: str = ""
    height_start: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    height_m: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))

    def __post_init__(self) -> None:
        if self.driving_side not in {"", "left", "right"}:
            raise LayerError(
                f"driving_side is left or right, or empty where not known, not {self.driving_side!r}"
            )

    @property
    def has_heights(self) -> bool:
        """Whether any height along the streets is known."""
        return bool(np.isfinite(self.height_m).any())

    def bans(self) -> list[tuple[int, ...]]:
        """Return the forbidden sequences of edges."""
        return [tuple(self.ban_edge[a:b].tolist()) for a, b in pairwise(self.ban_start.tolist())]


ARRAYS: dict[str, Any] = {
    "piece_edge": np.int32, "piece_kind": np.int32, "piece_length_m": np.float64, "piece_against": np.bool_,
    "met_edge": np.int32, "met_word": np.int32, "met_way": np.int8, "met_offset_m": np.float64,
    "met_share": np.float64, "ban_start": np.int64, "ban_edge": np.int32, "ban_node": np.int32,
    "height_start": np.int64, "height_m": np.float32,
}  # fmt: skip
"""Arrays of `StreetDetails` with their types, as they are stored."""


def plain_details(tags: pd.DataFrame, length_m: NDArray[np.float64]) -> StreetDetails:
    """Return details of a network of which only the words of its edges are known: one piece an edge."""
    texts = [tags[name].tolist() if name in tags.columns else [None] * len(tags) for name in KIND_COLUMNS]
    codes, kinds = kinds_of(list(zip(*texts, strict=True)))
    m = len(length_m)
    return StreetDetails(
        kinds=kinds,
        piece_edge=np.arange(m, dtype=np.int32),
        piece_kind=codes,
        piece_length_m=np.asarray(length_m, dtype=np.float64),
        piece_against=np.zeros(m, dtype=bool),
    )


def meetable(details: StreetDetails, edges: int) -> NDArray[np.bool_]:
    """Say of each edge whether doors may open to it: any piece that is no motorway, tunnel or bridge will do."""
    kinds = details.kinds
    away = kinds["highway"].isin(["motorway", "motorway_link"]) | (kinds["motorroad"] == "yes")
    away |= kinds["tunnel"].notna() & ~kinds["tunnel"].isin(["no", "building_passage", "covered"])
    away |= kinds["bridge"].notna() & (kinds["bridge"] != "no")
    out = np.zeros(edges, dtype=bool)
    out[details.piece_edge[~away.to_numpy(dtype=bool)[details.piece_kind]]] = True
    return out


def kinds_of(rows: list[tuple[Any, ...]]) -> tuple[NDArray[np.int32], Any]:
    """Give equal rows of words one number, in the order in which they first stand; return numbers and columns of words."""
    known: dict[tuple[Any, ...], int] = {}
    codes = np.fromiter((known.setdefault(row, len(known)) for row in rows), dtype=np.int32, count=len(rows))
    columns: dict[str, NDArray[Any]] = {}
    for at, name in enumerate(KIND_COLUMNS):
        columns[name] = np.array(
            [row[at] if isinstance(row[at], str) else None for row in known], dtype=object
        )
    return codes, columns
