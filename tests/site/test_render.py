"""The site as a mapping: complete, and the same every time."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from mkdocs.utils.meta import get_data

from errorkb.catalog import load
from errorkb.evidence import Evidence
from errorkb.paths import ERRORS, TEMPLATES
from errorkb.site.foot import Settings
from errorkb.site.render import render_site
from trees import RECORD, build_tree, edit


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return render_site(load(ERRORS), TEMPLATES, Settings())


def test_every_generated_page_is_front_matter_that_mkdocs_reads_back(site: dict[str, str]) -> None:
    pages = {name: text for name, text in site.items() if name.endswith(".md") and text.startswith("---\n")}
    assert len(pages) > 30
    for name, text in pages.items():
        rest, fields = get_data(text)
        if "template" not in fields:
            assert (TEMPLATES / "docs" / name).is_file(), name
            continue
        assert rest == "", name
        assert "title" in fields, name
        assert text.isascii(), name


def test_the_same_catalog_gives_the_same_bytes(site: dict[str, str]) -> None:
    assert render_site(load(ERRORS), TEMPLATES, Settings()) == site


def test_the_message_stands_in_title_and_within_the_first_600_characters(site: dict[str, str]) -> None:
    _, fields = get_data(site["anthropic/authentication-error.md"])
    text = read_text(fields["body"])
    message = "Error code: 401 - {'type': 'error', 'error': {'type': 'authentication_error'"
    assert message in text[:600]
    assert read_text(fields["title"]).startswith(f"AuthenticationError: {message[:40]}")
    assert read_text(fields["description"]).startswith(f"AuthenticationError: {message[:40]}")


def test_a_page_told_by_an_inner_exception_names_it_beside_the_message(site: dict[str, str]) -> None:
    _, fields = get_data(site["anthropic/white-space-in-api-key.md"])
    assert "Connection error." in read_text(fields["body"])[:600]
    assert "Further up in the traceback: Illegal header value {value}." in read_text(fields["body"])[:600]
    _, fields = get_data(site["anthropic/authentication-error.md"])
    assert "Further up in the traceback" not in read_text(fields["body"])


def test_no_repository_means_no_contribution_links(site: dict[str, str]) -> None:
    foot = site["anthropic/authentication-error.md"].partition("More errors")[0].rpartition("Community notes")[2]
    assert "Edit" not in foot
    linked = render_site(load(ERRORS), TEMPLATES, Settings("https://example.com/kb/kb"))
    edit_link = "https://example.com/kb/kb/edit/main/errors/anthropic/authentication-error.yaml"
    assert edit_link in linked["anthropic/authentication-error.md"]


REAL_NAMES = {
    "one that can be imported": ("kit._errors.Error", ["e/kit._errors.Error/index.md"]),
    "the public one": ("kit.Error", []),
    "one that leads out of the site": ("../../kit", []),
    "one that is made in a function": ("kit.make.<locals>.Error", []),
    "one that no file system can hold": ("k" * 256, []),
}


@pytest.mark.parametrize(("real", "redirects"), REAL_NAMES.values(), ids=REAL_NAMES)
def test_a_former_name_redirects_if_it_can_be_an_address(real: str, redirects: list[str], tmp_path: Path) -> None:
    record = edit(RECORD, ("raises: KeyError", "raises: kit.Error"))
    run = {"date": "2026-01-01", "python": "3.11.7", "isolation": "x", "digest": "x", "observed": "raised"}
    names = {"kit.Error": {"real": real}}
    evidence = {"format": 1, "record": "sample/record", "claims": {"broken": {"2.0": {**run, "names": names}}}}
    files = {"sample/record.yaml": record, "sample/record.evidence.json": Evidence.model_validate(evidence).model_dump_json()}  # fmt: skip
    site = render_site(load(build_tree(tmp_path / "errors", files)), TEMPLATES, Settings())
    assert [name for name, text in site.items() if 'template: "moved.html"' in text] == redirects


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def read_text(html: str) -> str:
    parser = Text()
    parser.feed(str(html))
    return parser.text.strip()


def test_records_of_one_package_and_class_are_look_alikes_told_apart_by_what_they_say(tmp_path: Path) -> None:
    other = edit(RECORD, ("message: \"'{key}'\"", "message: no {shelf}"))
    files = {
        "sample/record.yaml": RECORD,
        "sample/other.yaml": other,
        "sample/third.yaml": edit(RECORD, ("KeyError", "IndexError")),
    }
    site = render_site(load(build_tree(tmp_path / "errors", files)), TEMPLATES, Settings())
    _, fields = get_data(site["sample/record.md"])
    assert "The same class. It says <code>no {shelf}</code>" in fields["body"].replace("&#123;", "{").replace(
        "&#125;", "}"
    )
    assert fields["body"].count("The same class") == 1
    assert "The same class" not in site["sample/third.md"]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("python/no-event-loop-in-thread", "raised in a thread"),
        ("httpx/name-not-known-in-task-group", "raised inside a group"),
        ("python/multiprocessing-not-main", "raised in a child process"),
    ],
)
def test_where_an_exception_is_raised_stands_beside_its_name(site: dict[str, str], record: str, said: str) -> None:
    _, fields = get_data(site[f"{record}.md"])
    assert said in read_text(fields["body"])[:200]
