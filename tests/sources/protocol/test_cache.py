"""The cache: by content, whole or not at all, healed when damaged, shared without harm."""

import subprocess
import sys
import threading

import pytest

from urbanplan.base.errors import FetchError
from urbanplan.base.io import sha256
from urbanplan.cli import execute
from urbanplan.sources.protocol.cache import Cache, copied

QUESTION = {"url": "https://example.org/a.pbf", "date": "2024-01-01"}


def writes(text, seen=None):
    def get(path):
        if seen is not None:
            seen.append(path)
        path.write_text(text)

    return get


def test_an_answer_is_fetched_once_and_named_by_its_content(tmp_path):
    cache, asked = Cache(tmp_path), []
    assert cache.held(QUESTION) is None
    path = cache.keep(QUESTION, writes("streets", asked))
    assert path.name == sha256(path)
    assert cache.keep(QUESTION, writes("other", asked)) == path == cache.held(QUESTION)
    assert len(asked) == 1
    assert cache.held({**QUESTION, "date": "2025-01-01"}) is None
    twin = cache.keep({**QUESTION, "url": "https://example.org/b.pbf"}, writes("streets"))
    assert twin == path
    assert len(list((tmp_path / "objects").rglob("*/*"))) == 1
    assert [entry.size for entry in cache.entries()] == [7, 7]
    assert cache.size() >= 7


def test_a_failed_download_leaves_nothing_and_may_be_continued(tmp_path):
    cache, places = Cache(tmp_path), []

    def fails(path):
        places.append(path)
        raise FetchError("gave up")

    for _ in range(2):
        with pytest.raises(FetchError):
            cache.keep(QUESTION, fails)
    assert places[0] == places[1]
    assert cache.held(QUESTION) is None
    assert cache.entries() == []


def test_damage_is_noticed_thrown_away_and_fetched_again(tmp_path):
    cache = Cache(tmp_path)
    path = cache.keep(QUESTION, writes("streets"))
    path.write_text("strexts")
    assert cache.damaged() != []
    assert not path.exists()
    assert cache.keep(QUESTION, writes("streets")).read_text() == "streets"
    (tmp_path / "asked").joinpath(next((tmp_path / "asked").iterdir()).name).write_text("{")
    assert cache.held(QUESTION) is None


def test_what_the_user_edits_is_a_copy(tmp_path):
    cache = Cache(tmp_path / "cache")
    mine = copied(cache.keep(QUESTION, writes("streets")), tmp_path / "mine" / "a.pbf")
    mine.write_text("edited")
    assert cache.held(QUESTION).read_text() == "streets"


def test_two_who_ask_the_same_at_once_fetch_it_once(tmp_path):
    cache, asked, gate = Cache(tmp_path), [], threading.Event()

    def slow(path):
        asked.append(path)
        gate.wait(5)
        path.write_text("streets")

    threads = [threading.Thread(target=cache.keep, args=(QUESTION, slow)) for _ in range(2)]
    for thread in threads:
        thread.start()
    while not asked:
        pass
    gate.set()
    for thread in threads:
        thread.join()
    assert len(asked) == 1


def test_a_process_that_dies_in_the_middle_leaves_no_answer(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from urbanplan.sources.protocol.cache import Cache\n"
        "def get(path): path.write_text('half'); os._exit(9)\n"
        f"Cache(Path(sys.argv[1])).keep({QUESTION!r}, get)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 9
    cache = Cache(tmp_path)
    assert cache.held(QUESTION) is None
    assert cache.keep(QUESTION, writes("whole")).read_text() == "whole"


def test_the_command_shows_its_size_checks_and_clears(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("URBANPLAN_CACHE", str(tmp_path))
    cache = Cache.default()
    path = cache.keep(QUESTION, writes("streets" * 100_000))
    assert execute(["cache"]) == 0
    out = capsys.readouterr().out
    assert "0.7 MB" in out
    assert "https://example.org/a.pbf" in out
    path.write_text("damaged")
    execute(["cache", "--check"])
    assert "damaged, thrown away" in capsys.readouterr().out
    cache.keep(QUESTION, writes("streets"))
    execute(["cache", "--clear"])
    assert cache.entries() == []
    assert "0 files" in capsys.readouterr().out
