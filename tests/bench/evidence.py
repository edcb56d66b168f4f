"""Synthetic evidence beside every record: current, as claimed, and as much of it as a real run leaves."""

from dataclasses import replace
from pathlib import Path

from bench.programs import print_traceback
from bench.records import HOST
from bench.words import Words
from errorkb.catalog import Catalog, Entry, Standing, load
from errorkb.claims import Claim
from errorkb.evidence import (
    FORMAT,
    Evidence,
    Link,
    Observation,
    ObservedException,
    ObservedRequest,
    ResolvedName,
    render_evidence,
)
from errorkb.model.snippet import Outcome

BASES = ("Exception", "BaseException", "object")


def write_evidence(errors: Path, seed: int) -> Catalog:
    """Write the evidence of every claim on every release; return the catalog with it, as loading would."""
    catalog = load(errors)
    entries = {}
    for entry in catalog.entries.values():
        words = Words(f"{seed} {entry.id}")
        claims = {claim.id: _observe(catalog, entry, claim, words) for claim in entry.claims}
        evidence = Evidence(format=FORMAT, record=entry.id, claims=claims)
        (errors / f"{entry.id}.evidence.json").write_text(render_evidence(evidence), encoding="utf-8")
        entries[entry.id] = replace(entry, evidence=evidence)
    return replace(catalog, entries=entries)


def _observe(catalog: Catalog, entry: Entry, claim: Claim, words: Words) -> dict[str, Observation]:
    """What was seen of a claim, by release; a traceback is kept at the newest release of its wording."""
    found: dict[str, Observation] = {}
    kept: set[str] = set()
    for standing in catalog.standings(entry, claim):
        digest = catalog.digest(entry, claim, standing.release)
        assert digest is not None, "all that a claim needs was written"
        seen = _see(claim, standing, digest, words, entry)
        message = seen.exception.message if seen.exception else ""
        found[standing.release.version] = seen.model_copy(update={"traceback": None}) if message in kept else seen
        kept.add(message)
    return found


def _see(claim: Claim, standing: Standing, digest: str, words: Words, entry: Entry) -> Observation:
    """One run. The program ends as it is expected to."""
    expected = standing.expectation
    names = [outcome for outcome in (expected.shows, expected.never) if outcome is not None]
    common = {
        "date": "2025-08-14",
        "python": "3.11.7",
        "isolation": "bubblewrap",
        "digest": digest,
        "names": {name: real for outcome in names for name, real in _resolve(outcome).items()},
        "requests": _requests(claim, expected.http, words),
        "verdict": "as claimed",
    }
    if expected.shows is None:
        return Observation(observed="clean", exit_code=0, stdout=f"{expected.prints}\n", **common)
    exception = _exception(claim, expected.shows, expected.http, entry)
    inner = f"{exception.chain[0].name}: {exception.chain[0].message}" if exception.chain else None
    module = (expected.shows.raises or "").partition(".")[0]
    line = next(line.strip() for line in claim.program.code.split("\n") if _value(entry) in line)
    last = f"{exception.name}: {exception.message}"
    trace = print_traceback(words, module, line, claim.program.code, last, inner)
    return Observation(observed="raised", exit_code=1, exceptions=(exception,), traceback=trace, **common)


def _exception(claim: Claim, shows: Outcome, http: int | None, entry: Entry) -> ObservedException:
    chain = ()
    if shows.caused_by:
        cause = shows.caused_by[0]
        chain = (Link(relation="cause", name=_real(cause.raises), message=_fill(cause.message[0].text, entry)),)
    assert shows.message, "every synthetic record says its message"
    return ObservedException(
        name=_real(shows.raises or ""),
        message=_fill(shows.message[0].text, entry),
        attributes={"status_code": http} if http else {},
        chain=chain,
    )


def _resolve(outcome: Outcome) -> dict[str, ResolvedName]:
    names = [outcome.raises or "", *(cause.raises for cause in outcome.caused_by or ())]
    return {name: ResolvedName(real=_real(name), bases=(f"{name.partition('.')[0]}.Error", *BASES)) for name in names}


def _real(name: str) -> str:
    """A few packages show their classes by another name than the one that Python prints."""
    module, _, own = name.partition(".")
    return f"{module}.errors.{own}" if module[0] in "bv" else name


def _fill(text: str, entry: Entry) -> str:
    return text.replace("{name}", _value(entry))


def _value(entry: Entry) -> str:
    """What the record's programs and messages have in common."""
    broken, fixed = (claim.program.code for claim in entry.claims[:2])
    changed = next(pair for pair in zip(broken.split('"'), fixed.split('"'), strict=True) if pair[0] != pair[1])
    return changed[0]


def _requests(claim: Claim, http: int | None, words: Words) -> tuple[ObservedRequest, ...]:
    if not claim.program.servers:
        return ()
    status = http or int(claim.program.servers[0][1].rpartition("-")[2])
    return (ObservedRequest(method="GET", host=HOST, path=f"/v1/{words.name()}", status=status),)
