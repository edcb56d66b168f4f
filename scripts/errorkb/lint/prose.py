"""What authors write for readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from errorkb.catalog import Catalog
from errorkb.problems import Problem
from errorkb.prose import find_refused_links
from errorkb.source import Location

CODE_KEYS = frozenset(("code", "files", "env", "prints", "message", "args", "run", "servers"))


def check_prose_links(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A link in prose leads to an https address without a user name, on a host in plain ASCII."""
    for entry in catalog.entries.values():
        for location, text in _texts((), entry.source.data):
            for link in find_refused_links(text):
                position = entry.source.position(location)
                message = f"the link to {link.href} {link.why}"
                mend = "Write [text](https://host/path), or backticks around what is not a link."
                yield Problem(entry.source.path, position.line, position.column, "prose-link", message, mend)


def _texts(location: Location, data: Any) -> Iterator[tuple[Location, str]]:
    if isinstance(data, str):
        yield location, data
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        if key not in CODE_KEYS:
            yield from _texts((*location, key), value)
