"""Rules of the plan: a table becomes one row per use and zone, and what cannot be meant is refused."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from urbanplan.base.errors import LayerError
from urbanplan.methods.permissions import permissions
from urbanplan.model.layers import LAND_USE_CLASSES, conform
from urbanplan.model.scheme import default_scheme
from urbanplan.study.plan_rules import with_plan_areas

ZONING = conform(
    gpd.GeoDataFrame(
        {"class": ["low_density_residential", "low_density_residential", "industrial", "ย.3"]},
        geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100), box(0, 100, 100, 200), box(100, 100, 200, 200)],
        index=["1.1", "1.2", "2.1", "3.1"],
        crs="EPSG:32647",
    ),
    "zoning",
)


def rules(*rows):
    table = pd.DataFrame(rows, columns=["zone", "use", "says", "weight", "quota_share", "clause"])
    return table.set_axis([f"R{k}" for k in range(1, len(rows) + 1)])


def told(*rows):
    return with_plan_areas(rules(*rows), ZONING, default_scheme(), where="x")


def test_one_row_per_use_with_the_area_of_its_zone():
    found = told(
        ("ที่อยู่อาศัยหนาแน่นน้อย", "residential", "main", np.nan, np.nan, "ข้อ ๗"),
        ("low_density_residential", "commercial; วัด", "permitted", np.nan, np.nan, "ข้อ ๗"),
        ("1.2", "*", "quota", np.nan, 0.1, "ข้อ ๗"),
        ("ย.3", "industrial", "prohibited", np.nan, np.nan, None),
        ("อนุรักษ์ป่าไม้", "forest", "main", np.nan, np.nan, None),
    )
    assert found.index.tolist() == [
        "R1/residential",
        "R2/commercial",
        "R2/religious",
        "R3/*",
        "R4/industrial",
        "R5/forest",
    ]
    assert found["rule"].tolist() == ["R1", "R2", "R2", "R3", "R4", "R5"]
    assert found.area.tolist() == [20_000, 20_000, 20_000, 10_000, 10_000, 0]
    assert found["zone"].tolist()[:4] == ["low_density_residential"] * 3 + ["1.2"]


def test_one_area_goes_before_its_class_and_one_use_before_all_others():
    table = told(
        ("low_density_residential", "*", "prohibited", np.nan, np.nan, "a"),
        ("low_density_residential", "residential", "main", np.nan, np.nan, "b"),
        ("low_density_residential", "commercial", "conditional", 0.25, np.nan, "c"),
        ("low_density_residential", "religious", "conditional", np.nan, np.nan, "d"),
        ("1.2", "commercial", "permitted", np.nan, np.nan, "e"),
        ("1.2", "forest", "quota", np.nan, 0.2, "f"),
    )
    found = permissions(ZONING, table)
    use = {name: k for k, name in enumerate(LAND_USE_CLASSES)}
    names = ["residential", "commercial", "religious", "industrial", "forest"]
    assert found.weight[0, [use[n] for n in names]].tolist() == [1, 0.25, 0.5, 0, 0]
    assert found.weight[1, [use[n] for n in names[:4]]].tolist() == [1, 1, 0.5, 0]
    assert found.quota[1].tolist() == [n == "forest" for n in LAND_USE_CLASSES]
    assert found.quota_share.tolist()[:2] == pytest.approx([np.nan, 0.2], nan_ok=True)
    assert found.rule[1, use["commercial"]] == "R5"
    assert found.clause[0, use["other"]] == "a"
    assert np.isnan(found.weight[2:]).all()
    assert found.main.tolist() == [use["residential"], use["residential"], use["industrial"], -1]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ("low_density", "residential", "main", np.nan, np.nan, ""),
            "did you mean 'low_density_residential'",
        ),
        (("industrial", "houses", "main", np.nan, np.nan, ""), "the use 'houses'"),
        (("industrial", "", "main", np.nan, np.nan, ""), "names no use"),
        (("industrial", "forest", "allowed", np.nan, np.nan, ""), "must say one of main, permitted"),
        (("industrial", "*", "quota", np.nan, np.nan, ""), "a quota without a quota_share"),
        (("industrial", "*", "quota", np.nan, 10.0, ""), "quota_share is 10; write a share"),
        (("industrial", "forest", "conditional", 1.5, np.nan, ""), "weight is 1.5"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(row, words):
    with pytest.raises(LayerError, match=words) as error:
        told(row)
    assert "x: layers.plan_rules: rule 'R1'" in str(error.value)


def test_a_use_that_is_ruled_twice_is_refused():
    with pytest.raises(LayerError, match=r"'forest' in 'industrial' is ruled more than once \(R1, R2\)"):
        told(
            ("industrial", "forest", "permitted", np.nan, np.nan, ""),
            ("industrial", "forest;other", "prohibited", np.nan, np.nan, ""),
        )
