"""What cannot be true in a heritage layer is refused, with the row and the mend; what is merely odd is noted."""

import pandas as pd
import pytest

from urbanplan.base.errors import LayerError
from urbanplan.model.quality import QualityRecord
from urbanplan.sources.municipal.heritage_checks import check_heritage


def checked(name, **columns):
    record = QualityRecord(layer=name, file="rules.csv")
    check_heritage(pd.DataFrame(columns, index=["R1"]), name, record)
    return list(map(str, record.notes))


RULE = {"zone": ["Z"], "kind": ["max_height"], "value": [12.0], "height_reference": ["wall_top"]}


@pytest.mark.parametrize(
    ("name", "columns", "fault"),
    [
        ("heritage_rules", {**RULE, "kind": ["max_hight"]}, "did you mean 'max_height'"),
        ("heritage_rules", {**RULE, "height_reference": ["ridge"]}, "highest_point, wall_top, roof_deck"),
        ("heritage_rules", {**RULE, "zone": [None]}, "'R1' has no zone"),
        ("heritage_rules", {**RULE, "value": [-3.0]}, "must lie between 0"),
        ("heritage_rules", {**RULE, "unit": ["storeys"]}, "a max_height is given in m or ft"),
        ("heritage_rules", {**RULE, "kind": ["max_bcr"], "value": [60.0]}, r"60 % is 0\.6"),
        ("heritage_rules", {**RULE, "kind": ["min_osr"], "value": [30.0], "unit": ["1"]}, "unit %"),
        ("heritage_rules", {**RULE, "kind": ["max_far"], "value": [4.0], "unit": ["m"]}, "given in 1 or %"),
        ("heritage_rules", {**RULE, "kind": ["min_open_space"], "value": [130.0], "unit": ["%"]}, "0 and 1"),
        (
            "heritage_zones",
            {"in_force_from": ["2024-03-01"], "in_force_to": ["2023"]},
            "the wrong way round",
        ),
        ("heritage_zones", {"max_height_m": [-1.0]}, "max_height_m of 'R1'"),
        ("view_targets", {"base_m": [20.0], "top_m": [20.0]}, "not above its base"),
        ("view_targets", {"min_visible_share": [80.0]}, r"0\.8 is 80 %"),
        ("viewpoints", {"eye_height_m": [1600.0]}, "eye_height_m of 'R1' is 1600"),
    ],
)
def test_what_cannot_be_true_is_refused(name, columns, fault):
    with pytest.raises(LayerError, match=fault):
        checked(name, **columns)


@pytest.mark.parametrize(
    ("kind", "value", "unit"),
    [
        ("max_bcr", 60.0, "ร้อยละ"),
        ("max_bcr", 0.6, None),
        ("max_far", 4.0, "เท่า"),
        ("min_osr", 7.5, "%"),
        ("min_open_space", 30.0, "percent"),
        ("max_height", 40.0, "ft"),
        ("max_storeys", 3.0, "ชั้น"),
        ("use_ban", float("nan"), "anything"),
    ],
)
def test_numbers_in_the_units_of_their_kind_pass(kind, value, unit):
    columns = {**RULE, "kind": [kind], "value": [value], "unit": [unit]}
    assert checked("heritage_rules", **columns) == []


def test_what_is_left_open_is_said():
    notes = checked("heritage_rules", **{**RULE, "value": [float("nan")], "height_reference": [None]})
    assert [note.split(":")[0] for note in notes] == [
        "1 rules have no number",
        "1 limits of height do not say to which part of the building; the highest point is assumed",
    ]
    assert checked("heritage_rules", **RULE) == []
    assert "kept as it stands" in checked("heritage_zones", kind=["เขตหลัก"])[0]


def test_a_year_and_a_day_of_that_year_are_not_the_wrong_way_round():
    assert checked("heritage_zones", in_force_from=["2024-03-01"], in_force_to=["2024"]) == []
