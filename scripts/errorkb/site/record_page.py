"""One record as a page."""

from __future__ import annotations

from markupsafe import Markup

from errorkb.catalog import Catalog, Entry
from errorkb.model.record import Record
from errorkb.site import record_view as page
from errorkb.site.crossing import render_crossed
from errorkb.site.foot import MORE, Settings, render_foot
from errorkb.site.message import name_of, render_message, render_other_system
from errorkb.site.programs import render_code, render_output
from errorkb.site.release_table import render_releases
from errorkb.site.sections import (
    ELIDED,
    prose,
    render_advice,
    render_causes,
    render_dead_ends,
    render_example,
    render_pair,
    render_run,
)
from errorkb.site.standing import Stand, describe_servers, render_line, render_time, stand_of
from errorkb.site.text import cut, relative
from errorkb.site.views import Banner, EvidenceLine, Fact, Link, Pair

KINDS = {"warns": "a warning", "logs": "a log record", "exits": "no exception: the program says why, and stops"}
PLACES = {"thread": "raised in a thread", "group": "raised inside a group", "child": "raised in a child process"}


def render_record(catalog: Catalog, entry: Entry, settings: Settings) -> page.RecordView:
    """Everything that a record's page prints."""
    record, stands = entry.record, stand_of(catalog, entry)
    broken, here = stands.get("broken"), f"{entry.id}/"
    package = catalog.packages[entry.package].package
    return page.RecordView(
        breadcrumb=_breadcrumb(package.name, entry, here),
        name=name_of(record),
        symptom=prose(record.symptom),
        facts=_facts(catalog, record, here),
        message=render_message(record, broken),
        meaning=prose(record.summary),
        quick_fix=_quick_fix(record),
        causes=render_causes(catalog, entry, stands),
        trace=_trace(entry, package.name, broken),
        why=prose(record.why),
        evidence=_evidence(catalog, entry, stands),
        references=tuple(Link(item.title, item.url) for item in record.references),
        foot=render_foot(catalog, entry, settings, here),
        qualified=record.raises or record.warns,
        base=_base(record, broken),
        kind=PLACES[record.where] if record.where else KINDS.get(record.kind or ""),
        verified=_verified(stands),
        banner=_banner(record, stands),
        pair=_pair(catalog, entry, stands),
        not_reproduced=_not_reproduced(record),
        other_systems=tuple(map(render_other_system, record.other_systems)),
        look_alikes=_look_alikes(catalog, entry, here),
        dead_ends=render_dead_ends(catalog, entry, stands),
        detection=render_example(catalog, entry, record.detection, stands.get("detection")),
        workaround=render_example(catalog, entry, record.workaround, stands.get("workaround")),
        prevention=prose(record.prevention) if record.prevention else None,
        releases=render_releases(entry, package.name, stands),
        notes=_notes(catalog, entry, stands),
    )


def _pair(catalog: Catalog, entry: Entry, stands: dict[str, Stand]) -> Pair | None:
    if "broken" not in stands:
        return None
    both = stands["broken"], stands["fixed"]
    return render_pair(catalog, entry, both, entry.record.explanation, render_crossed(stands), ELIDED)


def _breadcrumb(package: str, entry: Entry, here: str) -> tuple[Link, ...]:
    return Link("Packages", relative(here, "packages/")), Link(package, relative(here, f"{entry.package}/"))


def severity_fact(catalog: Catalog, record: Record, here: str, word: str = "") -> Fact:
    """The severity with its bars, linked to its index."""
    assert catalog.vocabulary is not None, "lint refuses a catalog without its vocabulary"
    order = list(reversed(catalog.vocabulary.severities))
    text = f"{record.severity.capitalize()}{word}"
    return Fact(text, relative(here, f"severity/{record.severity}/"), order.index(record.severity) + 1)


def _not_reproduced(record: Record) -> EvidenceLine | None:
    reason = record.not_reproduced
    return EvidenceLine("none", Markup("not reproduced, because ") + prose(reason)) if reason else None


def _facts(catalog: Catalog, record: Record, here: str) -> tuple[Fact, ...]:
    status = [Fact(f"HTTP {record.http}", relative(here, f"http/{record.http}/"))] if record.http else []
    return (
        severity_fact(catalog, record, here, " severity"),
        *status,
        Fact(f"{record.level.capitalize()} level", relative(here, f"level/{record.level}/")),
        Fact(f"Fix: {record.fix_time.replace('-', '–')}", relative(here, "fix-time/")),
        Fact(f"Retry: {record.retry}", relative(here, f"retry/{record.retry.replace(' ', '-')}/")),
    )


def _quick_fix(record: Record) -> page.QuickFix:
    more = len(record.causes)
    link = None
    if more > 1:
        text = {2: "cause 2", 3: "causes 2 and 3"}.get(more, f"causes 2 to {more}")
        link = Link(text, f"#cause-{record.causes[1].id}")
    return page.QuickFix(render_advice(record.quick_fix, switch=True), None, "Still the same?" if link else None, link)


def _trace(entry: Entry, package: str, broken: Stand | None) -> page.Trace | None:
    if broken is None or entry.record.kind not in ("raises", "signals", "warns", "logs"):
        return None
    seen = broken.observation
    if seen is None:
        return page.Trace(None, "No trace captured yet. It appears here after the first run.")
    if seen.traceback is None:
        return None
    python = ".".join(seen.python.split(".")[:2])
    where = (
        f"Captured on Python {python}"
        if entry.package == "python"
        else f"Captured on {package} {broken.release}, Python {python}"
    )
    words = f"{where} · this error on {broken.proven} of {len(broken.inside)} releases · your own frames are bold"
    return page.Trace(render_output(seen), "From before the edit. " + where if broken.edited else words)


def _verified(stands: dict[str, Stand]) -> EvidenceLine | None:
    dates = sorted(date for stand in stands.values() for date in stand.dates)
    if not dates:
        return None
    versions = _versions(stands)
    span = f", {versions[-1]} to {versions[0]}" if len(versions) > 1 else f": {versions[0]}"
    servers = describe_servers(stands.values())
    count = f"{len(versions)} release{'s' * (len(versions) != 1)}"
    text = Markup("Verified {} on {}{}{}").format(render_time(dates[0]), count, span, servers)
    return EvidenceLine("ok", text, Link("Verify", "#evidence"))


def _versions(stands: dict[str, Stand]) -> list[str]:
    return list(
        dict.fromkeys(
            item.release.version
            for stand in stands.values()
            for item in stand.standings
            if item.observation is not None
        )
    )


def _banner(record: Record, stands: dict[str, Stand]) -> Banner | None:
    if record.status == "obsolete":
        return Banner("obsolete", "Obsolete.", Markup("Current releases no longer do this."))
    if any(stand.dates for stand in stands.values()):
        return None
    text = Markup("Nothing on this page has been run yet: take it as advice, not as evidence.")
    return Banner("never", "Never verified.", text, Link("How to run it", "#evidence"))


def _evidence(catalog: Catalog, entry: Entry, stands: dict[str, Stand]) -> page.Evidence:
    command = render_code(None, f"python scripts/verify.py {entry.id} --check", language="posix")
    line = _verified(stands)
    if line is None or entry.evidence is None:
        first = render_code(None, f"python scripts/verify.py {entry.id}", language="posix")
        return page.Evidence(
            EvidenceLine("none", Markup("Never verified. There is no evidence yet")),
            None,
            "Be the first to run it:",
            first,
        )
    runs = [item for claim in entry.evidence.claims.values() for item in claim.values()]
    pythons = sorted({".".join(item.python.split(".")[:2]) for item in runs}, key=lambda text: (len(text), text))
    package = catalog.packages[entry.package].package.name
    text = Markup(
        "Verified {} on {} {}; Python {} on Linux. {} claims run, each in a sandbox without a network"
    ).format(
        render_time(min(item.date for item in runs)),
        package,
        ", ".join(_versions(stands)),
        ", ".join(pythons),
        len(runs),
    )
    return page.Evidence(
        EvidenceLine("ok", text), Link("All runs, as data", "evidence.json"), "Repeat them on your machine:", command
    )


def _base(record: Record, broken: Stand | None) -> str | None:
    seen = broken.observation if broken is not None else None
    resolved = seen.names.get(record.raises or record.warns or "") if seen is not None else None
    return resolved.bases[0] if resolved is not None and resolved.bases else None


def _look_alikes(catalog: Catalog, entry: Entry, here: str) -> tuple[page.LookAlike, ...]:
    """Declared here, or at the other record: shown on both pages. Then those of the same package and class."""
    pairs = {name: prose(text) for name, text in entry.record.look_alikes.items()}
    for other in catalog.named_by.get(entry.id, ()):
        pairs.setdefault(other.id, prose(f"This page: {other.record.look_alikes[entry.id]}"))
    names = [*sorted(pairs), *(name for name in _same_class(catalog, entry) if name not in pairs)]
    return tuple(
        page.LookAlike(
            Link(name_of(record), relative(here, f"{name}/"), mono=True),
            prose(record.symptom),
            pairs.get(name) or _what_it_says(record),
        )
        for name, record in ((name, catalog.entries[name].record) for name in names)
    )


def _same_class(catalog: Catalog, entry: Entry) -> list[str]:
    """The records of this package with this class; of many the first few."""
    own = entry.record.raises or entry.record.warns
    of_package = catalog.by_package[entry.package] if own else ()
    same = [other.id for other in of_package if own == (other.record.raises or other.record.warns)]
    return [name for name in same if name != entry.id][:MORE]


def _what_it_says(record: Record) -> Markup:
    """What tells a record from another of its class: the first line of its message."""
    line = cut(record.message[0].text.split("\n")[0], 120) if record.message else ""
    return Markup("The same class. It says <code>{}</code>").format(line) if line else Markup("The same class.")


def _notes(catalog: Catalog, entry: Entry, stands: dict[str, Stand]) -> tuple[page.Note, ...]:
    found = []
    for number, note in enumerate(entry.record.notes, 1):
        stand = stands.get(f"note/{number}")
        run = render_run(catalog, entry, stand, _note_line(stand)) if stand else None
        scope = f"applies to {entry.package} {note.applies_to}" if note.applies_to else None
        found.append(page.Note(note.by, note.date, scope, prose(note.text), run))
    return tuple(found)


def _note_line(stand: Stand) -> EvidenceLine:
    """A note shows the day of its own run: it may have been written, and run, long after the page."""
    verb = Markup("run {}: as the note says,").format(render_time(stand.dates[0])) if stand.dates else ""
    return render_line(stand, verb)
