"""Listings in a report: a map, a table whose texts are escaped, and honest words where there is nothing."""

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from shapely import Point, box

from urbanplan.base.errors import UsageError
from urbanplan.model.results import Results
from urbanplan.report.layer_maps import LAND_COLOURS
from urbanplan.report.listed_units import drawn_rows
from urbanplan.report.listing_paint import paint
from urbanplan.report.listings import listing, listing_map
from urbanplan.report.page import render
from urbanplan.report.words import words
from urbanplan.study.export import write_open_data

CRS, WEST, SOUTH, SIDE = "EPSG:32647", 498_000.0, 2_077_000.0, 100.0
HOSTILE = "<script>alert(1)</script>"
COLUMNS = {"zone": "", "use": "", "area_m2": "m2", "since": "date", "share": "share"}


def facts(**more):
    return {
        "id": "landuse.conflicts", "base": "landuse.conflicts", "theme": "landuse", "name": "Apparent conflicts",
        "geometry": "polygon", "columns": COLUMNS, "by": "use", "references": [], "layers": ["zoning", "land_use"],
        "knobs": {}, "requires": [], "standard": True, "summary": "List them.", "missing": [], "known_share": 0.4,
        "period": "2024", **more,
    }  # fmt: skip


def found(n=3):
    x = WEST + SIDE * np.arange(n)
    return gpd.GeoDataFrame(
        {
            "zone": [HOSTILE, "=1+1", None][:n] if n <= 3 else [f"z{k}" for k in range(n)],
            "use": ["bar", "bar", "ร้านเหล้า"][:n] if n <= 3 else "bar",
            "area_m2": [16_000.0, 1.0, np.nan][:n] if n <= 3 else 1.0,
            "since": "2024-03",
            "share": 0.25,
        },
        geometry=box(x, SOUTH, x + SIDE, SOUTH + SIDE),
        crs=CRS,
    )


@pytest.fixture
def with_listing(results):
    """Give a function that adds a listing to the small city's results."""

    def add(frame=None, **more):
        told = facts(**more)
        held = {} if told["missing"] else {told["id"]: found() if frame is None else frame}
        return replace(results, listings=held, listing_facts={told["id"]: told})

    return add


def test_the_page_shows_the_rows_escaped_with_references_and_coverage(with_listing):
    page = render(with_listing(), "en")
    part = page[page.index('id="landuse.conflicts"') :]
    part = part[: part.index("</section>")]
    assert "<script>alert" not in part
    assert "&lt;script&gt;alert" in part
    assert 'id="landuse.conflicts/1"' in part
    assert "1.60\N{NO-BREAK SPACE}ha" in part
    assert "not stated" in part
    assert "40\N{NO-BREAK SPACE}% of the city" in part
    assert "March\N{NO-BREAK SPACE}2024" in part
    assert part.count('class="thing"') == 2  # one patch a kind


def test_a_thai_page_has_rai_and_both_eras(with_listing):
    page = render(with_listing(), "th")
    assert re.search(r"10.ไร่", page)
    assert "พ.ศ.\N{NO-BREAK SPACE}2567" in page


def test_a_missing_layer_and_an_empty_listing_are_told_apart(with_listing):
    missing = render(with_listing(missing=["zoning"]), "th")
    assert "ไม่มีชั้นข้อมูล" in missing[missing.index('id="landuse.conflicts"') :]
    empty = render(with_listing(found().iloc[:0]), "en")
    assert "Nothing was found where the data are complete." in empty


def test_long_listings_are_cut_and_say_so(with_listing):
    page = render(with_listing(found(60)), "en")
    assert "The first 50 of 60 rows" in page
    assert 'id="landuse.conflicts/50"' in page
    assert 'id="landuse.conflicts/51"' not in page


def test_a_notebook_gets_a_table_and_a_map(with_listing):
    listed = with_listing()
    table = listing(listed, "landuse.conflicts", lang="en", rows=2)
    assert table.shape == (2, 5)
    assert table.iloc[1, 2] == "1\N{NO-BREAK SPACE}m²"
    assert listing_map(listed, "landuse.conflicts", lang="th").axes
    numbers = with_listing(by="area_m2")
    assert listing_map(numbers, "landuse.conflicts").axes
    with pytest.raises(UsageError, match="hold no listing"):
        listing(listed, "landuse.nothing")
    with pytest.raises(UsageError, match="lacks the layers zoning"):
        listing(with_listing(missing=["zoning"]), "landuse.conflicts")


def test_zones_are_told_by_name_where_the_name_is_theirs_alone_and_escaped(with_listing):
    zones = gpd.GeoDataFrame(
        {"name": ["Inner town", "Ring", "Ring", HOSTILE], "name_en": None, "name_th": None},
        geometry=[box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)] * 4,
        index=["inner_ring_road", "z2", "z3", "z4"],
        crs=CRS,
    )
    rows = found(4).assign(heritage_zone=["inner_ring_road", "z2", "z4", "gone"])
    added = with_listing(rows, columns={"heritage_zone": "", "area_m2": "m2"}, by="")
    held = replace(added, context={**added.context, "heritage_zones": zones})
    table = listing(held, "landuse.conflicts")
    assert table.iloc[:, 0].tolist() == ["Inner town", "z2 Ring", HOSTILE, "gone"]
    page = render(held, lang="en")
    assert "Inner town" in page
    assert HOSTILE not in page


def test_points_are_dots(with_listing):
    frame = found()
    frame["geometry"] = [Point(WEST + 50, SOUTH + 50 + k) for k in range(3)]
    page = render(with_listing(frame, geometry="point", by=""), "en")
    part = page[page.index('id="landuse.conflicts"') :]
    assert part[: part.index("</section>")].count("<circle") >= 3


def test_saved_listings_come_back_and_go_out_as_open_data(with_listing, results, tmp_path):
    listed = with_listing()
    listed.save(tmp_path)
    back = Results.read(tmp_path)
    pd.testing.assert_frame_equal(back.listings["landuse.conflicts"], found())
    assert back.listing_facts == listed.listing_facts
    write_open_data(back, tmp_path)
    text = (tmp_path / "listings" / "landuse.conflicts.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert len(gpd.read_file(tmp_path / "results.gpkg", layer="landuse_conflicts")) == 3
    joined = Results.concat([results, back])
    assert list(joined.listings) == ["landuse.conflicts"]


def test_uses_and_zones_have_the_colours_of_plans():
    frame = found().assign(use_class=["industrial", "forest", "industrial"])
    told = facts(columns={"use_class": ""}, by="use_class")
    painted = paint(frame, told, words("en"))
    colours = [painted.colours[number] for number in painted.classes]
    assert colours == [LAND_COLOURS["industrial"], LAND_COLOURS["forest"], LAND_COLOURS["industrial"]]
    assert {entry.colour for entry in painted.entries} == set(colours)


def of_units(results):
    """Give a listing of the city and its zones: a high number for the city, lower ones for the zones."""
    parts = [results.units["city"], results.units["zone"]]
    frame = pd.concat([part[["name", "geometry"]] for part in parts], ignore_index=True)
    frame["share"] = np.linspace(0.9, 0.1, len(frame))
    return frame


def test_rows_of_zones_bear_their_names_in_the_language_of_the_page(results, with_listing):
    frame = of_units(results)
    held = with_listing(frame, columns={"name": "", "share": "share"}, by="share")
    for lang in ("en", "th"):
        spoken, zones = words(lang), results.units["zone"]
        named = [spoken.name_of(row) for row in zones.drop(columns="geometry").to_dict("records")]
        assert listing(held, "landuse.conflicts", lang=lang).iloc[1:, 0].tolist() == named
        assert [name for name in named if name not in frame["name"].tolist()] or lang == "th"


def test_a_map_of_zones_is_not_covered_by_their_city(results, with_listing):
    frame = of_units(results)
    shown = drawn_rows(frame, results)
    assert len(shown) == len(frame) - 1
    assert shown["share"].max() < 0.9
    assert len(drawn_rows(frame.iloc[:1], results)) == 1  # the city alone is drawn
    twice = pd.concat([frame.iloc[:1]] * 2, ignore_index=True)
    assert len(drawn_rows(twice, results)) == 2
    section = render(with_listing(frame, columns={"name": "", "share": "share"}, by="share"), "en")
    assert len(re.findall(r"Apparent conflicts", section)) > 1


def test_maps_say_how_far_their_data_reach(with_listing):
    drawn = listing_map(with_listing(), "landuse.conflicts")
    assert any("Speaks for 40" in text.get_text() for text in drawn.texts)
    thai = listing_map(with_listing(), "landuse.conflicts", lang="th")
    assert any("ครอบคลุมพื้นที่ 40" in text.get_text() for text in thai.texts)


def test_what_a_row_does_not_know_has_its_sign_in_the_legend(results, with_listing):
    frame = of_units(results)
    given = {"columns": {"name": "", "share": "share"}, "by": "share"}
    said = [
        text.get_text()
        for text in listing_map(with_listing(frame, **given), "landuse.conflicts").findobj(Text)
    ]
    assert words("en").text("map.unknown") not in said
    frame.loc[2, "share"] = np.nan
    said = [
        text.get_text()
        for text in listing_map(with_listing(frame, **given), "landuse.conflicts").findobj(Text)
    ]
    assert words("en").text("map.unknown") in said
