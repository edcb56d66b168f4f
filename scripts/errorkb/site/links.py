"""Check the built site: every internal link leads to a file, every anchor to an element."""

from __future__ import annotations

import posixpath
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from errorkb.problems import Problem


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, int, int]] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("href", "src") and value is not None:
                self.links.append((value, line, column + 1))


def check_links(site: Path) -> list[Problem]:
    """Return a Problem for every link of the built site that leads nowhere within it."""
    pages = {path.relative_to(site).as_posix(): _read(path) for path in sorted(site.rglob("*.html"))}
    found = []
    for name, page in pages.items():
        for href, line, column in page.links:
            why = _explain(site, name, href, pages)
            if why is not None:
                message = f"a link must lead somewhere, and {href} {why}"
                found.append(Problem(name, line, column, "broken-link", message, "Mend the record or the template."))
    return found


def _explain(site: Path, page: str, href: str, pages: dict[str, _Page]) -> str | None:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or page == "404.html":
        return None
    target = page
    if parts.path:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
        if parts.path.endswith("/") or (site / target).is_dir():
            target = posixpath.normpath(posixpath.join(target, "index.html"))
    if target not in pages:
        return None if _exists(site / target) else "is not there"
    anchor = unquote(parts.fragment)
    return None if not anchor or anchor in pages[target].ids else f"has no #{anchor}"


@cache
def _exists(path: Path) -> bool:
    return path.is_file()


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page
