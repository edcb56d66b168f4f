"""The index: what a pasted text or a typed name is compared with, computed from records and evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from errorkb.catalog import Catalog, Entry
from errorkb.evidence import Observation
from errorkb.match.features import split_wording
from errorkb.match.rules import RULES, compile_pattern
from errorkb.model.record import Record
from errorkb.prose import render_prose_text
from errorkb.redaction import FIXTURES, ROUNDS
from errorkb.redaction import RULES as REDACTION
from errorkb.wording import TELLING_WORDS, Wording, literal_words, match_wording, parse_wording

FORMAT = 1
SHOWS = re.compile(r"broken|cause/[^/]+/broken|dead_end/.*")


def build_index(catalog: Catalog, pages: Iterable[tuple[str, str]] = ()) -> dict[str, Any]:
    """Build the index of a catalog. ``pages`` are addresses and titles of the pages written by hand."""
    packages = {
        name: {"name": home.package.name, "modules": list(home.modules) if home.package.distribution else []}
        for name, home in sorted(catalog.packages.items())
    }
    records = [_describe(entry) for _, entry in sorted(catalog.entries.items())]
    return {
        "format": FORMAT,
        "rules": RULES,
        "redaction": {"rules": REDACTION, "fixtures": list(FIXTURES), "rounds": ROUNDS},
        "packages": packages,
        "pages": [{"url": url, "title": title} for url, title in sorted(pages)],
        "records": records,
    }


def render_index(catalog: Catalog, pages: Iterable[tuple[str, str]] = ()) -> str:
    """Render the index as one line of JSON in ASCII: same catalog, same text."""
    return json.dumps(build_index(catalog, pages), separators=(",", ":"), sort_keys=True) + "\n"


def _describe(entry: Entry) -> dict[str, Any]:
    """Everything the finder needs to know of a record. What is empty is left out."""
    record = entry.record
    described: dict[str, Any] = {
        "id": entry.id,
        "url": f"{entry.id}/",
        "package": entry.package,
        "name": _name(record),
        "classes": _classes(entry, record.raises or record.warns),
        "where": record.where,
        "http": record.http,
        "symptom": render_prose_text(record.symptom),
        "summary": render_prose_text(record.summary),
        "causes": [render_prose_text(cause.cause) for cause in record.causes],
        "quick_fix": render_prose_text(record.quick_fix.text),
        "run": record.quick_fix.run.model_dump() if record.quick_fix.run else None,
        "aliases": list(record.aliases),
        "look_alikes": {name: render_prose_text(text) for name, text in sorted(record.look_alikes.items())},
        "wordings": _wordings(record),
        "captured": _captured(entry),
        "inner_classes": _unique(name for cause in record.caused_by or () for name in _classes(entry, cause.raises)),
        "inner": _unique(wording.text for cause in record.caused_by or () for wording in cause.message),
        "inner_captured": _inner_captured(entry),
        "guessed": list(RULES["signals"].get(record.signals, ())) if record.message is None else [],
    }
    return {key: value for key, value in described.items() if value}


def _wordings(record: Record) -> list[str]:
    """Its own first, since captured messages go by their number; those of other systems; telling first lines alone."""
    own = [wording.text for wording in record.message or ()]
    others = [other.text for other in record.other_systems]
    firsts = [text.partition("\n")[0] for text in (*own, *others) if "\n" in text]
    telling = (text for text in firsts if len(literal_words(parse_wording(text))) > TELLING_WORDS)
    return own + others + [text for text in _unique(telling) if text not in own]


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _name(record: Record) -> str:
    """The name that the page has: the class, the logger, the signal, or the exit code."""
    if record.logs is not None:
        return record.logs.logger
    if record.exits is not None:
        return f"exit code {record.exits}"
    return record.raises or record.warns or record.signals or ""


def _classes(entry: Entry, public: str | None) -> list[str]:
    """A class's public name, then the real names that were seen in any release."""
    if public is None:
        return []
    seen = [observation.names[public].real for observation in _shown(entry) if public in observation.names]
    return _unique([public, *sorted({name for name in seen if name})])


def _shown(entry: Entry) -> Iterator[Observation]:
    """What was observed of the claims that show the symptom."""
    for claim, releases in sorted(entry.evidence.claims.items() if entry.evidence else ()):
        if SHOWS.fullmatch(claim):
            yield from (releases[version] for version in sorted(releases))


def _captured(entry: Entry) -> list[list[Any]]:
    """Every distinct message that was captured: the number of the record's wording that it fits, and its text."""
    said = [message for observation in _shown(entry) for message in find_messages(entry.record, observation)]
    return _number([wording.text for wording in entry.record.message or ()], said)


def find_messages(record: Record, observation: Observation) -> Iterator[str]:
    """Every message of one run that could be the record's; for a program that explains itself, every line."""
    if record.raises is not None:
        yield from (exception.message for exception in observation.exceptions)
    if record.warns is not None:
        yield from (warning.message for warning in observation.warnings)
    if record.logs is not None:
        yield from (log.message for log in observation.logs if log.logger == record.logs.logger)
    if record.exits is not None or record.signals is not None:
        yield from (line.strip() for line in f"{observation.stdout}\n{observation.stderr}".split("\n"))


def _inner_captured(entry: Entry) -> list[list[Any]]:
    """The same for the exceptions that the record's was caused by."""
    causes = entry.record.caused_by or ()
    names = {name for cause in causes for name in _classes(entry, cause.raises)}
    links = [link for seen in _shown(entry) for exception in seen.exceptions for link in exception.chain]
    templates = _unique(wording.text for cause in causes for wording in cause.message)
    return _number(templates, [link.message for link in links if link.name in names])


def _number(templates: list[str], captured: list[str]) -> list[list[Any]]:
    """Of what was captured each text that fits a template and has other words than it; braces in values are plain."""
    parsed: list[Wording] = [parse_wording(text) for text in templates]
    known = {tuple(split_wording(text)) for text in templates}
    found: list[list[Any]] = []
    for text in _unique(captured):
        fits = (number for number, wording in enumerate(parsed) if match_wording(wording, text) is not None)
        number = next(fits, None)
        text = compile_pattern(RULES["placeholder"]).sub(lambda match: match.group().upper(), text)
        if number is not None and tuple(split_wording(text)) not in known:
            known.add(tuple(split_wording(text)))
            found.append([number, text])
    return found
