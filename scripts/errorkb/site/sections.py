"""The run parts of a record page: panes, causes, dead ends, examples, the table of releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from markupsafe import Markup

from errorkb.catalog import Catalog, Entry, lock_name
from errorkb.evidence import ObservedRequest
from errorkb.model.record import Advice as RecordAdvice
from errorkb.model.record import Example as RecordExample
from errorkb.model.server import StubHost
from errorkb.prose import render_prose_html
from errorkb.site import record_view as page
from errorkb.site.crossing import render_crossed
from errorkb.site.message import render_other
from errorkb.site.programs import language_of, list_blocks, render_code, render_output, split_blocks
from errorkb.site.standing import NOT_RUN, Stand, render_edited, render_line
from errorkb.site.views import Advice, Code, Command, Details, EvidenceLine, Output, Pair, Pane, Row, Run

ELIDED = "  … the frames are in the stack trace below"
PLACES = {
    "app.py": "in the code",
    "Environment": "in the environment",
    "Command": "in the command",
    "Servers": "in the servers that run",
}

RAISED = {
    "main": "reproduced in the main thread",
    "thread": "reproduced in a thread",
    "group": "reproduced in a group",
    "child": "reproduced in a child process",
}


def prose(text: str) -> Markup:
    """Prose of a record as HTML."""
    return Markup(render_prose_html(text))


def render_advice(advice: RecordAdvice, switch: bool = False) -> Advice:
    """Prose with its command in both forms; one form where both shells take the same words."""
    run = advice.run
    if run is None:
        return Advice(prose(advice.text))
    posix = render_code(None, run.posix, language="posix")
    powershell = render_code(None, run.powershell, language="powershell") if run.powershell != run.posix else None
    return Advice(prose(advice.text), Command(posix, powershell, switch and powershell is not None))


def render_pair(
    catalog: Catalog,
    entry: Entry,
    pair: tuple[Stand, Stand],
    explanation: str | None,
    crossed: str | None,
    elide: str | None = None,
) -> Pair:
    """Broken beside fixed: what is the same once, what differs on its side, marked."""
    broken, fixed = pair
    shared, left, right, changed = split_blocks(broken.claim.program, fixed.claim.program)
    places = [PLACES.get(label, f"in {label}") for label in changed]
    if broken.claim.program.servers != fixed.claim.program.servers:
        places.append("in what the server answers")
    change = Markup("The change is <strong>{}</strong>.").format(" and ".join(places) or "in nothing that is shown")
    prints = fixed.claim.inside.prints
    said = f"prints {prints.strip().partition(chr(10))[0]}" if prints is not None else "ends without an error"
    return Pair(
        change,
        tuple(shared),
        _pane(catalog, entry, broken, left, ("raises this error", "should raise this error"), "fail", elide),
        _pane(catalog, entry, fixed, right, (said, said.replace("prints", "should print")), "ok", None),
        prose(explanation) if explanation else None,
        crossed,
    )


def _pane(
    catalog: Catalog,
    entry: Entry,
    stand: Stand,
    code: list[Code],
    said: tuple[str, str],
    mark: str,
    elide: str | None,
) -> Pane:
    seen = stand.observation
    edited = render_edited(stand.dates[0]) if stand.edited else None
    if entry.record.kind != "raises" and mark == "fail":
        said = ("shows this error", "should show this error")
    if seen is None:
        return Pane("none", said[1], tuple(code), None)
    output: Output | None = render_output(seen, "Prints", elide)
    if stand.edited:
        return Pane("edited", said[1], tuple(code), output, None, edited)
    return Pane("fail" if mark == "fail" else "ok", said[0], tuple(code), output, render_details(catalog, entry, stand))


def render_details(catalog: Catalog, entry: Entry, stand: Stand) -> Details | None:
    """How it ended, what was asked and answered, what was installed."""
    seen = stand.observation
    if seen is None:
        return None
    parts = [f"exit code {seen.exit_code}" if seen.exit_code is not None else f"killed by {seen.signal}"]
    rows: list[Row] = []
    if seen.requests:
        statuses = ", ".join(str(request.status or "nothing") for request in seen.requests)
        parts.append(f"{len(seen.requests)} request{'s' * (len(seen.requests) != 1)}, answered {statuses}")
        rows += render_exchanges(catalog.hosts(stand.claim) or {}, seen.requests)
    elif stand.claim.program.servers:
        parts.append("no request")
    if seen.services:
        servers = ", ".join(f"{name} {version}" for name, version in sorted(seen.services.items()))
        rows.append(Row("Server", Markup("%s, a real one, started for this run") % servers))
    parts.append(f"same on {stand.proven} of {len(stand.inside)} releases")
    packages = _packages(catalog, entry, stand)
    if packages:
        rows.append(Row("Packages", Markup("<code>%s</code>") % packages))
    rows.append(Row("Python", Markup("%s, Linux") % seen.python))
    return Details(" · ".join(parts), tuple(rows))


def render_exchanges(hosts: Mapping[str, StubHost], requests: Iterable[ObservedRequest]) -> Iterator[Row]:
    """Each request that differs, and each answer to it that does, in the order in which they were first seen."""
    exchanges: dict[tuple[str, str, str], dict[ObservedRequest, None]] = {}
    for request in requests:
        exchanges.setdefault((request.method, request.path, request.host), {})[request] = None
    for asked, answered in exchanges.items():
        yield Row("Request", Markup("<code>%s %s</code> to %s") % asked)
        yield from (Row("Answer", _render_answer(hosts, request)) for request in answered)


def _render_answer(hosts: Mapping[str, StubHost], request: ObservedRequest) -> Markup:
    """The status, and where the documentation has what the stub answers such a request with."""
    stub = hosts.get(request.host)
    asked = (f"{request.method} {request.path}", f"{request.method} *")
    sources = {
        answer.source: None
        for rule, answer in (stub.rules if stub is not None else ())
        if rule.request in asked and answer.status == request.status and answer.source
    }
    text = Markup("<code>%s</code> by a stub server") % (request.status or "connection closed")
    links = (Markup('<a href="{0}">{0}</a>').format(source) for source in sources)
    return text + (Markup("; body after ") + Markup(", ").join(links) if sources else Markup(""))


def _packages(catalog: Catalog, entry: Entry, stand: Stand) -> str:
    release = next(item.release for item in stand.inside if item.observation is not None)
    lock = catalog.packages[entry.package].locks.get(lock_name(release, stand.claim.program.packages), "")
    return _list_pins(lock)


@cache
def _list_pins(lock: str) -> str:
    pins = [line.split(" ")[0] for line in lock.splitlines() if line and line[0].isalnum()]
    return ", ".join(pin.replace("==", " ") for pin in pins)


def render_causes(catalog: Catalog, entry: Entry, stands: Mapping[str, Stand]) -> tuple[page.Cause, ...]:
    """The numbered causes. One without a program of its own is the one that the record's ``broken`` shows."""
    found = []
    for number, cause in enumerate(entry.record.causes, 1):
        own = stands.get(f"cause/{cause.id}/broken")
        pair = says = None
        if cause.not_reproduced is not None:
            line = EvidenceLine("none", Markup("not reproduced, because ") + prose(cause.not_reproduced))
        else:
            shown = own or stands.get("broken")
            line = render_line(shown, RAISED.get(cause.where or "", "reproduced")) if shown else NOT_RUN
        if own is not None:
            prefix = f"cause/{cause.id}/"
            says = render_other(entry.record, stands.get("broken"), own)
            both = own, stands[f"{prefix}fixed"]
            pair = render_pair(catalog, entry, both, cause.explanation, render_crossed(stands, prefix))
        check, fix = render_advice(cause.check), render_advice(cause.fix)
        found.append(page.Cause(cause.id, number, prose(cause.cause), check, fix, line, pair, says))
    return tuple(found)


def render_run(catalog: Catalog, entry: Entry, stand: Stand, line: EvidenceLine) -> Run:
    """A program with its whole world, and what it printed."""
    code = tuple(
        render_code(label, text, language=language_of(label)) for label, text in list_blocks(stand.claim.program)
    )
    seen = stand.observation
    output = render_output(seen) if seen is not None else None
    return Run(code, output, line, render_details(catalog, entry, stand) if seen is not None else None)


def render_dead_ends(catalog: Catalog, entry: Entry, stands: Mapping[str, Stand]) -> tuple[page.DeadEnd, ...]:
    """What does not help, each with its run."""
    found = []
    for dead_end in entry.record.dead_ends:
        stand = stands.get(f"dead_end/{dead_end.id}")
        line = render_line(stand, "run: the error is still there") if stand else NOT_RUN
        why = prose(dead_end.why) if dead_end.why else None
        run = render_run(catalog, entry, stand, line) if stand else None
        found.append(page.DeadEnd(dead_end.id, prose(dead_end.attempt), why, line, run))
    return tuple(found)


def render_example(
    catalog: Catalog, entry: Entry, example: RecordExample | None, stand: Stand | None
) -> page.Example | None:
    """Detection or workaround: prose, and its program if it has one."""
    if example is None:
        return None
    run = render_run(catalog, entry, stand, render_line(stand, "run")) if stand else None
    return page.Example(prose(example.text), run)
