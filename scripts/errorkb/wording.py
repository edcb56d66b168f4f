"""Message templates: text in which ``{name}`` stands for what varies, and nothing else is special.

A placeholder's name is small letters and underscores. Every other brace is text, since messages are full of printed
dicts. A wording is never a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
TELLING_WORDS = 3
"""So many literal words tell a message from others."""


@dataclass(frozen=True)
class Placeholder:
    """What varies: one or more characters, line ends among them."""

    name: str


@dataclass(frozen=True)
class Wording:
    """The parts of a template in order. Literal parts are never empty, and never beside one another."""

    parts: tuple[str | Placeholder, ...]


@dataclass(frozen=True)
class _Gap:
    """Placeholders beside one another, and the literal that ends them; at the end of a wording it may be empty."""

    names: tuple[str, ...]
    literal: str


@dataclass(frozen=True)
class _Capture:
    name: str
    start: int
    end: int


def parse_wording(text: str) -> Wording:
    """Parse a template; white space at its ends does not count. Any text is a wording, the empty one too."""
    pieces = _PLACEHOLDER.split(text.strip())
    parts = (Placeholder(piece) if index % 2 else piece for index, piece in enumerate(pieces))
    return Wording(tuple(part for part in parts if part != ""))


def match_wording(wording: Wording, text: str) -> dict[str, str] | None:
    """Match the whole of a text, less white space at its ends. Returns what each placeholder stands for, or None.

    Each placeholder, from the left, takes as little as lets the next literal follow. That finds a match wherever
    there is one, in time linear in the text, as long as no name stands twice. A name that does must take the same text
    each time, in that one match.
    """
    text = text.strip()
    captures = _match(wording, text, 0, len(text))
    return None if captures is None else _values(captures, text)


def match_lines(wording: Wording, output: str) -> dict[str, str] | None:
    """Match one or more whole lines of a program's output, one after another, less white space at the ends of lines.

    Returns the values of the first match, or None. A placeholder stays on its line, so that one at the beginning does
    not take the lines before. An empty wording matches nothing but empty output.
    """
    lines = _strip_lines(output).split("\n")
    wording = parse_wording(_strip_lines(_render(wording)))
    count = _render(wording).count("\n") + 1
    if not wording.parts:
        return {} if lines == [""] else None
    windows = ("\n".join(lines[start : start + count]) for start in range(len(lines) - count + 1))
    # The window and the wording have as many line ends, so no value can hold one.
    found = (match_wording(wording, window) for window in windows)
    return next((values for values in found if values is not None), None)


def literal_words(wording: Wording) -> tuple[str, ...]:
    """Return the words of the literal parts; a word that a placeholder is a part of does not count."""
    text = "".join("\0" if isinstance(part, Placeholder) else part.replace("\0", " ") for part in wording.parts)
    return tuple(word for word in re.findall(r"[\w\0]+", text) if "\0" not in word)


def is_literal(wording: Wording) -> bool:
    """Whether nothing in the wording varies; so it is with the empty one."""
    return not any(isinstance(part, Placeholder) for part in wording.parts)


def is_lone_placeholder(wording: Wording) -> bool:
    """Whether the wording says nothing: it is placeholders alone."""
    return bool(wording.parts) and all(isinstance(part, Placeholder) for part in wording.parts)


def captures_stand_in(captured: Mapping[str, str], texts: Iterable[str]) -> bool:
    """Whether every captured value stands in one of the texts: a snippet's code, files, arguments, environment."""
    texts = tuple(texts)
    return all(any(value in text for text in texts) for value in captured.values())


def is_telling(wording: Wording, captured: Mapping[str, str], texts: Iterable[str], *, own_class: bool) -> bool:
    """Whether a match of the wording says that it is this error.

    It does with three literal words, or with none but literals, or where every captured value stands in ``texts``. A
    lone placeholder does only if, beside that, the class is the package's own (``own_class``).
    """
    if is_literal(wording) or len(literal_words(wording)) >= TELLING_WORDS:
        return True
    return captures_stand_in(captured, texts) and (own_class or not is_lone_placeholder(wording))


def split_varying(wording: Wording, text: str) -> list[tuple[str, bool]]:
    """Cut a message where the wording does; of each piece, whether it varies. One that does not match is one piece."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    captures = _match(wording, text, start, end) or []
    if _values(captures, text) is None:
        captures = []
    pieces, position = [], 0
    for capture in captures:
        pieces += [(text[position : capture.start], False), (text[capture.start : capture.end], True)]
        position = capture.end
    return [piece for piece in [*pieces, (text[position:], False)] if piece[0]]


def changed_words(before: str, after: str) -> list[tuple[str, bool]]:
    """Cut ``after`` in pieces; of each, whether it differs from ``before``. Compared word by word."""
    old, new = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (before, after))
    changed = [True] * len(new)
    for block in SequenceMatcher(str.isspace, old, new).get_matching_blocks():
        changed[block.b : block.b + block.size] = [False] * block.size
    for index in range(1, len(new) - 1):
        changed[index] |= new[index].isspace() and changed[index - 1] and changed[index + 1]
    pieces: list[tuple[str, bool]] = []
    for word, flag in zip(new, changed, strict=True):
        if pieces and pieces[-1][1] == flag:
            word = pieces.pop()[0] + word
        pieces.append((word, flag))
    return pieces


@lru_cache(maxsize=1024)
def _gaps(wording: Wording) -> tuple[str, list[_Gap]]:
    """Return the literal that the wording begins with, maybe empty, and what follows it."""
    head, gaps = "", []
    names: list[str] = []
    for index, part in enumerate(wording.parts):
        if isinstance(part, Placeholder):
            names.append(part.name)
        elif index == 0:
            head = part
        else:
            gaps.append(_Gap(tuple(names), part))
            names = []
    return head, [*gaps, _Gap(tuple(names), "")] if names else gaps


def _match(wording: Wording, text: str, start: int, end: int) -> list[_Capture] | None:
    """Match from ``start`` to ``end``."""
    head, gaps = _gaps(wording)
    if not text.startswith(head, start):
        return None
    captures: list[_Capture] = []
    position = start + len(head)
    for index, gap in enumerate(gaps):
        least = position + len(gap.names)
        last = index == len(gaps) - 1
        found = end - len(gap.literal) if last else text.find(gap.literal, least, end)
        if found < least or not text.startswith(gap.literal, found):
            return None
        bounds = [*range(position, least), found]
        captures += map(_Capture, gap.names, bounds, bounds[1:])
        position = found + len(gap.literal)
    return captures if position == end else None


def _values(captures: list[_Capture], text: str) -> dict[str, str] | None:
    """Return the values by name; None if one name has two."""
    values: dict[str, str] = {}
    for capture in captures:
        value = text[capture.start : capture.end]
        if values.setdefault(capture.name, value) != value:
            return None
    return values


def _render(wording: Wording) -> str:
    return "".join(f"{{{part.name}}}" if isinstance(part, Placeholder) else part for part in wording.parts)


def _strip_lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n")).strip()
