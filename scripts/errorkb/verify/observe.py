"""From what a run left behind to an observation, without opinions on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from errorkb.evidence import (
    Finding,
    Link,
    Observation,
    Observed,
    ObservedException,
    ObservedLog,
    ObservedRequest,
    ObservedWarning,
    ResolvedName,
    Value,
)
from errorkb.tracebacks import Traceback, normalise_text, parse_tracebacks
from errorkb.verify.description import TEXT_CHARACTERS
from errorkb.verify.runs import RunResult

SNIPPET_FOLDER = "/app/"
CHILD_HEADING = "Process "
SHOWN, SHOWN_BEFORE = 200, 40


def observe(
    pristine: RunResult, observed: RunResult | None, names: Mapping[str, ResolvedName], date: str, digest: str
) -> Observation:
    """Put together what the pristine run printed and what only the observed run shows.

    What the two runs show in common must agree; see ``find_disagreements``.
    """
    stderr = normalise_text(pristine.stderr)
    tracebacks = parse_tracebacks(stderr)
    events = observed.report if observed is not None else []
    printed = [item for item in tracebacks if item.link is None and item.origin != "ignored"]
    exceptions = [exception for item in printed for exception in _exceptions(item, tracebacks)]
    raised = [error for event in events if event["event"] in ("uncaught", "thread") for error in _with_members(event)]
    return Observation(
        date=date,
        python=pristine.python_version,
        isolation="bubblewrap",
        digest=digest,
        observed=_ending(pristine, exceptions),
        exit_code=pristine.exit_code,
        signal=pristine.signal,
        exceptions=tuple(_with_facts(item, raised) if observed is not None else item for item in exceptions),
        names=dict(names),
        traceback=stderr.rstrip("\n") if tracebacks else None,
        stdout=normalise_text(pristine.stdout),
        stderr="" if tracebacks else stderr,
        warnings=tuple(_warnings(events)),
        logs=tuple(_logs(events)),
        services=pristine.services,
        requests=tuple(ObservedRequest.model_validate(request.model_dump()) for request in pristine.requests),
    )


def find_disagreements(pristine: RunResult, observed: RunResult) -> list[Finding]:
    """Where the two runs of one program differ, which they must not; and whether it spoke for the observer."""
    pairs = [
        ("ends", _describe_end(pristine), _describe_end(observed)),
        ("prints", normalise_text(pristine.stdout), normalise_text(observed.stdout)),
        ("prints on stderr", normalise_text(pristine.stderr), normalise_text(observed.stderr)),
    ]
    found = [
        Finding(claimed=f"two runs agree: the first {what} {first!r}", seen=f"the second {what} {second!r}")
        for what, *texts in pairs
        if texts[0] != texts[1]
        for first, second in [_cut_to_difference(*texts)]
    ]
    if any(event["event"] == "forged" for event in observed.report):
        found.append(Finding(claimed="only the observer reports", seen="the program wrote to its channel"))
    return found


def _cut_to_difference(first: str, second: str) -> tuple[str, str]:
    """Cut two texts, which may be a megabyte each, to where they begin to differ."""
    same = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]), 10**9)
    start = max(min(same, len(first), len(second)) - SHOWN_BEFORE, 0)
    return first[start : start + SHOWN], second[start : start + SHOWN]


def _describe_end(result: RunResult) -> str:
    return f"{result.ending} {result.signal or result.exit_code}"


def _ending(result: RunResult, exceptions: list[ObservedException]) -> Observed:
    if result.ending != "exited":
        return result.ending
    if any(item.where is None for item in exceptions) and result.exit_code != 0:
        return "raised"
    if any(item.where is not None for item in exceptions):
        return "raised"
    return "clean" if result.exit_code == 0 else "exited"


def _exceptions(traceback: Traceback, printed: list[Traceback]) -> Iterable[ObservedException]:
    """The exception of a printed traceback, and the members of the group that it may be."""
    where: Literal["thread", "child"] | None = None
    if traceback.origin == "thread":
        where = "thread"
    elif traceback.heading.startswith(CHILD_HEADING) or _is_spawned(traceback):
        where = "child"
    yield ObservedException(
        name=traceback.exception,
        message=traceback.message,
        where=where,
        raised_in=_raised_in(traceback),
        chain=tuple(_chain(traceback, printed)),
    )
    for member in traceback.members:
        for inner in _exceptions(member[-1], list(member)):
            yield inner.model_copy(update={"where": "group"})


def _is_spawned(traceback: Traceback) -> bool:
    """Whether a process that multiprocessing spawned printed it: its outer frames are `python -c` and `spawn_main`."""
    outer = traceback.frames[:2]
    return len(outer) == 2 and outer[0].file == "<string>" and outer[1].function == "spawn_main"


def _raised_in(traceback: Traceback) -> Literal["snippet", "library"]:
    inside = not traceback.frames or traceback.frames[-1].file.startswith(SNIPPET_FOLDER)
    return "snippet" if inside else "library"


def _chain(traceback: Traceback, printed: list[Traceback]) -> Iterable[Link]:
    """What led to a traceback, nearest first: those printed right before it, as long as each says it leads on."""
    for earlier in reversed(printed[: printed.index(traceback)]):
        if earlier.link is None:
            return
        yield Link(relation=earlier.link, name=earlier.exception, message=earlier.message)


def _with_members(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield error
    for member in error.get("members", ()):
        yield from _with_members(member)


def _with_facts(exception: ObservedException, raised: list[dict[str, Any]]) -> ObservedException:
    """Put what the observed run reported of an exception over what was printed: its own message and attributes.

    A print goes on after the message: with a suggestion (``Did you mean``), with notes, with whatever is written last.
    """
    error = _report_of(exception.name, exception.message, raised)
    if error is None:
        return exception.model_copy(update={"proof": "printed"})
    values: dict[str, Value] = {
        key: normalise_text(value) if isinstance(value, str) else value
        for key, value in error.get("attributes", {}).items()
    }
    facts = {
        "message": _message(exception.message, error),
        "proof": "alike" if error["class"] in error.get("unproven", ()) else "raised",
        "attributes": values,
        "chain": tuple(_with_message(link, error.get("chain", [])) for link in exception.chain),
    }
    return exception.model_copy(update=facts)


def _with_message(link: Link, reported: list[dict[str, Any]]) -> Link:
    error = _report_of(link.name, link.message, reported)
    return link if error is None else link.model_copy(update={"message": _message(link.message, error)})


def _report_of(name: str, printed: str, reported: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The report of the exception that was printed with this text."""
    fitting = [error for error in reported if _bare(error["class"]) == _bare(name) and _fits(printed, error)]
    return max(fitting, key=lambda error: len(error["message"]), default=None)


def _fits(printed: str, error: dict[str, Any]) -> bool:
    said, printed = _said(error), printed.strip("\n")
    return printed.startswith(said) or said.startswith(printed)


def _message(printed: str, error: dict[str, Any]) -> str:
    """What the exception says. A report that was cut does not tell; of a SyntaxError, readers see less than it says."""
    said = _said(error)
    return said if printed.strip("\n").startswith(said) and len(error["message"]) < TEXT_CHARACTERS else printed


def _said(error: dict[str, Any]) -> str:
    return normalise_text(error["message"]).strip("\n")


def _bare(name: str) -> str:
    """The name as a traceback prints it: without ``builtins``, and from Python 3.11 on without ``__main__``."""
    return name.removeprefix("builtins.").removeprefix("__main__.")


def _warnings(events: list[dict[str, Any]]) -> Iterable[ObservedWarning]:
    for event in events:
        if event["event"] == "warning":
            yield ObservedWarning(name=_bare(event["class"]), message=normalise_text(event["message"]))


def _logs(events: list[dict[str, Any]]) -> Iterable[ObservedLog]:
    for event in events:
        if event["event"] == "log":
            message = normalise_text(event["message"])
            yield ObservedLog(logger=event["logger"], level=event["level"], message=message)
