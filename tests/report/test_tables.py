"""Tables and sentences say what the tidy table says, and nothing else."""

import dataclasses

import pandas as pd
import pytest

from urbanplan import report
from urbanplan.base.errors import UsageError
from urbanplan.report.words import NBSP


def test_a_table_shows_each_value_and_why_it_is_unknown(results):
    table = report.table(results, ["access.share_within_food", "landuse.mix"], lang="en")
    assert list(table.columns) == ["Name", "People within 500 m of a food (%)", "Land-use mix"]
    assert table.iloc[:, 1].tolist() == ["63.4", "41", "unknown: not mapped", "5"]
    assert table.loc["500104", "Land-use mix"] == "0.33"
    assert table.index.tolist() == list(results.units["zone"].index)


def test_a_thai_table_has_thai_names_and_words(results, hostile):
    table = report.table(results, ["access.share_within_food"], lang="th")
    assert table["ชื่อ"].tolist() == ["ศรีภูมิ", hostile, "ช้างม่อย", "เปี๊ยะน้ำปิ๊ง"]
    assert table.iloc[2, 1] == "ไม่ทราบ: ยังไม่มีการสำรวจลงแผนที่"


def test_all_metrics_of_a_support_by_default(results):
    table = report.table(results, support="city")
    assert len(table) == 1
    assert "Heritage assets" in table.columns
    assert not any("nearest" in column for column in table.columns)


def test_a_metric_that_is_not_there_is_refused(results):
    with pytest.raises(UsageError, match="no metric"):
        report.table(results, ["access.nothing"])


def test_the_last_period_is_shown(results):
    tidy = results.tidy.copy()
    later = tidy[(tidy["metric"] == "landuse.mix") & (tidy["support"] == "city")].assign(
        period="2024", value=0.9
    )
    both = dataclasses.replace(results, tidy=pd.concat([later, tidy], ignore_index=True))
    assert report.table(both, ["landuse.mix"], support="city")["Land-use mix"].tolist() == ["0.90"]


def test_a_summary_names_value_range_coverage_and_date(results):
    text = str(report.summary(results, ["access.share_within_food"], "en")).replace(NBSP, " ")
    assert "47 % for the whole city." in text
    assert "speaks for 71 % of the city" in text
    assert "from 5 % (Pia Nam Ping) to 63.4 % (Si Phum)" in text
    assert "Unknown in 1 of 4 zones." in text
    assert "1 October 2023" in text


def test_a_summary_says_unknown_and_never_zero(results):
    text = str(report.summary(results, ["heritage.count"], "en"))
    assert text == "Heritage assets: unknown for the whole city (data layer missing)."


def test_a_summary_escapes_in_a_notebook(build, hostile):
    results = build(4)
    tidy = results.tidy
    tidy.loc[(tidy["metric"] == "landuse.mix") & (tidy["unit_id"] == "500102"), "value"] = 0.99
    shown = report.summary(results, ["landuse.mix"], "en")
    assert hostile in str(shown)
    assert "<script>" not in shown._repr_html_()
    assert "&lt;script&gt;" in shown._repr_html_()


def test_a_summary_tells_each_kind_once_with_its_variants_side_by_side(results):
    shares, mix = report.summary(results, lang="en")
    known = results.table(support="city").dropna(subset="value").set_index("metric")["value"]
    for metric in known.index[known.index.str.startswith("access.share_within")]:
        assert f"{known[metric] * 100:.0f}" in shares.replace(".0", "")
    assert "Land-use mix" in mix
    assert "0.55" in mix
