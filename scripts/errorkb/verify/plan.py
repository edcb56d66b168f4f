"""What is to be run: which claims on which releases, and the runs that each of them takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
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
class Shard:
    """One part of several: the ``index``-th, counted from 1, of ``count``."""

    index: int
    count: int


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


@dataclass(frozen=True)
class Selection:
    """What to run of all that can be run. Empty means all."""

    records: Collection[str] = ()
    claim: str | None = None
    release: str | None = None
    stale_only: bool = False
    shard: Shard | None = None


def plan_tasks(catalog: Catalog, selection: Selection) -> list[Task]:
    """List the selected claims on every release they speak of.

    ``stale_only`` leaves out what has evidence that is current and whole.
    """
    tasks: list[Task] = []
    for entry in catalog.entries.values():
        if selection.records and entry.id not in selection.records:
            continue
        for claim in entry.claims:
            if selection.claim in (None, claim.id):
                tasks += [
                    Task(entry, claim, standing.release, standing.expectation)
                    for standing in catalog.standings(entry, claim)
                    if selection.release in (None, standing.release.version)
                    and not (selection.stale_only and standing.current)
                ]
    return tasks if selection.shard is None else take_shard(tasks, selection.shard)


def take_shard(tasks: Sequence[Task], shard: Shard) -> list[Task]:
    """Take one part of the tasks: whole records, dealt out so that all parts have about as many tasks.

    The same tasks are always dealt out the same way, and each goes to exactly one part.
    """
    sizes = Counter(task.entry.id for task in tasks)
    loads = [0] * shard.count
    mine = set()
    for record, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        lightest = loads.index(min(loads))
        loads[lightest] += size
        if lightest == shard.index - 1:
            mine.add(record)
    return [task for task in tasks if task.entry.id in mine]


def order_tasks(tasks: Sequence[Task]) -> list[Task]:
    """Put first what will take long, going by the requests that it sent last time: waiting for retries takes most."""
    return sorted(tasks, key=lambda task: -_count_requests(task))


def _count_requests(task: Task) -> int:
    evidence = task.entry.evidence
    seen = evidence.claims.get(task.claim.id, {}).get(task.release.version) if evidence else None
    return len(seen.requests) if seen is not None else 0


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
        services=program.services,
    )
    if not needs_observing(task.expectation):
        return [pristine]
    return [pristine, pristine.model_copy(update={"key": f"{task.key} {OBSERVED}", "observed": True})]


def needs_observing(expectation: Expectation) -> bool:
    """Whether print does not show all that is claimed: where a message ends, a status, a warning's class, a log."""
    shows, never = expectation.shows, expectation.never
    shown = shows is not None and shows.kind in ("raises", "warns", "logs")
    return shown or (never is not None and never.kind in ("warns", "logs"))
