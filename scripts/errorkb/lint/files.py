"""What may lie under ``errors/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog, label
from errorkb.model.schema import render_schema
from errorkb.problems import Problem

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
ALLOWED = re.compile(
    rf"vocabulary\.yaml|schema\.json|{SLUG}/({SLUG}\.yaml|{SLUG}\.evidence\.json|locks/[A-Za-z0-9.+=_-]+\.txt)"
)


def check_stray_files(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Under `errors/` lie only `vocabulary.yaml`, `schema.json` and package folders; in a package folder only
    `package.yaml`, `server.yaml`, records, their evidence and `locks/*.txt`, all in lower case with hyphens.
    """
    for path in sorted(errors.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        place = path.relative_to(errors).as_posix()
        if path.is_symlink() or not ALLOWED.fullmatch(place):
            mend = "Name a record like its error, in lower case with hyphens: errors/package/some-error.yaml."
            yield Problem(label(path), 1, 1, "stray-file", f"`{place}` is not a file that belongs here", mend)
        elif place.endswith(".evidence.json") and not _record_of(path).exists():
            yield Problem(label(path), 1, 1, "stray-file", "evidence needs a record beside it", f"git rm {label(path)}")


def check_schema(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """`errors/schema.json` is what the model and the vocabulary say, so that editors check and complete records."""
    if catalog.vocabulary is None:
        return
    path = errors / "schema.json"
    current = path.read_text(encoding="utf-8") if path.is_file() else ""
    if current != render_schema(catalog.vocabulary):
        message = "the schema must be as the model and the vocabulary say, and it is not"
        yield Problem(label(path), 1, 1, "schema-stale", message, "python scripts/generate.py --schema")


def _record_of(evidence: Path) -> Path:
    return evidence.with_name(evidence.name.removesuffix(".evidence.json") + ".yaml")
