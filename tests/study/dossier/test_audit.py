"""The audit follows every number of the dossier and of a report back; each link that is broken on purpose is found."""

import json
import shutil

import geopandas as gpd
import pytest

from urbanplan import cli
from urbanplan.base.errors import NotPreparedError
from urbanplan.base.io import read_json, write_json
from urbanplan.report.page import html
from urbanplan.study.dossier.audit import audit
from urbanplan.study.dossier.cells import cells_of


@pytest.fixture(scope="module")
def run(results, city, tmp_path_factory):
    """Give a run's folder with results and a report, and the folder of its input files."""
    folder = tmp_path_factory.mktemp("audited") / "sample"
    results.save(folder / "results")
    html(results, folder / "report.en.html", lang="en")
    return folder, city[1]


@pytest.fixture
def copied(run, tmp_path):
    """Give a copy of the run's folder that may be broken, and a copy of the input files."""
    folder, data = tmp_path / "sample", tmp_path / "data"
    shutil.copytree(run[0], folder)
    shutil.copytree(run[1], data)
    return folder, data


def edit_json(path, change):
    tree = read_json(path)
    change(tree)
    write_json(path, tree)


def edit_frame(path, column, rows, value):
    frame = gpd.read_parquet(path)
    frame.loc[rows(frame), column] = value
    frame.to_parquet(path)


def test_a_whole_run_leads_back(run):
    orphans, counts = audit(run[0], data=run[1])
    assert orphans == []
    assert counts["rows"] > 100
    assert counts["numbers"] > 200
    assert counts["inputs"] > 10


def test_every_number_of_the_dossier_in_the_report_can_be_cited(run):
    cells = cells_of((run[0] / "report.en.html").read_text(encoding="utf-8"))
    assert cells
    assert all(cell.parts for cell in cells)
    assert {cell.parts[0] for cell in cells} >= {"impact.evidence", "impact.together", "views.sight_lines"}


BREAKS = {
    "run": (
        lambda folder: edit_json(folder / "results/provenance.json", lambda tree: tree["software"].update(numpy="0")),
        "names the run",
    ),
    "options": (
        lambda folder: edit_json(
            folder / "results/provenance.json",
            lambda tree: tree["options"].update({"heritage.tall_distance": {"taller_than_m": 9.0}}),
        ),
        "names the run",
    ),
    "metric": (
        lambda folder: edit_json(folder / "results/metrics.json", lambda tree: tree.pop("heritage.tall_distance")),
        "comes from heritage.tall_distance, which these results do not hold",
    ),
    "formula": (
        lambda folder: edit_json(
            folder / "results/metrics.json", lambda tree: tree["heritage.tall_distance"].update(formula="1")
        ),
        "another definition of heritage.tall_distance",
    ),
    "value": (
        lambda folder: edit_frame(
            folder / "results/listings_heritage.rule_findings.proposal.parquet",
            "expected_above",
            lambda frame: frame["rule"] == "R67-1",
            7.0,
        ),
        "row rule/R67-1/expected_above/proposal: its after value is not that of heritage.rule_findings",
    ),
    "version": (
        lambda folder: edit_frame(
            folder / "results/context_heritage_rules.parquet", "version", lambda frame: frame.index == "R67-2", "2570"
        ),
        "its version is '2567', but that of R67-2 in heritage_rules is '2570'",
    ),
    "clause": (
        lambda folder: edit_frame(
            folder / "results/context_heritage_rules.parquet", "clause", lambda frame: frame.index == "R67-3", "ข้อ ๙"
        ),
        "its clause is",
    ),
    "rule": (
        lambda folder: edit_frame(
            folder / "results/context_heritage_rules.parquet", "zone", lambda frame: frame.index == "R67-3", "H67-9"
        ),
        "its zone is 'H67-3', but the rule R67-3 is of 'H67-9'",
    ),
    "zone": (
        lambda folder: edit_frame(
            folder / "results/context_heritage_zones.parquet", "version", lambda frame: frame.index == "H67-1", "x"
        ),
        "H67-1 in heritage_zones is 'x'",
    ),
    "evidence of a view": (
        lambda folder: edit_frame(
            folder / "results/context_view_targets.parquet", "evidence", lambda frame: frame.index != "", "another"
        ),
        "stands with none of the viewpoints and targets",
    ),
    "checksum": (
        lambda folder: edit_json(
            folder / "results/provenance.json", lambda tree: tree["sources"]["plan"].update(sha256="")
        ),
        "its source 'plan' has no checksum",
    ),
}  # fmt: skip


@pytest.mark.parametrize("link", BREAKS)
def test_a_broken_link_is_found(copied, link):
    folder, data = copied
    change, words = BREAKS[link]
    (folder / "report.en.html").unlink()  # what the page holds is asked below
    change(folder)
    orphans, _ = audit(folder, data=data)
    assert any(words in orphan for orphan in orphans), orphans[:5]
    assert all("\n" not in orphan for orphan in orphans)


def test_a_number_that_somebody_writes_into_the_report_is_found(copied):
    folder, _ = copied
    page = (folder / "report.en.html").read_text(encoding="utf-8")
    first = next(cell for cell in cells_of(page) if cell.parts[0] == "impact.evidence")
    (folder / "report.en.html").write_text(
        page.replace(f'data-v="{first.text}"', 'data-v="123.25"', 1), "utf-8"
    )
    orphans, _ = audit(folder)
    assert len(orphans) == 1
    assert "report.en.html: the number 123.25" in orphans[0]
    alone = page.replace("<tbody>", '<tbody><tr><td data-v="5">5</td></tr>', 1)
    (folder / "report.en.html").write_text(alone, "utf-8")
    assert "does not say what it is a value of" in audit(folder)[0][0]
    stray = page.replace("<tbody>", '<tbody><tr><td id="no.such/zone/1" data-v="5">5</td></tr>', 1)
    (folder / "report.en.html").write_text(stray, "utf-8")
    assert "these results hold no 'no.such'" in audit(folder)[0][0]


def test_an_input_that_has_changed_since_is_found(copied):
    folder, data = copied
    with (data / "municipal" / "assets.csv").open("ab") as stream:
        stream.write(b"\n")
    orphans, _ = audit(folder, data=data)
    assert [orphan for orphan in orphans if "input register" in orphan]
    assert audit(folder)[0] == []  # without the folder of inputs, their record is all there is


def test_the_command_says_one_sentence_for_each_and_exits_with_three(copied, capsys):
    folder, data = copied
    words = ["audit", "sample", "--out", str(folder.parent), "--data", str(data)]
    assert cli.execute(words) == 0
    assert "none lead nowhere" in capsys.readouterr().out
    BREAKS["clause"][0](folder)
    assert cli.execute(words) == 3
    told = capsys.readouterr()
    assert len(told.err.strip().splitlines()) == int(told.out.split("; ")[1].split()[0]) >= 1


def test_nothing_to_audit_is_told(tmp_path, copied):
    folder, _ = copied
    (folder / "report.en.html").unlink()
    for path in (folder / "results").glob("listings_impact*"):
        path.unlink()
    edit_json(
        folder / "results/listings.json",
        lambda tree: [tree.pop(key) for key in list(tree) if key.startswith("impact")],
    )
    with pytest.raises(NotPreparedError, match="neither a dossier nor a report"):
        audit(folder)
    with pytest.raises(NotPreparedError):
        audit(tmp_path / "nowhere")


def test_the_form_is_written_by_the_command(copied, tmp_path, capsys):
    folder, _ = copied
    target = tmp_path / "form.csv"
    assert cli.execute(["assess", "sample", "--out", str(folder.parent), "--file", str(target)]) == 0
    capsys.readouterr()
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert json.dumps("view/V4>T2/visible_share/proposal")[1:-1] in target.read_text(encoding="utf-8-sig")
