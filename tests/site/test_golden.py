"""Whole pages, as they are kept in tests/golden/pages.

They are made from tests/golden/errors, not from the project's records: a record that is verified again changes no page
here. Changed on purpose? `.venv/bin/python -m pytest tests/site/test_golden.py --force-regen`, then read the diff.
"""

import re
from pathlib import Path

import pytest
from mkdocs.utils.meta import get_data
from pytest_regressions.file_regression import FileRegressionFixture

from sites import GOLDEN, render_golden

PAGES = {
    "stub server, several wordings": "anthropic/missing-api-key.md",
    "a program that exits": "click/no-such-option.md",
    "never run": "anthropic/white-space-in-api-key.md",
    "edited since it was run": "sample/edited-since.md",
    "package": "anthropic/index.md",
    "class": "e/TypeError/index.md",
    "words": "severity/index.md",
    "home": "index.md",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return render_golden(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_as_it_is_kept(page: str, site: dict[str, str], file_regression: FileRegressionFixture) -> None:
    kept = GOLDEN / "pages" / Path(page).with_suffix(".html")
    file_regression.check(render_readable(site[page]), encoding="utf-8", extension=".html", fullpath=kept)


def test_every_kept_page_is_compared() -> None:
    kept = {path.relative_to(GOLDEN / "pages").with_suffix(".md").as_posix() for path in GOLDEN.glob("pages/**/*.html")}
    assert kept == set(PAGES.values())


def render_readable(page: str) -> str:
    """The page's fields, one a line, then its body, with references only where HTML must have them."""
    _, fields = get_data(page)
    head = "".join(f"<!-- {name}: {fields[name]} -->\n" for name in fields if name != "body")
    return head + re.sub(r"&#(\d+);", show_reference, fields["body"])


def show_reference(match: re.Match[str]) -> str:
    character = chr(int(match[1]))
    return match[0] if character in "<>&\"'" else character
