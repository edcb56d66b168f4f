"""A message → a template of it: what is likely to vary becomes a placeholder."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from errorkb.redaction import RULES
from errorkb.wording import is_telling, match_wording, parse_wording

_MARKS = "|".join(sorted({re.escape(rule["what"]) for rule in RULES}))
_NO_ERRNO = "".join(rf"(?<!\[{kind}\ {sign})" for kind in ("Errno", "WinError") for sign in ("", "-"))
_VARYING = re.compile(
    rf"""
      (?<=\bKey\ \()(?P<column>[^\n]+?)(?=\)=\()          # what PostgreSQL says of a row: Key (email)=(ada)
    | (?<=\)=\()(?P<entry>[^\n]+?)(?=\)(?![^\s.,;]))
    | \[(?P<mark>{_MARKS})\]                              # what was redacted
    | \A(?P<program>[^\s:]+)(?=:\ error:\ )                # what a program calls itself
    | (?<=\ -\ )(?P<body>\{{.*\}})                         # a dict that an API answered
    | (?P<url>https?://[^\s'"`()<>\[\]]*[^\s'"`()<>\[\].,;:?!])
    | (?P<address>\b0x[0-9a-fA-F]+)
    | (?<!\w)(?P<quote>['"`])(?P<value>(?:(?!(?P=quote))[^\n])+)(?P=quote)(?!\w)
    | (?P<path>(?:(?<![\w/.])~?|\b[A-Za-z]:)[\\/][\w.-]+(?:[\\/]+[\w.\[\]-]+)+)
    | (?P<number>(?<![\w.]){_NO_ERRNO}[-+]?[0-9]+(?:[.,][0-9]+)*(?!\w))
    """,
    re.VERBOSE | re.DOTALL,
)
LONGEST = 1000
"""Of a longer message the rest, after the last whole line, is a placeholder: nobody reads that much in a record."""
_NAMES = {"entry": "value"}
_SUREST = ("more", "column", "entry", "mark", "program", "body", "url", "path", "address", "value", "number")
_TYPES = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type)) | {"NoneType"}


@dataclass(frozen=True)
class _Span:
    """What varies, from ``start`` to ``end`` of the message."""

    start: int
    end: int
    kind: str
    name: str


def propose_wording(message: str, texts: Sequence[str], *, own_class: bool, keep: str = "") -> str:
    """Return a template that the message fits and that tells enough (see ``wording.is_telling``).

    Values become placeholders, the least varying of them last; ``texts`` are what the record's program consists of.
    ``keep`` is a number that stays, such as an HTTP status. A message in which nothing varies is its own template.
    """
    message = message.strip()
    end = _find_end(message)
    spans = list(_find_spans(message[:end], keep))
    if end < len(message):
        spans.append(_Span(end, len(message), "more", "more"))
    while spans:
        template = _put_placeholders(message, spans)
        wording = parse_wording(template)
        captured = match_wording(wording, message)
        if captured is not None and is_telling(wording, captured, texts, own_class=own_class):
            return template
        spans.remove(max(spans, key=lambda span: (_SUREST.index(span.kind), span.start)))
    return message


def _find_end(message: str) -> int:
    """Where the part of a message that is read ends: behind a line if it can be, else behind a word."""
    if len(message) <= LONGEST:
        return len(message)
    return message.rfind("\n", 0, LONGEST) + 1 or message.rfind(" ", 0, LONGEST) + 1 or LONGEST


def _find_spans(message: str, keep: str) -> Iterable[_Span]:
    names: dict[tuple[str, str], str] = {}
    for match in _VARYING.finditer(message):
        kind = next(kind for kind, text in match.groupdict().items() if text is not None and kind != "quote")
        text = match[kind]
        if text == keep or (kind == "value" and text in _TYPES):
            continue
        base = re.sub("[^a-z]+", "_", text.lower()) if kind == "mark" else _NAMES.get(kind, kind)
        taken = set(names.values())
        fresh = (name for name in (base, *(f"{base}_{letter}" for letter in "bcdefghijk")) if name not in taken)
        name = names.get((kind, text)) or next(fresh, "")
        if name:
            names[kind, text] = name
            yield _Span(*(match.span() if kind == "mark" else match.span(kind)), kind, name)


def _put_placeholders(message: str, spans: Sequence[_Span]) -> str:
    pieces, position = [], 0
    for span in spans:
        pieces += [message[position : span.start], f"{{{span.name}}}"]
        position = span.end
    return "".join([*pieces, message[position:]])
