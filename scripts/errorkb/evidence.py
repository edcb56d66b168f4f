"""What was observed when the claims of a record were run: the model of ``*.evidence.json``.

Written by verify, read by everything else. Nothing in it depends on the machine: no durations, paths or hosts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import to_json

from errorkb.claims import Claim, Expectation, Program
from errorkb.model.server import StubHost
from errorkb.model.snippet import Place
from errorkb.problems import Problem

FORMAT = 1
# Raised when observing or judging changes so that old evidence would not be made again.
JUDGING = 3

Observed = Literal[
    "clean",
    "raised",
    "exited",
    "signalled",
    "timed-out",
    "over-memory",
    "over-output",
    "disk-full",
    "cannot-install",
    "not-runnable",
]
Value = str | int | float | bool | None


class EvidenceModel(BaseModel):
    """Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Link(EvidenceModel):
    """An exception further down the chain: ``cause`` (raised from it) or ``context`` (raised while handling it)."""

    relation: Literal["cause", "context"]
    name: str
    message: str


class ObservedException(EvidenceModel):
    """An exception that was printed.

    ``name`` is the real name that the traceback prints; ``message`` is ``str(exception)`` where the observed run
    reported it, else what was printed. ``where`` is None for the one that ended the program.
    ``raised_in`` tells whether the innermost frame is the snippet's own or the library's. ``attributes`` are the
    plain ones that a handler would look at, such as ``status_code``. ``proof`` is what the observed run says:
    ``raised``; ``printed`` where nothing raised it; ``alike`` where the class of that name is another one; None where
    there was no such run.
    """

    name: str
    message: str
    where: Place | None = None
    raised_in: Literal["snippet", "library"] = "library"
    proof: Literal["raised", "printed", "alike"] | None = None
    attributes: dict[str, Value] = {}
    chain: tuple[Link, ...] = ()


class ResolvedName(EvidenceModel):
    """A public name, imported in a process that never saw the snippet.

    ``real`` is the class's own module and name, ``bases`` those of its base classes, nearest first; ``reason`` says
    why there is no such class.
    """

    real: str | None = None
    bases: tuple[str, ...] = ()
    reason: str | None = None


class ObservedWarning(EvidenceModel):
    """A warning that was shown."""

    name: str
    message: str


class ObservedLog(EvidenceModel):
    """A log record that was made."""

    logger: str
    level: str
    message: str


class ObservedRequest(EvidenceModel):
    """A request that reached a stub server, and the status of the answer; None where there was none."""

    method: str
    host: str
    path: str
    status: int | None


class Finding(EvidenceModel):
    """Where a claim and what was seen differ."""

    claimed: str
    seen: str


class Observation(EvidenceModel):
    """One claim on one release: when and on what it ran, what was seen, whether that is as claimed.

    ``names`` holds every public name that the claim uses. ``services`` are the real servers that ran, with their major
    versions (``{"PostgreSQL": "15"}``). ``traceback`` is the process's printed traceback; it is kept
    once per distinct wording, at the newest release.
    """

    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    python: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+(\.\d+)?$")]
    isolation: str
    digest: str
    observed: Observed
    reason: str | None = None
    exit_code: int | None = None
    signal: str | None = None
    exceptions: tuple[ObservedException, ...] = ()
    names: dict[str, ResolvedName] = {}
    traceback: str | None = None
    stdout: str = ""
    stderr: str = ""
    warnings: tuple[ObservedWarning, ...] = ()
    logs: tuple[ObservedLog, ...] = ()
    requests: tuple[ObservedRequest, ...] = ()
    services: dict[str, str] = {}
    verdict: Literal["as claimed"] | tuple[Finding, ...] = ()

    @property
    def exception(self) -> ObservedException | None:
        """The exception that ended the program, if one did."""
        return next((item for item in self.exceptions if item.where is None), None)

    @property
    def holds(self) -> bool:
        """Whether the claim was seen to be true."""
        return self.verdict == "as claimed"


class Evidence(EvidenceModel):
    """All observations of one record: by claim, then by release."""

    format: Literal[1]
    record: str
    claims: dict[str, dict[str, Observation]]


def read_evidence(path: str, content: bytes) -> tuple[Evidence | None, list[Problem]]:
    """Read an evidence file. What is not evidence is a Problem that says how to make it again."""
    try:
        return Evidence.model_validate_json(content), []
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        record = path.removeprefix("errors/").removesuffix(".evidence.json")
        message = f"evidence is written by verify, never by hand: {place}: {first['msg']}"
        return None, [Problem(path, 1, 1, "evidence-unreadable", message, f"python scripts/verify.py {record}")]


def render_evidence(evidence: Evidence) -> str:
    """Render evidence as sorted JSON. Empty fields are left out."""
    data = evidence.model_dump(mode="json", exclude_defaults=True)
    return to_json(_sort_keys(data), indent=1).decode() + "\n"


def _sort_keys(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _sort_keys(data[key]) for key in sorted(data)}
    return [_sort_keys(item) for item in data] if isinstance(data, list) else data


def compute_digest(claim: Claim, expectation: Expectation, lock: str, hosts: Mapping[str, StubHost]) -> str:
    """Hash what is executed or judged: program, world, expectation for the release, lock, server answers.

    Prose, notes and sources of answers are left out: mending a typo costs no date. So is the version of a real
    server, which is the machine's: it stands in the evidence.
    """
    stubs = {host: stub.behaviour for host, stub in hosts.items()}
    outcomes = {
        name: outcome.model_dump(mode="json", exclude_none=True) if outcome is not None else None
        for name, outcome in (("shows", expectation.shows), ("never", expectation.never))
    }
    claimed = [outcomes, expectation.prints, expectation.http, expectation.sent_once]
    before, after = (_encode(part) for part in ([JUDGING, _world(claim.program), claimed], [stubs]))
    text = f"{before[:-1]}, {_encode_lock(lock)}, {after[1:]}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _world(program: Program) -> dict[str, Any]:
    """The program with its world. What asks for no services is hashed as it was before there were any."""
    return {key: value for key, value in vars(program).items() if value or key != "services"}


_encode = json.JSONEncoder(sort_keys=True).encode
# A lock is many times as long as all the rest, and many claims have the same.
_encode_lock = cache(_encode)
