"""Everything under ``errors/``, loaded: packages, records, evidence, vocabulary, and all problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from errorkb.claims import Claim, Expectation, plan_claims
from errorkb.evidence import Evidence, Observation, compute_digest, read_evidence
from errorkb.model.package import Package, Release, Vocabulary
from errorkb.model.record import Record
from errorkb.model.server import Server, StubHost, resolve_scenario
from errorkb.model.validation import Model, read_model
from errorkb.problems import Problem
from errorkb.source import Source, read_source

REFERENCE = "errors/schema.json"
RECORD_FILE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.yaml")
FOLDER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NO_LOCK = ""
Key = TypeVar("Key")


@dataclass(frozen=True)
class PackageEntry:
    """A package's folder. ``locks`` maps the name of a lock (see ``lock_name``) to its text."""

    id: str
    package: Package
    source: Source
    server: Server | None
    locks: Mapping[str, str]

    @property
    def modules(self) -> tuple[str, ...]:
        """The package's top-level modules."""
        return self.package.modules or (self.id,)


@dataclass(frozen=True)
class Entry:
    """A record with its claims and evidence."""

    id: str
    record: Record
    source: Source
    claims: tuple[Claim, ...]
    evidence: Evidence | None

    @property
    def package(self) -> str:
        """The id of the package it belongs to."""
        return self.id.partition("/")[0]


@dataclass(frozen=True)
class Standing:
    """Where a claim stands on one release: what it says, and what was seen. ``current`` is False after an edit."""

    release: Release
    expectation: Expectation
    observation: Observation | None
    current: bool


@dataclass(frozen=True)
class Catalog:
    """Everything, loaded. ``problems`` are all the reasons why some of it is missing or cannot be trusted."""

    vocabulary: Vocabulary | None
    packages: Mapping[str, PackageEntry]
    entries: Mapping[str, Entry]
    problems: tuple[Problem, ...] = field(default=())

    def hosts(self, claim: Claim) -> dict[str, StubHost] | None:
        """The stubs that the claim's program talks to; None if one of them is not defined."""
        found: dict[str, StubHost] = {}
        for host, name in claim.program.servers:
            package, _, scenario = name.partition("/")
            entry = self.packages.get(package)
            if entry is None or entry.server is None or scenario not in entry.server.scenarios:
                return None
            if name not in self._stubs:
                self._stubs[name] = resolve_scenario(entry.server, scenario)
            found[host] = self._stubs[name]
        return found

    def digest(self, entry: Entry, claim: Claim, release: Release) -> str | None:
        """What evidence for this claim on this release must carry to be current; None if it cannot be run yet."""
        expectation = claim.expectation(release.version)
        return self._digest(entry, claim, release, expectation) if expectation is not None else None

    def _digest(self, entry: Entry, claim: Claim, release: Release, expectation: Expectation) -> str | None:
        hosts, lock = self.hosts(claim), self.lock(entry.package, claim, release)
        if hosts is None or lock is None:
            return None
        return compute_digest(claim, expectation, f"{release.python}\n{lock}", hosts)

    def lock(self, package: str, claim: Claim, release: Release) -> str | None:
        """The text of the claim's lock on a release; None if it was not made yet."""
        home = self.packages[package]
        if home.package.distribution is None and not claim.program.packages:
            return NO_LOCK
        return home.locks.get(lock_name(release, claim.program.packages))

    def standings(self, entry: Entry, claim: Claim) -> Sequence[Standing]:
        """Where the claim stands on every release that it speaks of, newest first."""
        if self.entries.get(entry.id) is not entry:
            return self._find_standings(entry, claim)
        key = entry.id, claim.id
        if key not in self._standings:
            self._standings[key] = self._find_standings(entry, claim)
        return self._standings[key]

    @cached_property
    def by_package(self) -> Mapping[str, Sequence[Entry]]:
        """The records of each package that has any, in order."""
        return _group((entry.package, entry) for entry in self.entries.values())

    @cached_property
    def by_status(self) -> Mapping[int | None, Sequence[Entry]]:
        """The records of each HTTP status, in order."""
        return _group((entry.record.http, entry) for entry in self.entries.values())

    @cached_property
    def named_by(self) -> Mapping[str, Sequence[Entry]]:
        """For the id of a record, those that name it as a look-alike, in order."""
        return _group((other, entry) for entry in self.entries.values() for other in entry.record.look_alikes)

    # Rules, pages and indexes all ask for the same; a digest costs more than anything else that is asked for.
    @cached_property
    def _standings(self) -> dict[tuple[str, str], tuple[Standing, ...]]:
        return {}

    @cached_property
    def _stubs(self) -> dict[str, StubHost]:
        return {}

    def _find_standings(self, entry: Entry, claim: Claim) -> tuple[Standing, ...]:
        found = []
        seen = entry.evidence.claims.get(claim.id, {}) if entry.evidence else {}
        for release in self.packages[entry.package].package.releases:
            expectation = claim.expectation(release.version)
            if expectation is not None:
                observation = seen.get(release.version)
                digest = self._digest(entry, claim, release, expectation)
                current = observation is not None and observation.digest == digest
                found.append(Standing(release, expectation, observation, current))
        return tuple(found)


def _group(pairs: Iterable[tuple[Key, Entry]]) -> Mapping[Key, Sequence[Entry]]:
    groups: dict[Key, list[Entry]] = {}
    for key, entry in pairs:
        groups.setdefault(key, []).append(entry)
    return groups


def lock_name(release: Release, packages: tuple[str, ...]) -> str:
    """Name the lock of a release with the packages beside it: ``2.12.0``, ``2.12.0+python-dotenv``."""
    return re.sub(r"[^A-Za-z0-9.+=_-]", "_", "+".join((release.version, *packages)))


def load(errors: Path) -> Catalog:
    """Load the folder ``errors``. Bad data never raises: it is left out, and a Problem says why."""
    problems: list[Problem] = []
    vocabulary = _load_model(Vocabulary, errors / "vocabulary.yaml", problems)
    packages: dict[str, PackageEntry] = {}
    entries: dict[str, Entry] = {}
    for folder in sorted(path for path in errors.iterdir() if path.is_dir() and FOLDER.fullmatch(path.name)):
        package = _load_package(folder, problems)
        if package is not None:
            packages[folder.name] = package
            entries.update(_load_entries(folder, problems))
    return Catalog(vocabulary[0] if vocabulary else None, packages, entries, tuple(sorted(set(problems))))


def label(path: Path) -> str:
    """A path below ``errors`` as problems name it: ``errors/anthropic/package.yaml``."""
    parts = path.parts
    start = len(parts) - 1 - parts[::-1].index("errors") if "errors" in parts else max(len(parts) - 3, 0)
    return "/".join(parts[start:])


def _load_model(model: type[Model], path: Path, problems: list[Problem]) -> tuple[Model, Source] | None:
    try:
        content = path.read_bytes()
    except OSError as error:
        mend = f"Make it; {REFERENCE} and the other packages show how."
        problems.append(Problem(label(path), 1, 1, "file-unreadable", f"must be a file: {error.strerror}", mend))
        return None
    source, found = read_source(label(path), content)
    problems.extend(found)
    if source is None or found:
        return None
    loaded, found = read_model(model, source, REFERENCE)
    problems.extend(found)
    return (loaded, source) if loaded is not None else None


def _load_package(folder: Path, problems: list[Problem]) -> PackageEntry | None:
    loaded = _load_model(Package, folder / "package.yaml", problems)
    server = _load_model(Server, folder / "server.yaml", problems) if (folder / "server.yaml").exists() else None
    locks = {path.stem: path.read_text() for path in sorted((folder / "locks").glob("*.txt"))}
    if loaded is None:
        return None
    return PackageEntry(folder.name, loaded[0], loaded[1], server[0] if server else None, locks)


def _load_entries(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, Entry]]:
    for path in sorted(folder.glob("*.yaml")):
        if path.name in ("package.yaml", "server.yaml") or not RECORD_FILE.fullmatch(path.name):
            continue
        loaded = _load_model(Record, path, problems)
        if loaded is None:
            continue
        record, source = loaded
        name = f"{folder.name}/{path.stem}"
        evidence = _load_evidence(path.with_suffix(".evidence.json"), problems)
        yield name, Entry(name, record, source, plan_claims(record), evidence)


def _load_evidence(path: Path, problems: list[Problem]) -> Evidence | None:
    if not path.exists():
        return None
    evidence, found = read_evidence(label(path), path.read_bytes())
    problems.extend(found)
    return evidence
