"""What pydantic finds → what must be, what was and how to mend it, in words for people who write YAML."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from errorkb.model.annotations import MISTAKE
from errorkb.model.outline import (
    describe_value,
    find_homes,
    find_keys,
    find_meaning,
    find_required,
    find_samples,
)
from errorkb.source import Location

KEY = "[key]"  # what pydantic puts behind the place of a key that is wrong itself
FEW_KEYS = 12  # as many as can be listed on a line
LIMITS = {
    "too_short": "must have at least one item",
    "string_too_long": "must have at most {max_length} characters, and has {length}",
    "string_too_short": "must not be empty",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
}
WRONG_TYPES = ("_type", "literal_error", "_attributes_type")


def explain(
    model: type[BaseModel], data: Any, details: ErrorDetails, location: Location, reference: str
) -> tuple[str, str]:
    """Return the message and the mend of one finding at a location of the data."""
    name = ".".join(str(part) for part in details["loc"] if part != KEY)
    if details["type"] == MISTAKE:
        return str(details["ctx"]["message"]), str(details["ctx"]["mend"])
    if details["type"] == "missing":
        place = (*location, str(details["loc"][-1]))
        return f"`{name}` must be there, and is not", _tell_missing(model, place)
    if details["type"] == "extra_forbidden":
        return f"`{name}` is not a key that belongs here", _tell_unknown(model, data, location, reference)
    seen = "" if details["type"] == "string_too_long" else f", was {_show(details['input'])}"
    return f"`{name}` {_say(model, details, location)}{seen}", _mend_value(model, details, location)


def find_meant(model: type[BaseModel], data: Any, location: Location) -> str | None:
    """Return the key that an unknown one at a location is likely to be: one of its block that is not there yet.

    A key that must be there comes first; a key that belongs into another block is no other one.
    """
    block, key = _block_of(data, location), str(location[-1])
    required = _find_near(key, (name for name in find_required(model, location[:-1]) if name not in block))
    if required is not None or find_homes(model, key):
        return required
    return _find_near(key, (name for name in find_keys(model, location[:-1]) if name not in block))


def _block_of(data: Any, location: Location) -> Any:
    for step in location[:-1]:
        data = data[step]
    return data


def _find_near(key: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    plain = {_plain(name): name for name in names}
    near = difflib.get_close_matches(_plain(key), plain, n=1, cutoff=cutoff)
    return plain[near[0]] if near else None


def _plain(key: str) -> str:
    """A key without what people get wrong: capitals, hyphens and spaces."""
    return re.sub(r"[\W_]+", "", key).casefold()


def _tell_missing(model: type[BaseModel], place: Location) -> str:
    meaning = find_meaning(model, place)
    return f"Add `{place[-1]}:` with {describe_value(model, place)}." + (f" Its meaning: {meaning}" if meaning else "")


def _tell_unknown(model: type[BaseModel], data: Any, location: Location, reference: str) -> str:
    key, keys = str(location[-1]), find_keys(model, location[:-1])
    meant = find_meant(model, data, location)
    if meant is not None:
        return f"Did you mean `{meant}`?"
    blank = next((character for character in key if character.isspace() and character != " "), None)
    if blank is not None:
        return f"Write plain spaces: here stands U+{ord(blank):04X}."
    if not re.fullmatch(r"[\w -]+", key):
        return "If it is a line of a text or of a program, indent it deeper than the key that it belongs to."
    present = _find_near(key, (name for name in keys if name in _block_of(data, location)), cutoff=0.8)
    if present is not None:
        return f"Did you mean `{present}`? It is there already: take one of the two out."
    homes = [f"`{home}`" for home in find_homes(model, key)]
    if homes:
        return f"It belongs below {' or '.join(homes)}: indent it there, or take it out."
    listed = f"the keys here are {', '.join(keys)}" if len(keys) <= FEW_KEYS else f"{reference} lists the keys"
    return f"Take it out, or choose another key: {listed}."


def _say(model: type[BaseModel], details: ErrorDetails, location: Location) -> str:
    kind, value = details["type"], details["input"]
    if kind in LIMITS:
        words = {"length": len(value) if isinstance(value, str) else 0, **details.get("ctx", {})}
        return LIMITS[kind].format(**words)
    if kind.endswith(WRONG_TYPES):
        return f"must be {describe_value(model, location)}"
    return details["msg"].removeprefix("Value error, ").partition(", was ")[0]


def _show(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, dict):
        return "keys with values"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _mend_value(model: type[BaseModel], details: ErrorDetails, location: Location) -> str:
    """What to do about a value; where that follows from its type, exactly."""
    kind, value = details["type"], details["input"]
    if value is None:
        required = location and location[-1] in find_required(model, location[:-1])
        return "Write it behind the colon." if required else "Write it behind the colon, or take the key out."
    plain = isinstance(value, int | float)
    if kind == "string_type" or (plain and describe_value(model, location).startswith("text, or")):
        return _mend_text(value)
    if kind == "string_too_long":
        return f"Shorten it by {len(value) - details['ctx']['max_length']} characters."
    if kind == "int_type" and isinstance(value, str):
        return f"Write {value}, without quotes." if value.isdecimal() else "Write digits, without quotes."
    if kind in ("tuple_type", "list_type", "too_short"):
        first = next((f"{key}: …" for key in find_samples(model, location)), value if _is_short(value) else "…")
        return f"Begin each item with a hyphen, on a line of its own: `- {first}`."
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        lines = [f"`{key}: …`" for key in find_samples(model, location)] or ["`key: value`"]
        start = "Write" if isinstance(location[-1], int) else "Write below it, indented:"
        return f"{start} {', '.join(lines)}."
    meaning = find_meaning(model, location)
    return f"Its meaning: {meaning}" if meaning else "Write it in that form."


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 40 and "\n" not in value


def _mend_text(value: Any) -> str:
    if isinstance(value, dict | list):
        return "Write one text; put text that begins with { or [ in quotes, and program lines below `|`."
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f'Write "{shown}", in quotes.'
