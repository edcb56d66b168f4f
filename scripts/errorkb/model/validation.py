"""Data against a model: the model, or a Problem at the place of every mistake."""

from __future__ import annotations

import difflib
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from errorkb.problems import Problem
from errorkb.source import Location, Source

Model = TypeVar("Model", bound=BaseModel)
# Where pydantic speaks of its own types.
WORDS = {
    "too_short": "must have at least {min_length} of them",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must not be empty",
}
KEY = "[key]"  # what pydantic puts behind the place of a key that is wrong itself


def read_model(model: type[Model], source: Source, reference: str) -> tuple[Model | None, list[Problem]]:
    """Return the source's data as the model, or None with every finding.

    ``reference`` says where the reader finds what the fields mean; it ends up in each Problem's mend.
    """
    try:
        return model.model_validate(source.data), []
    except ValidationError as error:
        found = error.errors()
        return None, [_problem(model, source, item, reference) for item in found if not _is_echo(item, found)]


def _is_echo(details: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Whether a list is called too short only because an item in it is bad."""
    place = details["loc"]
    deeper = any(len(item["loc"]) > len(place) and item["loc"][: len(place)] == place for item in found)
    return details["type"] == "too_short" and deeper


def _problem(model: type[BaseModel], source: Source, details: ErrorDetails, reference: str) -> Problem:
    location = _location_in(source.data, details["loc"])
    at_key = details["type"] in ("extra_forbidden", "missing") or details["loc"][-1:] == (KEY,)
    position = source.key_position(location) if at_key else source.position(location)
    message, mend = _explain(model, details, location, reference)
    code = {"extra_forbidden": "unknown-key", "missing": "missing-key"}.get(details["type"], "wrong-value")
    return Problem(source.path, position.line, position.column, code, message, mend)


def _location_in(data: Any, location: tuple[int | str, ...]) -> Location:
    """Cut a pydantic location down to what exists in the data: names of union members and wrapped keys do not."""
    found: list[int | str] = []
    part: Any
    for part in location:
        if (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            data = data[part]
        else:
            continue
        found.append(part)
    return tuple(found)


def _explain(model: type[BaseModel], details: ErrorDetails, location: Location, reference: str) -> tuple[str, str]:
    name = ".".join(str(part) for part in details["loc"] if part != KEY) or "the file"
    if details["type"] == "missing":
        return f"`{name}` must be there", f"Add it; {reference} says what it means."
    if details["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(details["loc"][-1]), _field_names(model), n=1)
        hint = f"Did you mean `{near[0]}`? " if near else ""
        return f"`{name}` is not a key of this file", f"{hint}{reference} lists the keys."
    words = WORDS.get(details["type"])
    text = words.format(**details["ctx"]) if words else details["msg"].removeprefix("Value error, ")
    text = f"must {text.removeprefix('Input should ')}" if text.startswith("Input should ") else text
    seen = "" if isinstance(details["input"], dict | list) else f", was {_shorten(repr(details['input']))}"
    if ", was " in text:
        seen = ""
    return f"`{name}`: {text}{seen}", f"{reference} says what it must be."


def _field_names(model: type[BaseModel]) -> list[str]:
    schema = model.model_json_schema()
    blocks = [schema, *schema.get("$defs", {}).values()]
    return sorted({name for block in blocks for name in block.get("properties", {})})


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
