"""Whatever a city hall hands over: accepted, accepted with a word, or refused in one sentence that names file and mend."""

import random
import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import hostile_archives
import hostile_claims
import hostile_offices
import hostile_rasters
import hostile_records
import hostile_texts
import hostile_vectors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.base.errors import InputError
from urbanplan.report.record import as_lines
from urbanplan.study.check_file import Told, examine_file
from urbanplan.study.refusal import MENDING

CASES = [
    pytest.param(case, id=f"{room.__name__.removeprefix('hostile_')}-{case.title}")
    for room in (
        hostile_vectors,
        hostile_claims,
        hostile_rasters,
        hostile_texts,
        hostile_archives,
        hostile_records,
        hostile_offices,
    )
    for case in room.corpus.cases
]
QUIET = {"values_range", "parameters", "timetable_runs", "osm_holds", "lies_at", "city_declares"}
MUTATIONS = 12


THAI = re.compile("[\u0e01-\u0e5b]{2}")
QUOTED = re.compile(r"\(.*\)|'[^']*'|\"[^\"]*\"|`[^`]*`|“[^”]*”|: [^\u0e00-\u0e7f]*")
"""What others say is quoted: in brackets, quotes, or after a colon as the words of a parser."""
ENGLISH = re.compile(r"(?:\b[a-z]{2,}\b[ ;]+){3,}")
"""A run of English words, as a sentence that was not translated would have it."""


def check(path, kind=None, lang="en"):
    """Return the words of the record, or of the refusal, and whether it was accepted."""
    try:
        return examine_file(path, kind, Told()).record, None
    except InputError as error:
        return None, error.in_language(lang)


def tree(folder):
    return {str(path.relative_to(folder)): path.lstat().st_size for path in sorted(folder.rglob("*"))}


def assert_one_sentence(sentence, path, folder):
    assert len(sentence.splitlines()) == 1
    assert path.name in sentence
    assert str(folder) not in sentence
    assert "Traceback" not in sentence


@pytest.mark.parametrize("case", CASES)
def test_verdict(case, tmp_path):
    path = tmp_path / case.name
    case.make(path)
    before = tree(tmp_path)
    record, sentence = check(path, case.kind)
    assert tree(tmp_path) == before, "something was written beside the file"
    if case.verdict == "refused":
        assert sentence is not None, record.to_dict()
        assert_one_sentence(sentence, path, tmp_path)
        assert case.word in sentence
        assert any(word in sentence for word in MENDING), "no mend"
        return
    assert record is not None, sentence
    values = record.to_dict()
    assert values["kept"] > 0
    if case.verdict == "said":
        codes = " ".join(values["dropped"]).replace("_", " ")
        assert case.word in as_lines({**values, "kind": values["layer"]}) + codes
    else:
        assert not values["dropped"]
        assert values["repaired"] == 0
        assert [note["code"] for note in values["notes"] if note["code"] not in QUIET] == []


REFUSED = [param for param in CASES if param.values[0].verdict == "refused"]


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_in_thai_names_file_and_mend(case, tmp_path):
    path = tmp_path / case.name
    case.make(path)
    _, sentence = check(path, case.kind, "th")
    assert_one_sentence(sentence, path, tmp_path)
    assert THAI.search(sentence)
    assert "ให้" in sentence.replace(path.name, ""), "no mend"
    assert not ENGLISH.search(QUOTED.sub(" ", sentence)), "a part of it was left in English"


def test_the_corpus_is_wide_enough():
    verdicts = Counter(param.values[0].verdict for param in CASES)
    assert sum(verdicts.values()) >= 500
    assert min(verdicts["ok"], verdicts["said"]) >= 20
    assert len({param.id for param in CASES}) == len(CASES)


def damaged(data, dice):
    """Flip bits, cut the end off, double a part, or put zeros in."""
    data, kind = bytearray(data), dice.randrange(5)
    at = dice.randrange(len(data))
    if kind == 0:
        return bytes(data[:at])
    if kind == 1:
        data[at : at + 40] = bytes(len(data[at : at + 40]))
    elif kind == 2:
        data[at:at] = data[at : at + dice.randrange(1, 200)]
    else:
        for _ in range(dice.choice([1, 4, 30])):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


MUTABLE = [param for param in CASES if param.values[0].verdict == "ok" and param.values[0].name.count(".")]


@pytest.mark.parametrize("case", MUTABLE)
def test_damage_is_one_sentence_or_a_record(case, tmp_path):
    path = tmp_path / case.name
    case.make(path)
    whole, dice = path.read_bytes(), random.Random(case.title)  # noqa: S311 - the same damage in every run
    names = set(tree(tmp_path))
    for _ in range(MUTATIONS):
        path.write_bytes(damaged(whole, dice))
        record, sentence = check(path, case.kind)
        if sentence is None:
            assert record.kept >= 0
        else:
            assert_one_sentence(sentence, path, tmp_path)
        assert set(tree(tmp_path)) == names


TEXTS = {
    "z.geojson": hostile_vectors.GOOD.encode(),
    "z.kml": hostile_vectors.KML.encode(),
    "z.csv": hostile_texts.TABLE.encode(),
    "z.yml": hostile_texts.CITY.encode(),
    "z.ipynb": hostile_texts.GOOD.encode(),
    "z.osm": hostile_archives.MAP.encode(),
}


@given(
    name=st.sampled_from(sorted(TEXTS)),
    at=st.floats(0, 1),
    lost=st.integers(0, 30),
    put=st.binary(max_size=30),
)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_bytes_put_in_place_of_others_are_one_sentence_or_a_record(name, at, lost, put):
    whole = TEXTS[name]
    start = int(at * len(whole))
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(whole[:start] + put + whole[start + lost :])
        record, sentence = check(path)
        if record is None:
            assert_one_sentence(sentence, path, folder)
