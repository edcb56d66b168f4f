"""What may lie under ``errors/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog, label
from errorkb.lint.places import problem_at
from errorkb.model.schema import render_schema
from errorkb.problems import Problem

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
ALLOWED = re.compile(
    rf"vocabulary\.yaml|schema\.json|{SLUG}/({SLUG}\.yaml|{SLUG}\.evidence\.json|locks/[A-Za-z0-9.+=_-]+\.txt)"
)

# What the site's own pages are called (`index.md`, `e/`, `assets/` …), or another page that a site has.
RESERVED = frozenset(
    (
        *("e", "http", "severity", "level", "retry", "fix-time", "packages", "assets", "about", "contribute"),
        *("how-verification-works", "index", "sitemap", "search", "404"),
    )
)


def check_reserved_names(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A package's folder, or the package in an alias, is not called like a page of the site: `e`, `http`, `severity`,
    `level`, `retry`, `fix-time`, `packages`, `assets`, `about`, `contribute`, `how-verification-works`, `index`,
    `sitemap`, `search`, `404`. A record is not called `index`.
    """
    mend = "Choose another name: its address on the site would be taken twice."
    for name, home in catalog.packages.items():
        if name in RESERVED:
            message = f"a package must not be called {name}: that is a page of the site"
            yield Problem(home.source.path, 1, 1, "reserved-name", message, mend)
    for entry in catalog.entries.values():
        if entry.id.endswith("/index"):
            message = "a record must not be called index: that is its package's page"
            yield problem_at(entry, (), "reserved-name", message, mend)
        for number, alias in enumerate(entry.record.aliases):
            package, _, name = alias.partition("/")
            if package in RESERVED or name == "index":
                message = f"an alias must not be {alias}: that is a page of the site"
                yield problem_at(entry, ("aliases", number), "reserved-name", message, mend)


def check_stray_files(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Under `errors/` lie only `vocabulary.yaml`, `schema.json` and package folders; in a package folder only
    `package.yaml`, `server.yaml`, records, their evidence and `locks/*.txt`, all in lower case with hyphens.
    """
    for path in sorted(errors.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        place = _show(path.relative_to(errors).as_posix())
        if path.is_symlink() or not ALLOWED.fullmatch(place):
            message = f"`{place}` is not a file that belongs here"
            yield Problem(_show(label(path)), 1, 1, "stray-file", message, _mend_stray(place))
        elif place.endswith(".evidence.json") and not _record_of(path).exists():
            mend = f"Remove it: git rm {label(path)}. If its record was renamed, rename it too."
            yield Problem(label(path), 1, 1, "stray-file", "evidence needs a record beside it", mend)


def check_schema(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """`errors/schema.json` is what the model and the vocabulary say, so that editors check and complete records."""
    if catalog.vocabulary is None:
        return
    path = errors / "schema.json"
    current = path.read_bytes() if path.is_file() else b""
    if current != render_schema(catalog.vocabulary).encode():
        message = "the schema must be as the model and the vocabulary say, and it is not"
        yield Problem(label(path), 1, 1, "schema-stale", message, "python scripts/generate.py --schema")


def _mend_stray(place: str) -> str:
    """How to name what looks like a record; what does not is to be removed."""
    folders, _, name = place.rpartition("/")
    stem, _, ending = name.rpartition(".")
    if ending not in ("yaml", "yml") or "." in stem:
        return "Remove it. A record is errors/package/some-error.yaml, in lower case with hyphens."
    if not folders or "/" in folders:
        return "Move it into the folder of its package: errors/package/some-error.yaml."
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", stem)
    slugs = [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in (folders, words)]
    if not all(slugs):
        return "Name it in lower case with hyphens: errors/package/some-error.yaml."
    return f"Rename it: errors/{'/'.join(slugs)}.yaml, in lower case with hyphens."


def _record_of(evidence: Path) -> Path:
    return evidence.with_name(evidence.name.removesuffix(".evidence.json") + ".yaml")


def _show(name: str) -> str:
    """A file's name in characters that can be printed: one that is no UTF-8, or holds a line end, is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
