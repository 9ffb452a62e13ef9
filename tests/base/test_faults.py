"""Every fault that the code names has a sentence in both languages with the same blanks, and no sentence is left over."""

import ast
import pickle
from pathlib import Path
from string import Formatter

import pytest

from urbanplan.base.errors import InputError, LayerError, MissingFileError
from urbanplan.base.faults import LANGUAGES, Fault, Several, Word, said
from urbanplan.base.notes import templates

PACKAGE = Path(__file__).resolve().parents[2] / "urbanplan"


def blanks(template):
    """Return the blanks of a template, and those inside a format."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def named():
    """Return every code in the package with the names of the facts it is given."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault"
            ):
                continue
            starred = any(keyword.arg is None for keyword in node.keywords)
            facts = {keyword.arg for keyword in node.keywords if keyword.arg}
            first = node.args[0]
            for each in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if isinstance(each, ast.Constant):
                    found.setdefault(each.value, []).append((path.name, node.lineno, facts, starred))
    return found


NAMED = named()


def test_every_fault_has_its_sentence_and_every_blank_its_fact():
    english = templates("faults", "en")
    for code, uses in NAMED.items():
        assert code in english, (code, uses)
        for file, line, facts, starred in uses:
            wanted = blanks(english[code])
            assert facts <= wanted if starred else facts == wanted, (code, file, line)


def test_both_languages_fill_the_same_blanks():
    english, thai = (templates("faults", lang) for lang in LANGUAGES)
    assert english.keys() == thai.keys()
    assert [code for code in english if blanks(english[code]) != blanks(thai[code])] == []


def test_no_sentence_is_left_over():
    text = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    unused = [
        code for code in templates("faults", "en") if f'"{code}"' not in text and not code.startswith("must_")
    ]
    assert unused == []


def test_an_error_tells_itself_in_both_languages():
    error = LayerError(Fault("zip_many_layers", file="a.zip", count=2, names="a, b"))
    assert str(error) == "a.zip: holds 2 layers (a, b); give each as a file of its own"
    assert error.in_language("th") == "a.zip: มี 2 ชั้นข้อมูล (a, b) ให้ส่งแยกเป็นไฟล์ละชั้น"
    inside = error.within("cm: layers.zones")
    assert isinstance(inside, LayerError)
    assert inside.in_language("th") == f"cm: layers.zones: {error.in_language('th')}"
    assert isinstance(MissingFileError(Fault("no_bytes", file="x")), FileNotFoundError)
    assert InputError("plain words").in_language("th") == "plain words"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes


def test_what_is_inside_a_fault_is_told_in_its_language():
    several = Several([Word("dropped", "no_geometry"), Fault("was_cut"), "x"], between="; ")
    assert several.said("en") == "without geometry; was cut off; x"
    assert said(several, "th").startswith(templates("dropped", "th")["no_geometry"])
    assert said(ValueError(Fault("was_cut")), "th") == templates("faults", "th")["was_cut"]


@pytest.mark.parametrize("text", ["{0}", "{file.__class__}", "{", "}", "%s", "{file!r}"])
def test_braces_in_facts_stay_text(text):
    assert str(Fault("no_bytes", file=text)).startswith(text)
