"""Why a value is unknown: the codes that stand beside every NaN."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why there is no value; the locales have a sentence for each."""

    LAYER_MISSING = "layer_missing"
    """The city declares no source for a layer that the metric needs."""
    NOT_MAPPED = "not_mapped"
    """Less than half of the unit lies where the data are complete; absence here means nothing."""
    NO_PLACES = "no_places"
    """The whole layer holds no place of this kind: unknown, not 'none in the city'."""
    BEYOND_LIMIT = "beyond_limit"
    """Nothing was reached within the search limit."""
    OFF_NETWORK = "off_network"
    """The unit is too far from any street."""
    CUT_OFF = "cut_off"
    """Every street near the unit lies across water, rails or a motorway."""
    DISCONNECTED = "disconnected"
    """The street that the unit lies on is not connected to any place of this kind."""
    NO_PEOPLE = "no_people"
    """Nobody lives in the unit, so that a value per person has no meaning."""
    POPULATION_UNKNOWN = "population_unknown"
    """No population is known for the unit."""
    NOT_REGULATED = "not_regulated"
    """No such limit was given for this place: not regulated there, or not in the data."""
    NO_HEIGHT = "no_height"
    """Nothing tells how high the building is."""
    NOT_IN_FORCE = "not_in_force"
    """The rule was not in force on the date of the data."""
    TOO_FEW = "too_few"
    """There are too few observations for the measure to mean anything."""
    NOT_BARE_GROUND = "not_bare_ground"
    """The elevation data hold roofs and trees, on which buildings cannot be put: no view from the street."""
    GROUND_TOO_COARSE = "ground_too_coarse"
    """The elevation data, or the scene, are too coarse for views from the street."""
    OUTSIDE_RASTER = "outside_raster"
    """The viewpoints, or what must be seen from them, lie outside the elevation data."""
    HEIGHTS_UNKNOWN = "heights_unknown"
    """It depends on buildings whose height is not known, or on places where buildings are not mapped."""
    NO_VIEW = "no_view"
    """The ground itself hides what should be seen, or nothing is asked to be seen from there."""
    NO_VIEW_OVER = "no_view_over"
    """No view passes over the unit: views ask nothing there."""
    NO_STANDING = "no_standing"
    """Nobody can stand there: the place lies inside a building."""
    NOT_INTERPRETABLE = "not_interpretable"
    """A ratio to something that hardly changed, or shrank: its value would say nothing."""
    NOTHING_TO_MEASURE = "nothing_to_measure"
    """The unit holds nothing of what the metric measures."""


OFF_STREET = (Reason.OFF_NETWORK, Reason.CUT_OFF)
"""Reasons for which a unit meets no street."""
