"""What wordings say, beside those of other records and the rest of their own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from errorkb.catalog import Catalog, Entry
from errorkb.lint.claims import find_said
from errorkb.lint.places import problem_at
from errorkb.problems import Problem
from errorkb.wording import Wording, match_wording, parse_wording

_PHRASES = "|".join(re.escape(status.phrase) for status in HTTPStatus if status >= 400)
_STATUS = re.compile(
    r"\b(?:error|status|http)(?:[ _-]?code)?(?:/\d(?:\.\d)?)?['\"]?\s?[:=]?\s?['\"(]?([45]\d\d)\b"
    rf"|\b([45]\d\d) (?:{_PHRASES}|Client Error|Server Error)\b",
    re.IGNORECASE,
)


class _Readers:
    """The wordings of some records, found by the text that they begin with."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_head: dict[str, list[tuple[str, Wording]]] = defaultdict(list)
        for entry in entries:
            for wording in _wordings(entry):
                first = wording.parts[0] if wording.parts else ""
                self._by_head[first if isinstance(first, str) else ""].append((entry.id, wording))

    @cached_property
    def _lengths(self) -> Sequence[int]:
        return sorted({len(head) for head in self._by_head})

    def find(self, texts: Iterable[str]) -> set[str]:
        """The ids of the records whose wordings match every one of the texts."""
        return set.intersection(*(self._find(text.strip()) for text in texts))

    def _find(self, text: str) -> set[str]:
        lengths = (length for length in self._lengths if length <= len(text))
        found = (item for length in lengths for item in self._by_head.get(text[:length], ()))
        return {name for name, wording in found if match_wording(wording, text) is not None}


def check_same_wordings(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """What a user sees tells a page from every other one. If the wordings of one record match every message of another
    of the same class, `caused_by` or `where` differs, or one of the two names the other under `look_alikes`. A
    record of another package may be the more general one.
    """
    for entries in _by_class(catalog):
        readers = _Readers(entries)
        by_text = {entry.id: readers.find(_texts(entry)) for entry in entries}
        by_message = {entry.id: readers.find(_find_messages(entry) or _texts(entry)) for entry in entries}
        for entry in entries:
            for name in sorted(by_message[entry.id] - {entry.id}):
                other = catalog.entries[name]
                same = other.package == entry.package
                if not same and not (name in by_text[entry.id] and entry.id in by_text[name]):
                    continue
                told_there = entry.id in by_message[name] and entry.id < name
                if not told_there and not _are_told_apart(entry, other):
                    message = f"the message must tell this page from others, and {name} has wordings that match it too"
                    mend = "Name it under `look_alikes:` with the difference, add `caused_by:`, or make them one page."
                    yield problem_at(entry, ("message",), "same-wording", message, mend)


def check_statuses(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """`http` is the status that the record's own wordings name, such as "Error code: 401", if they name one."""
    for entry in catalog.entries.values():
        for wording in entry.record.message or () if entry.record.http is not None else ():
            named = {one or other for one, other in _STATUS.findall(wording.text)}
            if named and str(entry.record.http) not in named:
                message = f"`http` must be the status that the message names, {', '.join(sorted(named))}, "
                message += f"was {entry.record.http}"
                mend = "Mend the one that is wrong. Another status is another page."
                yield problem_at(entry, ("http",), "status-differs", message, mend)
                break


def _by_class(catalog: Catalog) -> Iterator[list[Entry]]:
    """The records with wordings, by what shows them; only where several have it in common."""
    groups: dict[Hashable, list[Entry]] = defaultdict(list)
    for entry in catalog.entries.values():
        record = entry.record
        name = record.raises or record.warns
        if record.message is not None and (name is not None or record.logs is not None):
            groups[record.kind, record.logs if name is None else _real_name(entry, name)].append(entry)
    yield from (entries for entries in groups.values() if len(entries) > 1)


def _real_name(entry: Entry, name: str) -> str:
    """The class that a public name stands for, as it was seen; unseen, the name itself."""
    runs = entry.evidence.claims.values() if entry.evidence is not None else ()
    resolved = (seen.names.get(name) for claim in runs for seen in claim.values())
    return next((item.real for item in resolved if item is not None and item.real is not None), name)


def _wordings(entry: Entry) -> list[Wording]:
    return [parse_wording(wording.text) for wording in entry.record.message or ()]


def _texts(entry: Entry) -> set[str]:
    return {wording.text for wording in entry.record.message or ()}


def _find_messages(entry: Entry) -> set[str]:
    """The messages that were captured and that the record's own wordings match."""
    claims = entry.evidence.claims.items() if entry.evidence is not None else ()
    shown = (seen for name, runs in claims if name.endswith("broken") for seen in runs.values())
    said = {text for seen in shown for text in find_said(entry.record, seen)}
    own = _wordings(entry)
    return {text for text in said if any(match_wording(wording, text) is not None for wording in own)}


def _are_told_apart(one: Entry, other: Entry) -> bool:
    named = other.id in one.record.look_alikes or one.id in other.record.look_alikes
    return named or one.record.where != other.record.where or one.record.caused_by != other.record.caused_by
