"""Takes observations as they come, and keeps each record's once they are whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from errorkb.catalog import Catalog, Entry
from errorkb.evidence import Observation
from errorkb.verify.keeping import compare_evidence, merge_evidence, write_evidence
from errorkb.verify.plan import Task


@dataclass
class Outcome:
    """What came of a whole run, for the last line and the exit code."""

    ran: int = 0
    findings: int = 0
    differences: int = 0
    missing: int = 0
    unserved: int = 0


@dataclass
class Keeper:
    """Takes observations; once all of a record are there, writes its evidence or, with ``check``, compares it.

    What lacked a server says nothing of the record, only of this machine: it keeps the evidence that it has. ``left``
    counts what is still to come of each record; ``say`` prints a line.
    """

    catalog: Catalog
    errors: Path
    check: bool
    say: Callable[[str], None]
    left: Counter[str]
    outcome: Outcome
    fresh: dict[str, dict[tuple[str, str], Observation]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, task: Task, observation: Observation) -> None:
        """Take one observation."""
        name = task.entry.id
        if observation.observed == "not-runnable":
            self.outcome.unserved += 1
            self.say(f"not run, {observation.reason}: {task.key}")
        else:
            self.fresh[name][task.claim.id, task.release.version] = observation
            self.outcome.ran += 1
        self.left[name] -= 1
        if not self.left[name] and name in self.fresh:
            self._keep(name)

    def _keep(self, name: str) -> None:
        entry = self.catalog.entries[name]
        fresh = self.fresh.pop(name)
        self._print_findings(entry, fresh)
        if not self.check:
            write_evidence(self.catalog, entry, fresh, self.errors)
            return
        evidence = merge_evidence(self.catalog, entry, fresh)
        if entry.evidence is None:
            differences = [f"{name}: there is no evidence yet"]
        else:
            differences = compare_evidence(entry, entry.evidence, evidence)
        self.outcome.differences += len(differences)
        for line in differences:
            self.say(line)

    def _print_findings(self, entry: Entry, fresh: Mapping[tuple[str, str], Observation]) -> None:
        """In the order of the page, whatever the order of the runs was."""
        for claim in entry.claims:
            for standing in self.catalog.standings(entry, claim):
                version = standing.release.version
                seen = fresh.get((claim.id, version))
                if seen is None or isinstance(seen.verdict, str):
                    continue
                self.outcome.findings += len(seen.verdict)
                for finding in seen.verdict:
                    place = f"{entry.source.path}: {claim.id} on {version}"
                    self.say(f"{place}: claimed: {finding.claimed}; seen: {finding.seen}")
                again = f"--claim {claim.id} --release {version} --check"
                self.say(f"    Repeat this run: python scripts/verify.py {entry.id} {again}")
