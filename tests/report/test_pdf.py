"""The document: the page's words and numbers on paper, tagged, the same twice, and deaf to what texts of others say."""

import re

import pypdfium2
import pytest

from urbanplan import report
from urbanplan.report.content import content
from urbanplan.report.paper import blocks
from urbanplan.report.printing import document, typeset
from urbanplan.report.writing import write

LANGUAGES = ["en", "th"]
MARKUP = '#panic("read") *bold* $x$ `raw` ]] </script> \\u{41} @nothing'
THAI = "ปั๊มน้ำ ที่ตั้ง ฟื้นฟู ญาติผู้ใหญ่ ป้ำ ฝั่ง เปี๊ยก"


def text_of(made):
    """Return the text that another reader finds, without white space: Thai breaks lines where nothing is written."""
    pages = pypdfium2.PdfDocument(made)
    return packed("".join(page.get_textpage().get_text_range() for page in pages))


def packed(text):
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def told(results, lang):
    return content(results, lang)


@pytest.fixture(scope="module")
def made(told, lang):
    return typeset(told, lang)


def test_the_same_results_give_the_same_bytes(results, lang, made):
    assert document(results, lang) == made


def test_it_is_tagged_and_says_its_language(made, lang):
    assert re.search(rb"/Marked\s+true", made)
    assert re.search(rb"/Lang\s*\(" + lang.encode(), made)


def test_each_map_has_a_text_for_those_who_cannot_see_it(told, made):
    maps = [one for block in blocks(told) if block["kind"] == "figure" for one in block["maps"]]
    assert len(maps) > 1
    assert all(one["alt"] for one in maps)
    assert made.count(b"/Alt") == len(maps)


def test_figures_and_tables_have_the_numbers_of_the_page(results, told, lang):
    page = report.page.render(results, lang, told=told)
    in_page = re.findall(r"<caption>([^<]*?)\.", page) + re.findall(r"<figcaption><strong>([^<]*)\.<", page)
    on_paper = [one["lead"] for kind in ("table", "figure") for one in blocks(told) if one["kind"] == kind]
    assert on_paper == in_page


def test_each_number_of_the_page_stands_on_paper(told):
    shown = [
        number.text + ("°" if number.low else "")
        for _, _, sections in told["chapters"]
        for section in sections
        for table in section.tables
        for row in table.rows
        for number in row.numbers
    ]
    anchors = {section.anchor for _, _, sections in told["chapters"] for section in sections}
    written, inside = [], False
    for block in blocks(told):
        if block["kind"] == "heading" and block["level"] < 3:
            inside = block["anchor"] in anchors
        elif block["kind"] == "table" and inside:
            written += [cell["text"] for row in block["rows"] for cell in row[1:]]
    assert shown
    assert written == shown


def test_names_are_read_as_they_are_written(results, lang, made):
    found = text_of(made)
    zones = results.units["zone"]
    column = "name_th" if lang == "th" else "name_en"
    for name in zones[column].dropna():
        assert packed(name) in found


def test_texts_of_others_are_never_read_as_markup(told, lang):
    hostile = {**told, "city": MARKUP, "summary": [[MARKUP, THAI]]}
    found = text_of(typeset(hostile, lang))
    assert found.count(packed(MARKUP)) >= 2
    assert found.count(packed(THAI)) == 1


def test_unknown_values_say_why_and_are_no_zeros(told):
    cells = [
        cell for block in blocks(told) if block["kind"] == "table" for row in block["rows"] for cell in row
    ]
    unknown = [cell for cell in cells if cell["unknown"]]
    assert unknown
    assert all(re.search(r"[^\d\s.,%]", cell["text"]) for cell in unknown)


def test_page_and_document_are_written_together_and_linked(results, tmp_path, lang):
    page, printed = write(results, tmp_path, lang=lang)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"report.{lang}.html", f"report.{lang}.pdf"]
    assert f'href="{printed.name}"' in page.read_text(encoding="utf-8")
    assert printed.read_bytes()[:5] == b"%PDF-"
    assert report.pdf(results, tmp_path / "again.pdf", lang=lang).read_bytes() == printed.read_bytes()


def test_nothing_on_the_machine_can_be_read_by_the_layout(tmp_path, lang, told, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    layout = tmp_path / "report.typ"
    layout.write_text(f'#read("{secret.as_posix()}")', encoding="utf-8")
    monkeypatch.setattr("urbanplan.report.printing.TEMPLATES", tmp_path)
    with pytest.raises(RuntimeError):
        typeset(told, lang)
