"""What the evidence says about the claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from errorkb.catalog import Catalog, Entry, Standing
from errorkb.claims import Claim
from errorkb.evidence import Observation
from errorkb.lint.places import find_texts, problem_at
from errorkb.model.record import Record
from errorkb.model.scope import is_in_scope, newest_first
from errorkb.model.snippet import Wording
from errorkb.problems import Problem
from errorkb.wording import match_lines, match_wording, parse_wording


def check_verdicts(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Every claim that was run, and not edited since, was seen to be true. A reader's note may stop being true: its
    page then says so.
    """
    for entry in catalog.entries.values():
        for claim in entry.claims:
            if not claim.id.startswith("note/"):
                yield from _check_claim(entry, claim, catalog.standings(entry, claim))


def check_scopes(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """What applies to some releases applies to one at least that `package.yaml` names: else none of it is run. Only a
    reader's note may be about another release.
    """
    for entry in catalog.entries.values():
        releases = [item.version for item in catalog.packages[entry.package].package.releases]
        for place, text in find_texts(entry.source.data):
            if place[-1] != "applies_to" or place[0] == "notes":
                continue
            if not any(is_in_scope(version, text) for version in releases):
                message = f"`applies_to` must fit a release that is run, and {text} fits none of {', '.join(releases)}"
                mend = f"Correct it, or add a release that it fits to {catalog.packages[entry.package].source.path}."
                yield problem_at(entry, place, "no-release", message, mend)


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
        orphans: dict[str, list[str]] = {}
        for name, version in seen - known:
            orphans.setdefault(name, []).append(version)
        if orphans:
            path = entry.source.path.removesuffix(".yaml") + ".evidence.json"
            named = [f"{name} on {', '.join(newest_first(versions))}" for name, versions in sorted(orphans.items())]
            more = f", nor {len(named) - 1} more" if len(named) > 1 else ""
            message = f"evidence must be of claims that the record makes, and it makes none called {named[0]}{more}"
            yield Problem(path, 1, 1, "evidence-orphan", message, f"python scripts/verify.py {entry.id}")


def check_wordings(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Every wording of the record's `message` was seen in some run of a program that shows the symptom, on a release
    that prints it. Asked once all these programs were run as they stand now.
    """
    for entry in catalog.entries.values():
        if entry.record.message is None or entry.evidence is None:
            continue
        seen = _find_seen(catalog, entry)
        releases = [item.version for item in catalog.packages[entry.package].package.releases]
        for number, wording in enumerate(entry.record.message):
            texts = [text for version, text in seen or () if is_in_scope(version, wording.applies_to)]
            applies = any(is_in_scope(version, wording.applies_to) for version in releases)
            if seen is None or not applies or any(_reads(entry.record, wording, text) for text in texts):
                continue
            message = "every wording must have been seen, and this one was seen on no release"
            mend = "Correct it: a placeholder is small letters and underscores in braces, and other braces are text. "
            mend += "Or add a cause with a program that prints it, narrow its `applies_to:`, or take it out."
            yield problem_at(entry, ("message", number, "text"), "unseen-wording", message, mend)


def find_said(record: Record, seen: Observation) -> Iterator[str]:
    """What a run said that may be the record's message; of exceptions, only those of its class."""
    if record.raises is not None:
        resolved = seen.names.get(record.raises)
        yield from (item.message for item in seen.exceptions if resolved is None or item.name == resolved.real)
    elif record.warns is not None:
        yield from (item.message for item in seen.warnings)
    elif record.logs is not None:
        yield from (item.message for item in seen.logs)
    else:
        yield from (seen.stdout, seen.stderr)


def _check_claim(entry: Entry, claim: Claim, standings: Sequence[Standing]) -> Iterator[Problem]:
    """What was seen alike on several releases is one finding."""
    found: dict[tuple[str, str], list[str]] = {}
    for standing in standings:
        observation = standing.observation
        if observation is not None and standing.current and not isinstance(observation.verdict, str):
            for finding in observation.verdict:
                found.setdefault((finding.claimed, finding.seen), []).append(standing.release.version)
    for (claimed, seen), versions in found.items():
        position = entry.source.key_position(claim.location)
        message = f"{claim.id} on {', '.join(versions)}: claimed: {claimed}; seen: {seen}"
        mend = f"Mend the record, then run: python scripts/verify.py {entry.id}"
        yield Problem(entry.source.path, position.line, position.column, "not-as-claimed", message, mend)


def _find_seen(catalog: Catalog, entry: Entry) -> list[tuple[str, str]] | None:
    """What the programs that show the symptom said: release and text. None if one of them is yet to be run."""
    seen: list[tuple[str, str]] = []
    for claim in entry.claims:
        if not claim.id.endswith("broken") and not claim.id.startswith("dead_end/"):
            continue
        for standing in catalog.standings(entry, claim):
            version, observation = standing.release.version, standing.observation
            if not is_in_scope(version, claim.applies_to):
                continue
            if observation is None or not standing.current:
                return None
            seen += ((version, text) for text in find_said(entry.record, observation))
    return seen


def _reads(record: Record, wording: Wording, text: str) -> bool:
    match = match_lines if record.kind == "exits" else match_wording
    return match(parse_wording(wording.text), text) is not None
