"""What authors write for readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from errorkb.catalog import Catalog
from errorkb.lint.places import find_prose, find_texts, problem_in
from errorkb.problems import Problem
from errorkb.prose import find_refused_links
from errorkb.source import Location

CODE_KEYS = frozenset(("code", "files", "env", "prints", "message", "args", "run", "servers"))
REPEATED = 40

_TODO = re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b|\A(?:\.{3}|…)\Z")
_PROMISE = re.compile(
    r"\b[Gg]uarantee[ds]?\b|\b100 ?%|\b(?:will|does) always works?\b|\balways will work\b|\b[Nn]ever fails?\b"
)
# U+061C, U+200E and U+200F mark a direction, the others embed, override or isolate one (Unicode, UAX 9).
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Spans in backticks, and addresses: what stands there is no plain text.
_MARKED = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|https?://\S+", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.]*\(\)|\b__[A-Za-z]\w*__\b|\b[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+\b")
_MARKUP = re.compile(r"^(?:[-*+]|\d+[.)]|#{1,6}|>) |</?[a-z][a-z0-9]*(?: [^<>]*)?/?>", re.MULTILINE)
_SENTENCE = re.compile(r"[^\s.!?][^.!?]*(?:[.!?](?!\s)[^.!?]*)*[.!?]*")


def check_prose_links(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A link in prose leads to an https address without a user name, on a host in plain ASCII."""
    for source in catalog.sources:
        if "](" not in source.text:
            continue
        for location, text in find_texts(source.data):
            for link in find_refused_links(text) if CODE_KEYS.isdisjoint(location) else ():
                message = f"{link.why}, was {link.href}"
                mend = "Write [text](https://host/path), or backticks around what is not a link."
                start = max(text.find(f"]({link.href}") + 2, 0)
                yield problem_in(source, (location, text), start, "prose-link", message, mend)


def check_todo(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Prose is finished: there is no `TODO`, `FIXME`, `XXX` or `TBD` in it, unless in backticks, and no text is only
    `...`.
    """
    yield from _find_in_prose(
        catalog,
        _TODO,
        ("TODO", "FIXME", "XXX", "TBD", "...", "…"),
        "todo",
        "prose must be finished, and here stands {}",
        "Write what is missing, or leave it out.",
        links=True,
    )


def check_promises(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Prose promises nothing that no run can prove: no "guaranteed", "100 %", "will always work", "never fails"."""
    yield from _find_in_prose(
        catalog,
        _PROMISE,
        ("uarantee", "100", "always", "ever fail"),
        "promise",
        'prose must promise only what runs can prove, and "{}" is more',
        "Say what was seen, and on which releases.",
    )


def check_identifiers(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Names from code stand in backticks: `foo_bar`, `__init__`, `foo()`."""
    yield from _find_in_prose(
        catalog,
        _IDENTIFIER,
        ("_", "()"),
        "identifier-outside-backticks",
        "a name from code must stand in backticks, and {} does not",
        "Write `{}`, with the backticks.",
    )


def check_markup(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """Prose is one paragraph. Lists, headings, quotations and HTML are no markup in it: readers would see the
    characters.
    """
    yield from _find_in_prose(
        catalog,
        _MARKUP,
        (" ", "<"),
        "markup",
        'prose must be plain sentences, and "{}" would be shown as it is',
        "Write sentences; put what is code in backticks.",
    )


def check_bidi(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """No text holds characters that turn the direction of reading, such as U+202E: what one sees would not be what
    runs. Prose holds no control characters either, not even as an escape in double quotes.
    """
    for source in catalog.sources:
        if source.text.isascii() and "\\" not in source.text:
            continue
        for pattern, texts in ((_BIDI, find_texts(source.data)), (_CONTROL, find_prose(source))):
            for location, text in texts:
                for match in pattern.finditer(text):
                    message = f"text must read as it runs, and U+{ord(match.group()):04X} here cannot be seen"
                    mend = "Remove it; in a snippet, write it as Python's escape in a `code: |` block."
                    yield problem_in(source, (location, text), match.start(), "bidi", message, mend)


def check_repetition(catalog: Catalog, errors: Path) -> Iterator[Problem]:
    """A page says a thing once: no sentence of 40 characters or more stands in two places of its prose."""
    for source in catalog.sources:
        first: dict[str, Location] = {}
        for location, text in find_prose(source):
            for match in _SENTENCE.finditer(text) if len(text) >= REPEATED else ():
                if match.end() - match.start() < REPEATED:
                    continue
                sentence = " ".join(match.group().split())
                other = first.setdefault(sentence.casefold(), location)
                if other != location:
                    place = ".".join(map(str, other))
                    message = f'a sentence must stand once, and "{sentence}" stands in `{place}` too'
                    mend = "Take it out of one of the two, or say here what is different."
                    yield problem_in(source, (location, text), match.start(), "same-text", message, mend)


def _find_in_prose(
    catalog: Catalog,
    pattern: re.Pattern[str],
    hints: tuple[str, ...],
    code: str,
    message: str,
    mend: str,
    links: bool = False,
) -> Iterator[Problem]:
    """Yield a finding for each match outside of backticks and addresses; ``{}`` in the texts stands for the match.

    Only a text that holds one of ``hints`` can match: a search for these is many times faster than the pattern's.
    """
    for source in catalog.sources:
        texts = find_prose(source, links) if any(hint in source.text for hint in hints) else ()
        for location, text in texts:
            if not any(hint in text for hint in hints):
                continue
            plain = text if location[-1] == "url" else _MARKED.sub(lambda marked: " " * len(marked.group()), text)
            for match in pattern.finditer(plain):
                told, how = message.replace("{}", match.group()), mend.replace("{}", match.group())
                yield problem_in(source, (location, text), match.start(), code, told, how)
