"""A part of the catalog that can be shown by itself, even where not all of it is sound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from errorkb.catalog import Catalog, Entry
from errorkb.model.package import Vocabulary
from errorkb.problems import Problem

UNKNOWN_MEANING = "This word is not in errors/vocabulary.yaml."

_FIELDS = (("severity", "severities"), ("level", "levels"), ("retry", "retry"))
_WORD = re.compile(r"[A-Za-z]+( [A-Za-z]+)*")  # a word is part of an address, so it must not be a path


def keep_only(catalog: Catalog, ids: Iterable[str]) -> Catalog:
    """The catalog with these records, and those that they are shown beside as look-alikes, alone.

    A look-alike that is not kept is left out where it is named.
    """
    entries = [catalog.entries[name] for name in ids if name in catalog.entries]
    named = {other for entry in entries for other in entry.record.look_alikes}
    naming = {other.id for entry in entries for other in catalog.named_by.get(entry.id, ())}
    wanted = {entry.id for entry in entries} | named | naming
    kept = {
        name: _cut(entry, wanted & set(catalog.entries)) for name, entry in catalog.entries.items() if name in wanted
    }
    return replace(catalog, entries=kept)


def accept_words(catalog: Catalog) -> Catalog:
    """The catalog with a vocabulary that has every word of its records, so that a draft can be shown.

    A record with a word that cannot be part of an address is left out.
    """
    if catalog.vocabulary is None:
        return catalog
    entries = {name: entry for name, entry in catalog.entries.items() if all(map(_WORD.fullmatch, _words(entry)))}
    lists: dict[str, dict[str, str]] = {}
    for key, plural in _FIELDS:
        used = {getattr(entry.record, key): UNKNOWN_MEANING for entry in entries.values()}
        lists[plural] = {**used, **getattr(catalog.vocabulary, plural)}
    return replace(catalog, entries=entries, vocabulary=Vocabulary.model_construct(None, **lists))


def concerns(problem: Problem, ids: Iterable[str]) -> bool:
    """Whether a problem is in one of these records, in their packages, or in what all records share."""
    parts = problem.path.split("/")
    names = [name.split("/") for name in ids]
    if len(parts) == 2 or parts[1] not in {package for package, _ in names}:
        return len(parts) == 2
    stem = re.sub(r"(\.evidence\.json|\.yaml)$", "", parts[2])
    return len(parts) > 3 or stem in ("package", "server") or [parts[1], stem] in names


def _cut(entry: Entry, kept: Iterable[str]) -> Entry:
    look_alikes = {name: text for name, text in entry.record.look_alikes.items() if name in kept}
    return replace(entry, record=entry.record.model_copy(update={"look_alikes": look_alikes}))


def _words(entry: Entry) -> Iterable[str]:
    return (getattr(entry.record, key) for key, _ in _FIELDS)
