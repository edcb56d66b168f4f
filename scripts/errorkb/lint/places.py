"""The texts of a record with their places, and findings at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from errorkb.catalog import Entry
from errorkb.claims import SNIPPET, Claim
from errorkb.problems import Problem
from errorkb.source import Location, Source
from errorkb.source.places import position_at

Text = tuple[Location, str]
PROSE_KEYS = frozenset(
    (
        *("symptom", "summary", "quick_fix", "why", "cause", "check", "fix", "explanation", "not_reproduced", "try"),
        *("text", "detection", "workaround", "prevention", "about"),
    )
)
LINK_KEYS = frozenset(("title", "url"))
QUOTED_KEYS = frozenset(("message", "caused_by", "other_systems"))


def find_texts(data: Any, location: Location = ()) -> list[Text]:
    """Every text of the data, with its place, in the order of the file."""
    if isinstance(data, str):
        return [(location, data)]
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [text for key, value in pairs for text in find_texts(value, (*location, key))]


def find_prose(source: Source, links: bool = False) -> list[Text]:
    """What the author wrote for readers: no code, no wordings; titles and addresses of other pages on request."""
    parts = ((key, value) for key, value in source.data.items() if key not in QUOTED_KEYS)
    texts = [text for key, value in parts for text in find_texts(value, (key,))]
    return [text for text in texts if _is_prose(text[0]) or (links and text[0][-1] in LINK_KEYS)]


def find_python(entry: Entry, claim: Claim) -> Iterator[Text]:
    """The Python files of a claim's program, each at the place where the record writes it."""
    for name, text in claim.program.files:
        if name.endswith(".py"):
            keys: Location = ("code",) if name == SNIPPET else ("files", name)
            yield _find_place(entry, claim, keys), text


def is_written(data: Any, place: Location) -> bool:
    """Whether the data itself says something there, and does not only inherit it."""
    for key in place:
        if isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        elif isinstance(data, dict) and data.get(str(key)) is not None:
            data = data[str(key)]
        else:
            return False
    return True


def problem_at(entry: Entry, place: Location, code: str, message: str, mend: str, at_key: bool = False) -> Problem:
    """A finding at a value of the record, or at its key."""
    position = entry.source.key_position(place) if at_key else entry.source.position(place)
    return Problem(entry.source.path, position.line, position.column, code, message, mend)


def problem_in(source: Source, text: Text, offset: int, code: str, message: str, mend: str) -> Problem:
    """A finding at a character of a text of the record; ``offset`` counts from 0."""
    inside = position_at(text[1], offset)
    position = source.position_in_text(text[0], inside.line, inside.column)
    return Problem(source.path, position.line, position.column, code, message, mend)


def _is_prose(location: Location) -> bool:
    if location[-1] not in PROSE_KEYS:
        return location[0] == "look_alikes"
    return QUOTED_KEYS.isdisjoint(location)


def _find_place(entry: Entry, claim: Claim, keys: Location) -> Location:
    """A program inherits from the ``broken`` beside it, and that from the record's."""
    homes = (claim.location, (*claim.location[:-1], "broken"), ("broken",))
    places = ((*home, *keys) for home in homes)
    return next((place for place in places if is_written(entry.source.data, place)), claim.location)
