"""What the evidence says about the claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog, Entry, Standing
from errorkb.claims import Claim
from errorkb.problems import Problem


def check_verdicts(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Every claim that was run, and not edited since, was seen to be true. A reader's note may stop being true: its
    page then says so.
    """
    for entry in catalog.entries.values():
        for claim in entry.claims:
            if not claim.id.startswith("note/"):
                for standing in catalog.standings(entry, claim):
                    yield from _check_standing(entry, claim, standing)


def check_orphans(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Evidence speaks only of claims that the record makes, on releases that `package.yaml` names."""
    for entry in catalog.entries.values():
        if entry.evidence is None:
            continue
        known = {
            (claim.id, standing.release.version)
            for claim in entry.claims
            for standing in catalog.standings(entry, claim)
        }
        seen = {(name, version) for name, runs in entry.evidence.claims.items() for version in runs}
        for name, version in sorted(seen - known):
            path = entry.source.path.removesuffix(".yaml") + ".evidence.json"
            message = f"evidence must be of claims that the record makes, and it makes none called {name} on {version}"
            yield Problem(path, 1, 1, "evidence-orphan", message, f"python scripts/verify.py {entry.id}")


def _check_standing(entry: Entry, claim: Claim, standing: Standing) -> Iterator[Problem]:
    observation = standing.observation
    if observation is None or not standing.current or isinstance(observation.verdict, str):
        return
    position = entry.source.key_position(claim.location)
    for finding in observation.verdict:
        message = f"{claim.id} on {standing.release.version}: claimed: {finding.claimed}; seen: {finding.seen}"
        mend = f"Mend the record, then run: python scripts/verify.py {entry.id}"
        yield Problem(entry.source.path, position.line, position.column, "not-as-claimed", message, mend)
