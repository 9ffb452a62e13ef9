"""Agreement of uses as found with the uses that the plan is drawn for."""

import numpy as np
import pytest
from block import plan, rules, uses, zones
from town import box

from urbanplan.metrics.landuse.plan_agreement import plan_agreement

TABLE = np.array([[50, 10, 5], [8, 60, 2], [4, 6, 30]])
CLASSES = ("residential", "commercial", "industrial")


@pytest.mark.parametrize(
    ("figure", "value"),
    [("overall", 0.8), ("kappa", 0.690578), ("quantity", 0.034286), ("allocation", 0.165714)],
)
def test_golden_numbers_of_the_catalogue(figure, value):
    areas, rows, west = [], [], 0
    for name, widths in zip("ABC", TABLE, strict=True):
        areas.append((west, 0, west + widths.sum(), 100, name))
        for use, width in zip(CLASSES, widths, strict=True):
            rows.append((west, 0, west + width, 100, use))
            west += width
    mains = rules(*[(name, use, "main") for name, use in zip("ABC", CLASSES, strict=True)])
    row = plan_agreement(uses(*rows), plan(*areas), mains, zones(box(0, 0, west, 100)), figure=figure).iloc[0]
    assert row["value"] == pytest.approx(value, abs=1e-6)
    assert (row["coverage"], row["n"]) == (pytest.approx(1.0), 3)


def test_the_scheme_names_the_use_where_no_rule_does_and_conservation_has_none():
    areas = plan((0, 0, 100, 100, "low_density_residential"), (100, 0, 200, 100, "conservation"))
    found = uses(
        (0, 0, 80, 100, "residential"), (80, 0, 100, 100, "forest"), (100, 0, 200, 100, "commercial")
    )
    silent = rules(("nowhere", "forest", "main"))
    table = plan_agreement(
        found, areas, silent, zones(box(0, 0, 100, 100), box(0, 0, 200, 100), box(100, 0, 200, 100))
    )
    assert table["value"].tolist() == pytest.approx([0.8, 0.8, np.nan], nan_ok=True)
    assert table["coverage"].tolist() == pytest.approx([1, 0.5, 0])
