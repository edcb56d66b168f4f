"""How YAML 1.1 reads a scalar without quotes, and whether it looks like that to people too."""

from __future__ import annotations

import re
from dataclasses import dataclass

Plain = str | int | float | bool | None

_TRUE = {"yes", "true", "on"}
_LONGEST_NUMBER = 40


@dataclass(frozen=True)
class Misreading:
    """What YAML takes a text for: a rule's code, a description with its article, and how to write either."""

    code: str
    reading: str
    mend: str


def parse_scalar(text: str, kind: str) -> tuple[Plain, Misreading | None]:
    """Return the value of a scalar of YAML's kind (``str``, ``bool``, ``int``, ``float``, ``null``, ``timestamp``).

    ``true``, ``false``, and numbers written as Python writes them are what they look like. Everything else that YAML
    does not read as text is returned as text, with the misreading.
    """
    if kind == "null":
        return None, None
    if kind == "bool":
        return (text == "true", None) if text in ("true", "false") else (text, misread(text, kind))
    if kind in ("int", "float"):
        number = _number(text, kind)
        return (number, None) if repr(number) == text else (text, misread(text, kind))
    return text, misread(text, kind)


def misread(text: str, kind: str) -> Misreading | None:
    """Return what YAML takes the scalar for, if that is no text."""
    if kind == "str":
        return None
    quoted = f"Write {quote(text)} if text is meant"
    if kind == "null":
        return Misreading("read-as-null", "nothing (null)", f"{quoted}.")
    if kind == "bool":
        value = "true" if text.lower() in _TRUE else "false"
        return Misreading("read-as-boolean", f"the boolean {value}", f"{quoted}, {value} if the boolean is.")
    if kind in ("int", "float"):
        number = _number(text, kind)
        if number is None:
            return Misreading("read-as-number", "a number", f"{quoted}.")
        return Misreading("read-as-number", f"the number {number}", f"{quoted}, {number} if the number is.")
    if kind == "timestamp":
        return Misreading("read-as-date", "a date", f"{quoted}.")
    return None


def show(text: str) -> str:
    """Render a text from a file for a message: in backticks, cut at 60 characters, on one line."""
    cut = text if len(text) <= 60 else text[:59] + "…"
    return "`" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut) + "`"


def quote(text: str) -> str:
    """Render a scalar as it has to be written to be text; one too long to repeat, described."""
    return f'"{text}"' if len(text) <= _LONGEST_NUMBER else "it in quotes"


def _number(text: str, kind: str) -> int | float | None:
    """Return the number that YAML 1.1 reads; None for one that is no finite number or absurdly long."""
    digits = text.replace("_", "").lower().lstrip("+")
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        if ":" in digits:
            return _sexagesimal(digits, kind)
        if kind == "float":
            number = float(digits)
            return number if abs(number) != float("inf") else None
        return _integer(digits)
    except ValueError:
        return None


def _integer(digits: str) -> int:
    if re.match(r"-?0[bx]", digits):
        return int(digits, 0)
    return int(digits, 8 if re.match(r"-?0.", digits) else 10)


def _sexagesimal(digits: str, kind: str) -> int | float:
    """``12:30`` is 12 · 60 + 30."""
    total: int | float = 0
    for part in digits.lstrip("-").split(":"):
        total = total * 60 + (float(part) if kind == "float" else int(part))
    return -total if digits.startswith("-") else total
