"""A note, put into the text of a record; every other character of the text stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from errorkb.model.record import Record
from errorkb.scaffold.drafts import SOUND, TODO, build_record, check_data
from errorkb.scaffold.programs import find_secret
from errorkb.scaffold.rendering import render_item
from errorkb.scaffold.writing import write_changed
from errorkb.source import read_source

INDENTATION = 2


def build_note(answers: Mapping[str, str], by: str, today: str) -> dict[str, str]:
    """Build the data of a note from the answers to its form; `TODO` stands for what it must say and does not."""
    code = answers["code"] and answers["code"].strip("\n") + "\n"
    more = {
        "applies_to": answers["releases"],
        "text": answers["note"] or TODO,
        "code": code,
        "prints": (answers["prints"] or TODO) if code else "",
    }
    return {"by": by, "date": today, **{key: text for key, text in more.items() if text}}


def put_note(path: Path, note: Mapping[str, str]) -> list[str]:
    """Put a note into the file of a record; return what is wrong if it cannot stand there, and the file is as it was.

    Raises ``OSError`` where the file cannot be read or written.
    """
    secret = find_secret(note.get("code", ""))
    found = [f"`code`: {secret}"] if secret else check_note(note)
    if found:
        return found
    changed = add_note(path.read_bytes().decode(), note)
    if changed is None:
        return [f"no place for it was found; write it under `notes:` by hand:\n{render_item(note, INDENTATION)}"]
    write_changed(path, changed.encode())
    return []


def check_note(note: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a note, in the words that lint would use, by the note's own keys."""
    found = check_data(Record, {**build_record(SOUND), "notes": [note]})
    return [message.replace("`notes.0.", "`", 1) for message in found]


def add_note(text: str, note: Mapping[str, str]) -> str | None:
    """Return the text of a sound record with the note behind its others; None where no text put in would do it."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    notes = next((value for key, value in root.value if key.value == "notes"), None)
    if notes is None:
        item = render_item(note, INDENTATION)
        changed = _insert(text, len(text), f"notes:\n{item}")
    elif notes.flow_style:
        item = f"{', ' * bool(notes.value)}{json.dumps(note, ensure_ascii=False)}"
        place = notes.end_mark.index - 1
        changed = text[:place] + item + text[place:]
    else:
        item = render_item(note, notes.start_mark.column)
        changed = _insert(text, _find_end(text, notes), item)
    return changed if _has_note(text, changed, note) else None


def _insert(text: str, place: int, lines: str) -> str:
    """Put lines in, with the line ends of the text; the place is the beginning of a line, or the end of the text."""
    end = "\r\n" if "\r\n" in text else "\n"
    before = text[:place]
    before += "" if before.endswith("\n") else end
    return before + lines.replace("\n", end) + text[place:]


def _find_end(text: str, notes: yaml.Node) -> int:
    """The place behind the last line of a block: behind its last value, and the comments that belong to it.

    PyYAML ends a block only where the next thing begins.
    """
    leaf = notes
    while isinstance(leaf, yaml.CollectionNode) and not leaf.flow_style:
        last = leaf.value[-1]
        leaf = last[1] if isinstance(last, tuple) else last
    end = leaf.end_mark.index
    header = text[leaf.start_mark.index :].split("\n", 1)[0].partition("#")[0]
    if isinstance(leaf, yaml.ScalarNode) and leaf.style in ("|", ">") and "+" not in header:
        end = len(text[:end].rstrip())  # empty lines behind a block are not part of it
    if text[end - 1] != "\n":
        end = text.find("\n", end) + 1 or len(text)
    comments = re.compile(rf"(?: {{{notes.start_mark.column + 1},}}#[^\n]*(?:\n|\Z))*").match(text, end)
    return comments.end() if comments else end


def _has_note(text: str, changed: str, note: Mapping[str, str]) -> bool:
    """Whether the changed text says what the text said, and the note."""
    (old, _), (new, problems) = (read_source("record", content.encode()) for content in (text, changed))
    if old is None or new is None or problems:
        return False
    expected: dict[str, Any] = {**old.data, "notes": [*old.data.get("notes", ()), note]}
    return bool(new.data == expected)
