"""Load everything under ``errors/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from errorkb.catalog.entries import Catalog, Entry, PackageEntry
from errorkb.claims import plan_claims
from errorkb.evidence import Evidence, read_evidence
from errorkb.model.package import Package, Vocabulary
from errorkb.model.record import Record
from errorkb.model.server import Server
from errorkb.model.validation import Model, read_model
from errorkb.problems import Problem
from errorkb.source import Source, read_source

REFERENCE = "templates/docs/contribute/fields.md"
RECORD_FILE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.yaml")
FOLDER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass
class _Found:
    """What turns up while everything is loaded: findings, and every text that can be read."""

    problems: list[Problem] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)


def load(errors: Path) -> Catalog:
    """Load the folder ``errors``. Bad data never raises: it is left out, and a Problem says why."""
    found = _Found()
    vocabulary = _load_model(Vocabulary, errors / "vocabulary.yaml", found)
    packages: dict[str, PackageEntry] = {}
    entries: dict[str, Entry] = {}
    places = errors.iterdir() if errors.is_dir() else ()
    for folder in sorted(path for path in places if path.is_dir() and FOLDER.fullmatch(path.name)):
        package, records = _load_package(folder, found), _load_entries(folder, found)
        if package is not None:
            packages[folder.name] = package
            entries.update(records)
    problems = tuple(sorted(set(found.problems)))
    return Catalog(vocabulary[0] if vocabulary else None, packages, entries, tuple(found.sources), problems)


def label(path: Path) -> str:
    """A path below ``errors`` as problems name it: ``errors/anthropic/package.yaml``."""
    parts = path.parts
    start = len(parts) - 1 - parts[::-1].index("errors") if "errors" in parts else max(len(parts) - 3, 0)
    return "/".join(parts[start:])


def _load_model(model: type[Model], path: Path, found: _Found) -> tuple[Model, Source] | None:
    content = _read_file(path, f"Put such a file there: {REFERENCE} says what it must hold.", found)
    if content is None:
        return None
    source, misread = read_source(label(path), content)
    found.problems.extend(misread)
    if source is None:
        return None
    found.sources.append(source)
    loaded, refused = read_model(model, source, REFERENCE)
    told = {(problem.line, problem.column) for problem in misread}
    found.problems.extend(problem for problem in refused if (problem.line, problem.column) not in told)
    return (loaded, source) if loaded is not None and not misread else None


def _read_file(path: Path, mend: str, found: _Found) -> bytes | None:
    """The bytes of a file, or None with a Problem. What is no regular file is not opened: a pipe would never end."""
    reason = "it is a folder, or no regular file"
    try:
        if S_ISREG(path.stat().st_mode):
            return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
    message = f"{label(path)} must be a file that can be read: {reason}"
    found.problems.append(Problem(label(path), 1, 1, "file-unreadable", message, mend))
    return None


def _load_locks(folder: Path, found: _Found) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.txt")):
        mend = f"verify makes locks: git rm -r {label(path)}, then python scripts/verify.py"
        content = _read_file(path, mend, found)
        if content is None:
            continue
        try:
            yield path.stem, content.decode()
        except UnicodeDecodeError:
            found.problems.append(Problem(label(path), 1, 1, "not-utf-8", "a lock must be UTF-8", mend))


def _load_package(folder: Path, found: _Found) -> PackageEntry | None:
    loaded = _load_model(Package, folder / "package.yaml", found)
    server = _load_model(Server, folder / "server.yaml", found) if (folder / "server.yaml").exists() else None
    locks = dict(_load_locks(folder / "locks", found))
    if loaded is None:
        return None
    return PackageEntry(folder.name, loaded[0], loaded[1], server[0] if server else None, locks)


def _load_entries(folder: Path, found: _Found) -> dict[str, Entry]:
    entries = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in ("package.yaml", "server.yaml") or not RECORD_FILE.fullmatch(path.name):
            continue
        loaded = _load_model(Record, path, found)
        if loaded is None:
            continue
        record, source = loaded
        name = f"{folder.name}/{path.stem}"
        evidence = _load_evidence(path.with_suffix(".evidence.json"), found)
        entries[name] = Entry(name, record, source, plan_claims(record), evidence)
    return entries


def _load_evidence(path: Path, found: _Found) -> Evidence | None:
    if not path.exists():
        return None
    content = _read_file(path, f"git rm -r {label(path)}, then python scripts/verify.py", found)
    if content is None:
        return None
    evidence, refused = read_evidence(label(path), content)
    found.problems.extend(refused)
    return evidence
