"""The site as a mapping: complete, the same every time, and safe whatever a record says."""

import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from mkdocs.utils.meta import get_data

from errorkb.catalog import load
from errorkb.paths import ERRORS, TEMPLATES
from errorkb.site.record_page import Settings
from errorkb.site.render import render_site
from errorkb.site.text import cut, encode, relative
from errorkb.site.writing import find_stale, write_site

HOSTILE = [
    "</title><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\" onmouseover=alert(1) x=\"", "' autofocus onfocus=alert(1) '",
    "{{ 7*7 }}", "{% raw %}", "---", "...", "# heading", "[x](javascript:alert(1))", "![x](https://example.com/x.png)", "```\nfence", "`` ` ``",
    "&lt;b&gt;", "&amp;amp;", "<!-- comment", "]]>", "</pre></code>", "<style>*{display:none}</style>", "\u202eright to left", "a\u2028b\u2029c",
    "na\u00efve caf\u00e9", "\U0001f600 beyond", "\u200bzero width", "__init__", "**bold", "*a*b*", "$(rm -rf ~)", "%s %d {0}", "\\n \\u0041",
    "<svg/onload=alert(1)>", "<a href=//evil.example>x</a>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "(1)!", "!!! note",
]  # fmt: skip


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
    assert (
        "Edit"
        not in site["anthropic/authentication-error.md"].partition("More errors")[0].rpartition("Community notes")[2]
    )
    linked = render_site(load(ERRORS), TEMPLATES, Settings("https://example.com/kb/kb"))
    assert (
        "https://example.com/kb/kb/edit/main/errors/anthropic/authentication-error.yaml"
        in linked["anthropic/authentication-error.md"]
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_shown_and_never_becomes_markup(tmp_path: Path, text: str) -> None:
    errors = tmp_path / "errors"
    (errors / "kit").mkdir(parents=True)
    shutil.copy(ERRORS / "vocabulary.yaml", errors)
    package = {"name": text, "about": text, "home": "https://example.com", "releases": [
        {"version": "1.0", "python": "3.11", "as_of": "2026-01-01", "why": text}]}  # fmt: skip
    program = {"code": text, "env": {"A": text}, "files": {"x.txt": text}, "prints": text}
    record = {
        "symptom": text[:60], "raises": "kit.Error", "message": text, "severity": "high", "level": "beginner", "fix_time": "1-2 min",
        "retry": "never", "summary": text, "quick_fix": {"text": text, "run": {"posix": text, "powershell": text + "x"}}, "why": text,
        "causes": [{"id": "a", "cause": text, "check": text, "fix": text}], "broken": program, "fixed": program, "explanation": text,
        "dead_ends": [{"id": "b", "try": text, "why": text}], "prevention": text, "references": [{"title": text, "url": "https://example.com"}],
        "detection": {"text": text, **program}, "notes": [{"by": "someone", "date": "2026-01-01", "text": text}],
    }  # fmt: skip
    (errors / "kit" / "package.yaml").write_text(yaml.safe_dump(package, allow_unicode=True))
    (errors / "kit" / "error.yaml").write_text(yaml.safe_dump(record, allow_unicode=True))
    catalog = load(errors)
    if catalog.problems:
        assert all(problem.line >= 1 and problem.mend for problem in catalog.problems)
        return
    _, fields = get_data(render_site(catalog, TEMPLATES, Settings())["kit/error.md"])
    parser = Tags()
    parser.feed(str(fields["body"]))
    assert parser.tags <= SAFE
    assert not {name for name in parser.attributes if name.startswith("on") or name == "style"}
    assert "<" not in str(fields["title"])
    assert " ".join(encodable(text).split()) in " ".join(parser.text.split())


SAFE = frozenset(
    [
        "a",
        "b",
        "br",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "footer",
        "h1",
        "h2",
        "h3",
        "header",
        "i",
        "input",
        "ins",
        "label",
        "li",
        "mark",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "span",
        "strong",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "time",
        "tr",
        "ul",
        "var",
    ]
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def encodable(text: str) -> str:
    return text.replace("\ufeff", "\ufffd")


def read_text(html: str) -> str:
    parser = Tags()
    parser.feed(str(html))
    return parser.text.strip()


@pytest.mark.parametrize(
    ("page", "target", "link"),
    [
        ("a/b/", "a/c/", "../c/"),
        ("a/b/", "severity/high/", "../../severity/high/"),
        ("a/", "a/b/#x", "b/#x"),
        ("x/", "x/", "./"),
    ],
)
def test_links_are_relative(page: str, target: str, link: str) -> None:
    assert relative(page, target) == link


def test_control_characters_are_shown_as_symbols() -> None:
    assert encode("a\x00\x1b\x7f\x85\u00e9\n") == "a&#9216;&#9243;&#9249;&#65533;&#233;\n"


def test_cut_takes_the_first_line_that_says_something() -> None:
    assert cut("\n  \n one two\nthree", 5) == "one\u2026"


def test_writing_changes_only_what_changed_and_removes_what_is_not_owned(tmp_path: Path) -> None:
    assert write_site({"a.md": "1", "b/c.md": "2"}, tmp_path) == 2
    assert write_site({"a.md": "1", "b/c.md": "2"}, tmp_path) == 0
    assert find_stale({"a.md": "1", "d.md": "3"}, tmp_path) == ["b/c.md", "d.md"]
    assert write_site({"a.md": "1"}, tmp_path) == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.md"]
