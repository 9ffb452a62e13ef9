"""Generated pages are those that the registry gives, and the guide's links lead somewhere."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_the_cards_of_the_metrics_are_in_step_with_the_registry():
    made = runpy.run_path(str(ROOT / "docs" / "make_metrics.py"))["cards"]()
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == made, (
        "run: python docs/make_metrics.py"
    )


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
)
def test_links_between_pages_lead_somewhere(page):
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / page).read_text(encoding="utf-8")):
        assert ((ROOT / page).parent / link).exists(), link
