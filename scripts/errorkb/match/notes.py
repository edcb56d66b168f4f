"""What Python alone can say of a paste: the chain, the members of a group, the package. For people and new records.

The browser has no use for this; nothing in it changes a ranking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from errorkb.match.features import clean_text, find_error_line, read_features
from errorkb.tracebacks import Traceback, final_traceback, parse_tracebacks

PREFIX = re.compile(r"^(?:[A-Za-z0-9_.-]{1,60} *\| ?|E(?: {3}|$))", re.MULTILINE)
# Of a class whose own name says nothing of an error, such as NoResultFound, the path before it does.
DOTTED = re.compile(r"^((?:[a-z_][a-z0-9_]*\.)+[A-Z]\w*)(?=:|$)", re.MULTILINE | re.ASCII)


@dataclass(frozen=True)
class Understanding:
    """What was understood of a paste.

    ``exception`` and ``message`` are those of the error that was taken, maybe empty; ``chain`` the exceptions that led
    to it, the first first; ``members`` those of a group; ``package`` the package whose frame is innermost.
    """

    exception: str
    message: str
    chain: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    package: str = ""


def read_understanding(text: str) -> Understanding:
    """Read what can be understood of a text: of a traceback all of it, else the line that names a class."""
    text = PREFIX.sub("", text.replace("\r\n", "\n"))
    features = read_features(text)
    package = features["paths"][-1] if features["paths"] else ""
    last = final_traceback(text)
    if last is not None:
        members = tuple(member[-1].exception for member in last.members)
        return Understanding(last.exception, last.message, tuple(_chain(text, last)), members, package)
    text = clean_text(text)
    dotted = DOTTED.findall(text)
    name = features["last"] or (dotted[-1] if dotted else "")
    line = find_error_line(text)
    message = line.partition(f"{name}:")[2].strip() if name else line
    return Understanding(name, message, package=package)


def _chain(text: str, last: Traceback) -> Iterator[str]:
    """The classes of the exceptions that led to the last one."""
    found: list[str] = []
    for traceback in parse_tracebacks(text):
        if traceback == last:
            break
        found = [*found, traceback.exception] if traceback.link else []
    yield from found


def render_understanding(understood: Understanding) -> list[str]:
    """Render it as lines of plain text; what is not known is not said."""
    lines = {
        "exception": understood.exception,
        "message": understood.message.split("\n")[0],
        "caused by": ", ".join(reversed(understood.chain)),
        "inside": ", ".join(understood.members),
        "package": understood.package,
    }
    return [f"{name}: {value}" for name, value in lines.items() if value]
