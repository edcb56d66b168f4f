"""The first reading of a YAML text: only its events, which tell of all that must not be composed."""

from __future__ import annotations

import re
from typing import Any

import yaml

from errorkb.source.findings import Findings
from errorkb.source.places import Position
from errorkb.source.scalars import show
from errorkb.source.syntax import Fault, check_fault

MAX_DEPTH = 50

_COMMENT = re.compile(r"[ \t]+#.*")


def check_events(text: str, findings: Findings) -> bool:
    """Check what must not be composed. Returns whether the text can be composed."""
    depth, documents, sound = 0, 0, True
    quoted: yaml.ScalarEvent | None = None
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
                quoted = event if event.style in ("'", '"') else None
                _check_cut(event, text, findings)
                continue
            quoted = None
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                _check_document(event, documents, findings)
            if depth > MAX_DEPTH:
                message = f"data must not be nested deeper than {MAX_DEPTH} levels; here it is"
                findings.add(
                    _place(event), "too-deep", message, "Make it flatter, or put text with brackets in quotes."
                )
                return False
            if isinstance(event, yaml.NodeEvent):
                sound &= _check_node_event(event, findings)
    except yaml.MarkedYAMLError as error:
        check_fault(_fault(error, quoted), text, findings)
        return False
    return sound


def _check_cut(event: yaml.ScalarEvent, text: str, findings: Findings) -> None:
    """What follows a blank and a # is a comment: a sentence that names issue #12 would lose its end in silence."""
    if event.style or " " not in event.value:
        return
    end: Any = event.end_mark
    comment = _COMMENT.match(text, end.index)
    if comment is not None:
        message = f"text must not end at a comment, and {show(comment.group().strip())} is read as one"
        place = Position(end.line + 1, end.column + 1 + comment.group().index("#"))
        mend = "Put the text in quotes; if it is a comment, write it on a line of its own."
        findings.add(place, "text-cut-off", message, mend)


def _check_document(event: yaml.Event, number: int, findings: Findings) -> None:
    if number == 2:
        message = "a file must hold one document; a second one begins here"
        findings.add(_place(event), "several-documents", message, "Remove the `---` line.")


def _check_node_event(event: yaml.NodeEvent, findings: Findings) -> bool:
    tag = getattr(event, "tag", None)
    if tag is not None:
        message = f"tags are not allowed; this value has the tag {show(tag)}"
        findings.add(_place(event), "yaml-tag", message, "Remove it; put text that begins with ! in quotes.")
    if event.anchor is None:
        return True
    if isinstance(event, yaml.AliasEvent):
        code, message = "yaml-alias", f"aliases are not allowed; this is {show('*' + event.anchor)}"
        findings.add(_place(event), code, message, "Write the value out; put text that begins with * in quotes.")
    else:
        code, message = "yaml-anchor", f"anchors are not allowed; this is {show('&' + event.anchor)}"
        findings.add(_place(event), code, message, "Remove it; put text that begins with & in quotes.")
    return False


def _fault(error: yaml.MarkedYAMLError, quoted: yaml.ScalarEvent | None) -> Fault:
    place = _mark_place(error.problem_mark) or Position(1, 1)
    begin = _mark_place(error.context_mark)
    opened = _place(quoted) if quoted is not None and _place(quoted).line < place.line else None
    return Fault(error.problem or "it cannot be parsed", place, error.context, begin, opened)


def _mark_place(mark: Any) -> Position | None:
    return None if mark is None else Position(mark.line + 1, mark.column + 1)


def _place(event: yaml.Event) -> Position:
    return _mark_place(event.start_mark) or Position(1, 1)
