"""Names that one file uses and another defines."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog, Entry
from errorkb.lint.places import is_written, problem_at
from errorkb.problems import Problem
from errorkb.source import Location


def check_vocabulary(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """`severity`, `level` and `retry` are words of `errors/vocabulary.yaml`."""
    if catalog.vocabulary is None:
        return
    for entry in catalog.entries.values():
        for key, words in (
            ("severity", catalog.vocabulary.severities),
            ("level", catalog.vocabulary.levels),
            ("retry", catalog.vocabulary.retry),
        ):
            word = getattr(entry.record, key)
            if word not in words:
                message = f"`{key}` must be one of {', '.join(words)}, was {word!r}"
                mend = "errors/vocabulary.yaml says what each means."
                yield problem_at(entry, (key,), "unknown-word", message, mend)


def check_look_alikes(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A look-alike is another record, and the difference is written in only one of the two."""
    for entry in catalog.entries.values():
        for other in entry.record.look_alikes:
            place = ("look_alikes", other)
            if other == entry.id:
                message = "a look-alike must be another record, and this is the record's own name"
                yield problem_at(entry, place, "unknown-record", message, "Name the other one.", at_key=True)
            elif other not in catalog.entries and not _is_file(errors, f"{other}.yaml"):
                message = f"a look-alike must be another record, and there is no errors/{other}.yaml"
                yield problem_at(
                    entry, place, "unknown-record", message, _mend_name(other, catalog, entry), at_key=True
                )
            elif other not in catalog.entries:
                continue
            elif entry.id in catalog.entries[other].record.look_alikes and entry.id > other:
                message = f"the difference to {other} must be written once, and stands there too"
                yield problem_at(entry, place, "unknown-record", message, "Take one of the two out.", at_key=True)


def check_aliases(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """An alias is the former id of one record, and no record has it now."""
    owners: dict[str, list[str]] = defaultdict(list)
    for entry in catalog.entries.values():
        for number, alias in enumerate(entry.record.aliases):
            owners[alias].append(entry.id)
            if alias in catalog.entries:
                message = f"an alias must be a former name, and {alias} is the name of a record now"
                yield problem_at(entry, ("aliases", number), "alias-taken", message, "Take it out.")
            elif len(owners[alias]) > 1:
                where = "stands here twice" if owners[alias][0] == entry.id else f"is one of {owners[alias][0]} too"
                message = f"an alias must lead to one page, and {alias} {where}"
                yield problem_at(entry, ("aliases", number), "alias-taken", message, "Take one of the two out.")


def check_servers(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A host under `servers` is played by a scenario that a package's `server.yaml` defines."""
    for entry in catalog.entries.values():
        for claim in entry.claims:
            for host, name in claim.program.servers:
                place = (*claim.location, "servers", host)
                package, _, scenario = name.partition("/")
                home = catalog.packages.get(package)
                known = sorted(home.server.scenarios) if home and home.server else []
                unread = not known and _is_file(errors, f"{package}/server.yaml")
                if scenario not in known and not unread and is_written(entry.source.data, place):
                    yield _unknown_server(entry, place, name, known)


def _unknown_server(entry: Entry, place: Location, name: str, known: list[str]) -> Problem:
    package, _, scenario = name.partition("/")
    file = f"errors/{package}/server.yaml"
    if not known:
        message = f"a host must be played by a scenario of a server, and there is no {file}"
        mend = "Name a package that has one, or write it: the server.yaml of another package shows how."
    else:
        has = ", ".join(f"{package}/{item}" for item in known)
        message = f"a host must be played by a scenario of {file}, which has {has}, was {name}"
        mend = f"Name one of these, or add {scenario} to that file."
    return problem_at(entry, place, "unknown-server", message, mend)


def _is_file(errors: Path, name: str) -> bool:
    """Whether there is such a file. One that was not loaded has findings of its own: others would only echo them."""
    return (errors / name).is_file()


def _mend_name(name: str, catalog: Catalog, entry: Entry) -> str:
    """The record of the nearest name; of those with the same name, that of the nearest package."""
    names = [other.partition("/")[2] for other in catalog.entries]
    alike = difflib.get_close_matches(name.partition("/")[2], names)
    others = sorted(other for other in catalog.entries if other.partition("/")[2] in alike and other != entry.id)
    near = difflib.get_close_matches(name, others, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return f"{hint}Write package/record, as in errors/package/record.yaml."
