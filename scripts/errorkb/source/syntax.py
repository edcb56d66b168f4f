"""What YAML's parser says of a file that is no YAML → Problems in the author's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from errorkb.source.findings import Findings
from errorkb.source.places import Position

_TAB_LINE = re.compile(r" *\t")
_MERGE = re.compile(r"(<{7}|>{7}) |={7}$")
_GLUED_KEY = re.compile(r" *(?:- )?[A-Za-z_]+:[^\s:]")
_QUOTES = "Put the whole text in quotes. In single quotes, write a single quote within it twice."
_USUAL_MEND = "Check the quotes, brackets and indentation here and in the line before."
# What libyaml says: what the author needs to know, and how to mend it.
_WORDS = {
    "mapping values are not allowed in this context": (
        "a second `: ` stands in this line",
        "Put text that holds `: ` in quotes.",
    ),
    "could not find expected ':'": (
        "this line is no `key: value`",
        "Give the key a `: ` and a value. Text or a program of several lines stands below `key: |`, indented.",
    ),
    "found character that cannot start any token": (
        "no text can begin with this character",
        "Put text that begins with `@`, `%` or a backtick in quotes.",
    ),
    "found unknown escape character": (
        "in double quotes a backslash begins an escape, and there is none like this",
        "Use single quotes.",
    ),
    "found unexpected end of stream": ("the quotes that begin here are not closed", "Close the quotes."),
    "did not find expected comment or line break": (
        "behind `|` or `>` the line must end",
        "Begin the text on the next line, indented. Put text that begins with `|` or `>` in quotes.",
    ),
    "did not find expected alphabetic or numeric character": (
        "no text can begin with this character",
        "Put text that begins with `*` or `&` in quotes.",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot begin behind a key",
        "Begin it on the next line, or put text that begins with `- ` in quotes.",
    ),
    "mapping keys are not allowed in this context": (
        "no text can begin with `? `",
        "Put text that begins with `? ` in quotes.",
    ),
}
_BRACKETS = {"did not find expected ',' or ']'": "]", "did not find expected ',' or '}'": "}"}
_TOO_DEEP = (
    "this key is indented deeper than those beside it, or belongs to the text above",
    "Indent it like the keys beside it; put text that holds `: ` in quotes.",
)
_MISPLACED = {
    "did not find expected key": (
        "a key must stand here, or the line is indented otherwise than those above",
        "Begin it in column {0}, like those that begin in line {1}, or exactly like the keys right above it.",
    ),
    "did not find expected '-' indicator": (
        "an item of a list must stand here, or the line is indented otherwise than those above",
        "Begin each item of the list of line {1} with `- ` in column {0}; its keys stand under one another.",
    ),
}


@dataclass(frozen=True)
class Fault:
    """The parser's words (libyaml's), and where; ``context`` is what it was doing, and ``begin`` where that began.

    ``opened`` is where text in quotes over several lines began, if that was the last thing that could be read.
    """

    problem: str
    place: Position
    context: str | None
    begin: Position | None
    opened: Position | None


def check_fault(fault: Fault, text: str, findings: Findings) -> None:
    """Tell of the fault. What has many names there, tabs and unfinished merges, is told of by itself instead."""
    lines = text.split("\n")
    merges = [number for number, line in enumerate(lines, 1) if _MERGE.match(line)]
    if merges:
        message = "a file must be YAML, and here is none: a merge of two versions is not finished"
        mend = "Keep one version, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>."
        findings.add(Position(merges[0], 1), "yaml-syntax", message, mend)
    elif fault.place.line <= len(lines) and _TAB_LINE.match(lines[fault.place.line - 1]):
        for number, line in enumerate(lines[fault.place.line - 1 :], fault.place.line):
            if _TAB_LINE.match(line):
                place = Position(number, line.index("\t") + 1)
                message = "indentation must be spaces; this line has a tab"
                findings.add(place, "yaml-tab", message, "Replace the tab by spaces.")
    else:
        place, words, mend = _tell(fault, lines)
        place = min(place, Position(len(lines), len(lines[-1]) + 1))  # libyaml places a file's end a line too low
        findings.add(place, "yaml-syntax", f"a file must be YAML, and here is none: {words}", mend)


def _tell(fault: Fault, lines: list[str]) -> tuple[Position, str, str]:
    """Where the author has to look, what is wrong there, and how to mend it."""
    line = lines[fault.place.line - 1] if fault.place.line <= len(lines) else ""
    before = line[: fault.place.column - 1].rstrip()
    if fault.problem in (*_BRACKETS, *_MISPLACED) and before:
        if fault.opened is not None:
            return fault.opened, "the quotes that begin here end only lines below", f"Close the quotes. {_QUOTES}"
        if before[-1] in "'\"":
            return fault.place, "more text stands behind the end of the quotes", _QUOTES
        if before[-1] in "]}":
            return fault.place, "more text stands behind the end of the brackets", _QUOTES
    if fault.begin is not None and fault.problem in _BRACKETS:
        words = f"a comma or `{_BRACKETS[fault.problem]}` is missing for the bracket in line {fault.begin.line}"
        return fault.place, words, "Close the bracket; put text that holds brackets or commas in quotes."
    if fault.begin is not None and fault.problem in _MISPLACED:
        words, mend = _MISPLACED[fault.problem]
        return fault.place, words, mend.format(fault.begin.column, fault.begin.line)
    if "mapping values" in fault.problem and not re.search(r":\s", before):
        return fault.place, *_TOO_DEEP
    return _tell_known(fault, lines)


def _tell_known(fault: Fault, lines: list[str]) -> tuple[Position, str, str]:
    """An open quote, or a key without a colon, is told of where it begins, not where the parser gave up."""
    words, mend = _WORDS.get(fault.problem, (fault.problem, _USUAL_MEND))
    at_begin = "end of stream" in fault.problem or "simple key" in (fault.context or "")
    place = fault.begin if at_begin and fault.begin is not None else fault.place
    if "simple key" in (fault.context or "") and _GLUED_KEY.match(lines[place.line - 1]):
        mend = "Write a space behind the colon."
    return place, words, mend
