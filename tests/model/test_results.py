"""Results go to disk and come back, as table, grid and joined parts."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from urbanplan.base.errors import NotPreparedError, UsageError
from urbanplan.methods.grid import lay_grid
from urbanplan.model.results import Results, tidy_frame

CRS = "EPSG:32647"


@pytest.fixture
def results() -> Results:
    cells = lay_grid(shapely.box(500_000, 2_000_000, 500_300, 2_000_200), CRS, cell_m=100)
    cells = cells.assign(name=cells.index, name_en=None, name_th="ช่อง")
    values = np.arange(6.0)
    values[4] = np.nan
    rows = pd.DataFrame(
        {"unit_id": cells.index, "value": values, "reason": ["", "", "", "", "no_places", ""]}
    )
    rows = rows.assign(support="cell", metric="access.nearest_food", period="2024", scenario="actual")
    facts = {"access.nearest_food": {"name": "Nearest food", "unit": "m"}}
    return Results(
        tidy=tidy_frame(rows),
        units={"cell": cells},
        metrics=facts,
        provenance={"city": {"name": {"en": "T"}}},
    )


def test_to_xarray_puts_each_value_where_its_cell_lies(results):
    grid = results.to_xarray()
    assert grid["access_nearest_food"].attrs["units"] == "m"
    assert grid["y"].to_numpy().tolist() == [2_000_150.0, 2_000_050.0]
    wide = results.wide("cell")
    for _, cell in wide.iterrows():
        middle = cell.geometry.centroid
        value = grid["access_nearest_food"].sel(x=middle.x, y=middle.y).item()
        assert value == cell["access.nearest_food"] or (
            np.isnan(value) and np.isnan(cell["access.nearest_food"])
        )


def test_saved_results_come_back_the_same_and_twice_the_same_bytes(results, tmp_path):
    results.save(tmp_path / "a")
    results.save(tmp_path / "b")
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
    back = Results.read(tmp_path / "a")
    order = ["metric", "support", "unit_id"]
    pd.testing.assert_frame_equal(back.tidy, results.tidy.sort_values(order, ignore_index=True))
    assert_geodataframe_equal(back.units["cell"], results.units["cell"])


def test_joining_parts_keeps_the_last_of_a_value_that_stands_twice(results):
    changed = Results(tidy=results.tidy.assign(value=7.0), units=results.units, metrics=results.metrics)
    joined = Results.concat([results, changed])
    assert len(joined.tidy) == len(results.tidy)
    assert (joined.tidy["value"] == 7.0).all()


def test_a_metric_or_folder_that_is_not_there(results, tmp_path):
    with pytest.raises(UsageError, match="hold no metric"):
        results.table("access.nearest_moon")
    with pytest.raises(NotPreparedError, match="holds no results"):
        Results.read(tmp_path)


def test_explore_shows_names_from_data_as_text_and_never_runs_them(results):
    hostile = "<script>alert(1)</script>"
    results.units["cell"] = results.units["cell"].assign(name=hostile)
    page = results.explore("access.nearest_food", support="cell", tiles=None).get_root().render()
    assert hostile not in page
    assert "lt;script" in page


def test_variants_of_which_something_is_known():
    rows = pd.DataFrame(
        {
            "support": "cell",
            "unit_id": ["a", "b", "a"],
            "metric": ["t.m_two", "t.m_two", "t.m_one"],
            "value": [np.nan, 1.0, np.nan],
        }
    )
    facts = {key: {"base": "t.m"} for key in ("t.m_two", "t.m_one", "t.m_three")} | {"t.n": {"base": "t.n"}}
    held = Results(tidy=tidy_frame(rows), units={}, metrics=facts, provenance={}, context={})
    assert held.variants("t.m") == ["t.m_two"]
    assert held.variants("t.n") == held.variants("t.x") == []
