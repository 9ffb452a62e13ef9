"""The page: whole, escaped, silent towards the network, the same twice, and true to the tidy table."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

from urbanplan import report
from urbanplan.report.page import mark_thai, render
from urbanplan.report.words import words

VOID = {"meta", "link", "img", "br", "hr", "input"}
LANGUAGES = ["en", "th"]


class Page(HTMLParser):
    """What stands in a page, seen by a parser that is not ours."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.open, self.cells = [], [], [], {}
        self.mistakes = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.mistakes.append(tag)
        else:
            self.open.pop()

    def handle_data(self, data):
        self.text.append(data)
        if self.open and self.open[-1][0] == "td" and "id" in self.open[-1][1]:
            cell = self.open[-1][1]
            self.cells[cell["id"]] = (cell, data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def text(results, lang):
    return render(results, lang)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_the_page_is_well_formed(page):
    assert page.mistakes == []
    assert page.open == []


def test_names_from_data_are_text_and_never_tags(page, text, hostile):
    assert hostile in "".join(page.text)
    assert hostile not in text
    assert len(page.all("script")) == 1
    assert "alert(1)" not in page.all("script")[0].get("src", "")
    assert not page.all("b")
    assert not page.all("i")
    assert not page.all("x")


def test_no_attribute_runs_or_styles(page):
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], tag
        for name in ("href", "src"):
            assert not str(attrs.get(name, "")).strip().lower().startswith("javascript"), tag


def test_the_page_asks_for_nothing(page, text):
    for tag, attrs in page.tags:
        for name in ("src", "srcset", "data", "action", "poster", "xlink:href"):
            assert str(attrs.get(name, "data:")).startswith("data:"), (tag, attrs)
        if "href" in attrs:
            allowed = attrs["href"].startswith("#") or tag in {"image", "a"}
            assert allowed, (tag, attrs)
            assert not re.match(r"[a-z]+:", attrs["href"]) or attrs["href"].startswith("data:image/png"), (
                attrs["href"]
            )
    assert not page.all("link")
    assert not page.all("iframe")
    assert "@import" not in text
    urls = re.findall(r"url\(([^)]{1,30})", text)
    assert {url for url in urls if not url.startswith(("#", "data:font/woff2"))} == set()


def test_the_policy_allows_what_is_in_the_page_and_nothing_else(page, text):
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_every_map_says_what_it_shows(page, results, lang):
    maps = [attrs for attrs in page.all("svg") if attrs.get("role") == "img"]
    assert len(maps) == 5  # two walks, two shares, one mix; heritage is unknown everywhere
    city = words(lang).words_of(results.provenance["city"]["name"])
    assert all(city in attrs["aria-label"] for attrs in maps)
    hidden = [attrs for attrs in page.all("svg") if attrs.get("role") != "img"]
    assert all(attrs.get("aria-hidden") == "true" for attrs in hidden)
    assert all(attrs.get("alt") for attrs in page.all("img"))


def test_headings_come_in_order(page, lang):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(np.diff(levels)) <= 1
    assert page.all("html")[0]["lang"] == lang


def test_ids_are_unique_and_links_lead_somewhere(page):
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = {
        unquote(attrs["href"][1:]) for _, attrs in page.tags if str(attrs.get("href", "")).startswith("#")
    }
    assert targets <= {unquote(name) for name in ids}


def test_tables_have_captions_and_scopes(page):
    assert len(page.all("caption")) == len(page.all("table")) > 5
    assert all(attrs.get("scope") in {"col", "row"} for attrs in page.all("th"))


def test_every_number_is_in_the_tidy_table(page, results):
    tidy = results.tidy.set_index(["metric", "support", "unit_id"])["value"]
    numbers = {name: cell for name, cell in page.cells.items() if "data-v" in cell[0]}
    assert (
        len(numbers) == 2 * 3 + 4 + 3
    )  # two shares in three known zones, the mix in four, three for the city
    for name, (attrs, _) in numbers.items():
        key = tuple(unquote(part) for part in name.split("/"))
        assert float(attrs["data-v"]) == pytest.approx(tidy.loc[key], rel=1e-7)


def test_low_coverage_is_marked_with_more_than_a_colour(page):
    attrs, text = page.cells["access.share_within_food/zone/500102"]
    assert attrs["class"] == "low"
    assert text.endswith("°")
    attrs, text = page.cells["access.share_within_food/zone/500101"]
    assert "class" not in attrs
    assert not text.endswith("°")


def test_unknown_is_never_a_number(page, lang):
    attrs, text = page.cells["access.share_within_food/zone/500103"]
    assert attrs["class"] == "unknown"
    assert "data-v" not in attrs
    assert not re.search(r"\d", text)
    assert words(lang).reason("not_mapped") in text


def test_what_is_missing_is_said_with_what_it_makes_unknown(page, lang):
    told = "".join(page.text)
    assert words(lang).text("missing.not_declared") in told
    assert words(lang).reason("layer_missing", long=True) in told
    assert "the file people.tif is not there <x>" in told


def test_remarks_of_others_stand_in_the_page_once_for_each_subject(page, lang):
    told = "".join(page.text)
    expected = {"en": "The night market is missing.", "th": "ขาดตลาดกลางคืน"}[lang]
    assert told.count(expected) == 1
    assert told.count("Heights are guesses.") == 1


def test_a_proxy_is_called_one(page, lang):
    assert words(lang).text("map.heritage_proxy") in "".join(page.text)


def test_a_synthetic_city_is_marked_on_the_page_and_on_every_map(page, lang):
    told = "".join(page.text)
    assert words(lang).text("report.synthetic_text") in told
    assert told.count(words(lang).text("map.synthetic")) >= 5


def test_licences_and_attribution_are_there(page, lang):
    told = "".join(page.text)
    assert words(lang).text("map.osm") in told
    assert "CC-BY-4.0" in told
    assert "OFL" in told or "Open Font License" in told


def test_the_same_results_give_the_same_bytes(build, tmp_path, lang):
    one = report.html(build(8), tmp_path / "one.html", lang=lang).read_bytes()
    other = report.html(build(8), tmp_path / "other.html", lang=lang).read_bytes()
    assert one == other
    assert str(tmp_path).encode() not in one


def test_the_order_of_rows_changes_nothing(build, lang):
    results, mixed = build(8), build(8)
    shuffled = mixed.tidy.sample(frac=1, random_state=4).reset_index(drop=True)
    object.__setattr__(mixed, "tidy", shuffled)
    assert render(mixed, lang) == render(results, lang)


def test_results_are_not_changed(build, lang):
    results = build(6)
    before = results.tidy.copy(), repr(results.provenance)
    render(results, lang)
    assert results.tidy.equals(before[0])
    assert repr(results.provenance) == before[1]


def test_empty_results_make_a_page_that_says_so(build, lang):
    full = build(4)
    bare = type(full)(tidy=full.tidy.iloc[:0], units={}, metrics={}, provenance={}, context={})
    page = Page(render(bare, lang))
    assert page.mistakes == []
    assert words(lang).text("report.no_city_values") in "".join(page.text)


def test_the_other_language_is_linked_where_file_names_tell_languages(results, tmp_path):
    text = report.html(results, tmp_path / "report.th.html", lang="th").read_text(encoding="utf-8")
    assert 'href="report.en.html"' in text
    assert 'href="' + "other" not in report.html(results, tmp_path / "x.html", lang="th").read_text(
        encoding="utf-8"
    )


def test_thai_words_in_an_english_page_say_that_they_are_thai():
    assert mark_thai("Wat <b> วัดพระสิงห์", "en") == 'Wat &lt;b&gt; <span lang="th">วัดพระสิงห์</span>'
    assert mark_thai("วัด", "th") == "วัด"


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_runs_no_hostile_text_and_meets_no_refused_resource(results, tmp_path):
    target = report.html(results, tmp_path / "report.en.html", lang="en")
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    flags += " --disable-component-update --disable-sync --enable-logging=stderr --v=0"
    command = [
        CHROMIUM,
        *flags.split(),
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
        target.as_uri(),
    ]
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    dom = Page(done.stdout)
    assert len(dom.all("script")) == 1
    assert 'class="js"' in done.stdout  # our own script has run under the page's policy
    assert "Content Security Policy" not in done.stderr
    assert "Refused to" not in done.stderr
    assert len([attrs for attrs in dom.all("span") if attrs.get("class") == "sort"]) > 5


def test_committed_fonts_are_small_and_hold_thai():
    fonts = Path(report.__file__).parent / "fonts"
    assert sum(path.stat().st_size for path in fonts.iterdir()) < 400_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8")


def test_a_city_of_thousands_of_cells_stays_small(build, lang):
    page = render(build(80), lang)
    assert len(page.encode()) < 1_000_000
