"""Codes of a survey and names of a plan become classes when a file is read."""

import geopandas as gpd
import pytest
import shapely

from urbanplan.base.errors import LayerError
from urbanplan.methods.areas import areas_by_class
from urbanplan.model.layers import conform
from urbanplan.sources.municipal import read_vector


def written(tmp_path, column, words):
    squares = [
        shapely.box(500_000 + 100 * k, 2_000_000, 500_100 + 100 * k, 2_000_100) for k in range(len(words))
    ]
    path = tmp_path / "survey.gpkg"
    gpd.GeoDataFrame({column: words}, geometry=squares, crs="EPSG:32647").to_file(path, layer="survey")
    return path


def test_a_survey_is_read_by_its_codes_and_halves_count_half(tmp_path):
    path = written(tmp_path, "LU_CODE", ["U201", "U201/A302", "A101+U1", "W1", "A4/W2"])
    frame, record = read_vector(path, name="land_use", columns={"class": "LU_CODE"}, near=(99.0, 18.09))
    assert frame["class"].tolist() == ["residential", "residential", "agriculture", "agriculture"]
    assert frame["kind"].tolist() == ["U201", "U201/A302", "A101+U1", "A4/W2"]
    assert frame["share"].tolist() == [1.0, 0.5, 1.0, 0.5]
    assert record.dropped == {"no_class": 1}
    assert {"words_by_scheme", "two_uses"} == {note.code for note in record.notes}
    city = gpd.GeoSeries([frame.union_all().envelope], crs=frame.crs)
    area = areas_by_class(conform(frame, "land_use"), "class", ("residential", "agriculture"), city)
    assert area.tolist() == [pytest.approx([15_000, 5_000 + 10_000 + 5_000])]


def test_words_that_nobody_knows_are_still_refused(tmp_path):
    path = written(tmp_path, "use", ["U201", "บางอย่าง"])
    with pytest.raises(LayerError, match="บางอย่าง"):
        read_vector(path, name="land_use", columns={"class": "use"}, near=(99.0, 18.09))


def test_a_plan_is_read_by_names_and_colours_and_keeps_its_own_words(tmp_path):
    path = written(tmp_path, "ประเภท", ["ที่ดินประเภทชุมชน", "สีม่วง", "ย.3"])
    frame, record = read_vector(path, name="zoning", columns={"class": "ประเภท"}, near=(99.0, 18.09))
    assert frame["class"].tolist() == ["community", "industrial", "ย.3"]
    assert frame["name"].tolist() == ["ที่ดินประเภทชุมชน", "สีม่วง", "ย.3"]
    assert [str(note.facts["words"]) for note in record.notes if note.code == "zones_unknown_to_scheme"] == [
        "ย.3"
    ]
