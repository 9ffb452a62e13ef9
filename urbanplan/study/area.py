"""The study area as researchers get it: its street networks answer questions about journeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model import study_area

if TYPE_CHECKING:
    from urbanplan.methods.travel.network import TravelNetwork


class StudyArea(study_area.StudyArea):
    """The prepared layers of one city; see `model.study_area.StudyArea`.

    Its networks answer questions: `area.network("walk").nearest(area.cells, area.layer("places"))`.
    """

    def network(self, mode: str) -> TravelNetwork:
        """Return the street network of a mode of travel (walk, bike, motorcycle or drive), ready for questions."""
        from urbanplan.methods.travel.network import TravelNetwork  # noqa: PLC0415  (only some look at streets)

        network = TravelNetwork.of(super().network(mode))
        self._cache[mode] = network
        return network
