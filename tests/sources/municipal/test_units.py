"""Units of a mapping: rai, feet and storeys become metres; what cannot be is unknown and counted."""

import numpy as np
import pytest
from shapely import box

from urbanplan.base.errors import LayerError
from urbanplan.model.city import City
from urbanplan.sources.municipal import read_vector

TOWN = {
    "id": "x",
    "name": {"en": "X"},
    "boundary": {"centre": [99.6, 7.5], "radius_m": 900},
    "sources": {
        "s": {"file": "s.csv", "date": "2024", "licence": "CC0-1.0", "attribution": "City hall"},
    },
}


def table(tmp_path, column, values):
    """Squares of 40 m by 40 m, one rai each, with one column."""
    path = tmp_path / "t.csv"
    rows = [
        f'{n},"{value}","{box(498_000 + 50 * n, 2_077_000, 498_040 + 50 * n, 2_077_040).wkt}"'
        for n, value in enumerate(values)
    ]
    path.write_text("\n".join([f"id,{column},geometry", *rows]) + "\n", encoding="utf-8")
    return path


def codes(record):
    return {note.code: dict(note.facts) for note in record.notes}


def read(path, name, **more):
    return read_vector(path, name=name, crs="EPSG:32647", **more)


def test_areas_of_deeds(tmp_path):
    values = ["1-0-0", "๑ ไร่", "1", "0-3-99", "1-5-0", "มาก", "-2", "0-0-0", ""]
    frame, record = read(
        table(tmp_path, "เนื้อที่", values),
        "plots",
        columns={"stated_area_m2": "เนื้อที่"},
        units={"stated_area_m2": "rai"},
    )
    expected = [1600, 1600, 1600, 1596, np.nan, np.nan, np.nan, np.nan, np.nan]
    np.testing.assert_allclose(frame["stated_area_m2"].to_numpy(), expected)
    found = codes(record)
    assert found["unit_read"] == {"column": "stated_area_m2", "unit": "rai", "factor": 1600.0}
    assert (found["not_numbers"]["count"], found["not_numbers"]["total"]) == (2, 9)
    assert found["impossible_measures"]["count"] == 2
    assert "areas_differ" not in found


def test_a_drawn_area_that_is_not_the_stated_one_is_told(tmp_path):
    frame, record = read(table(tmp_path, "stated_area_m2", ["1-0-0", "1-1-0", "4 ไร่"]), "plots")
    assert list(frame["stated_area_m2"]) == [1600, 2000, 6400]
    assert codes(record)["areas_differ"] == {
        "count": 2,
        "total": 3,
        "percent": 10,
        "features": "t/1, t/2",
    }


def test_heights_in_feet_and_in_storeys(tmp_path):
    values = ["40", "12 ม.", "3 ชั้น", "-5", "สูง", ""]
    frame, record = read(
        table(tmp_path, "h", values), "buildings", columns={"height_m": "h"}, units={"height_m": "ft"}
    )
    np.testing.assert_allclose(frame["height_m"].to_numpy(), [12.192, 12, np.nan, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(frame["levels"].to_numpy(), [np.nan, np.nan, 3, np.nan, np.nan, np.nan])
    found = codes(record)
    assert found["storeys_read"] == {"column": "height_m", "count": 1, "levels": "levels"}
    assert found["units_in_text"]["count"] == 1
    assert found["impossible_measures"]["count"] == 1
    assert found["not_numbers"]["count"] == 1


def test_a_column_of_storeys_is_no_height(tmp_path):
    path = table(tmp_path, "h", [2, 3, 4])
    frame, _ = read(path, "buildings", columns={"height_m": "h"}, units={"height_m": "storeys"})
    assert frame["height_m"].isna().all()
    assert list(frame["levels"]) == [2, 3, 4]


def test_a_limit_below_zero_is_still_refused(tmp_path):
    path = table(tmp_path, "h", [-12, 12])
    with pytest.raises(LayerError, match="must lie between"):
        read(path, "heritage_zones", columns={"max_height_m": "h"})


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ({"stated_area_m2": "ft"}, "cannot be in ft; write one of m2"),
        ({"name": "rai"}, "neither a length nor an area"),
        ({"stated_area_m2": "acre"}, "Input should be"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused_in_the_city_file(units, fault):
    layers = {"plots": {"source": "s", "units": units}}
    with pytest.raises(ValueError, match=fault):
        City.model_validate({**TOWN, "layers": layers})


def test_storeys_are_for_heights_of_buildings():
    good = {"buildings": {"source": "s", "units": {"height_m": "storeys"}}}
    assert City.model_validate({**TOWN, "layers": good}).layers["buildings"][0].units == {
        "height_m": "storeys"
    }
    bad = {"zoning": {"source": "s", "units": {"max_height_m": "storeys"}}}
    with pytest.raises(ValueError, match="cannot be in storeys"):
        City.model_validate({**TOWN, "layers": bad})
