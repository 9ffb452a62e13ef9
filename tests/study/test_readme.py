"""The README of results: every source is named, and nothing that a city file says is taken for markup."""

import pandas as pd
import pytest

from urbanplan.model.results import COLUMNS, Results
from urbanplan.study.readme import readme


@pytest.fixture
def results():
    tidy = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in COLUMNS.items()})
    source = {"licence": "CC-BY-4.0", "date": "2024", "sha256": "0" * 64}
    hostile = "<script>alert(1)</script>\n# Not a heading [x](javascript:y) | `z` *b*"
    provenance = {
        "urbanplan": "0.1.0",
        "city": {"id": "x", "name": {"en": "X", "th": "เอ็กซ์"}, "languages": ["th", "en"], "synthetic": True},
        "sources": {
            "good_one": source
            | {
                "attribution": "© City Hall (GIS office)",
                "citation": "Hall, C. (2024).",
                "page": "https://e.org",
            },
            "bad": source | {"attribution": hostile},
        },
    }
    return Results(tidy=tidy, units={}, metrics={}, provenance=provenance)


def test_each_source_is_named_in_each_language_of_the_city(results):
    text = readme(results)
    assert text.index("# เอ็กซ์") < text.index("# X:")
    assert text.count("© City Hall (GIS office)") == text.count("Hall, C. (2024).") == 2
    assert text.count(f"SHA-256 `{'0' * 64}`") == 4
    assert "invented" in text
    assert text == readme(results)


def test_words_of_a_city_file_are_no_markup(results):
    text = readme(results)
    assert "<script" not in text
    assert "[x](" not in text
    assert "\n# Not" not in text
    assert r"\*b\*" in text
