"""What YAML's parser says of a file that is no YAML → Problems in the author's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from errorkb.source.findings import Findings
from errorkb.source.places import Position

_TAB_LINE = re.compile(r" *\t")
_USUAL_MEND = "Check the quotes, brackets and indentation here and in the line before."
_MENDS = {
    "mapping values are not allowed in this context": "Put text that holds `: ` in quotes, or check the indentation.",
    "could not find expected ':'": "Give the key a `: ` and a value; indent text that goes on over several lines.",
    "did not find expected key": "Indent the keys of one block alike; quote text as a whole or not at all.",
    "did not find expected '-' indicator": "Indent the items of a list alike.",
    "found character that cannot start any token": "Put text that begins with `@`, `%` or a backtick in quotes.",
    "found unknown escape character": "Use single quotes: in double quotes a backslash begins an escape.",
    "found unexpected end of stream": "Close the quotes.",
}


@dataclass(frozen=True)
class Fault:
    """The parser's words (libyaml's), and where; ``context`` is what it was doing, and ``begin`` where that began."""

    problem: str
    place: Position
    context: str | None
    begin: Position | None


def check_fault(fault: Fault, text: str, findings: Findings) -> None:
    """Tell of the fault. A tab in the indentation has many names there, so all lines with one are told of instead."""
    lines = text.split("\n")
    if fault.place.line <= len(lines) and _TAB_LINE.match(lines[fault.place.line - 1]):
        for number, line in enumerate(lines[fault.place.line - 1 :], fault.place.line):
            if _TAB_LINE.match(line):
                place = Position(number, line.index("\t") + 1)
                message = "indentation must be spaces; this line has a tab"
                findings.add(place, "yaml-tab", message, "Replace the tab by spaces.")
        return
    place, message = _tell(fault)
    place = min(place, Position(len(lines), len(lines[-1]) + 1))  # libyaml places the end of a file one line too low
    mend = _MENDS.get(fault.problem, _USUAL_MEND)
    findings.add(place, "yaml-syntax", message, mend)


def _tell(fault: Fault) -> tuple[Position, str]:
    """An open quote, or a key without a colon, is told of where it begins, not where the parser gave up."""
    message = f"a file must be YAML, and here is none: {fault.problem}"
    if fault.context is None or fault.begin is None:
        return fault.place, message
    if "end of stream" in fault.problem or "simple key" in fault.context:
        return fault.begin, message
    return fault.place, f"{message} {fault.context}, which begins in line {fault.begin.line}"
