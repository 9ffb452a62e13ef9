"""Points that belong to nothing: in a whole file they are few."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from urbanplan.sources.osm.pbf.blobs import blocks
from urbanplan.sources.osm.pbf.elements import DENSE, NODE, WAY, Block
from urbanplan.sources.osm.pbf.wire import Ints


def loose_points(path: Path) -> tuple[int, int]:
    """Count the nodes of a PBF file that have no tags, and how many of them no way names.

    Returns
    -------
    tuple of (int, int)
        Nodes that no way names, and all nodes without tags.

    Raises
    ------
    UnusualFileError
        If the file is damaged, or needs more than is read here.
    """
    plain: list[Ints] = [np.zeros(0, np.int64)]
    named: list[Ints] = [np.zeros(0, np.int64)]
    for raw in blocks(path):
        block = Block.of(raw)
        for part in block.elements():
            if part.kind in {NODE, DENSE}:
                plain.append(part.ids[np.diff(part.tags.offsets) == 0])
            elif part.kind == WAY:
                named.append(np.unique(block.refs(part.refs)[0]))
    points = np.concatenate(plain)
    return int((~np.isin(points, np.concatenate(named))).sum()), len(points)
