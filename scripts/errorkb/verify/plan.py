"""What is to be run: which claims on which releases, and the runs that each of them takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from errorkb.catalog import Catalog, Entry
from errorkb.claims import Claim, Expectation
from errorkb.model.package import Release
from errorkb.model.server import StubHost
from errorkb.verify.runs import Run

PRISTINE, OBSERVED = "pristine", "observed"


@dataclass(frozen=True)
class World:
    """What one environment is made from: a release of a package, and the packages beside it."""

    package: str
    release: str
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """One claim on one release."""

    entry: Entry
    claim: Claim
    release: Release
    expectation: Expectation

    @property
    def key(self) -> str:
        """What its runs are called by."""
        return f"{self.entry.id} {self.claim.id} {self.release.version}"

    @property
    def world(self) -> World:
        """The environment that it runs in."""
        return World(self.entry.package, self.release.version, self.claim.program.packages)


def plan_tasks(catalog: Catalog, ids: Collection[str], stale_only: bool) -> list[Task]:
    """List the claims to run on every release they speak of; no ``ids`` means all records.

    With ``stale_only``, only those without evidence that is current and whole.
    """
    tasks: list[Task] = []
    for entry in catalog.entries.values():
        if ids and entry.id not in ids:
            continue
        for claim in entry.claims:
            tasks += [
                Task(entry, claim, standing.release, standing.expectation)
                for standing in catalog.standings(entry, claim)
                if not (stale_only and standing.current)
            ]
    return tasks


def plan_runs(task: Task, environment: str, hosts: dict[str, StubHost]) -> list[Run]:
    """Plan the pristine run, and the observed one where the claim needs what print does not show."""
    program = task.claim.program
    pristine = Run(
        key=f"{task.key} {PRISTINE}",
        arguments=list(program.arguments),
        files=dict(program.files),
        env=dict(program.env),
        python=task.release.python,
        environment=environment,
        hosts=hosts,
    )
    if not needs_observing(task.expectation):
        return [pristine]
    return [pristine, pristine.model_copy(update={"key": f"{task.key} {OBSERVED}", "observed": True})]


def needs_observing(expectation: Expectation) -> bool:
    """Whether print does not show all that is claimed: where a message ends, a status, a warning's class, a log."""
    shows, never = expectation.shows, expectation.never
    shown = shows is not None and shows.kind in ("raises", "warns", "logs")
    return shown or (never is not None and never.kind in ("warns", "logs"))
