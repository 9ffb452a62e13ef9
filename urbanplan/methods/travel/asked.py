"""Questions that metrics ask of places by category: an answer to one category is one to all, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from urbanplan.methods.grid_areas import Ints
from urbanplan.methods.travel.given import check_ids
from urbanplan.methods.travel.insides import Few
from urbanplan.methods.travel.journeys import Journeys, journeys
from urbanplan.methods.travel.memory import fingerprint, fingerprint_of_values, remembered
from urbanplan.model.network import StreetNetwork
from urbanplan.model.reason import Reason

Reasons = NDArray[np.object_]
_Made = TypeVar("_Made")


class Asked:
    """Places by category, and the journeys to them; an answer to one category is one to all, and remembered.

    Parameters
    ----------
    places, network, origins, category, cost, max_off_street_m
        As in `access.distances`.
    """

    def __init__(
        self,
        places: GeoDataFrame,
        network: StreetNetwork,
        origins: GeoDataFrame,
        category: str | None,
        cost: str,
        max_off_street_m: float,
    ) -> None:
        check_ids(places, "places")
        check_ids(origins, "origins")
        words = pd.Series("", places.index) if category is None else places["category"].fillna("").astype(str)
        self.kind, names = _numbered(words)
        self.kinds = max(len(names), 1)
        self.number = names.index(category or "") if (category or "") in names else -1
        self.network = network
        self.chosen = np.flatnonzero(self.kind == self.number)
        self._given = (places, origins, cost, max_off_street_m)
        self._key = (
            fingerprint(origins), fingerprint(places), fingerprint_of_values(words), cost, max_off_street_m
        )  # fmt: skip

    def journeys(self) -> Journeys:
        """Return the journeys to the places of all categories."""
        places, origins, cost, off = self._given
        return journeys(self.network, origins, places, cost=cost, max_off_street_m=off)

    def nearest(self, k: int) -> Few:
        """Return the k nearest places of every category."""
        return self.remembered(
            ("nearest", k), lambda: self.journeys().nearest(k=k, category=self.kind, categories=self.kinds)
        )

    def remembered(self, question: tuple[Hashable, ...], answer: Callable[[], _Made]) -> _Made:
        """Return what was answered before to this question of these places and origins, or answer it."""
        return remembered(self.network, (*question, *self._key), answer)

    @property
    def no_places(self) -> bool:
        """Whether there is no place of the category, or no street."""
        return self.number < 0 or not len(self.chosen) or not len(self.network.edge_u)

    def unmet(self) -> Reasons:
        """Say which origins meet no street and stand inside no such place, and whether any place can be reached at all."""
        if self.no_places:
            origins = self._given[1]
            return np.full(len(origins), Reason.NO_PLACES.value, dtype=object)
        found = self.journeys()
        reason = found.why_off(inside=self.kind == self.number)
        if not np.isin(self.chosen, found.place_doors.of).any():
            # all lie off the streets: that nobody is counted as reaching them says nothing of who does
            apart = reason == ""
            apart[found.inside_origin[self.kind[found.inside_place] == self.number]] = False
            reason[apart] = Reason.DISCONNECTED.value
        return reason


def _numbered(words: pd.Series) -> tuple[Ints, list[str]]:
    names = sorted(set(words))
    number = {name: at for at, name in enumerate(names)}
    return words.map(number).to_numpy(dtype=np.int64), names
