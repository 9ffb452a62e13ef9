"""Notebooks read like a page and hold no science; running one checks what it is given and keeps what it said."""

import ast
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from urbanplan.base.errors import InputError, LayerError, MissingFileError, UsageError
from urbanplan.study import notebooks
from urbanplan.study.notebooks import NotebookError, execute
from urbanplan.study.parameters import check, parameters_cell, schema
from urbanplan.study.workflow import notebooks as names_in_workflow

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = ["01_city_profile", "02_accessibility", "03_land_use", "04_heritage", "05_views"]
PARAMETERS = (
    "city: str = 'a'\nlang: str = 'en'\nout: str = ''\nmetrics: list[str] = ['access']\nshare: float = 0.5"
)


def test_the_workflow_runs_the_notebooks_that_there_are():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES == names_in_workflow()


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_stored_clean_and_reads_like_a_page(name):
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    raw = json.loads(text)
    assert text == json.dumps(raw, ensure_ascii=False, indent=1) + "\n"
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert (raw["nbformat"], raw["nbformat_minor"]) == (4, 5)
    assert raw["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    identifiers = [cell["id"] for cell in raw["cells"]]
    assert len(set(identifiers)) == len(identifiers)
    assert all(identifier.replace("-", "").isalpha() for identifier in identifiers), (
        "ids are words, not random"
    )
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    for cell in notebook.cells:
        assert len(cell.source.splitlines()) <= 12, cell.id
        if cell.cell_type == "markdown":
            assert any("\u0e00" <= char <= "\u0e7f" for char in cell.source), (
                f"{cell.id}: says nothing in Thai"
            )
            assert any("a" <= char <= "z" for char in cell.source), f"{cell.id}: says nothing in English"
            continue
        assert cell.outputs == []
        assert cell.execution_count is None
        nodes = list(ast.walk(ast.parse(cell.source)))
        assert not [
            node
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.BinOp)
        ], cell.id
        modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        modules |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        assert modules <= {"urbanplan", "typing"}
    fields = schema(parameters_cell(raw, name), name).model_fields
    assert {"city", "lang", "metrics", "out"} <= set(fields)
    assert f'area.save(results, "{name}")' in text.replace('\\"', '"')


def written(tmp_path, *cells, parameters=PARAMETERS):
    """Write a notebook and return its path."""
    sources = [(parameters, {"tags": ["parameters"]}), *((cell, {}) for cell in cells)]
    made = [
        {
            "cell_type": "code",
            "id": f"c{i}",
            "metadata": meta,
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for i, (source, meta) in enumerate(sources)
    ]
    path = tmp_path / "page.ipynb"
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def output(path):
    return "".join(
        text
        for cell in json.loads(path.read_text())["cells"]
        for out in cell.get("outputs", [])
        for text in out.get("text", [])
    )


def test_a_notebook_gets_its_parameters_and_nothing_of_the_user(tmp_path, monkeypatch):
    startup = tmp_path / "home" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("print('startup of the user')")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "home"))
    (tmp_path / "out" / "x" / "notebooks").mkdir(parents=True)
    (tmp_path / "out" / "x" / "notebooks" / "json.py").write_text("raise SystemExit('shadowed')")
    before = dict(os.environ)
    page = written(tmp_path, "import json\nprint(city, lang, metrics, share, out)")
    paths = [
        execute(
            str(page), city="x", out=tmp_path / name, lang="th", parameters={"metrics": ["form", "a'b\\"]}
        )
        for name in ("out", "two")
    ]
    assert dict(os.environ) == before
    assert None not in sys.modules.values()
    assert paths[0] == tmp_path / "out" / "x" / "notebooks" / "page.ipynb"
    assert output(paths[0]) == f"x th ['form', \"a'b\\\\\"] 0.5 {tmp_path / 'out'}\n"
    one, two = (
        path.read_text().replace(str(tmp_path / name), "")
        for path, name in zip(paths, ("out", "two"), strict=True)
    )
    assert one == two, "the same run gives the same bytes"
    nbformat.validate(nbformat.reads(one, as_version=4))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"metrix": ["x"]}, "has no parameter 'metrix'; did you mean 'metrics'?"),
        ({"metrics": "access"}, "parameter metrics: input should be a valid list"),
        ({"share": "1"}, "parameter share: input should be a valid number"),
        ({"city = __import__('os')": 1}, "has no parameter"),
    ],
)
def test_wrong_parameters_start_no_kernel(tmp_path, monkeypatch, given, sentence):
    monkeypatch.setattr(notebooks, "_run", lambda *_: pytest.fail("a kernel was started"))
    with pytest.raises(UsageError) as caught:
        execute(str(written(tmp_path, "1")), city="x", out=tmp_path, parameters=given)
    assert sentence in str(caught.value)
    with pytest.raises(UsageError, match="input should be 'th' or 'en'"):
        execute("01_city_profile", city="x", out=tmp_path, lang="de")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("a = 3", "line 1: write `name: type = value`"),
        ("import os\na: int = 3", "line 1: write"),
        ("a: str = f()", "not a plain type with a plain value"),
        ("a: os.system = 'x'", "not a plain type with a plain value"),
        ("a: int", "line 1: write"),
        ("a: int = (", "line 1:"),
        ("_a: int = 3", "line 1: write"),
    ],
)
def test_a_parameters_cell_is_plain(source, sentence):
    with pytest.raises(InputError) as caught:
        schema(source, "page.ipynb")
    assert sentence in str(caught.value)


def test_types_of_parameters_are_read_without_running_them():
    model = schema(
        "from typing import Literal\na: Literal['x', 'y'] = 'x'\nb: int | None = None\nc: 'tuple[float, float]' = (1.0, 2.0)\nd: dict[str, int] = {}",
        "page",
    )
    assert check(model, {"a": "y", "b": 3, "d": {"k": 1}}, "page") == {"a": "y", "b": 3, "d": {"k": 1}}
    for wrong in ({"a": "z"}, {"b": "3"}, {"d": {"k": "v"}}):
        with pytest.raises(UsageError):
            check(model, wrong, "page")


def test_no_such_notebook_and_no_notebook(tmp_path):
    with pytest.raises(MissingFileError, match="known are 01_city_profile"):
        execute("1_profile", city="x", out=tmp_path)
    page = tmp_path / "page.ipynb"
    page.write_text("{")
    with pytest.raises(InputError, match="is not a notebook"):
        execute(str(page), city="x", out=tmp_path)
    with pytest.raises(MissingFileError):
        execute("http://localhost/x.ipynb", city="x", out=tmp_path)


def test_an_error_in_a_cell_comes_back_as_itself_and_the_copy_is_kept(tmp_path):
    page = written(
        tmp_path,
        "print('before')",
        "from urbanplan.base.errors import LayerError\nraise LayerError('zones: empty; draw some')",
    )
    with pytest.raises(LayerError, match=r"^zones: empty; draw some$"):
        execute(str(page), city="x", out=tmp_path)
    failed = tmp_path / "x" / "notebooks" / "page.failed.ipynb"
    assert "before" in output(failed)
    assert not failed.with_name("page.ipynb").exists()
    written(tmp_path, "1 / 0")
    with pytest.raises(NotebookError, match="ZeroDivisionError: division by zero"):
        execute(str(page), city="x", out=tmp_path)
    written(tmp_path, "1")
    execute(str(page), city="x", out=tmp_path)
    assert not failed.exists(), "a later success takes the failed copy away"


def test_a_kernel_that_dies_and_a_cell_that_never_ends_are_told(tmp_path):
    with pytest.raises(NotebookError, match="the kernel ended before the notebook did"):
        execute(str(written(tmp_path, "import os\nos._exit(1)")), city="x", out=tmp_path)
    with pytest.raises(NotebookError, match="longer than 1 s"):
        execute(str(written(tmp_path, "import time\ntime.sleep(60)")), city="x", out=tmp_path, timeout_s=1)


def test_a_kernel_ends_with_the_process_that_started_it(tmp_path):
    page = written(
        tmp_path,
        f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)",
    )
    script = f"from urbanplan.study.notebooks import execute\nexecute({str(page)!r}, city='x', out={str(tmp_path)!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(FOLDER.parent)}
    )
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    kernel = int((tmp_path / "pid").read_text())
    process.send_signal(signal.SIGKILL)
    process.wait()
    while Path(f"/proc/{kernel}").exists() and Path(f"/proc/{kernel}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() < deadline, "the kernel lives on as an orphan"
        time.sleep(0.05)
