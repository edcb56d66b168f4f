"""Places in a text: offset ↔ line and column; where the characters of a folded or quoted YAML scalar stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKENS = {
    "'": re.compile(r"''|.", re.DOTALL),
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|.", re.DOTALL),
}
_SPACE_ESCAPES = frozenset("ntrvfNLP_ \t\n")


@dataclass(frozen=True, order=True)
class Position:
    """A place in a file. Lines and columns (in characters) count from 1."""

    line: int
    column: int


def position_at(text: str, offset: int) -> Position:
    """Return the place of the character at ``offset`` (from 0) of ``text``."""
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def offset_at(text: str, place: Position) -> int:
    """Return the offset of a place; of one beyond the end of its line or of the text, that end."""
    start = 0
    for _ in range(place.line - 1):
        start = text.find("\n", start) + 1 or len(text)
    end = text.find("\n", start)
    return min(start + place.column - 1, len(text) if end < 0 else end)


def folded_offset(raw: str, start: int, style: str, value: str, offset: int) -> int:
    """Return the offset in ``raw`` of the character at ``offset`` of ``value``, a scalar that begins at ``start``.

    ``style`` is the quote around it, or something else. Folding changes white space only, so the nth other character
    of the value is the nth of the raw text. White space itself is placed after the character before it.
    """
    before = value[:offset]
    places = _solid_places(raw, start, style)
    end = start
    for _ in range(sum(not character.isspace() for character in before)):
        end = next(places, (end, end))[1]
    if offset < len(value) and not value[offset].isspace():
        return next(places, (end, end))[0]
    spaces = len(before) - len(before.rstrip())
    line_end = raw.find("\n", end)
    return min(end + spaces, len(raw) if line_end < 0 else line_end)


def _solid_places(raw: str, start: int, style: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each stretch of raw text that stands for one character that is no white space."""
    token = _TOKENS.get(style)
    if token is None:
        yield from ((i, i + 1) for i in range(start, len(raw)) if not raw[i].isspace())
        return
    for match in token.finditer(raw, start):
        if not _is_space(match.group()):
            yield match.span()


def _is_space(token: str) -> bool:
    """Whether a token of a quoted scalar stands for white space; an escaped line break stands for nothing."""
    if token[0] != "\\" or len(token) == 1:
        return token.isspace()
    letter, digits = token[1], token[2:]
    return chr(int(digits, 16)).isspace() if digits else letter in _SPACE_ESCAPES
