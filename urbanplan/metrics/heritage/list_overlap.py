"""How complete two lists of heritage assets are, by what they share."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from urbanplan.methods.compliance.rules import words_of
from urbanplan.methods.inventory import chapman
from urbanplan.model.listing import listing

COLUMNS = {
    "list_first": "",
    "list_second": "",
    "assets_first": "count",
    "assets_second": "count",
    "assets_both": "count",
    "assets_estimated": "count",
    "estimated_low": "count",
    "estimated_high": "count",
    "complete_first": "share",
    "complete_second": "share",
}


@listing(
    name="Completeness of the lists of heritage assets",
    geometry="polygon",
    columns=COLUMNS,
    references=("chapman1951",),
)
def list_overlap(heritage_assets: GeoDataFrame) -> GeoDataFrame:
    """Estimate how many assets there really are from how far two lists agree.

    Parameters
    ----------
    heritage_assets : GeoDataFrame
        Assets, each once, with the `lists` that it stands in.

    Returns
    -------
    GeoDataFrame
        One row for each pair of lists: how many stand in each and in both, the estimated number that exists with its
        interval, and what share of it each list holds; unknown where fewer than 7 stand in both. No rows where there is one
        list only. The outline is that of all assets of the two lists.

    Notes
    -----
    Assets are matched by reference and place, or by name and place. Lists that copied from each other share more than chance
    would have it: then the estimate is too low, and the completeness too high.
    """
    lists = [set(words_of(text)) for text in heritage_assets["lists"]]
    rows: list[dict[str, Any]] = []
    for one, other in itertools.combinations(sorted(set().union(*lists)), 2):
        first, second = [one in each for each in lists], [other in each for each in lists]
        either = [a or b for a, b in zip(first, second, strict=True)]
        both = sum(a and b for a, b in zip(first, second, strict=True))
        found = chapman(sum(first), sum(second), both)
        hull = shapely.convex_hull(shapely.union_all(heritage_assets.geometry.to_numpy()[either]))
        numbers = (one, other, sum(first), sum(second), both, *found, hull)
        rows.append(dict(zip([*COLUMNS, "geometry"], numbers, strict=True)))
    table = pd.DataFrame(rows, columns=[*COLUMNS, "geometry"])
    return GeoDataFrame(table, geometry="geometry", crs=heritage_assets.crs)
