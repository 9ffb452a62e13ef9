"""How travel was assumed: every declaration has its sentence in both languages, and nothing declared says so."""

import re

import pytest

from urbanplan.model.travel import Travel
from urbanplan.report.page import render
from urbanplan.report.travel import assumed, modes_of
from urbanplan.report.words import words

DECLARED = Travel.model_validate(
    {
        "walk": {"slopes": "minetti", "step_free": True, "delays_s": {"signals": 30, "gate": "closed"}},
        "bike": {"speed_kmh": 12.5, "max_stress": 2, "push_kmh": 4},
        "drive": {"speeds_kmh": {"residential": 20}, "turn_s": 7.5},
    }
)
CITY = {"city": {"travel": DECLARED.model_dump(mode="json")}}


def told(mode, lang="en"):
    return " ".join(assumed(CITY, mode, words(lang)))


def test_each_declaration_has_its_sentence():
    assert told("walk") == (
        "Declared in the city file: usual speeds by class of street. On slopes time grows as effort does (Minetti), where heights "
        "along streets are known. Usual waits, but lights 30 s, gates: nobody gets through. No stairs, and nothing that is "
        "closed to wheelchairs."
    )
    assert "12.5 km/h everywhere" in told("bike")
    assert "stress 2 at most (1 to 4). Along streets of more stress the bicycle is pushed at 4 km/h." in told(
        "bike"
    )
    assert "forbidden turns" not in told("bike")
    assert "but residential streets 20 km/h." in told("drive")
    assert told("drive").endswith(
        "One-way streets and forbidden turns are kept. A full turn at a junction takes 7.5 s."
    )
    for mode in ("walk", "bike", "drive"):
        assert re.findall("[a-z]{4,}", told(mode, "th").replace("Minetti", "")) == []
        assert set(re.findall(r"[\d.]*\d", told(mode, "th"))) == set(re.findall(r"[\d.]*\d", told(mode)))


@pytest.mark.parametrize("provenance", [{}, {"city": {}}, CITY])
def test_where_nothing_is_declared_that_is_said(provenance):
    assert assumed(provenance, "motorcycle", words("en"))[0].startswith("The city file declares nothing.")
    assert "80 m" in assumed({}, "walk", words("en"))[0]
    assert "80 เมตร" in assumed({}, "walk", words("th"))[0]


def test_the_report_tells_of_the_modes_that_it_measures(results):
    assert modes_of([{"layers": ["places", "walk"]}, {"layers": ["drive"]}, {}]) == ["walk", "drive"]
    page = render(results, "en")
    assert "How travel is assumed" in page
    assert "A minute on foot is 80 m" in page
    assert "Where time counts" not in page, "only walks are measured in these results"
