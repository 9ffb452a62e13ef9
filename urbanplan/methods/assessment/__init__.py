"""What an assessment of impacts on heritage proposes from measured numbers; who decides is a person."""

from urbanplan.methods.assessment.effects import Effect, interaction
from urbanplan.methods.assessment.magnitude import magnitude, magnitude_between
from urbanplan.methods.assessment.ranking import Ranking, rank_intervals
from urbanplan.methods.assessment.significance import significance

__all__ = [
    "Effect",
    "Ranking",
    "interaction",
    "magnitude",
    "magnitude_between",
    "rank_intervals",
    "significance",
]
