"""The catalog: packages, records, evidence, vocabulary, all problems; and where each claim stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from errorkb.claims import Claim, Expectation
from errorkb.evidence import Evidence, Observation, compute_digest
from errorkb.model.package import Package, Release, Vocabulary
from errorkb.model.record import Record
from errorkb.model.server import Server, StubHost, resolve_scenario
from errorkb.problems import Problem
from errorkb.source import Source

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
    """Everything, loaded. ``problems`` are all the reasons why some of it is missing or cannot be trusted.

    ``sources`` are the texts of all records, packages and servers that can be read, taken or not.
    """

    vocabulary: Vocabulary | None
    packages: Mapping[str, PackageEntry]
    entries: Mapping[str, Entry]
    sources: tuple[Source, ...] = field(default=())
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
        return tuple([found[0], found[-1]][: len(found)] if claim.ends_only and found else found)


def _group(pairs: Iterable[tuple[Key, Entry]]) -> Mapping[Key, Sequence[Entry]]:
    groups: dict[Key, list[Entry]] = {}
    for key, entry in pairs:
        groups.setdefault(key, []).append(entry)
    return groups


def lock_name(release: Release, packages: tuple[str, ...]) -> str:
    """Name the lock of a release with the packages beside it: ``2.12.0``, ``2.12.0+python-dotenv``."""
    return re.sub(r"[^A-Za-z0-9.+=_-]", "_", "+".join((release.version, *packages)))
