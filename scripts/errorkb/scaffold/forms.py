"""The text of an issue that was opened by one of the project's forms → what was answered, by the fields' ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from errorkb.source import read_source

NO_ANSWER = "_No response_"
"""What GitHub puts where nothing was answered."""

_HEADING = re.compile(r" {0,3}### +(.*?) *")
_FENCE = re.compile(r" {0,3}```+ *[\w-]* *")
_CLOSED = re.compile(r" {0,3}```+ *")


@dataclass(frozen=True)
class Field:
    """A field of a form. The answer to one that is ``fenced`` stands in a fence of Markdown."""

    id: str
    label: str
    required: bool
    fenced: bool


@dataclass(frozen=True)
class Form:
    """A form: the name of its file without the ending, and its fields in order."""

    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Issue:
    """What was answered in a form, by the ids of its fields; an answer that was left empty is ""."""

    form: Form
    answers: Mapping[str, str]


def read_forms(folder: Path) -> tuple[Form, ...]:
    """Read the forms of a folder such as ``.github/ISSUE_TEMPLATE``; a file that is none is left out."""
    forms = []
    for path in sorted(folder.glob("*.yml")):
        source, _ = read_source(path.name, path.read_bytes())
        items = source.data.get("body") if source is not None else None
        if items:
            forms.append(Form(path.stem, tuple(_read_field(item) for item in items if "id" in item)))
    return tuple(forms)


def _read_field(item: Mapping[str, Any]) -> Field:
    asked = item["attributes"]
    required = bool(item.get("validations", {}).get("required"))
    return Field(item["id"], asked["label"], required, "render" in asked)


def parse_issue(text: str, forms: Sequence[Form]) -> tuple[Issue | None, str]:
    """Return what was answered, or None and what is wrong. What stands before the first heading is passed over.

    GitHub writes ``### Label``, an empty line and the answer, in the order of the form. A heading is one only if its
    text is a label, and behind an answer in a fence only where that fence was closed: a paste may hold anything.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    headings = [(number, match[1]) for number, line in enumerate(lines) if (match := _HEADING.fullmatch(line))]
    found = [(places, form) for form in forms if (places := _find_required(form, headings)) is not None]
    if not found:
        known = dict.fromkeys(f"### {form.fields[0].label}" for form in forms)
        return None, f"this is not what a form wrote, which begins with {' or '.join(known)}"
    form = min(found, key=lambda item: item[0])[1]
    answers = {field.id: "" for field in form.fields} | dict(_cut(form, headings, lines))
    empty = [f"### {field.label}" for field in form.fields if field.required and not answers[field.id].strip()]
    return (None, f"nothing stands under {' and '.join(empty)}") if empty else (Issue(form, answers), "")


def _find_required(form: Form, headings: Sequence[tuple[int, str]]) -> list[int] | None:
    """The lines where the labels that every text of the form has stand first; None if one stands nowhere."""
    first = {label: number for number, label in reversed(headings)}
    labels = [field.label for field in form.fields if field.required]
    return sorted(first[label] for label in labels) if all(label in first for label in labels) else None


def _cut(form: Form, headings: Sequence[tuple[int, str]], lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the id of each field that the text has, with its answer."""
    fields = {field.label: field for field in form.fields}
    own = [(number, fields[label]) for number, label in headings if label in fields]
    heading: tuple[int, Field] | None = own[0]
    while heading is not None:
        start, field = heading
        fenced = field.fenced and any(map(_FENCE.fullmatch, lines[start + 1 : start + 3]))
        later = form.fields[form.fields.index(field) + 1 :]
        ends = [item for item in own if item[0] > start and item[1] in later]
        if fenced:
            closed = [item for item in ends if _CLOSED.fullmatch(_find_text_above(lines, item[0]))]
            ends = _choose_last(closed, later)
        heading = ends[0] if ends else None
        yield field.id, _read_answer(lines[start + 1 : heading[0] if heading else None], fenced)


def _choose_last(ends: Sequence[tuple[int, Field]], later: Sequence[Field]) -> list[tuple[int, Field]]:
    """Of the places where the next field may begin the last: what was pasted may be the text of a form itself."""
    present = [field for _, field in ends]
    following = next((field for field in later if field in present), None)
    return [item for item in ends if item[1] == following][-1:]


def _find_text_above(lines: Sequence[str], number: int) -> str:
    return next((line for line in reversed(lines[:number]) if line.strip()), "")


def _read_answer(lines: Sequence[str], fenced: bool) -> str:
    """The answer without the empty lines around it, and without its fence."""
    text = "\n".join(lines).strip("\n")
    if fenced:
        inside = text.split("\n")[1:]
        ends = [number for number, line in enumerate(inside) if _CLOSED.fullmatch(line)]
        return "\n".join(inside[: ends[-1]] if ends else inside)
    text = dedent(text).strip()
    return "" if text == NO_ANSWER else text
