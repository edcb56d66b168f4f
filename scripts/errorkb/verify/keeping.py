"""Put observations into a record's evidence, write it, or compare them with it."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from errorkb.catalog import Catalog, Entry, label
from errorkb.evidence import FORMAT, Evidence, Observation, read_evidence, render_evidence
from errorkb.model.scope import newest_first
from errorkb.verify.writing import write_whole

Observations = Mapping[tuple[str, str], Observation]
LIBRARY_FRAME = re.compile(r'(  File "/usr/local/lib/python3\.\d+/(?!site-packages)[^"]*"), line \d+')


def merge_evidence(catalog: Catalog, entry: Entry, fresh: Observations) -> Evidence:
    """Put fresh observations, by claim and release, over the evidence there is; drop what is no longer claimed."""
    claims: dict[str, dict[str, Observation]] = {}
    for claim in entry.claims:
        runs = {}
        for standing in catalog.standings(entry, claim):
            version = standing.release.version
            observation = fresh.get((claim.id, version), standing.observation)
            if observation is not None:
                runs[version] = observation
        if runs:
            claims[claim.id] = _drop_repeated_tracebacks(runs)
    return Evidence(format=FORMAT, record=entry.id, claims=claims)


def write_evidence(catalog: Catalog, entry: Entry, fresh: Observations, errors: Path) -> None:
    """Put fresh observations over the evidence that is on disk by now, and write that.

    Another process may have written what it saw since the catalog was loaded, so the record is locked meanwhile.
    """
    path = errors / f"{entry.id}.evidence.json"
    with (errors / f"{entry.id}.yaml").open("rb") as record:
        fcntl.flock(record, fcntl.LOCK_EX)
        kept = read_evidence(label(path), path.read_bytes())[0] if path.exists() else None
        write_whole(path, render_evidence(merge_evidence(catalog, replace(entry, evidence=kept), fresh)))


def compare_evidence(entry: Entry, kept: Evidence, made: Evidence) -> list[str]:
    """Say where evidence that was made again differs from the kept one: in all but date and patch release."""
    differences = []
    for claim in sorted({*kept.claims, *made.claims}):
        before, after = kept.claims.get(claim, {}), made.claims.get(claim, {})
        for version in newest_first([*{*before, *after}]):
            found = _compare(before.get(version), after.get(version))
            differences += [f"{entry.id} {claim} on {version}: {line}" for line in found]
    return differences


def _compare(kept: Observation | None, made: Observation | None) -> Iterable[str]:
    if kept is None or made is None:
        yield "the evidence has no such run" if kept is None else "the evidence has a run that was not made again"
        return
    before, after = _comparable(kept), _comparable(made)
    for key in before:
        if before[key] != after[key]:
            yield f"{key}: the evidence says {before[key]!r}, a run says {after[key]!r}"


def _comparable(observation: Observation) -> dict[str, object]:
    """Everything but the date, the patch release and the versions of real servers.

    Of frames in the standard library, the line is left out.
    """
    data = observation.model_dump(mode="json", exclude={"date", "python"})
    data["services"] = sorted(observation.services)
    if observation.traceback is not None:
        data["traceback"] = LIBRARY_FRAME.sub(r"\1", observation.traceback)
    return data


def _drop_repeated_tracebacks(runs: Mapping[str, Observation]) -> dict[str, Observation]:
    """Keep one traceback per distinct wording: at the newest release."""
    kept = {}
    seen = set()
    for version in newest_first(list(runs)):
        observation = runs[version]
        wording = tuple((item.name, item.message) for item in observation.exceptions)
        if wording in seen:
            observation = observation.model_copy(update={"traceback": None})
        seen.add(wording)
        kept[version] = observation
    return kept
