"""The command line: help with examples, one sentence on bad input, exit codes, nothing that steers a terminal."""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import urbanplan
from urbanplan import cli
from urbanplan.base.errors import FetchError
from urbanplan.cli.commands import app
from urbanplan.study import workflow
from urbanplan.study.terminal import Progress, plain

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = [
    "init",
    "doctor",
    "prepare",
    "run",
    "metrics",
    "report",
    "sample",
    "notebook",
    "cache",
    "collect",
    "template",
    "assess",
    "audit",
]


def urbanplan_process(*words, **extra):
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | extra
    return subprocess.run(
        [sys.executable, "-m", "urbanplan", *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


def test_every_command_has_an_example_that_it_understands(capsys):
    assert sorted(COMMANDS) == sorted(
        command.name or command.callback.__name__ for command in app.registered_commands
    )
    for command in COMMANDS:
        assert cli.execute([command, "--help"]) == 0
        text = capsys.readouterr().out
        assert f"Example: urbanplan {command} " in text, command


def test_help_is_quick_and_loads_nothing_heavy():
    script = (
        "import sys; from urbanplan.cli import execute; code = execute(['run', '--help']);"
        "heavy = {'geopandas', 'pandas', 'numpy', 'snakemake', 'papermill', 'matplotlib', 'pyproj'};"
        "print(heavy & set(sys.modules)); sys.exit(code)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    times = []
    for _ in range(2):
        began = time.monotonic()
        process = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        times.append(time.monotonic() - began)
    assert process.stdout.splitlines()[-1] == "set()"
    assert min(times) < 1


def test_importing_the_package_costs_nothing():
    script = "import sys, urbanplan; print(sorted(m for m in sys.modules if m.split('.')[0] in ('numpy', 'pandas', 'pydantic')))"
    process = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout.strip() == "[]"
    assert urbanplan.read_city("sample").id == "sample"
    assert set(urbanplan.__all__) <= set(dir(urbanplan))
    with pytest.raises(AttributeError, match="nothing"):
        urbanplan.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["runn"], 2, "No such command 'runn'"),
        (["run"], 2, "Missing argument"),
        (["run", "sample", "--lang", "xx"], 2, "there is no language 'xx'; languages are th, en"),
        (["run", "sample", "--cores", "0"], 2, "--cores"),
        (["metrics", "access.nearest_fod", "--no-such"], 2, "--no-such"),
        (["metrics", "landuse.mixx"], 2, "did you mean 'landuse.mix'?"),
        (["init", "Khon Kaen", "--place", "x"], 2, "khon-kaen would do"),
        (["prepare", "chiang-maai"], 3, "did you mean 'chiang-mai'?"),
        (["collect", "sample", "--out", "/nonexistent"], 3, "no notebook has saved results"),
        (["notebook", "05_nothing", "sample"], 3, "no such notebook; known are 01_city_profile"),
        (["metrics", "--city", "sample", "landuse", "--out", "/nonexistent"], 3, "not prepared"),
    ],
)
def test_bad_input_is_one_sentence_and_a_code(capsys, words, code, sentence):
    assert cli.execute(words) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    assert sentence in told.err
    assert "Traceback" not in told.err


def test_a_city_file_with_typos_has_a_line_per_mistake(capsys, tmp_path):
    path = tmp_path / "x.yml"
    path.write_text("id: x\nname: {en: X}\nboundary: {bbox: [1, 2, 3, 4]}\nsources: {}\nlayrs: {}\n")
    assert cli.execute(["prepare", str(path), "--out", str(tmp_path)]) == 3
    assert "x.yml:5:1: layrs: no such key; did you mean 'layers'?" in capsys.readouterr().err


def test_debug_shows_the_traceback_wherever_it_stands(capsys):
    for words in (["--debug", "prepare", "nowhere"], ["prepare", "nowhere", "--debug"]):
        assert cli.execute(words) == 3
        assert "Traceback" in capsys.readouterr().err


def test_version_and_no_command(capsys):
    assert cli.execute(["--version"]) == 0
    assert capsys.readouterr().out == f"urbanplan {urbanplan.__version__}\n"
    assert cli.execute([]) == 2
    assert "Commands:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (FetchError("nobody answers; try again later"), 4, "error: nobody answers; try again later\n"),
        (KeyboardInterrupt(), 130, "error: interrupted; the same command goes on from here\n"),
        (
            ZeroDivisionError("division by zero"),
            5,
            "error: run failed unexpectedly: ZeroDivisionError: division by zero; --debug shows the traceback\n",
        ),
    ],
)
def test_each_kind_of_failure_has_its_code(capsys, monkeypatch, error, code, sentence):
    def fail(*_args, **_knobs):
        raise error

    monkeypatch.setattr(workflow, "run", fail)
    assert cli.execute(["run", "sample"]) == code
    assert capsys.readouterr().err == sentence


def test_a_run_ends_with_one_line_per_city_and_the_worst_code(capsys, monkeypatch):
    outcomes = [
        workflow.Outcome("good", reports=(Path("/o/good/report.th.html"), Path("/o/good/report.en.html"))),
        workflow.Outcome(
            "bad", error="bad: \x1b]0;owned\x07 is \x9b31mred\u202e", exit_code=3, detail="Traceback: here"
        ),
    ]
    monkeypatch.setattr(workflow, "run", lambda *_args, **_knobs: outcomes)
    assert cli.execute(["run", "good", "bad"]) == 3
    told = capsys.readouterr()
    assert told.out == "good: ok  /o/good/report.th.html  /o/good/report.en.html\n"
    assert told.err == "error: bad: \\x1b]0;owned\\x07 is \\x9b31mred\\u202e\n"
    assert cli.execute(["run", "good", "bad", "--debug"]) == 3
    assert "Traceback: here" in capsys.readouterr().err


def test_text_from_the_command_line_cannot_steer_the_terminal(capsys):
    assert cli.execute(["prepare", "\x1b[2J[red]x[/red]\nnext"]) == 3
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "[red]x[/red]" in err
    assert cli.execute(["run", "--\x1b[31m"]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_odd_bytes_on_the_command_line_are_told():
    process = subprocess.run(
        [sys.executable.encode(), b"-m", b"urbanplan", b"prepare", b"\xff\xfe"],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.returncode == 3
    assert process.stderr.startswith(b"error: ")


def test_plain_keeps_thai_and_lines():
    text = "เชียงใหม่ ก็\nน้ำ é 😀"
    assert plain(text) == text
    assert plain("a\tb\rc\x00d\ud800") == "a b\\rc\\x00d\\ud800"


def test_progress_is_plain_unless_on_a_terminal():
    stream = io.StringIO()
    progress = Progress(stream)
    progress.status("working")
    progress.line("done  1.0 s")
    assert stream.getvalue() == "done  1.0 s\n"
    stream = io.StringIO()
    progress = Progress(stream, lively=True)
    progress.status("working")
    progress.line("done\x1b")
    progress.status("")
    assert stream.getvalue() == "\r\x1b[2Kworking\r\x1b[2Kdone\\x1b\nworking\r\x1b[2K"


def test_metrics_are_listed_explained_and_given_as_json(capsys):
    assert cli.execute(["metrics"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert any(line.startswith("landuse.mix ") for line in listed)
    assert cli.execute(["metrics", "landuse.mix"]) == 0
    card = capsys.readouterr().out
    assert "cervero1997" in card
    assert "min_area_m2 = 20.0" in card
    assert cli.execute(["metrics", "landuse", "--json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert {record["theme"] for record in records} == {"landuse"}


def test_init_writes_a_file_that_run_finds(tmp_path):
    process = urbanplan_process(
        "init",
        "khon-kaen",
        "--place",
        "Khon Kaen, Thailand",
        "--file",
        str(tmp_path / "kk.yml"),
        URBANPLAN_HOME=str(tmp_path),
    )
    assert process.returncode == 0
    assert process.stdout.strip() == str(tmp_path / "kk.yml")
    assert "urbanplan doctor" in process.stderr
    again = urbanplan_process("init", "khon-kaen", "--place", "x", "--file", str(tmp_path / "kk.yml"))
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_a_folder_that_cannot_be_written_is_bad_input(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    assert cli.execute(["run", "sample", "--out", str(tmp_path / "file" / "out")]) == 3
    assert f"{tmp_path / 'file'}" in capsys.readouterr().err


def test_a_reader_that_stops_reading_is_no_error():
    command = f"{sys.executable} -m urbanplan metrics | head -n 1; echo ${{PIPESTATUS[0]}}"
    process = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout.splitlines()[-1] == "0"
    assert process.stderr == ""


def test_a_terminal_without_thai_gets_it_written_out():
    process = urbanplan_process(
        "metrics", "landuse.mix", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C"
    )
    assert process.returncode == 0
    assert "\\u0e" in process.stdout
