"""What a reader sees otherwise on a built site than on another: per page, a diff of its text."""

from __future__ import annotations

import difflib
import re
from html.parser import HTMLParser
from pathlib import Path

BLOCKS = frozenset(
    [
        "article",
        "blockquote",
        "br",
        "button",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
UNSEEN = frozenset(("script", "style", "svg", "template"))
MOST_CHARACTERS = 500_000  # GitHub takes a summary of a megabyte
FENCE = "``````"


class _Text(HTMLParser):
    """The lines of a page's article, as they are read: one per block, white space as in the text."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._articles = self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._articles += tag == "article"
        self._unseen += tag in UNSEEN
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._articles -= tag == "article"
        self._unseen -= tag in UNSEEN
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._articles > 0 and self._unseen <= 0:
            self.parts.append(data)

    def _break(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")


def read_lines(page: str) -> list[str]:
    """The text of a built page's article, line by line; empty lines are left out."""
    text = _Text()
    text.feed(page)
    text.close()
    return [line.rstrip() for line in re.split(r"[\n\r]", "".join(text.parts)) if line.strip()]


def compare_sites(before: Path, after: Path) -> dict[str, list[str]]:
    """Per page that is new, gone or reads otherwise, a unified diff of its text."""
    old, new = _read_pages(before), _read_pages(after)
    found = {}
    for name in sorted({*old, *new}):
        lines = list(difflib.unified_diff(old.get(name, []), new.get(name, []), lineterm="", n=1))[2:]
        if lines or (name in old) != (name in new):
            found[name] = lines
    return found


def _read_pages(site: Path) -> dict[str, list[str]]:
    return {
        path.relative_to(site).as_posix(): read_lines(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def render_changes(changes: dict[str, list[str]]) -> str:
    """Render the pages that differ as Markdown: a list, then a diff each, until it becomes too long to be shown."""
    if not changes:
        return "No page reads otherwise.\n"
    text = f"{len(changes)} page{'s' * (len(changes) != 1)} differ{'s' * (len(changes) == 1)}.\n\n"
    text += "".join(f"- `{name}`\n" for name in changes)
    for name, lines in changes.items():
        block = f"\n### {name}\n\n{FENCE}diff\n" + "".join(f"{line}\n" for line in lines) + f"{FENCE}\n"
        if len(text) + len(block) > MOST_CHARACTERS:
            return f"{text}\nThe rest is too long to be shown.\n"
        text += block
    return text
