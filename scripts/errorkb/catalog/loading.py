"""Load everything under ``errors/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def load(errors: Path) -> Catalog:
    """Load the folder ``errors``. Bad data never raises: it is left out, and a Problem says why."""
    problems: list[Problem] = []
    vocabulary, _ = _load_model(Vocabulary, errors / "vocabulary.yaml", problems)
    packages: dict[str, PackageEntry] = {}
    entries: dict[str, Entry] = {}
    sources: list[Source] = []
    places = errors.iterdir() if errors.is_dir() else ()
    for folder in sorted(path for path in places if path.is_dir() and FOLDER.fullmatch(path.name)):
        package, records = _load_package(folder, problems), _load_entries(folder, sources, problems)
        if package is not None:
            packages[folder.name] = package
            entries.update(records)
    return Catalog(vocabulary, packages, entries, tuple(sources), tuple(sorted(set(problems))))


def label(path: Path) -> str:
    """A path below ``errors`` as problems name it: ``errors/anthropic/package.yaml``."""
    parts = path.parts
    start = len(parts) - 1 - parts[::-1].index("errors") if "errors" in parts else max(len(parts) - 3, 0)
    return "/".join(parts[start:])


def _load_model(
    model: type[Model], path: Path, problems: list[Problem]
) -> tuple[Model, Source] | tuple[None, Source | None]:
    content = _read_file(path, f"Put such a file there: {REFERENCE} says what it must hold.", problems)
    if content is None:
        return None, None
    source, misread = read_source(label(path), content)
    problems.extend(misread)
    if source is None:
        return None, None
    loaded, found = read_model(model, source, REFERENCE)
    told = {(problem.line, problem.column) for problem in misread}
    problems.extend(problem for problem in found if (problem.line, problem.column) not in told)
    return (loaded, source) if loaded is not None and not misread else (None, source)


def _read_file(path: Path, mend: str, problems: list[Problem]) -> bytes | None:
    """The bytes of a file, or None with a Problem. What is no regular file is not opened: a pipe would never end."""
    reason = "it is a folder, or no regular file"
    try:
        if S_ISREG(path.stat().st_mode):
            return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
    message = f"{label(path)} must be a file that can be read: {reason}"
    problems.append(Problem(label(path), 1, 1, "file-unreadable", message, mend))
    return None


def _load_locks(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.txt")):
        mend = f"verify makes locks: git rm -r {label(path)}, then python scripts/verify.py"
        content = _read_file(path, mend, problems)
        if content is None:
            continue
        try:
            yield path.stem, content.decode()
        except UnicodeDecodeError:
            problems.append(Problem(label(path), 1, 1, "not-utf-8", "a lock must be UTF-8", mend))


def _load_package(folder: Path, problems: list[Problem]) -> PackageEntry | None:
    package, source = _load_model(Package, folder / "package.yaml", problems)
    played = (folder / "server.yaml").exists()
    server = _load_model(Server, folder / "server.yaml", problems)[0] if played else None
    locks = dict(_load_locks(folder / "locks", problems))
    if package is None or source is None:
        return None
    return PackageEntry(folder.name, package, source, server, locks)


def _load_entries(folder: Path, sources: list[Source], problems: list[Problem]) -> dict[str, Entry]:
    entries = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in ("package.yaml", "server.yaml") or not RECORD_FILE.fullmatch(path.name):
            continue
        record, source = _load_model(Record, path, problems)
        if source is None:
            continue
        sources.append(source)
        if record is None:
            continue
        name = f"{folder.name}/{path.stem}"
        evidence = _load_evidence(path.with_suffix(".evidence.json"), problems)
        entries[name] = Entry(name, record, source, plan_claims(record), evidence)
    return entries


def _load_evidence(path: Path, problems: list[Problem]) -> Evidence | None:
    if not path.exists():
        return None
    content = _read_file(path, f"git rm -r {label(path)}, then python scripts/verify.py", problems)
    if content is None:
        return None
    evidence, found = read_evidence(label(path), content)
    problems.extend(found)
    return evidence
