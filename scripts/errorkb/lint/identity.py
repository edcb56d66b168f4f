"""Names that one file uses and another defines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog, Entry
from errorkb.lint.places import is_written, problem_at
from errorkb.problems import Problem


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
            if other == entry.id or other not in catalog.entries:
                message = f"a look-alike must be another record, and {other} is {_what(other, entry)}"
                mend = "Write package/record, as in errors/package/record.yaml."
                yield problem_at(entry, place, "unknown-record", message, mend, at_key=True)
            elif entry.id in catalog.entries[other].record.look_alikes and entry.id > other:
                message = f"the difference to {other} must be written once, and stands there too"
                yield problem_at(entry, place, "unknown-record", message, "Take one of the two out.", at_key=True)


def check_aliases(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """An alias is the former id of one record, and no record has it now."""
    owners: dict[str, list[str]] = defaultdict(list)
    for entry in catalog.entries.values():
        for number, alias in enumerate(entry.record.aliases):
            owners[alias].append(entry.id)
            taken = alias if alias in catalog.entries else next((x for x in owners[alias] if x != entry.id), None)
            if taken is not None or owners[alias].count(entry.id) > 1:
                message = f"the alias {alias} must lead to one page, and {taken or entry.id} has it already"
                yield problem_at(entry, ("aliases", number), "alias-taken", message, "Take it out of one of them.")


def check_servers(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A host under `servers` is played by a scenario that a package's `server.yaml` defines."""
    for entry in catalog.entries.values():
        for claim in entry.claims:
            for host, name in claim.program.servers:
                place = (*claim.location, "servers", host)
                package, _, scenario = name.partition("/")
                home = catalog.packages.get(package)
                known = sorted(home.server.scenarios) if home and home.server else []
                if scenario not in known and is_written(entry.source.data, place):
                    has = ", ".join(f"{package}/{item}" for item in known) or "none"
                    message = f"{host} must be played by a scenario of errors/{package}/server.yaml ({has}), was {name}"
                    yield problem_at(entry, place, "unknown-server", message, "Add the scenario, or name another one.")


def _what(other: str, entry: Entry) -> str:
    return "this one" if other == entry.id else "not one"
