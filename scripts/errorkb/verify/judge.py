"""Hold what a claim says against what was seen. Pure: it runs nothing, and decides everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Literal

from errorkb.claims import Expectation, Program
from errorkb.evidence import Finding, Observation, ObservedException
from errorkb.model.snippet import CausedBy, Outcome, Wording
from errorkb.wording import is_telling, match_lines, match_wording, parse_wording

Verdict = Literal["as claimed"] | tuple[Finding, ...]
CUT = 200
UNPROVEN = {
    "printed": "a traceback that was printed, while nothing raised it",
    "alike": "a class that has this name, and is another one",
}


def judge(expectation: Expectation, program: Program, seen: Observation, modules: Sequence[str]) -> Verdict:
    """Return ``as claimed``, or every way in which the observation differs from the expectation.

    ``modules`` are the top-level modules of the record's package: only its own classes may have a wording that is
    a lone placeholder.
    """
    findings = tuple(_compare(expectation, program, seen, modules))
    return findings or "as claimed"


def claimed_names(expectation: Expectation) -> list[str]:
    """List the public names that a claim uses, which must be resolved before it can be judged."""
    names: list[str | None] = []
    for outcome in (expectation.shows, expectation.never):
        if outcome is not None:
            names += [outcome.raises, outcome.warns, *(cause.raises for cause in outcome.caused_by or ())]
    return sorted({name for name in names if name is not None})


def describe(seen: Observation) -> str:
    """Say in a few words how the program ended: ``raised TypeError: …``, ``ended clean``."""
    if seen.reason is not None:
        return f"{seen.observed}: {seen.reason}"
    if seen.exceptions:
        exception = seen.exception or seen.exceptions[0]
        message = f": {_cut(exception.message)}" if exception.message else ""
        where = f" in a {exception.where}" if exception.where else ""
        return f"raised {exception.name}{message}{where}"
    endings = {"clean": "ended clean", "exited": f"exited with code {seen.exit_code}"}
    return endings.get(seen.observed, f"was killed by {seen.signal}" if seen.signal else seen.observed)


def _compare(expected: Expectation, program: Program, seen: Observation, modules: Sequence[str]) -> Iterator[Finding]:
    shown = claimed_names(replace(expected, never=None))
    for name, resolved in seen.names.items():
        # A release that no longer has the class of what must not appear cannot show it.
        if resolved.real is None and name in shown:
            yield Finding(claimed=f"{name} is a public name", seen=f"it does not import: {resolved.reason}")
    if expected.open:
        if seen.observed not in ("clean", "raised", "exited", "signalled"):
            yield Finding(claimed="ends by itself", seen=describe(seen))
    elif expected.shows is None:
        if seen.observed != "clean":
            yield Finding(claimed="ends clean", seen=describe(seen))
    else:
        yield from _check_symptom(expected.shows, expected.http, program, seen, modules)
    if expected.never is not None and _shows(expected.never, seen):
        yield Finding(claimed=f"no longer shows {_title(expected.never)}", seen="it still does")
    if expected.sent_once:
        yield from _check_sent_once(seen)
    ended = seen.observed == "clean" or expected.shows is not None
    if expected.prints is not None and ended and match_wording(parse_wording(expected.prints), seen.stdout) is None:
        claimed, printed = _find_difference(expected.prints, seen.stdout)
        yield Finding(claimed=f"prints {claimed}", seen=f"printed {printed}")


def _check_symptom(
    symptom: Outcome, http: int | None, program: Program, seen: Observation, modules: Sequence[str]
) -> Iterator[Finding]:
    shown = _texts(symptom, seen)
    if shown is None:
        yield Finding(claimed=_title(symptom), seen=describe(seen))
        return
    if symptom.message is not None:
        yield from _check_message(symptom, shown, program, modules)
    if symptom.kind != "raises":
        return
    exception = _exception(symptom, seen)
    assert exception is not None, "the texts came from it"
    if exception.proof in UNPROVEN and exception.where != "child":
        yield Finding(claimed=_title(symptom), seen=UNPROVEN[exception.proof])
    if exception.raised_in == "snippet" and _is_own(symptom.raises or "", modules):
        yield Finding(claimed="the library raises it", seen="the snippet raised it itself")
    causes = symptom.caused_by
    if causes is not None and not any(_is_caused_by(cause, exception, seen) for cause in causes):
        links = ", ".join(f"{link.name}: {_cut(link.message)}" for link in exception.chain) or "no cause"
        claimed = " or ".join(f"caused by {cause.raises}" for cause in causes) or "a cause for this release"
        yield Finding(claimed=claimed, seen=links)
    if http is not None:
        yield from _check_status(http, exception, seen)


def _check_message(symptom: Outcome, shown: list[str], program: Program, modules: Sequence[str]) -> Iterator[Finding]:
    wordings = symptom.message or ()
    if not wordings:
        yield Finding(claimed="a wording for this release", seen="no text of `message` applies to it")
        return
    for wording in wordings:
        captured = _match(symptom, wording, shown)
        if captured is None:
            continue
        own = _is_own(symptom.raises or symptom.warns or "", modules)
        if not is_telling(parse_wording(wording.text), captured, program.texts, own_class=own):
            claimed = f"{wording.text!r} tells this message from others"
            yield Finding(claimed=claimed, seen="it would match almost any message: use three words of it")
        return
    claimed, said = _find_difference(wordings[0].text, shown[0])
    yield Finding(claimed=f"the message reads {claimed}", seen=said)


def _match(symptom: Outcome, wording: Wording, shown: list[str]) -> dict[str, str] | None:
    match = match_lines if symptom.kind == "exits" else match_wording
    found = (match(parse_wording(wording.text), text) for text in shown)
    return next((captured for captured in found if captured is not None), None)


def _texts(symptom: Outcome, seen: Observation) -> list[str] | None:
    """What the symptom says where it was seen; None where it was not seen at all."""
    if symptom.kind == "raises":
        exception = _exception(symptom, seen)
        return [exception.message] if exception is not None else None
    if symptom.kind == "warns":
        real = _real(symptom.warns, seen)
        return [item.message for item in seen.warnings if item.name == real] or None
    if symptom.logs is not None:
        wanted = (symptom.logs.logger, symptom.logs.level)
        return [item.message for item in seen.logs if (item.logger, item.level) == wanted] or None
    if symptom.kind == "exits":
        exited = seen.observed == "exited" and seen.exit_code == symptom.exits
        return [seen.stdout, seen.stderr] if exited else None
    return [seen.stderr] if seen.signal is not None and seen.signal == symptom.signals else None


def _exception(symptom: Outcome, seen: Observation) -> ObservedException | None:
    """The exception of the claimed class at the claimed place. Classes are compared by their real names."""
    real = _real(symptom.raises, seen)
    found = (item for item in seen.exceptions if item.name == real and item.where == symptom.where)
    return next(found, None) if real is not None else None


def _shows(symptom: Outcome, seen: Observation) -> bool:
    texts = _texts(symptom, seen)
    if texts is None:
        return False
    wordings = symptom.message
    return wordings is None or any(_match(symptom, wording, texts) is not None for wording in wordings)


def _is_caused_by(claimed: CausedBy, exception: ObservedException, seen: Observation) -> bool:
    real = _real(claimed.raises, seen)
    wordings = [parse_wording(wording.text) for wording in claimed.message]
    links = [link for link in exception.chain if link.name == real]
    return any(match_wording(wording, link.message) is not None for wording in wordings for link in links)


def _check_status(http: int, exception: ObservedException, seen: Observation) -> Iterator[Finding]:
    """The exception's own status counts; where it carries none, the last answer of the stub."""
    carried = [exception.attributes.get(key) for key in ("status_code", "response.status_code", "status", "code")]
    status = next((value for value in carried if isinstance(value, int)), None)
    answers = [request.status for request in seen.requests]
    if status is None and answers:
        status = answers[-1]
    if status != http:
        yield Finding(claimed=f"HTTP {http}", seen=f"HTTP {status}" if status is not None else "no status")


def _check_sent_once(seen: Observation) -> Iterator[Finding]:
    sent = Counter((request.method, request.host, request.path) for request in seen.requests)
    for (method, host, path), count in sent.items():
        if count > 1:
            yield Finding(claimed="retry: never", seen=f"{method} {host}{path} was sent {count} times")


def _real(name: str | None, seen: Observation) -> str | None:
    resolved = seen.names.get(name or "")
    return resolved.real if resolved is not None else None


def _is_own(name: str, modules: Sequence[str]) -> bool:
    return any(name.startswith(f"{module}.") for module in modules)


def _title(symptom: Outcome) -> str:
    value = getattr(symptom, symptom.kind or "raises")
    if symptom.logs is not None:
        value = f"{symptom.logs.level} from {symptom.logs.logger}"
    where = f" in a {symptom.where}" if symptom.where else ""
    return f"{symptom.kind} {value}{where}"


def _find_difference(wording: str, text: str) -> tuple[str, str]:
    """The first line of each in which they differ, after the one before it."""
    texts = [[line for line in text.split("\n") if line.strip()] for text in (wording, text)]
    same = takewhile(lambda pair: match_wording(parse_wording(pair[0]), pair[1]) is not None, zip(*texts, strict=False))
    number = len(list(same))
    if number == max(map(len, texts)):  # every line is the same, and yet the whole is not
        number = 0
    return _render_line(texts[0], number), _render_line(texts[1], number)


def _render_line(lines: list[str], number: int) -> str:
    line = repr(_cut(lines[number])) if number < len(lines) else "nothing"
    return f"{_cut(lines[number - 1])!r}, then {line}" if number else line


def _cut(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= CUT else first[: CUT - 1] + "…"
