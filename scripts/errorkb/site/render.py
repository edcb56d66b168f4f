"""The whole site as a mapping from path to text. No clock, no environment; the same catalog gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from errorkb.catalog import Catalog, Entry
from errorkb.evidence import render_evidence
from errorkb.site.foot import Settings
from errorkb.site.indexes import (
    former_names,
    group_by,
    group_by_class,
    render_home,
    render_list,
    render_package,
    render_values,
    status_text,
)
from errorkb.site.message import title_of
from errorkb.site.record_page import render_record
from errorkb.site.standing import stand_of
from errorkb.site.text import encode, relative, render_front_matter
from errorkb.site.views import Link

Page = tuple[str, str]
PLAIN = ("navigation", "toc")


def render_site(catalog: Catalog, templates: Path, settings: Settings) -> dict[str, str]:
    """Render every file that MkDocs reads: generated pages, hand-written ones, assets, evidence as data."""
    pages = _Pages(templates / "pages")
    site: dict[str, str] = {}
    for folder, target in ((templates / "docs", ""), (templates / "assets", "assets/")):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            site[target + path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
    site.update(_render_records(catalog, pages, settings))
    site.update(_render_indexes(catalog, pages))
    site.update(_render_redirects(catalog))
    home = render_home(catalog, settings)
    site["index.md"] = pages.render(
        "home.html", home, "What does this error mean?", f"{home.summary}. Each page was run.", PLAIN
    )
    return dict(sorted(site.items()))


class _Pages:
    """Our templates, with autoescape."""

    def __init__(self, folder: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def render(
        self, template: str, view: object, title: str, description: str, hide: tuple[str, ...], **more: object
    ) -> str:
        """Render a page that is front matter only."""
        body = self._environment.get_template(template).render(view=view)
        fields = {"title": _attribute(title), "description": _attribute(description), "template": "page.html"}
        return render_front_matter({**fields, "hide": list(hide), **more, "body": encode(body)})


def _attribute(text: str) -> str:
    """Escaped, so that the theme, which prints titles as they are, cannot be made to run them."""
    return encode(str(escape(" ".join(text.split()))))


def _render_records(catalog: Catalog, pages: _Pages, settings: Settings) -> Iterator[Page]:
    for entry in catalog.entries.values():
        view = render_record(catalog, entry, settings)
        broken = stand_of(catalog, entry).get("broken")
        title = title_of(entry.record, broken)
        toc = [[anchor, text] for anchor, text in view.toc]
        skip = ["quick-fix", "Skip to the quick fix"]
        description = f"{title}. {entry.record.summary}"
        yield (
            f"{entry.id}.md",
            pages.render("record.html", view, title, description, ("navigation",), toc=toc, skip=skip),
        )
        if entry.evidence is not None:
            yield f"{entry.id}/evidence.json", render_evidence(entry.evidence)


def _render_indexes(catalog: Catalog, pages: _Pages) -> Iterator[Page]:
    yield from _render_packages(catalog, pages)
    yield from _render_statuses(catalog, pages)
    yield from _render_words(catalog, pages)
    yield from _render_classes(catalog, pages)
    by_time = sorted(catalog.entries.values(), key=lambda entry: (entry.record.fix_time, entry.id))
    intro = "The time is the author's estimate, for someone who finds the right cause at once."
    yield _list(pages, "fix-time/", "By time to fix", by_time, None, intro)


def _render_packages(catalog: Catalog, pages: _Pages) -> Iterator[Page]:
    values = []
    for name, home in catalog.packages.items():
        title = f"{home.package.name} errors"
        yield f"{name}/index.md", pages.render("package.html", render_package(catalog, name), title, title, PLAIN)
        count = sum(entry.package == name for entry in catalog.entries.values())
        values.append((home.package.name, f"{name}/", count, home.package.about))
    yield _values(pages, "packages", "Packages", values, None)


def _render_statuses(catalog: Catalog, pages: _Pages) -> Iterator[Page]:
    groups = group_by(catalog.entries.values(), "http")
    values = [(status_text(key), f"http/{key}/", len(found), None) for key, found in groups.items()]
    yield _values(pages, "http", "By HTTP status", values, None)
    for key, found in groups.items():
        yield _list(pages, f"http/{key}/", f"HTTP {status_text(key)}", found, Link("HTTP status", "../"), None)


def _render_words(catalog: Catalog, pages: _Pages) -> Iterator[Page]:
    """The indexes by the words of the vocabulary."""
    vocabulary = catalog.vocabulary
    assert vocabulary is not None, "lint refuses a catalog without its vocabulary"
    kinds = (("severity", vocabulary.severities), ("level", vocabulary.levels), ("retry", vocabulary.retry))
    for field, words in kinds:
        groups, heading = group_by(catalog.entries.values(), field), f"By {field}"
        targets = {word: f"{field}/{word.replace(' ', '-')}/" for word in words}
        values = [(word.capitalize(), targets[word], len(groups.get(word, [])), words[word]) for word in words]
        yield _values(pages, field, heading, values, None)
        for word, meaning in words.items():
            title = f"Retry: {word}" if field == "retry" else f"{word.capitalize()} {field}"
            yield _list(pages, targets[word], title, groups.get(word, []), Link(heading, "../"), meaning)


def _render_classes(catalog: Catalog, pages: _Pages) -> Iterator[Page]:
    classes = group_by_class(catalog.entries.values())
    values = [(name, f"e/{name}/", len(found), None) for name, found in classes.items()]
    intro = "Every class with a page. The class stands in the last line of a traceback, before the colon."
    yield _values(pages, "e", "Find an error by name", values, intro, True)
    for name, found in classes.items():
        yield _list(pages, f"e/{name}/", name, found, Link("Exception classes", "../"), None, True)


def _list(
    pages: _Pages,
    here: str,
    title: str,
    entries: list[Entry],
    above: Link | None,
    intro: str | None,
    mono: bool = False,
) -> Page:
    view = render_list(here, title, entries, above, intro, mono)
    return f"{here}index.md", pages.render("list.html", view, title, intro or f"Errors: {title}", PLAIN)


def _values(
    pages: _Pages,
    folder: str,
    title: str,
    values: Sequence[tuple[str, str, int, str | None]],
    intro: str | None,
    mono: bool = False,
) -> Page:
    view = render_values(f"{folder}/", title, values, intro, mono)
    return f"{folder}/index.md", pages.render("list.html", view, title, intro or title, PLAIN)


def _render_redirects(catalog: Catalog) -> Iterator[Page]:
    moved: Mapping[str, str] = {
        **{f"e/{old}/": f"e/{new}/" for old, new in former_names(catalog).items()},
        **{f"{alias}/": f"{entry.id}/" for entry in catalog.entries.values() for alias in entry.record.aliases},
    }
    for old, new in moved.items():
        fields = {"title": new.strip("/"), "template": "moved.html", "to": relative(old, new), "hide": list(PLAIN)}
        yield f"{old}index.md", render_front_matter(fields)
